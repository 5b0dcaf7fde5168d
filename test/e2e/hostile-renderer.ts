import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { rounds } from '../deep.ts';
import { packed } from '../hostile-texts.ts';
import { IN_SURVEYS } from './hostile-plant.ts';
import { strangersOn } from './hostile-watch.ts';

const IMG = '<img src=x onerror=__pwn=1>';
const ELEMENT = { type: 'img', props: { src: 'x', onerror: '__pwn=1', dangerouslySetInnerHTML: { __html: IMG } } };
const FIELDS = ['title', 'text', 'help', 'low', 'high', 'id', 'type', 'look', 'redirect', 'language', 'direction'];
const OTHERS = [
  'choices',
  'rows',
  'appearance',
  'accent',
  'background',
  'radius',
  'endings',
  'hidden',
  'min',
  'required',
];

/** Hands questionnaires to the renderer as the editor does, with titles and with values that no survey may hold. */
export async function lookAtRenderer(page: Page, origin: string, link: string): Promise<void> {
  const body = JSON.stringify({ link: link });
  const text = await (await fetch(`${origin}/api/v1/questionnaires`, { method: 'POST', body })).text();
  await page.goto('/docs');
  // A page of our own origin that hands over a questionnaire, as the editor does.
  await page.route('**/hands-over', (route) => route.fulfill({ contentType: 'text/html', body: '<iframe></iframe>' }));
  await page.goto('/hands-over');
  // Resolves to whether anything was drawn: what is no questionnaire at all never is.
  const draw = (questionnaire: unknown) =>
    page.evaluate<number>(`new Promise((done) => {
        const frame = document.querySelector('iframe');
        frame.src = '/s/preview';
        addEventListener('message', function heard(event) {
          if (event.source !== frame.contentWindow) return;
          removeEventListener('message', heard);
          frame.contentWindow.postMessage({ type: 'preview', questionnaire: ${JSON.stringify(questionnaire)}, page: 'p1' }, origin);
          let looks = 0;
          const look = () => frame.contentDocument.querySelector('form, h1') ? done(1) : ++looks > 40 ? done(0) : setTimeout(look, 20);
          look();
        });
      })`);
  const titles = new Set<string>();
  const asIs = JSON.parse(text);
  for (const title of packed(IN_SURVEYS, 4_000)) {
    await draw({ ...asIs, title, pages: asIs.pages.slice(0, 4) });
    const heading = await page.frames()[1]?.evaluate<string>(`document.querySelector('header').textContent`);
    const shown = heading?.replace(/\s+/g, '') ?? '';
    for (const one of IN_SURVEYS) if (shown.includes(one.replace(/\s+/g, ''))) titles.add(one);
    expect(await strangersOn(page), title).toEqual([]);
  }
  expect(titles.size).toBeGreaterThan(300);
  let drawn = 0;
  const values = [
    ELEMENT,
    [ELEMENT],
    IMG,
    null,
    7,
    { toString: 'x' },
    '__proto__',
    'javascript:__pwn=1',
    'x;background:url(//evil.example)',
  ];
  for (const instead of values.slice(0, rounds(2, values.length))) {
    for (const field of [...FIELDS, ...OTHERS]) {
      const whole = JSON.parse(text, (key, value) => (key === field ? instead : value));
      const first = Array.isArray(whole.pages) ? { ...whole, pages: whole.pages.slice(0, 4) } : whole;
      drawn += await draw(first);
      expect(await strangersOn(page), `${field} ${JSON.stringify(instead)}`).toEqual([]);
    }
  }
  expect(drawn).toBeGreaterThan(rounds(2, values.length) * 8);
}
