import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
import { type Look, type Moments, NO_MOMENTS, type Trigger } from '../../src/core/survey/moments.ts';
import { becomeOwner, browserWorld, expectAccessible, shoot, type World, workspaceOf } from './browser-world.ts';
import { type HostSite, hostSite } from './host-site.ts';
import { QUESTIONS, surveyOf } from './survey-questions.ts';

let world: World;
let host: HostSite;
let owner: Page;
let workspace: string;
let siteKey: string;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  world = await browserWorld();
  host = await hostSite();
  owner = await world.newPage();
  await becomeOwner(owner, world);
  workspace = workspaceOf(owner);
  ({ key: siteKey } = await api<{ key: string }>('POST', '/sites', { name: 'Shop', unsignedPersons: true }));
});
afterAll(async () => {
  await host?.close();
  await world?.close();
});
/** Surveys of the test that is over are asked no more. */
const asking: string[] = [];
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  for (const id of asking.splice(0)) await setMoments(id, { on: false });
});

const api = <T>(method: string, path: string, data?: unknown) =>
  world.api<T>(owner, method, `/workspaces/${workspace}${path}`, data);

async function setMoments(id: string, changes: Partial<Moments>): Promise<void> {
  const { revision } = await api<{ revision: number }>('GET', `/surveys/${id}/asking`);
  await api('PUT', `/surveys/${id}/asking`, { moments: { ...NO_MOMENTS, on: true, ...changes }, revision });
}

/** A published survey that the site asks at these moments. */
async function survey(
  triggers: readonly Trigger[],
  look: Partial<Look> = {},
  changes: Partial<Moments> = {},
  definition: SurveyDefinition = surveyOf(QUESTIONS.slice(0, 2)),
): Promise<string> {
  const { id } = await api<{ id: string }>('POST', '/surveys', { name: `Survey ${Math.random()}` });
  const { revision } = await api<{ revision: number }>('GET', `/surveys/${id}/draft`);
  await api('PUT', `/surveys/${id}/draft`, { definition, revision });
  await api('POST', `/surveys/${id}/publish`, {});
  await setMoments(id, { triggers, look: { ...NO_MOMENTS.look, ...look }, ...changes });
  asking.push(id);
  return id;
}

interface Decision {
  readonly asked: boolean;
  readonly rule: string;
}
const decisions = async (surveyId: string): Promise<readonly Decision[]> =>
  (await api<{ decisions: Decision[] }>('GET', `/ask-decisions?surveyId=${surveyId}`)).decisions;
const answersOf = async (surveyId: string): Promise<number> =>
  (await api<{ responses: unknown[] }>('GET', `/surveys/${surveyId}/responses`)).responses.length;

const tag = (more = '') => `<script async src="${world.origin}/w/loader.js" data-site="${siteKey}"${more}></script>`;
const html = (body = '', more = '', head = '') =>
  `<!doctype html><html lang="en"><head><title>Shop</title>${head}${tag(more)}</head>` +
  `<body><main><h1>Shop</h1><a href="#top">Top</a><button id="buy">Buy</button>${body}</main></body></html>`;

