import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rounds } from '../deep.ts';
import { becomeOwner, browserWorld, expectAccessible, shoot, type World, workspaceOf } from './browser-world.ts';
import { QUESTIONS, surveyOf } from './survey-questions.ts';

let world: World;
let owner: Page;
let workspace: string;
let surveyId: string;
let address: string;

beforeAll(async () => {
  world = await browserWorld();
  owner = await world.newPage();
  await becomeOwner(owner, world);
  workspace = workspaceOf(owner);
  ({ id: surveyId } = await api<{ id: string }>('POST', '/surveys', { name: 'Kiosk' }));
  const { revision } = await api<{ revision: number }>('GET', `/surveys/${surveyId}/draft`);
  const [stars, faces, long, contact] = ['stars', 'faces', 'long', 'contact'].map(
    (id) => QUESTIONS.find((q) => q.id === id)!,
  );
  const questions = [stars!, faces!, { ...faces!, id: 'again' }, long!, contact!];
  await api('PUT', `/surveys/${surveyId}/draft`, { definition: surveyOf(questions), revision });
  await api('POST', `/surveys/${surveyId}/publish`, {});
  const link = await api<{ address: string }>('POST', `/surveys/${surveyId}/links`, { audience: 'customer' });
  address = `${link.address}?kiosk`;
});
afterAll(() => world?.close());

const api = <T>(method: string, path: string, data?: unknown) =>
  world.api<T>(owner, method, `/workspaces/${workspace}${path}`, data);

interface Listed {
  readonly finished: boolean;
}
const responses = async (): Promise<readonly Listed[]> =>
  (await api<{ responses: Listed[] }>('GET', `/surveys/${surveyId}/responses?limit=200`)).responses;

async function kiosk(at = address): Promise<[Page, BrowserContext]> {
  const context = await world.browser.newContext({
    viewport: { width: 800, height: 1000 },
    hasTouch: true,
    locale: 'en-GB',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => world.complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|ERR_INTERNET|ERR_FAILED/.test(message.text()))
      world.complaints.push(message.text());
  });
  await page.clock.install({ time: new Date('2026-11-22T20:00:00Z') });
  await page.goto(at);
  await start(page).waitFor();
  return [page, context];
}
const start = (page: Page) => page.getByRole('button', { name: 'Start', exact: true });
const star = (page: Page, n: number) => page.locator(`input[aria-label^="${n} of 5"]`);
const next = (page: Page) => page.getByRole('button', { name: /^(Next|Send)$/ });

/** Time passes in steps, so that what was sent in between is answered. */
async function pass(page: Page, seconds: number): Promise<void> {
  await page.clock.runFor(seconds * 1000);
  await page.evaluate('0');
}

/** One person from the first tap to the thanks; they write down who they are. */
async function answer(page: Page, who: string): Promise<void> {
  await start(page).click();
  await star(page, 4).click({ force: true });
  await pass(page, 1);
  for (const n of [2, 3]) {
    await star(page, n).click({ force: true });
    await pass(page, 1);
  }
  await page.fill('textarea', `Written by ${who}`);
  await next(page).click();
  await pass(page, 1);
  expect(await page.locator('input[autocomplete]:not([autocomplete=off])').count()).toBe(0);
  await page.locator('input[id$=".name"]').fill(who);
  await next(page).click();
  await page.locator('h2:has-text("Thank you")').first().waitFor();
}

test('ten devices that never saw it: each starts without a network from its first start screen on', async () => {
  for (let device = 0; device < 10; device++) {
    const context = await world.browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(address);
    await start(page).waitFor();
    await context.setOffline(true);
    expect(await page.locator('text=without a network').count(), `device ${device}`).toBe(0);
    await page.reload();
    await page.getByRole('heading', { name: 'Your day at the airport' }).waitFor();
    await start(page).click();
    await star(page, 1).waitFor({ state: 'attached' });
    await context.close();
  }
});

test('where a survey can not be loaded it is by itself as soon as it can; without a worker the start screen says so', async () => {
  const context = await world.browser.newContext({ locale: 'en-GB' });
  await context.addInitScript("Object.defineProperty(Navigator.prototype, 'serviceWorker', { value: undefined })");
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.route('**/api/v1/questionnaires', (route) => route.abort());
  await page.goto(address);
  await page.getByRole('heading', { name: 'The survey could not be loaded.' }).waitFor();
  await page.unroute('**/api/v1/questionnaires');
  await start(page).waitFor();
  await page.locator('text=Does not start without a network yet.').waitFor();
  // Also for somebody who begins while there is none.
  await page.route('**/api/v1/questionnaires', (route) => route.abort());
  await start(page).click();
  await page.getByRole('heading', { name: 'The survey could not be loaded.' }).waitFor();
  await page.unroute('**/api/v1/questionnaires');
  await start(page).click();
  await star(page, 1).waitFor({ state: 'attached' });
  await context.close();
});

