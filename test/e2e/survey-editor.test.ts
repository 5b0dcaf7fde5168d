import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  becomeOwner,
  browserWorld,
  expectAccessible,
  expectFits,
  PHONE,
  type Scheme,
  settled,
  shoot,
  WIDE,
  type World,
  workspaceOf,
} from './browser-world.ts';

let world: World;
let owner: Page;
/** Where the survey that the tests make is edited. */
let editor: string;

beforeAll(async () => {
  world = await browserWorld();
  owner = await world.newPage();
  await becomeOwner(owner, world);
});
afterAll(() => world?.close());

const text = (page: Page, audience: string) => page.locator(`[data-text=question][data-audience=${audience}]`);
const ROWS = '[...document.querySelectorAll("[data-row^=question-]")].map((row) => row.dataset.row)';
const saved = (page: Page) =>
  page
    .getByRole('status')
    .filter({ hasText: /^Saved$/ })
    .waitFor();
const shown = (page: Page, words: string) => page.frameLocator('iframe').getByText(words).first().waitFor();

test('a survey is made from a template, and the preview follows what is typed', async () => {
  await owner.goto(`/w/${workspaceOf(owner)}/surveys`);
  await owner.getByRole('button', { name: 'New survey' }).click();
  await owner.getByRole('radio', { name: /^Relationship NPS/ }).waitFor();
  await settled(owner);
  await expectAccessible(owner);
  await shoot(owner, 'survey-templates');
  await owner.getByRole('textbox', { name: 'Name' }).fill('How we are seen');
  await owner.getByRole('button', { name: 'Make the survey' }).click();
  await owner.getByRole('heading', { name: 'How we are seen', level: 1 }).waitFor();
  editor = new URL(owner.url()).pathname;
  await shown(owner, 'How likely are you to recommend us');
  await text(owner, 'customer').fill('Würden Sie <b>uns</b> empfehlen? مرحبا');
  await shown(owner, 'Würden Sie <b>uns</b> empfehlen? مرحبا');
  await saved(owner);
  await owner.reload();
  await owner.getByRole('heading', { name: 'How we are seen', level: 1 }).waitFor();
  expect(await text(owner, 'customer').inputValue()).toBe('Würden Sie <b>uns</b> empfehlen? مرحبا');
});

test('steps are taken back and made again by keys', async () => {
  const field = text(owner, 'customer');
  const before = await field.inputValue();
  await field.fill('Would you recommend us?');
  await owner.keyboard.press('Control+z');
  expect(await field.inputValue()).toBe(before);
  await owner.keyboard.press('Control+Shift+z');
  expect(await field.inputValue()).toBe('Would you recommend us?');
  const rows = () => owner.evaluate<string[]>(ROWS);
  const order = await rows();
  await owner.locator(`[data-row="${order[2]}"]`).focus();
  await owner.keyboard.press('Alt+ArrowUp');
  expect(await rows()).toEqual([order[0], order[2], order[1], ...order.slice(3)]);
  expect(await owner.evaluate('document.activeElement.dataset.row')).toBe(order[2]);
  await owner.getByRole('button', { name: 'Undo: move the question' }).click();
  expect(await rows()).toEqual(order);
});

test('a question is added, bound to an item of its scale, and shown only if', async () => {
  await owner.getByRole('button', { name: 'Add a question' }).first().click();
  await owner.getByRole('button', { name: /^Slider/ }).click();
  const question = text(owner, 'customer');
  await question.and(owner.locator(':focus')).waitFor();
  await owner.keyboard.type('How clean was it?');
  await owner.getByLabel('Item: what the answers compare by').selectOption({ label: 'Trust (1 to 5)' });
  expect(await owner.getByLabel('From').inputValue()).toBe('1');
  expect(await owner.getByLabel('To', { exact: true }).inputValue()).toBe('5');
  await owner.getByRole('button', { name: 'Only if …' }).click();
  await owner.getByLabel('With what').selectOption('6');
  await owner.getByRole('button', { name: /ask the same people for the same item/ }).click();
  await owner.waitForURL(/question=trust/);
  await owner.locator('[data-row^=question-slider]').click();
  await owner.getByRole('button', { name: 'Delete', exact: true }).click();
  await owner.getByRole('heading', { name: 'Checks: nothing to note' }).waitFor();
});

