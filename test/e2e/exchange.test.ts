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

const FILES = path.resolve(import.meta.dirname, '../reference/formats');

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

async function choose(file: string): Promise<void> {
  const opening = page.waitForEvent('filechooser');
  await page.getByRole('dialog').getByRole('button', { name: 'Choose a file' }).click();
  await (await opening).setFiles(path.join(FILES, file));
}

test('a form of another tool is looked at before it is made, and its answers are taken', async () => {
  await page.goto(`/w/${workspace}/surveys`);
  await settled(page);
  await page.getByRole('button', { name: 'From another tool' }).click();
  await choose('pspp-plain.sav');
  await page.getByText('SPSS').first().waitFor();
  await page.getByRole('button', { name: 'Another file' }).click();
  await choose('typeform-form.json');
  await page.getByText('Typeform form (JSON): 15 questions').waitFor();
  await page.getByText('Fields of type “file_upload” cannot be carried over.').waitFor();
  await expectAccessible(page);
  await shoot(page, 'exchange-survey-wide');
  await page.setViewportSize(PHONE);
  await expectFits(page);
  await shoot(page, 'exchange-survey-phone');
  await page.setViewportSize(WIDE);
  await page.getByRole('button', { name: 'Make the survey' }).click();
  await page.waitForURL(/\/surveys\/[0-9a-f-]{36}/);
  await settled(page);
  const surveyId = /surveys\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? '';

  await api('PUT', '/redirect-hosts', { hosts: ['example.org'] });
  const { revision } = await api('GET', `/surveys/${surveyId}/draft`);
  await api('POST', `/surveys/${surveyId}/publish`, { revision });
  const wave = await api('POST', `/surveys/${surveyId}/waves`, { name: 'Spring', audience: 'customer' });
  await page.goto(`/w/${workspace}/imports`);
  await settled(page);
  await page.getByRole('button', { name: 'Answers of another tool' }).click();
  await page.getByLabel('Survey that was answered').selectOption(surveyId);
  await page.getByLabel('Wave').selectOption('Spring');
  await expectAccessible(page);
  await shoot(page, 'exchange-destination-wide');
  await choose('typeform-form.json');
  await page.getByRole('alert').getByText('holds questions and no answers').waitFor();
  await choose('typeform-responses.json');
  await page.getByText(/2 responses with an answer; \d+ of \d+ fields find their question/).waitFor();
  await expectAccessible(page);
  await shoot(page, 'exchange-answers-wide');
  await page.setViewportSize(PHONE);
  await expectFits(page);
  await shoot(page, 'exchange-answers-phone');
  await page.getByRole('button', { name: 'Take 2 responses' }).click();
  await page.getByText('2 added, 0 updated, 0 known already.').waitFor();
  const rows = (await api('GET', `/surveys/${surveyId}/export?format=json`)).rows;
  expect(rows.map((row: Record<string, unknown>) => row['_wave'])).toEqual([wave.id, wave.id]);
  await page.getByRole('link', { name: 'Answers of After your stay' }).click();
  await settled(page);
  await page.getByText('A wedding').waitFor();
  expect(world.complaints).toEqual([]);
});

test('in the dark, with the keyboard: what finds no question is bound by hand', async () => {
  const dark = await world.newPage({ scheme: 'dark', like: page.context() });
  await dark.goto(`/w/${workspace}/imports`);
  await settled(dark);
  await dark.getByRole('button', { name: 'Answers of another tool' }).focus();
  await dark.keyboard.press('Enter');
  await dark.getByLabel('Survey that was answered').selectOption({ label: 'After your stay' });
  const opening = dark.waitForEvent('filechooser');
  await dark.getByRole('dialog').getByRole('button', { name: 'Choose a file' }).focus();
  await dark.keyboard.press('Enter');
  const answers = [
    { field: { ref: 'renamed', type: 'nps' }, type: 'number', number: 7 },
    { field: { ref: 'clean', type: 'rating' }, type: 'number', number: 9 },
  ];
  const items = [
    {
      token: 'tok9',
      submitted_at: '2026-03-03T00:00:00Z',
      answers: [...answers, { field: { ref: 'quiet' }, type: 'number', number: 3 }],
    },
  ];
  await (await opening).setFiles({
    name: 'x.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify({ items })),
  });
  await dark.getByText('1 cell does not fit its question and is left out').waitFor();
  await dark.getByLabel('What “renamed” answers').selectOption('recommend');
  await dark.getByText('3 of 3 fields find their question').waitFor();
  await expectAccessible(dark);
  await shoot(dark, 'exchange-answers-dark');
  await dark.getByRole('button', { name: 'Take 1 response', exact: true }).click();
  await dark.getByText('1 added, 0 updated, 0 known already.').waitFor();
  expect(world.complaints).toEqual([]);
});
