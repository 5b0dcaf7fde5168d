import { createRequire } from 'node:module';
import path from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../bin/chromium.js';
import { ensureBuilt } from '../../bin/ensure-built.js';
import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
import { questionnaireFor } from '../../src/core/survey/questionnaire-for.ts';
import { serveWidget } from '../../src/server/http/static-files.ts';

const WIDGET = path.resolve(import.meta.dirname, '../../dist/widget');
const ORIGIN = 'https://gallery.example';
const FONT = path.dirname(createRequire(import.meta.url).resolve('@fontsource/dejavu-sans/package.json'));

/** The same letters on every machine; nothing blinks, nothing moves. */
const STYLE = [400, 700]
  .map((weight) => `@font-face { font-family: Gallery; font-weight: ${weight}; src: url(/font/${weight}.woff2); }`)
  .concat('.px.px { font-family: Gallery; } * { caret-color: transparent; }')
  .join('\n');

/** Letters are placed and smoothed in one way, whatever the machine is set to; colours are those of sRGB. */
const STEADY = ['--font-render-hinting=none', '--disable-lcd-text', '--force-color-profile=srgb', '--lang=en-US'];

export async function openBrowser(...more: readonly string[]): Promise<Browser> {
  await ensureBuilt({ web: true });
  const executablePath = findChromium();
  if (!executablePath) throw new Error('No Chromium was found; see CONTRIBUTING.md.');
  const env = { ...process.env, LANGUAGE: 'en_US', LANG: 'en_US.UTF-8' };
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--hide-scrollbars', ...STEADY, ...more], env });
}

export interface Easel {
  readonly page: Page;
  /** Shows the first page of a survey as its first audience sees it, in its first language. */
  show(definition: SurveyDefinition): Promise<void>;
  /** A picture of what the selector finds, with some room around it; `focused`: the focus stays where it is. */
  photograph(selector: string, focused?: boolean): Promise<Buffer>;
  /** The fonts that were drawn with and did not come with the picture: none, or it would look different elsewhere. */
  foreignFonts(selector: string): Promise<string[]>;
}

/** The built survey renderer, as the survey editor shows it, without a server: what is drawn depends on nothing else. */
export async function setUpEasel(browser: Browser, options: BrowserContextOptions): Promise<Easel> {
  const context = await browser.newContext({
    viewport: { width: 520, height: 900 },
    deviceScaleFactor: 1,
    locale: 'en-US',
    reducedMotion: 'reduce',
    ...options,
  });
  await context.clock.setFixedTime('2026-05-01T09:00:00Z');
  await context.route('**/*', async (route) => {
    const url = route.request().url();
    const weight = /\/font\/(\d+)\.woff2$/.exec(url)?.[1];
    if (weight) return route.fulfill({ path: `${FONT}/files/dejavu-sans-latin-${weight}-normal.woff2` });
    const answer = await serveWidget(new Request(url), WIDGET);
    if (!answer) return route.abort();
    const { response } = answer;
    await route.fulfill({
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(`${ORIGIN}/s/preview`, { waitUntil: 'networkidle' });
  await page.addStyleTag({ content: STYLE });
  await page.evaluate(`Promise.all([400, 700].map((weight) => document.fonts.load(weight + ' 16px Gallery')))`);

  return {
    page,
    async show(definition) {
      const questionnaire = questionnaireFor({
        surveyId: 's',
        version: 1,
        definition,
        audience: definition.audiences[0] ?? 'customer',
        language: definition.languages[0],
        threshold: definition.audiences[0] === 'staff' ? 5 : null,
        test: false,
        attributes: {},
        fullQuotas: [],
        work: 0,
      });
      await page.evaluate(
        `document.querySelector('.px')?.parentElement.remove(), postMessage(${JSON.stringify({ type: 'preview', questionnaire })}, origin)`,
      );
      await page.waitForSelector('.px nav .main');
    },
    async photograph(selector, focused = false) {
      await page.mouse.move(0, 0);
      if (!focused) await page.evaluate('document.activeElement.blur()');
      await page.evaluate('scrollTo(0, 0), document.fonts.ready.then(() => 0)');
      const { width } = page.viewportSize()!;
      const box = (await page.locator(selector).first().boundingBox())!;
      const [top, bottom] = [Math.floor(box.y) - 8, Math.ceil(box.y + box.height) + 8];
      return page.screenshot({
        clip: { x: 0, y: Math.max(0, top), width, height: bottom - Math.max(0, top) },
        animations: 'disabled',
        scale: 'css',
      });
    },
    async foreignFonts(selector) {
      const devtools = await context.newCDPSession(page);
      await devtools.send('DOM.enable');
      await devtools.send('CSS.enable');
      const { root } = await devtools.send('DOM.getDocument', { depth: 0 });
      const { nodeIds } = await devtools.send('DOM.querySelectorAll', {
        nodeId: root.nodeId,
        selector: `${selector}, ${selector} *`,
      });
      const foreign = new Set<string>();
      for (const nodeId of nodeIds) {
        const { fonts } = await devtools.send('CSS.getPlatformFontsForNode', { nodeId });
        for (const font of fonts) if (!font.isCustomFont) foreign.add(`${font.familyName} (${font.glyphCount})`);
      }
      await devtools.detach();
      return [...foreign];
    },
  };
}
