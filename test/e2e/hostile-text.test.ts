import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'csv-parse/sync';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rounds } from '../deep.ts';
import { EVIL_REDIRECTS, HOSTILE, lines, packed } from '../hostile-texts.ts';
import { becomeOwner, browserWorld, type World } from './browser-world.ts';
import { listen, notPlanted, type Sent } from './hostile-declared.ts';
import { lookAtMails, lookAtPosters } from './hostile-elsewhere.ts';
import { fillAnew, lookAtFileNames, lookAtFiles, lookAtUrls, readToTheEnd } from './hostile-fields.ts';
import { lookAtLogic } from './hostile-logic.ts';
import { lookAtLog, lookAtMoments } from './hostile-moments.ts';
import { fillContact, fillQuotas, lookAtLists, lookAtMappings } from './hostile-people.ts';
import { type Api, apiOf, HIDDEN, IN_SURVEYS, PLACEHOLDER } from './hostile-plant.ts';
import { lookAtRenderer } from './hostile-renderer.ts';
import { allViews, viewsBeside } from './hostile-views.ts';
import { calm, readOn, strangersOn, type Watch, watch } from './hostile-watch.ts';
import { type Planted, plantAll } from './hostile-world.ts';

/**
 * Every text field is filled with what attackers write, every view is opened in a real browser, and nothing happens: no
 * script, no dialog, no broken policy, no request to anybody else, no element that we did not make.
 */
const ANY = { burst: 1e9, perSecond: 1e9 };
const LIMITS = { address: ANY, public: ANY, parts: ANY, responses: ANY, visits: ANY, account: ANY, attempts: ANY };
/** A machine with other work, or the long run: nothing here is about speed. */
const LONG = rounds(600_000, 10_800_000);
const IMG = '<img src=x onerror=__pwn=1>';

let world: World;
/** The website of somebody else: another origin, without any policy that would help. */
let foreign: Server;
let elsewhere: string;
const pages = new Map<string, { readonly type: string; readonly body: string }>();
let owner: Page;
let watched: Watch;
let workspace = '';
let server: Api;
const sent: Sent[] = [];
let planted: Planted;
/**
 * All texts for each list: a third of them alone, another third in the next list, the others several in one; in the long run
 * all of them alone.
 */
let lists = 0;
const share = (most = 200, alone = 1_000) => {
  const first = lists++ * 41;
  const isAlone = (i: number) => (i + first) % rounds(3, 1) === 0;
  const own = lines(most).filter((_, i) => isAlone(i));
  const others = lines(most).filter((_, i) => !isAlone(i));
  return rounds(1, 0) ? [...own.slice(0, alone), ...packed([...own.slice(alone), ...others], most)] : own;
};
/** Every nth of them. */
const some = (texts: readonly string[], n: number) => texts.filter((_, i) => i % rounds(n, 1) === 0);

beforeAll(async () => {
  foreign = createServer((request, response) => {
    const { type, body } = pages.get(new URL(request.url ?? '/', 'http://x').pathname) ?? {
      type: 'text/html',
      body: '',
    };
    response.setHeader('content-type', type);
    response.end(body);
  });
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  elsewhere = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`;
  world = await browserWorld({ OUTBOUND_ALLOW: '127.0.0.1' }, LIMITS);
  const first = await world.newPage();
  await becomeOwner(first, world);
  const context = await world.browser.newContext({
    baseURL: world.origin,
    storageState: await first.context().storageState(),
    viewport: { width: 1280, height: 900 },
  });
  await first.context().close();
  watched = await watch(context, [world.origin]);
  listen(context, sent);
  owner = await context.newPage();
  owner.setDefaultTimeout(30_000);
  server = apiOf(owner, world.origin, () => workspace, sent);
  workspace = (await server.api('POST', '/api/v1/workspaces', { name: `${IMG}"'{{7*7}}` })).id;
  planted = await plantAll(server, 0, share);
  pages.set('/shop', {
    type: 'text/html',
    body: `<!doctype html><title>Shop</title><h1>Shop</h1><script async src="${world.origin}/w/loader.js" data-site="${planted.site.key}"></script>`,
  });
}, LONG);
afterAll(async () => {
  await world?.close();
  foreign?.close();
});

