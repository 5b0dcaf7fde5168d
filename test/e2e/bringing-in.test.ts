import { readFileSync } from 'node:fs';
import path from 'node:path';
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
  WIDE,
  type World,
  workspaceOf,
} from './browser-world.ts';

const FORM = readFileSync(path.resolve(import.meta.dirname, '../reference/formats/google-forms.csv'));

let world: World;
let page: Page;
let workspace: string;

beforeAll(async () => {
  world = await browserWorld();
  page = await world.newPage();
  await becomeOwner(page, world);
  workspace = workspaceOf(page);
});
afterAll(() => world?.close());

const api = (method: string, path: string, data?: unknown) =>
  world.api<ReturnType<typeof JSON.parse>>(page, method, `/workspaces/${workspace}${path}`, data);

async function choose(button: string, name: string, content: string | Buffer): Promise<void> {
  const opening = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button }).last().click();
  await (await opening).setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
}

async function look(name: string): Promise<void> {
  await settled(page);
  await expectAccessible(page);
  await shoot(page, `${name}-wide`);
  await page.setViewportSize(PHONE);
  await expectFits(page);
  await shoot(page, `${name}-phone`);
  await page.setViewportSize(WIDE);
}

test('a file that a survey is made of brings its responses along once the survey is published', async () => {
  await page.goto(`/w/${workspace}/surveys`);
  await settled(page);
  await page.getByRole('button', { name: 'From another tool' }).click();
  await choose('Choose a file', 'gforms.csv', FORM);
  await page.getByText('This file also holds 4 responses').waitFor();
  await page.getByText('About the file', { exact: true }).waitFor();
  await look('bring-survey');
  await page.getByRole('button', { name: 'Make the survey' }).click();
  await page.waitForURL(/\/surveys\/[0-9a-f-]{36}/);
  await settled(page);
  const surveyId = /surveys\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? '';
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByText('gforms.csv, of which this survey was made, also holds 4 responses.').waitFor();
  await look('bring-published');
  await page.getByRole('button', { name: 'Take 4 responses' }).click();
  await page.getByText('4 responses added.').waitFor();
  expect((await api('GET', `/surveys/${surveyId}/export?format=json`)).rows).toHaveLength(4);

  // One by one they stand in the order of the questions.
  await page.goto(`/w/${workspace}/surveys/${surveyId}/answers`);
  await settled(page);
  const asked = await page.getByRole('listitem').filter({ hasText: 'Crew' }).first().getByRole('term').allInnerTexts();
  expect(asked.map((text) => text.slice(0, 10))).toEqual([
    'How likely',
    'What did y',
    'Rate · Boa',
    'Rate · Cre',
    'When did y',
  ]);
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV', exact: true }).first().click();
  expect((await downloading).suggestedFilename()).toMatch(/^gforms-customer-\d{4}-\d\d-\d\d\.csv$/);
});

test('the same file as a table: which door is better, and no survey of that name is added to unasked', async () => {
  await page.goto(`/w/${workspace}/imports`);
  await settled(page);
  await choose('Choose a file', 'gforms.csv', FORM);
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}/);
  await page.getByText('This is a file of another tool: Google Forms').waitFor();
  await page.getByText('There is a survey called so already.').waitFor();
  await look('bring-table');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await settled(page);
  expect((await api('GET', '/imports')).imports[0].status).toBe('uploaded');
  await page.getByLabel('Its name').fill('gforms, as a table');
  await page.getByText('There is a survey called so already.').waitFor({ state: 'detached' });
  await page.getByLabel('Its name').fill('gforms');
  await page.getByRole('button', { name: 'Into that survey' }).click();
  expect(await page.getByLabel('Into the survey').locator('option:checked').innerText()).toBe('gforms');
  await page.getByRole('button', { name: 'Answers of another tool' }).click();
  await page.getByRole('dialog', { name: 'Answers of another tool' }).waitFor();
  await page.keyboard.press('Escape');
});

test('a list of people says before what it would double, leave out and merge', async () => {
  const list = [
    'E-mail,Name,Language,City',
    'ann@guests.example,Ann,de,Oslo',
    ',Nobody Known,,Rome',
    'bo@guests.example,Bo,martian!,Rome',
    'ann@guests.example,,,Bergen',
    'cy@guests.example,Cy, Jr,en,Rome',
  ].join('\n');
  await page.goto(`/w/${workspace}/contacts`);
  await settled(page);
  await choose('Import a list', 'people.csv', list);
  await page.getByText('2 would be rejected').waitFor();
  await page.getByText('1 row is of somebody who stands in the list before').waitFor();
  await page.getByRole('cell', { name: 'martian!' }).waitFor();
  await look('bring-people');
  await page.getByText('Store rows with neither an address nor a key, too (1 of these)').click();
  await page.getByText('1 would be rejected').waitFor();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('3 people added, 1 changed, 1 row rejected.').waitFor();
  await look('bring-people-done');
  expect(world.complaints).toEqual([]);
});