test('leaders and staff are asked the same in one step, with importance; done already, it says so', async () => {
  await owner.getByRole('button', { name: 'Ask leaders and staff the same' }).click();
  // The template asks everybody from the beginning.
  await owner.getByText('Leaders and staff are asked the same already.').waitFor();
  const add = owner.getByRole('button', { name: 'Add the questions' });
  expect(await add.isDisabled()).toBe(true);
  await owner.getByText('Also ask how important').click();
  await expectAccessible(owner);
  await add.click();
  await owner.getByText('What matters most?').first().waitFor();
  await owner.getByText(/Added: \d+ questions on importance\./).waitFor();
  await owner.getByRole('button', { name: 'Ask leaders and staff the same', exact: true }).click();
  await owner.getByText('Also ask how important').click();
  await owner.getByText('(is asked already)').waitFor();
  expect(await add.isDisabled()).toBe(true);
  await owner.getByRole('button', { name: 'Cancel' }).click();
  await owner.getByRole('button', { name: 'Undo: ask leaders and staff the same' }).click();
  expect(await owner.getByText('What matters most?').count()).toBe(0);
  await owner.getByRole('button', { name: 'Redo: ask leaders and staff the same' }).click();
  await saved(owner);
});

test('publishing shows a link for each audience, and one of them can be answered', async () => {
  await owner.getByRole('button', { name: 'Publish' }).click();
  const dialog = owner.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await owner.getByRole('dialog', { name: 'Version 1 is published' }).waitFor();
  await dialog.getByText('Nobody else can open this address: http://localhost:').waitFor();
  const links = dialog.locator('section').filter({ hasText: 'Poster to print' });
  await expect.poll(() => links.count(), { timeout: 15_000 }).toBe(3);
  await settled(owner);
  await expectAccessible(owner);
  await shoot(owner, 'survey-published');
  const address = await links.first().locator('code').innerText();
  // A poster has a size and words of its own; a PDF that would lose some is not offered.
  await links.first().getByRole('button', { name: 'Poster to print' }).click();
  const poster = owner.getByRole('dialog', { name: 'Poster', exact: true });
  await poster.getByText('Nobody else can open this address').waitFor();
  await poster.getByLabel('Size').selectOption('a5');
  await poster.getByLabel('Title').fill('كيف كان؟');
  await poster.getByText('the title would be missing').waitFor();
  expect(await poster.getByRole('button', { name: 'Poster as PDF' }).isDisabled()).toBe(true);
  await poster.locator('img[src*="size=a5&title=%D9%83"]').waitFor();
  await settled(owner);
  await expectAccessible(owner);
  await shoot(owner, 'survey-poster');
  await poster.getByLabel('Title').fill('Jak było?');
  const pdf = poster.getByRole('link', { name: 'Poster as PDF' });
  expect(await pdf.getAttribute('href')).toMatch(/poster\.pdf\?size=a5&title=Jak\+by%C5%82o%3F$/);
  await poster.getByRole('button', { name: 'Close' }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  const guest = await world.newPage({ viewport: PHONE });
  await guest.goto(address);
  await guest.getByText('Would you recommend us?').waitFor();
  const stored = guest.waitForResponse((response) => response.url().endsWith('/api/v1/responses'));
  await guest.getByRole('radio', { name: '9', exact: true }).click();
  expect((await stored).status()).toBe(200);
  await guest.context().close();
  await owner.getByText('Version 1 ·').waitFor();
  await owner.getByRole('link', { name: 'Answers', exact: true }).click();
  await owner.getByText('9 of 10').waitFor();
  const [download] = await Promise.all([
    owner.waitForEvent('download'),
    owner.getByRole('link', { name: 'CSV', exact: true }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
});

test('other words at the end of a scale are told against the version that was answered', async () => {
  const view = await world.newPage({ like: owner.context() });
  await view.goto(editor);
  await view.locator('[data-row^=question-]').first().click();
  const low = view.locator('[data-text$=low][data-audience=customer]').first();
  const before = await low.inputValue();
  await low.fill('never ever');
  const checks = view.getByRole('region', { name: 'Checks' });
  await checks.getByText(`the low end “${before}” reads “never ever” now. Answers given to version 1 were`).waitFor();
  await settled(view);
  for (const [size, viewport] of [
    ['wide', WIDE],
    ['phone', PHONE],
  ] as const) {
    await view.setViewportSize(viewport);
    await expectFits(view);
    await shoot(view, `survey-reworded-${size}`);
  }
  await view.setViewportSize(WIDE);
  // A full stop is no other word.
  await low.fill(`${before}.`);
  await checks.getByText('never ever').waitFor({ state: 'detached' });
  expect(await checks.getByText('the low end').count()).toBe(0);
  await low.fill(before);
  await saved(view);
  await view.context().close();
});

test('a link asks for proof of work, from the screen', async () => {
  const ask = await world.newPage({ like: owner.context() });
  await ask.goto(`${editor}/ask`);
  await ask.getByRole('button', { name: 'New link, QR poster or kiosk' }).click();
  await ask.getByLabel('Name (optional)').fill('Entrance');
  await ask.getByLabel('Proof of work, against robots').selectOption('16');
  await ask.getByText('on https addresses only').waitFor();
  await ask.getByRole('button', { name: 'Make the link' }).click();
  const card = ask.getByRole('region', { name: /Entrance/ });
  await card.getByText('with proof of work').waitFor();
  await card.getByRole('button', { name: 'Change' }).click();
  await settled(ask);
  await expectAccessible(ask);
  await shoot(ask, 'link-change');
  await ask.getByLabel('Proof of work, against robots').selectOption('0');
  await ask.getByRole('button', { name: 'Save' }).click();
  await card.getByText('with proof of work').waitFor({ state: 'detached' });
  await ask.context().close();
});

test('two people: the second sees the first, and their changes; a conflict is settled by a person', async () => {
  const tomas = await invited('tomas@example.org', 'Tomas Berg');
  await tomas.goto(editor);
  await text(tomas, 'customer').waitFor();
  await owner.goto(editor);
  await owner.getByText('Tomas Berg is editing too').waitFor();
  await text(tomas, 'staff').fill('Written by Tomas');
  await saved(tomas);
  await owner.getByText('Tomas Berg changed the survey').waitFor();
  expect(await text(owner, 'staff').inputValue()).toBe('Written by Tomas');
  // Both change something before either sees the other: Kim's reads are held up.
  await owner.route('**/draft', (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()));
  await text(tomas, 'leadership').fill('Tomas asks leaders');
  await saved(tomas);
  await text(owner, 'customer').fill('Kim asks customers');
  await owner.getByText('Not saved').waitFor();
  await owner.unroute('**/draft');
  const conflict = owner.getByRole('alertdialog', { name: 'Tomas Berg saved in the meantime' });
  await conflict.waitFor();
  await expectAccessible(owner);
  await shoot(owner, 'survey-conflict');
  await conflict.getByRole('button', { name: 'Keep mine over theirs' }).click();
  await saved(owner);
  expect(await text(owner, 'leadership').inputValue()).toBe('Tomas asks leaders');
  await expect.poll(() => text(tomas, 'customer').inputValue(), { timeout: 20_000 }).toBe('Kim asks customers');
  await tomas.context().close();

  // One's own second window is nobody else.
  const window = await world.newPage({ like: owner.context() });
  await window.goto(editor);
  await text(window, 'staff').waitFor();
  await owner.route('**/draft', (route) => (route.request().method() === 'PUT' ? route.continue() : route.abort()));
  await text(window, 'staff').fill('The other window asks staff');
  await saved(window);
  await text(owner, 'staff').fill('This window asks staff');
  await owner.unroute('**/draft');
  const own = owner.getByRole('alertdialog', { name: 'You, in another window, saved in the meantime' });
  await own.getByRole('button', { name: 'Take those' }).click();
  await saved(owner);
  expect(await text(owner, 'staff').inputValue()).toBe('The other window asks staff');
  await window.context().close();
});

test('without a server nothing is lost: it is said, and saved when the server is back', async () => {
  await owner.route('**/draft', (route) => route.abort());
  await text(owner, 'customer').fill('Written without a server');
  await owner.getByText('Not saved: the server can’t be reached').waitFor();
  await owner.getByRole('link', { name: 'Answers', exact: true }).click();
  await owner.getByRole('button', { name: 'Not now' }).click();
  await owner.unroute('**/draft');
  await owner.getByRole('button', { name: 'Try now' }).click();
  await saved(owner);
  await owner.getByRole('link', { name: 'Answers', exact: true }).click();
  await owner.getByRole('heading', { name: /^Answers/ }).waitFor();
  // The draft says something else by now: answers are read under the version that was answered.
  await owner.getByText('Would you recommend us?').waitFor();
});

describe('every view of a survey is accessible and fits', () => {
  test.each<[string, typeof WIDE, Scheme]>([
    ['wide', WIDE, 'light'],
    ['phone', PHONE, 'dark'],
  ])('%s', async (size, viewport, scheme) => {
    const page = await world.newPage({ scheme, viewport, like: owner.context() });
    const views = {
      edit: '?audience=staff&language=de&device=desktop',
      page: '?page=recommendation&device=mail',
      ending: '?ending=thanks&device=widget',
      texts: '?part=texts&language=all',
      logic: '?part=logic',
      appearance: '?part=appearance',
      settings: '?part=settings',
      ask: '/ask',
      answers: '/answers',
    };
    for (const [name, address] of Object.entries(views)) {
      await page.goto(editor + address);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await settled(page);
      await expectFits(page);
      await expectAccessible(page);
      await shoot(page, `survey-${name}-${scheme}-${size}`);
    }
    if (size === 'phone') {
      await page.goto(editor);
      for (const pane of ['Parts', 'Preview and checks']) {
        await page.getByRole('button', { name: pane }).click();
        await expectFits(page);
        await expectAccessible(page);
        await shoot(page, `survey-${pane.split(' ')[0]?.toLowerCase()}-${scheme}-${size}`);
      }
    }
    await page.context().close();
  });
});

test('a name of 200 characters without a space fits on a phone', async () => {
  const page = await world.newPage({ viewport: PHONE, like: owner.context() });
  const [, workspace, id] = /\/w\/([^/]+)\/surveys\/([^/?]+)/.exec(editor) ?? [];
  await world.api(page, 'PATCH', `/workspaces/${workspace}/surveys/${id}`, { name: 'Survey'.padEnd(200, 'x') });
  for (const view of ['', '/ask', '/waves', '/moments', '/answers']) {
    await page.goto(`/w/${workspace}/surveys/${id}${view}`);
    await page.getByText('Surveys / Surveyx').waitFor();
    await settled(page);
    await expectFits(page);
  }
  await page.context().close();
});

test('no page broke the content security policy or threw', () => {
  expect(world.complaints).toEqual([]);
});

/** A second person with an account of their own, as analyst. */
async function invited(email: string, name: string): Promise<Page> {
  await owner.goto(`/w/${workspaceOf(owner)}/members`);
  await owner.getByRole('button', { name: 'Invite somebody' }).click();
  await owner.getByLabel('E-mail').fill(email);
  await owner.getByLabel('Role').selectOption('analyst');
  await owner.getByRole('button', { name: 'Invite', exact: true }).click();
  const link = await owner.locator('code').innerText();
  const page = await world.newPage();
  await page.goto(link);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Password').fill('correct horse battery staple');
  await page.getByRole('button', { name: 'Accept the invitation' }).click();
  await page.waitForURL(/\/w\//);
  return page;
}