/** A browser of somebody without an account, watched. */
async function stranger(origins = [world.origin]): Promise<[Page, Watch, BrowserContext]> {
  const context = await world.browser.newContext({ baseURL: world.origin, viewport: { width: 600, height: 900 } });
  const seen = await watch(context, origins);
  listen(context, sent);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  return [page, seen, context];
}

test(
  'the same harness sees what runs where a text is taken for markup',
  async () => {
    const [page, seen, context] = await stranger([world.origin, elsewhere]);
    const all = HOSTILE.map(({ text }) => text.replaceAll('//evil.example', `${elsewhere}/evil`));
    pages.set('/control', { type: 'text/html', body: '<!doctype html><title>x</title><main></main>' });
    await page.goto(`${elsewhere}/control`);
    await page.evaluate(`for (const text of ${JSON.stringify(all.filter((text) => !/http-equiv|<form|plaintext/.test(text)))}) {
    const box = document.querySelector('main').appendChild(document.createElement('div'));
    box.innerHTML = text;
  }`);
    await expect.poll(() => seen.pwned, { timeout: 10_000 }).toBeGreaterThan(40);
    expect((await strangersOn(page)).length).toBeGreaterThan(100);
    // On a page of ours the policy is the second wall, and what it holds back is heard.
    await page.goto('/sign-in');
    await page.getByRole('heading').first().waitFor();
    seen.faults.length = 0;
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(IMG)})`);
    await expect.poll(() => seen.faults.join()).toContain('policy script-src-attr');
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src=//evil.example/x.png>')`);
    await expect.poll(() => seen.faults.join()).toContain('policy img-src');
    await context.close();
  },
  LONG,
);

test('every view that the dashboard has is among those that are looked at', () => {
  expect(viewsBeside(Object.keys(allViews(workspace, planted)))).toEqual([]);
});

test(
  'the dashboard shows texts',
  async () => {
    const wrong: string[] = [];
    const seen = new Set<string>();
    for (const [address, least] of Object.entries(allViews(workspace, planted))) {
      await owner.goto(address);
      await owner.getByRole('heading').first().waitFor();
      await calm(owner);
      const read = await readOn(owner, IN_SURVEYS);
      for (const text of read) seen.add(text);
      if (read.length < least) wrong.push(`${address}: ${read.length} texts, expected ${least}`);
      if (!owner.url().includes(address)) wrong.push(`${address}: left for ${owner.url()}`);
      wrong.push(...(await strangersOn(owner)));
    }
    expect(wrong).toEqual([]);
    expect(watched.faults).toEqual([]);
    expect(lines(200).filter((text) => !seen.has(text))).toEqual([]);
  },
  LONG,
);

test(
  'fields of which there is one are filled anew until enough texts were in them',
  async () => {
    expect(await fillAnew(owner, server, workspace, planted)).toEqual([]);
    expect(watched.faults).toEqual([]);
  },
  LONG,
);

test(
  'one contact, one wave, lists of people, mappings and conditions: filled anew, several at a time',
  async () => {
    const at = async (look: (page: Page) => Promise<string[]>) => {
      const page = await owner.context().newPage();
      page.setDefaultTimeout(30_000);
      const wrong = await look(page);
      await page.close();
      return wrong;
    };
    const wrong = await Promise.all([
      at((page) => fillContact(page, server, workspace)),
      at((page) => fillQuotas(page, server, workspace, planted)),
      at(async (page) => [
        ...(await lookAtLists(page, server, workspace)),
        ...(await lookAtMappings(page, server, workspace)),
        ...(await lookAtLogic(page, server, workspace)),
      ]),
    ]);
    expect(wrong.flat()).toEqual([]);
    expect(watched.faults).toEqual([]);
  },
  LONG,
);

test(
  'files of other tools are texts before anything is made of them',
  async () => {
    await lookAtFiles(owner, workspace);
    expect(await lookAtFileNames(owner, server, workspace)).toEqual([]);
    expect(watched.faults).toEqual([]);
  },
  LONG,
);

test(
  'addresses of webhooks, and long lists to the last entry: answers with channels and attributes, contacts',
  async () => {
    expect(await lookAtUrls(owner, server, workspace)).toEqual([]);
    expect(await readToTheEnd(owner, server, workspace, planted)).toEqual([]);
    expect(watched.faults).toEqual([]);
  },
  LONG,
);

