import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  becomeOwner,
  browserWorld,
  expectAccessible,
  expectFits,
  PHONE,
  settled,
  shoot,
  type World,
  workspaceOf,
} from './browser-world.ts';
import { QUESTIONS, surveyOf } from './survey-questions.ts';

let world: World;
let owner: Page;
let workspace: string;
let survey: string;

beforeAll(async () => {
  world = await browserWorld();
  owner = await world.newPage();
  await becomeOwner(owner, world);
  workspace = workspaceOf(owner);
  const questions = QUESTIONS.filter(({ id }) => ['nps', 'long'].includes(id));
  survey = (await api('POST', '/surveys', { name: 'At the gate' })).id;
  const { revision } = await api('GET', `/surveys/${survey}/draft`);
  const definition = surveyOf(questions, { audiences: ['customer', 'staff'] });
  await api('PUT', `/surveys/${survey}/draft`, { definition, revision });
  await api('POST', `/surveys/${survey}/publish`, {});
  const { token } = await api('POST', `/surveys/${survey}/links`, { audience: 'customer' });
  await answer(token, 'All was well.', {});
  await answer(token, 'I work here.', { internal: true });
  await answer(token, 'Quick as a flash.', { took: 100 });
});
afterAll(() => world?.close());

const send = (address: string, method: string, data?: unknown) =>
  world.api<ReturnType<typeof JSON.parse>>(owner, method, address, data);
const api = (method: string, path: string, data?: unknown) => send(`/workspaces/${workspace}${path}`, method, data);
const answer = (link: string, long: string, more: object) =>
  send('/responses', 'POST', {
    ...{ link, response: randomUUID(), version: 1, part: 0, answers: { nps: 3, long }, finished: true, took: 60_000 },
    ...more,
  });

const given = async () =>
  (await owner.locator('section', { hasText: 'one by one' }).locator('dd').allTextContents()).filter(
    (text) => !/^\d+ of/.test(text),
  );

test('what was set apart is looked at, let count, and set apart again', async () => {
  await owner.goto(`/w/${workspace}/surveys/${survey}/answers`);
  await settled(owner);
  expect(await given()).toEqual(['All was well.']);
  // Staff are asked, nothing is published: when it will be is said, and not whether somebody answered.
  await owner.getByText('Staff: 0 published.').waitFor();
  await owner.getByText('The first batch is published when at least 5 are there').waitFor();

  await owner.getByLabel('Show').selectOption({ label: 'Set apart: Own people (1)' });
  await settled(owner);
  expect(await given()).toEqual(['I work here.']);
  expect(owner.url()).toContain('show=internal');
  await expectAccessible(owner);
  await shoot(owner, 'answers-internal-wide');
  await owner.reload();
  await settled(owner);
  expect(await given()).toEqual(['I work here.']);
  await owner.getByLabel('Show').selectOption('');

  await owner.getByRole('button', { name: 'Count all: Too fast' }).click();
  await owner.getByRole('button', { name: 'Count', exact: true }).click();
  await owner.getByText('1 response counts now.').waitFor();
  await settled(owner);
  expect(await given()).toEqual(['Quick as a flash.', 'All was well.']);
  await expectAccessible(owner);
  await shoot(owner, 'answers-counted-wide');
  await owner.getByRole('button', { name: 'Undo' }).click();
  await owner.getByText('1 response counts now.').waitFor({ state: 'detached' });
  await settled(owner);
  expect(await given()).toEqual(['All was well.']);

  // Later, when nothing on the page remembers it any more: from the row.
  await owner.getByRole('button', { name: 'Count all: Too fast' }).click();
  await owner.getByRole('button', { name: 'Count', exact: true }).click();
  await owner.getByText('1 response counts now.').waitFor();
  await owner.reload();
  await settled(owner);
  await owner.getByText('was set apart: Too fast').waitFor();
  await owner.getByRole('button', { name: 'Set apart again' }).click();
  await owner.getByText('was set apart: Too fast').waitFor({ state: 'detached' });
  await settled(owner);
  expect(await given()).toEqual(['All was well.']);

  const phone = await world.newPage({ viewport: PHONE, scheme: 'dark', like: owner.context() });
  await phone.goto(`/w/${workspace}/surveys/${survey}/answers?show=too_fast`);
  await settled(phone);
  await expectAccessible(phone);
  await expectFits(phone);
  await shoot(phone, 'answers-too-fast-phone-dark');
  await phone.context().close();
});

test('staff’s answers are dismissed after a question only, and can be let count after all', async () => {
  const { token } = await api('POST', `/surveys/${survey}/links`, { audience: 'staff' });
  for (const long of ['One.', 'Two.']) await answer(token, long, { internal: true });
  await owner.goto(`/w/${workspace}/surveys/${survey}/answers`);
  await settled(owner);
  const group = owner.getByRole('listitem').filter({ hasText: 'Own people, staff' });
  await group.getByText('Own people, staff: 2').waitFor();
  await group.getByRole('button', { name: 'Dismiss all: Own people' }).click();
  const question = owner.getByRole('alertdialog', { name: 'Dismiss all 2?' });
  await question.getByText('“Count the dismissed” lets them count later').waitFor();
  await question.getByRole('button', { name: 'Not now' }).click();
  await group.getByText('Own people, staff: 2').waitFor();
  await group.getByRole('button', { name: 'Dismiss all: Own people' }).click();
  await question.getByRole('button', { name: 'Dismiss', exact: true }).click();
  await group.getByText('2 were dismissed.').waitFor();
  await expectAccessible(owner);
  await shoot(owner, 'answers-dismissed-wide');
  await group.getByRole('button', { name: 'Count the dismissed: Own people' }).click();
  await owner.getByRole('alertdialog').getByText('This can’t be undone').waitFor();
  await owner.getByRole('button', { name: 'Count', exact: true }).click();
  await group.waitFor({ state: 'detached' });
});

test('all that were set apart can be looked at, page by page', async () => {
  const { token } = await api('POST', `/surveys/${survey}/links`, { audience: 'customer' });
  for (let i = 0; i < 55; i += 1) await answer(token, `Number ${i}`, { trap: 'x' });
  await owner.goto(`/w/${workspace}/surveys/${survey}/answers?show=trap`);
  await expect.poll(async () => (await given()).length).toBe(50);
  await owner.getByRole('button', { name: 'Show more', exact: true }).click();
  await expect.poll(async () => new Set(await given()).size).toBe(55);
  await owner.goto(`/w/${workspace}/surveys/${survey}/answers`);
  const group = owner.getByRole('listitem').filter({ hasText: 'Filled in what people don’t see' });
  await group.getByRole('button', { name: 'Look at them' }).click();
  await group.getByRole('button', { name: 'Show more of them' }).click();
  await expect.poll(() => group.getByRole('button', { name: 'Count it' }).count()).toBe(55);
});

test('the list of surveys asks for no survey by itself', async () => {
  for (const name of ['A second', 'A third']) await api('POST', '/surveys', { name });
  const asked: string[] = [];
  owner.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await owner.goto(`/w/${workspace}/surveys`);
  await settled(owner);
  await owner.getByText('version 1').first().waitFor();
  expect(await owner.getByRole('row').count()).toBeGreaterThan(3);
  expect(asked).toContain(`/api/v1/workspaces/${workspace}/surveys`);
  expect(asked.filter((path) => path.includes('/surveys/'))).toEqual([]);
  await shoot(owner, 'surveys-wide');
});

test('nothing on any of these pages broke a rule of its own', () => {
  expect(world.complaints).toEqual([]);
});