/** A visitor with a browser of their own; every request of theirs is noted. */
async function visit(
  path: string,
  options: Parameters<World['browser']['newContext']>[0] = {},
): Promise<{ page: Page; context: BrowserContext; requests: string[] }> {
  const context = await world.browser.newContext({
    viewport: { width: 1000, height: 700 },
    locale: 'en-GB',
    ...options,
  });
  contexts.push(context);
  // With a route there is no cache: what a site offers is otherwise kept for a minute.
  await context.route('**/api/v1/sites/*', (route) => route.continue());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => world.complaints.push(`${path}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|ERR_INTERNET/.test(message.text()))
      world.complaints.push(`${path}: ${message.text()}`);
  });
  await page.goto(host.origin + path);
  return { page, context, requests };
}

/** The survey is in an open shadow root, which these locators look into. */
const first = (page: Page) => page.locator('legend:has-text("How likely are you to recommend us?")');
const isOpen = (page: Page) => first(page).waitFor({ state: 'visible' });
const isQuiet = async (page: Page) => {
  await page.waitForLoadState('networkidle');
  expect(await first(page).count()).toBe(0);
};
async function answerAll(page: Page): Promise<void> {
  await page.locator('input[aria-label^="9"]').click({ force: true });
  await page.locator('input[aria-label^="4 of 5"]').click({ force: true });
  await page.getByRole('button', { name: 'Send' }).click();
  await page.waitForSelector('h2:has-text("Thank you")');
}
const stored = (page: Page) =>
  page.evaluate(
    `(async () => ({
      cookie: document.cookie, local: { ...localStorage }, session: { ...sessionStorage },
      databases: (await indexedDB.databases()).map(({ name }) => name) }))()`,
  );
const NOTHING = { cookie: '', local: {}, session: {}, databases: [] };
const each: readonly Trigger[] = [{ kind: 'page', pages: [] }];

test('a page with nothing but the tag: a pop-up by time, keyboard, answers, no trace before consent', async () => {
  const id = await survey([{ kind: 'time', seconds: 0.5, pages: [] }], { style: 'popup', position: 'center' });
  host.set('/plain', html());
  const { page, requests } = await visit('/plain');
  await page.focus('#buy');
  await isOpen(page);
  expect(await page.getByRole('dialog').getAttribute('aria-label')).toBe('Your day at the airport');
  expect(await stored(page)).toEqual({ ...NOTHING, session: { parallaxOff: '1' } });
  await expectAccessible(page);
  await shoot(page, 'widget-popup');
  // The focus stays inside, and comes back.
  for (let i = 0; i < 30; i++) await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.id')).not.toBe('buy');
  await page.keyboard.press('Escape');
  await first(page).waitFor({ state: 'detached' });
  expect(await page.evaluate('document.activeElement.id')).toBe('buy');
  expect(requests.filter((url) => ![host.origin, world.origin].includes(new URL(url).origin))).toEqual([]);
  expect(requests.filter((url) => url.includes('/w/assets/')).length).toBe(1);

  // In the same tab it is not asked again, because nobody knows who it is; with a link of its own it can be shown.
  await page.reload();
  await isQuiet(page);
  const heard = await page.evaluate(
    `new Promise((heard) => { const all = []; parallax.onAnswer((answer) => all.push(answer)); window.all = all; heard(all); })`,
  );
  expect(heard).toEqual([]);
  const { address } = await api<{ address: string }>('POST', `/surveys/${id}/links`, { audience: 'customer' });
  expect(await page.evaluate(`parallax.show(${JSON.stringify(address)})`)).toBe(true);
  await answerAll(page);
  expect(await page.evaluate('all.map(({ question, value }) => [question, value])')).toEqual([
    ['nps', 9],
    ['stars', 4],
  ]);
  await page.getByRole('button', { name: 'Close' }).click();
  await expect.poll(() => answersOf(id)).toBe(1);
});

const STRICT = (origin: string) =>
  `default-src 'none'; script-src ${origin}; connect-src ${origin}; require-trusted-types-for 'script'; trusted-types 'none'`;

test('a strict policy with Trusted Types and a hostile style sheet change nothing, and nothing of ours leaks', async () => {
  await survey(each, { style: 'slide', position: 'bottom-left' });
  host.set('/hostile.css', '* { all: unset !important; display: none !important } html { font-size: 4px }');
  host.set('/strict', html(), STRICT(world.origin));
  const strict = await visit('/strict');
  await isOpen(strict.page);
  // A region that takes no focus.
  expect(await strict.page.getByRole('region').getAttribute('aria-label')).toBe('Your day at the airport');
  expect(await strict.page.evaluate('document.activeElement.tagName')).toBe('BODY');
  await answerAll(strict.page);
  await strict.page.getByRole('button', { name: 'Close' }).click();
  await first(strict.page).waitFor({ state: 'detached' });
  expect(host.reports).toEqual([]);

  const hostile = '* { all: unset !important; color: red !important; font-size: 3px !important }';
  host.set('/hostile', html('', '', `<style>${hostile} html { font-size: 4px; direction: rtl }</style>`));
  const { page } = await visit('/hostile');
  await isOpen(page);
  const look = await page.evaluate(`(() => {
    const { shadowRoot } = document.documentElement.lastElementChild;
    const { fontSize, display, color } = getComputedStyle(shadowRoot.querySelector('legend'));
    return { fontSize, display, color };
  })()`);
  expect(look).toEqual({ fontSize: '18.4px', display: 'block', color: 'rgb(20, 24, 27)' });
  const box = (await page.getByRole('region').boundingBox())!;
  expect([box.x, Math.round(box.y + box.height)]).toEqual([16, 684]);
  expect(
    await page.evaluate('[document.adoptedStyleSheets.length, document.querySelectorAll("style").length]'),
  ).toEqual([0, 1]);
  await shoot(page, 'widget-slide-hostile');
});

test('in a single-page app rules hold for the address of now, events and clicks count, an open survey stays', async () => {
  const id = await survey(
    [
      {
        kind: 'event',
        name: 'paid',
        pages: [{ is: 'starts', value: '/shop' }],
        where: [{ property: 'sum', is: 'ge', value: 50 }],
      },
      { kind: 'click', selector: '::: wrong', pages: [] },
      { kind: 'click', selector: '#buy', pages: [{ is: 'glob', value: '/shop/*/buy' }] },
    ],
    {},
    { repeat: { kind: 'always' } },
  );
  host.set('/app', html('', ' data-consent="given"'));
  const { page } = await visit('/app');
  await page.waitForFunction('window.parallax?.show');
  await page.evaluate("parallax.track('paid', { sum: 60 })");
  await page.click('#buy');
  await isQuiet(page);
  await page.evaluate("history.pushState(null, '', '/shop/1')");
  await page.evaluate("parallax.track('paid', { sum: 40 })");
  await isQuiet(page);
  expect(await decisions(id)).toEqual([]);
  await page.evaluate("parallax.track('paid', { sum: '60' })");
  await isOpen(page);
  await page.evaluate("history.pushState(null, '', '/shop/2/buy'); document.body.replaceChildren()");
  await page.waitForTimeout(100);
  await isOpen(page);
  await page.evaluate('parallax.close()');
  await first(page).waitFor({ state: 'detached' });
  expect(await decisions(id)).toMatchObject([{ asked: true }]);
  expect(world.complaints).toEqual([]);
});

test("consent keeps one id and nothing else; its end and the browser's signal leave nothing; two clocks hold", async () => {
  const id = await survey(each, {}, { repeat: { kind: 'every', days: 30 } });
  host.set('/consent', html());
  const { page, context } = await visit('/consent');
  await isOpen(page);
  await page.evaluate('parallax.consent(true)');
  const kept = (await stored(page)) as { local: Record<string, string> };
  expect(Object.keys(kept.local)).toEqual(['parallax']);
  expect(kept.local.parallax).toMatch(/^\d+(-\d+){15}$/);
  // The id that was asked is the one that was kept, so that the server knows it again.
  host.set('/consent', html('', ' data-consent="given"'));
  await page.reload();
  await isQuiet(page);
  expect((await decisions(id)).map(({ asked }) => asked)).toEqual([false, true]);
  const other = await survey(each, {}, { priority: 5 });
  await page.reload();
  await isQuiet(page);
  const [rule] = await decisions(other);
  expect(rule).toMatchObject({ asked: false, rule: 'any_survey' });
  const said = async (script: string) => {
    const [request] = await Promise.all([page.waitForRequest('**/ask'), page.evaluate(script)]);
    return request.postDataJSON();
  };
  const [named, nobody] = [
    await said(`parallax.identify('u-1', { attributes: { plan: 'gold' } }); parallax.show('${id}')`),
    await said(`parallax.consent(false); parallax.show('${id}')`),
  ];
  expect(named).toMatchObject({ person: 'u-1', attributes: { plan: 'gold' } });
  expect(Object.keys(nobody).sort()).toEqual(['device', 'language', 'survey', 'visitor']);
  expect(nobody.visitor).not.toBe(named.visitor);
  expect(((await stored(page)) as { local: object }).local).toEqual({});
  await context.close();

  const signalling = await world.browser.newContext();
  contexts.push(signalling);
  await signalling.addInitScript("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })");
  const quiet = await signalling.newPage();
  await quiet.goto(`${host.origin}/consent`);
  await isOpen(quiet);
  expect(((await stored(quiet)) as { local: object }).local).toEqual({});
});

test('never again is stored and sent, and the site is not even asked any more', async () => {
  const id = await survey(each);
  host.set('/never', html());
  const { page, requests } = await visit('/never');
  await isOpen(page);
  const sent = page.waitForRequest('**/opt-out');
  await page.getByRole('button', { name: "Don't ask me again" }).click();
  await sent;
  await first(page).waitFor({ state: 'detached' });
  const { local } = (await stored(page)) as { local: Record<string, string> };
  expect(local).toEqual({ parallaxOff: '1' });
  requests.length = 0;
  await page.reload();
  await isQuiet(page);
  expect(requests.filter((url) => url.includes('/ask'))).toEqual([]);
  expect((await decisions(id)).length).toBe(1);
});

test('without a network answers wait in the browser, and leave with the next page', async () => {
  const id = await survey(each, { style: 'embed', into: '#here' });
  host.set('/offline', html('<div id="here"></div>'));
  const { page, context } = await visit('/offline');
  await isOpen(page);
  expect(await page.evaluate("!!document.querySelector('#here div').shadowRoot")).toBe(true);
  await context.setOffline(true);
  await answerAll(page);
  await page.waitForSelector('text=Answers not yet sent: 3.');
  await shoot(page, 'widget-embed');
  // The device dies: there is no time for a last try.
  const session = await context.newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  session.send('Page.crash').catch(() => undefined);
  await crashed;
  await page.close();
  expect(await answersOf(id)).toBe(0);
  await context.setOffline(false);
  // Asked no more in this browser, but what waits goes out.
  await setMoments(id, { on: false });
  const later = await context.newPage();
  await later.goto(`${host.origin}/offline`);
  await expect.poll(() => answersOf(id)).toBe(1);
});

test('a step that was begun and left: asked on the next page, or when the pointer leaves', async () => {
  const began = { page: { is: 'starts', value: '/checkout' } } as const;
  const abandoned: Trigger = {
    kind: 'abandonment',
    pages: [],
    began,
    finished: { event: 'paid' },
    seconds: null,
    leaving: true,
  };
  const id = await survey([abandoned], {}, { repeat: { kind: 'always' } });
  for (const path of ['/checkout', '/checkout/2', '/home']) host.set(path, html('', ' data-consent="given"'));
  const paid = await visit('/checkout');
  await paid.page.waitForFunction('window.parallax?.show');
  await paid.page.evaluate("parallax.track('paid')");
  await paid.page.goto(`${host.origin}/home`);
  await isQuiet(paid.page);
  const left = await visit('/checkout');
  await left.page.goto(`${host.origin}/checkout/2`);
  await isQuiet(left.page);
  await left.page.goto(`${host.origin}/home`);
  await isOpen(left.page);
  const leaving = await visit('/checkout');
  await leaving.page.waitForLoadState('networkidle');
  await leaving.page.evaluate(
    "document.dispatchEvent(new MouseEvent('mouseout', { clientY: -1, relatedTarget: null, bubbles: true }))",
  );
  await isOpen(leaving.page);
  expect((await decisions(id)).map(({ asked }) => asked)).toEqual([true, true]);
});

test('a step that is not finished in time: asked then, on whatever page, and never where it was finished', async () => {
  const late: Trigger = {
    kind: 'abandonment',
    pages: [],
    began: { event: 'filled in' },
    finished: { event: 'paid' },
    seconds: 30,
    leaving: false,
  };
  const id = await survey([late], {}, { repeat: { kind: 'always' } });
  for (const path of ['/cart', '/help']) host.set(path, html('', ' data-consent="given"'));
  /** Somebody who begins the step, on a page whose time is ours. */
  const begin = async () => {
    const { page } = await visit('/cart');
    await page.clock.install();
    await page.reload();
    await page.waitForFunction('window.parallax?.show');
    await page.waitForLoadState('networkidle');
    await page.evaluate("parallax.track('filled in')");
    return page;
  };
  const slow = await begin();
  await slow.clock.fastForward(20_000);
  // Told again, it is no new beginning.
  await slow.evaluate("parallax.track('filled in')");
  await isQuiet(slow);
  await slow.clock.fastForward(11_000);
  await isOpen(slow);

  const paid = await begin();
  await paid.clock.fastForward(20_000);
  await paid.evaluate("parallax.track('paid')");
  await paid.clock.fastForward(60_000);
  await isQuiet(paid);

  const elsewhere = await begin();
  await elsewhere.clock.fastForward(20_000);
  await elsewhere.goto(`${host.origin}/help`);
  await isQuiet(elsewhere);
  await elsewhere.evaluate("history.pushState(null, '', '/help/more')");
  await elsewhere.clock.fastForward(11_000);
  await isOpen(elsewhere);
  expect((await decisions(id)).map(({ asked }) => asked)).toEqual([true, true]);
});

test.each([
  ['scroll', { kind: 'scroll', percent: 60, pages: [] }, 'window.scrollTo(0, 2500)'],
  ['inactivity', { kind: 'inactivity', seconds: 0.4, pages: [] }, '0'],
  ['exit', { kind: 'exit', pages: [] }, "document.dispatchEvent(new MouseEvent('mouseout', { clientY: -1 }))"],
  ['event before the loader', { kind: 'event', name: 'early', where: [], pages: [] }, '0'],
] as const)('%s', async (name, trigger, act) => {
  await survey([trigger]);
  host.set(
    '/early.js',
    `(window.parallax ||= []).push(['internal', true], ['track', 'early'], ['identify', '${name}', { attributes: { plan: 'gold' } }])`,
  );
  host.set('/moment', html('<div style="height: 3000px"></div>', '', '<script src="/early.js"></script>'));
  const { page } = await visit('/moment');
  await page.waitForLoadState('networkidle');
  if (name !== 'event before the loader' && name !== 'inactivity') await isQuiet(page);
  await page.evaluate(act);
  await isOpen(page);
});

test('nothing on any of these pages broke a rule or failed', () => {
  expect(world.complaints).toEqual([]);
  expect(host.reports).toEqual([]);
});