test(
  'the link page shows texts, its own and those of respondents',
  async () => {
    const [page, seen, context] = await stranger();
    const unread: string[] = [];
    const values = lines(200);
    for (let from = 0; from < values.length; from += HIDDEN) {
      const part = values.slice(from, from + HIDDEN);
      const query = new URLSearchParams(part.map((text, i): [string, string] => [`h${i}`, text]));
      await page.goto(`${planted.link.address}?${query}`);
      await page.locator('.t-statement').first().waitFor();
      const read = await readOn(page, part);
      unread.push(...part.filter((text) => !read.includes(text)));
      expect(await strangersOn(page)).toEqual([]);
    }
    const next = page.getByRole('button', { name: /^(Next|Send)$/ });
    for (const text of some(IN_SURVEYS, 60)) {
      await page.locator('textarea').fill(text);
      await next.click();
      await page.locator('#q-again').waitFor();
      unread.push(...[text].filter((one) => !PLACEHOLDER.test(one)).slice((await readOn(page, [text])).length));
      expect(await strangersOn(page)).toEqual([]);
      await page.getByRole('button', { name: 'Back' }).click();
      await page.locator('#q-said').waitFor();
    }
    await next.click();
    const choices = new Set<string>();
    const read = new Set<string>();
    for (;;) {
      await next.click();
      const heading = await page.getByRole('heading').first().textContent();
      for (const text of await readOn(page, IN_SURVEYS)) read.add(text);
      const labels: string[] = await page.evaluate(`[
      ...[...document.querySelectorAll('.choices label span')].map((one) => one.textContent),
      ...[...document.querySelectorAll('.ranking .what')].map((one) => one.lastChild.data),
    ]`);
      for (const label of labels) choices.add(label);
      expect(await strangersOn(page), String(heading)).toEqual([]);
      if (!(await next.isVisible())) break;
    }
    expect(IN_SURVEYS.filter((text) => !choices.has(text) && !PLACEHOLDER.test(text))).toEqual([]);
    expect(unread).toEqual([]);
    expect(read.size).toBeGreaterThan(400);
    await page.goto(`${planted.link.address}?kiosk&h0=${encodeURIComponent(IMG)}`);
    await page.getByRole('button').first().click();
    await page.locator('.t-statement').first().waitFor();
    expect(await readOn(page, [IMG])).toEqual([IMG]);
    expect(await strangersOn(page)).toEqual([]);
    expect(new URL(page.url()).origin).toBe(world.origin);
    expect(seen.faults).toEqual([]);
    await context.close();
  },
  LONG,
);

test(
  'addresses of ours, made by others, lead nowhere',
  async () => {
    const [page, seen, context] = await stranger();
    const inAddresses = some(lines(200), 210).map(encodeURIComponent);
    const evil = some(EVIL_REDIRECTS, 90).map(encodeURIComponent);
    const addresses = [
      ...evil.map((to) => `${planted.link.address}?redirect=${to}&next=${to}&url=${to}&lang=${to}&to=${to}`),
      ...evil.map((to) => `/sign-in?to=${to}`),
      ...inAddresses.flatMap((text) => [`/s/${text}`, `/s#token=${text}`, `/unsubscribe#token=${text}`, `/${text}`]),
      ...inAddresses.flatMap((text) => [
        `/invite#token=${text}`,
        `/answer#token=${text}`,
        `/sign-in#token=${text}`,
        `/setup#token=${text}`,
      ]),
      '/docs',
      '/docs/errors',
    ];
    for (const address of addresses) {
      await page.goto(address);
      await calm(page);
      expect(await page.locator('body').innerText(), address).not.toBe('');
      expect(new URL(page.url()).origin).toBe(world.origin);
      expect(await strangersOn(page), address).toEqual([]);
    }
    for (const text of inAddresses) {
      for (const address of [
        `contacts?search=${text}`,
        `asking/log?person=${text}&rule=${text}`,
        `?attribute=${text}:${text}`,
        `methods?page=${text}`,
      ]) {
        await owner.goto(`/w/${workspace}/${address}`);
        await calm(owner);
        expect(await strangersOn(owner), address).toEqual([]);
      }
    }
    expect([...seen.faults, ...watched.faults]).toEqual([]);
    await context.close();
  },
  LONG,
);