test('strangers one after the other: a second tap counts for nothing, nobody sees who was before', async () => {
  const [page, context] = await kiosk();
  await expectAccessible(page);
  await shoot(page, 'kiosk-start');
  await start(page).click();
  // A double tap on an answer does not answer the page that comes next.
  await star(page, 4).click({ force: true });
  await pass(page, 1);
  await page.locator('[id="q-faces"]').waitFor();
  const box = (await star(page, 2).boundingBox())!;
  const tap = () => page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  await tap();
  await pass(page, 0.4);
  await page.locator('[id="q-again"]').waitFor();
  await tap();
  await pass(page, 0.4);
  expect(await page.locator(':checked').count()).toBe(0);
  await pass(page, 1);
  await tap();
  await pass(page, 1);
  await page.locator('textarea').waitFor();
  await page.fill('textarea', 'Written by Ada');
  const [before] = [(await responses()).length];

  // Who goes away in the middle is asked, may go on, and is given up.
  await pass(page, 62);
  await page.locator('text=Are you still there?').first().waitFor();
  await shoot(page, 'kiosk-still-there');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'I am still here' }).click();
  await pass(page, 30);
  expect(await page.inputValue('textarea')).toBe('Written by Ada');
  await pass(page, 45);
  await start(page).waitFor();
  expect(await page.content()).not.toContain('Ada');
  await expect.poll(async () => (await responses()).length).toBe(before + (before ? 0 : 1));
  expect((await responses()).map(({ finished }) => finished)).toEqual([false]);

  await answer(page, 'Grace');
  await pass(page, 6);
  await start(page).click();
  await star(page, 1).waitFor();
  expect(await page.locator(':checked').count()).toBe(0);
  for (let i = 0; i < 3; i++) {
    await next(page).click();
    await pass(page, 1);
  }
  expect(await page.inputValue('textarea')).toBe('');
  expect(await page.content()).not.toContain('Grace');
  // Nor by the way back.
  await page.goto('about:blank');
  await page.goBack();
  await start(page).waitFor();
  await expect.poll(async () => (await responses()).filter(({ finished }) => finished).length).toBe(1);
  const kept = await page.evaluate(`new Promise((done) => {
    indexedDB.open('parallax').onsuccess = ({ target: { result } }) => {
      result.transaction('parallax').objectStore('parallax').getAllKeys().onsuccess = ({ target }) => done(target.result);
    };
  })`);
  expect(kept).toEqual([]);
  await context.close();
});

test('a night of twelve hours with the network going and coming: nothing is lost, nothing piles up', async () => {
  const [page, context] = await kiosk();
  const before = (await responses()).filter(({ finished }) => finished).length;
  const nodes = async () => {
    const session = await context.newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
    await session.detach();
    return { nodes, jsEventListeners };
  };
  const hours = rounds(12, 48);
  const people = 2;
  let early: { nodes: number; jsEventListeners: number } | undefined;
  for (let hour = 0; hour < hours; hour++) {
    const offline = hour % 3 === 1;
    await context.setOffline(offline);
    // The power fails, too: the kiosk starts again without a network.
    if (hour === 4) {
      await page.reload();
      await start(page).waitFor();
    }
    for (let person = 0; person < people; person++) {
      await answer(page, `person ${hour} ${person}`);
      if (offline && person === 0) await page.locator('text=Answers not yet sent:').first().waitFor();
      await pass(page, 6);
      await start(page).waitFor();
    }
    if (offline) {
      await page.locator('text=Answers not yet sent:').first().waitFor();
      if (hour === 1) await shoot(page, 'kiosk-offline');
    }
    await page.clock.fastForward(3_500_000);
    await page.evaluate('0');
    if (hour === 6) early = await nodes();
  }
  await context.setOffline(false);
  await page.clock.fastForward(600_000);
  await expect
    .poll(async () => (await responses()).filter(({ finished }) => finished).length, { timeout: 30_000 })
    .toBe(before + hours * people);
  const late = await nodes();
  expect(late.nodes).toBeLessThan(early!.nodes * 1.3 + 50);
  expect(late.jsEventListeners).toBeLessThan(early!.jsEventListeners * 1.3 + 20);
  expect(await page.locator('text=not yet sent').count()).toBe(0);
  await context.close();
});

test('behind a proxy that says "back soon" it goes on with the questionnaire that it has', async () => {
  let down = false;
  const proxy = createServer((request, response) => {
    if (down) return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Back soon</h1>');
    const { method, headers, url } = request;
    const sent = forward(new URL(url ?? '/', world.origin), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    sent.on('error', () => response.destroy());
    request.pipe(sent);
  });
  await new Promise<void>((listening) => proxy.listen(0, 'localhost', listening));
  const { port } = proxy.address() as AddressInfo;
  const [page, context] = await kiosk(address.replace(world.origin, `http://localhost:${port}`));
  const finished = async () => (await responses()).filter((one) => one.finished).length;
  const before = await finished();
  for (const who of ['Ada', 'Grace', 'Joan']) {
    await answer(page, who);
    await pass(page, 6);
    await start(page).waitFor();
    down = true;
  }
  await page.locator('text=Answers not yet sent:').first().waitFor();
  down = false;
  await page.clock.fastForward(600_000);
  await expect.poll(finished, { timeout: 30_000 }).toBe(before + 3);
  await context.close();
  proxy.closeAllConnections();
  proxy.close();
});

test('nothing on any of these pages broke a rule of its own', () => {
  expect(world.complaints).toEqual([]);
});
