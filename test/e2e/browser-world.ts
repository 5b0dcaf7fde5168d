import { mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { findChromium } from '../../bin/chromium.js';
import { ensureBuilt } from '../../bin/ensure-built.js';
import { loadSettings } from '../../src/server/config.ts';
import type { Limits } from '../../src/server/http/rate-limit.ts';
import { type Running, start } from '../../src/server/main.ts';
import { freePort } from '../server/launch.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ARTIFACTS = path.join(ROOT, 'test/artifacts');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// What runs in the browser is written as text: the project's own types know no DOM outside src/web.
export type Scheme = 'light' | 'dark';
export const WIDE = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

export interface World {
  readonly server: Running;
  readonly origin: string;
  readonly browser: Browser;
  /** Everything that a page said it did wrong: script errors, failed reads, broken content security policy. */
  readonly complaints: string[];
  newPage(options?: {
    scheme?: Scheme;
    viewport?: { width: number; height: number };
    like?: BrowserContext;
  }): Promise<Page>;
  /** Calls the API (`/workspaces/…`) as the person of a page, and fails unless it succeeds. */
  api<T>(page: Page, method: string, path: string, data?: unknown): Promise<T>;
  close(): Promise<void>;
}

/** The built dashboard, the real server with its own database in a temporary folder, and a real browser. */
export async function browserWorld(
  environment: Readonly<Record<string, string>> = {},
  limits?: Limits,
): Promise<World> {
  mkdirSync(ARTIFACTS, { recursive: true });
  // Only what is stale, and one process after the other: several test files may begin at once.
  await ensureBuilt({ web: true });
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parallax-e2e-'));
  const port = await freePort();
  const settings = loadSettings({ PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...environment });
  const server = await start(settings, { log: pino({ level: 'warn' }), ...(limits && { limits }) });
  const executablePath = findChromium();
  if (!executablePath) throw new Error('No Chromium was found; see CONTRIBUTING.md.');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const complaints: string[] = [];
  return {
    server,
    origin: server.url,
    browser,
    complaints,
    async newPage({ scheme = 'light', viewport = WIDE, like } = {}) {
      const storageState = like ? await like.storageState() : undefined;
      const context = await browser.newContext({
        baseURL: server.url,
        colorScheme: scheme,
        viewport,
        ...(storageState ? { storageState } : {}),
      });
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
      page.on('console', (message) => {
        // A refused read is told to the person by the page itself; the browser's own line about it is no fault.
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
          complaints.push(`${page.url()}: ${message.text()}`);
      });
      page.setDefaultTimeout(15_000);
      return page;
    },
    async api(page, method, path, data) {
      const response = await page.request.fetch(`${server.url}/api/v1${path}`, {
        method,
        headers: { Origin: server.url },
        ...(data === undefined ? {} : { data }),
      });
      const text = await response.text();
      expect(response.ok(), `${method} ${path}: ${response.status()} ${text}`).toBe(true);
      return text ? JSON.parse(text) : undefined;
    },
    async close() {
      await browser.close();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const BUSY = `!!document.querySelector('[aria-busy=true]') ||
  [...document.querySelectorAll('[role=status]')].some((status) => status.textContent.startsWith('Loading'))`;

/** Waits until nothing is being read: no request, nothing dimmed, nothing that says it is loading. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  // A change of address is drawn a frame later; only then does the page say that it is busy.
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  // Asked from here: a function that polls inside the page would need the eval that its policy forbids.
  while (await page.evaluate<boolean>(BUSY)) await sleep(20);
}

/** No violation of WCAG 2.2 A or AA, nor of axe's good practice. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(AXE);
  const result: { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] } =
    await page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(RULES)} })`);
  const violations = result.violations.map(
    ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary}`,
  );
  expect(violations, page.url()).toEqual([]);
}

/** The page itself never scrolls sideways. */
export async function expectFits(page: Page): Promise<void> {
  const wider = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  expect(wider, `${page.url()} is wider than the window`).toBeLessThanOrEqual(0);
}

export async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(ARTIFACTS, `${name}.png`), fullPage: true });
}

/** Follows the one-time link of the first start and becomes the owner. */
export async function becomeOwner(page: Page, world: World): Promise<void> {
  if (!world.server.signInLink) throw new Error('The server printed no sign-in link.');
  await page.goto(world.server.signInLink);
  await page.getByLabel('Your name').fill('Kim Okafor');
  await page.getByLabel('E-mail').fill('kim@example.org');
  await page.getByLabel('Password').fill('correct horse battery staple');
  await page.getByRole('button', { name: 'Create the owner and sign in' }).click();
  await page.waitForURL(/\/w\//);
  await settled(page);
}

export function workspaceOf(page: Page): string {
  const id = /\/w\/([^/?#]+)/.exec(page.url())?.[1];
  if (!id) throw new Error(`${page.url()} is not in a workspace`);
  return id;
}