test(
  'on the website of somebody else, without a policy, the survey is texts',
  async () => {
    const [page, seen, context] = await stranger([world.origin, elsewhere]);
    await page.goto(`${elsewhere}/shop`);
    const next = page.getByRole('button', { name: /^(Next|Send)$/ });
    await next.waitFor();
    const read = new Set<string>();
    for (;;) {
      for (const text of await readOn(page, IN_SURVEYS)) read.add(text);
      expect(await strangersOn(page)).toEqual([]);
      if (!(await next.isVisible())) break;
      await next.click();
    }
    expect(read.size).toBeGreaterThan(400);
    expect(seen.faults).toEqual([]);
    await context.close();
  },
  LONG,
);

test(
  'moments: every address, event, selector and attribute is a text, in the editor, on the website and in the log',
  async () => {
    const wrong = await lookAtMoments(owner, server, workspace, planted, async (events) => {
      const [page, seen, context] = await stranger([world.origin, elsewhere]);
      const offered = page.waitForResponse(`${world.origin}/api/v1/sites/${planted.site.key}`);
      await page.goto(`${elsewhere}/shop`);
      await offered;
      for (const one of events) await page.evaluate(`parallax.track(...${JSON.stringify(one)})`);
      await page.mouse.click(9, 9);
      const strangers = await strangersOn(page);
      await context.close();
      return [...strangers, ...seen.faults];
    });
    expect(wrong).toEqual([]);
    expect(await lookAtLog(owner, workspace)).toEqual([]);
    expect(watched.faults).toEqual([]);
  },
  LONG,
);

test(
  'posters, mails and tables are harmless where others open them',
  async () => {
    const [page, seen, context] = await stranger([elsewhere]);
    const wrong: string[] = [];
    const link = `/surveys/${planted.survey}/links/${planted.link.token}`;
    const show = async (body: string) => {
      pages.set('/shown', { type: 'text/html', body });
      await page.goto(`${elsewhere}/shown`);
    };
    const texts = some(lines(200), 8);
    for (const [i, text] of texts.entries()) {
      const query = new URLSearchParams({ title: text, text: `${text}\n${IMG}` });
      const { status, text: svg } = await server.call('GET', `${link}/poster.svg?${query}`);
      expect(status).toBe(200);
      pages.set(`/poster${i}.svg`, { type: 'image/svg+xml', body: svg });
      await page.goto(`${elsewhere}/poster${i}.svg`);
      const tags: string[] = await page.evaluate(
        `[...new Set([...document.querySelectorAll('*')].map((one) => one.localName))]`,
      );
      wrong.push(...tags.filter((tag) => !/^(svg|g|path|text)$/.test(tag)), ...(await strangersOn(page)));
      // Lines are cut where they are too long, so that only the beginning is compared.
      const shown: string = await page.evaluate(`document.documentElement.textContent`);
      if (!shown.replace(/\s+/g, '').includes(text.replace(/\s+/g, '').slice(0, 20))) wrong.push(`${text}: ${shown}`);
    }
    pages.set('/images', { type: 'text/html', body: texts.map((_, i) => `<img src=/poster${i}.svg>`).join('') });
    await page.goto(`${elsewhere}/images`);
    wrong.push(...(await lookAtPosters(page, server, link, show)));
    expect(wrong).toEqual([]);

    expect(await lookAtMails(page, server, planted.wave, show)).toEqual([]);
    expect(seen.faults).toEqual([]);
    await context.close();

    const names = new Set(lines(200));
    const kept = new Set<string>();
    for (const path of ['/gaps.csv', `/surveys/${planted.survey}/export?format=csv`]) {
      const { status, text } = await server.call('GET', path);
      expect(status, path).toBe(200);
      for (const cell of (parse(text, { bom: true, relax_column_count: true }) as string[][]).flat()) {
        if (!/^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(cell)) expect(cell, path).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
        for (const one of [cell, cell.slice(1)]) if (names.has(one)) kept.add(one);
      }
    }
    expect(kept.size).toBeGreaterThan(350);
  },
  LONG,
);

test(
  'the renderer draws texts, whatever questionnaire it is handed',
  async () => {
    const [page, seen, context] = await stranger();
    await lookAtRenderer(page, world.origin, planted.link.token);
    expect(seen.faults.filter((fault) => !fault.startsWith('error:'))).toEqual([]);
    await context.close();
  },
  LONG,
);

test('every field of a request that may hold any text has held enough of them, or it is said why not', () => {
  expect(notPlanted(sent)).toEqual({});
});
