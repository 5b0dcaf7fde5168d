import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Condition, Page as SurveyPage } from '../../src/core/survey/definition.ts';
import { becomeOwner, browserWorld, PHONE, shoot, type World, workspaceOf } from './browser-world.ts';
import { surveyOf } from './survey-questions.ts';

let world: World;
let owner: Page;
beforeAll(async () => {
  world = await browserWorld();
  owner = await world.newPage();
  await becomeOwner(owner, world);
});
afterAll(() => world?.close());

const api = <T>(method: string, path: string, data?: unknown) =>
  world.api<T>(owner, method, `/workspaces/${workspaceOf(owner)}${path}`, data);

const say = (en: string) => ({ customer: { en } });
const yesno = (id: string, text: string) => ({ id, type: 'yesno' as const, text: say(text) });
const flew = (value: number): Condition => ({ of: 'answer', key: 'children', is: 'eq', value });
const PAGES: readonly SurveyPage[] = [
  { id: 'p1', questions: [yesno('children', 'Did you fly with children?')], jumps: [{ if: flew(0), to: 'p3' }] },
  { id: 'p2', questions: [yesno('area', 'Was the play area good?')] },
  { id: 'p3', questions: [yesno('seats', 'Were the seats good?')] },
];

test('who goes back and takes another way leaves an answer, which is shown as one that does not count', async () => {
  const { id } = await api<{ id: string }>('POST', '/surveys', { name: 'With children' });
  const { revision } = await api<{ revision: number }>('GET', `/surveys/${id}/draft`);
  await api('PUT', `/surveys/${id}/draft`, { definition: surveyOf([], { pages: PAGES }), revision });
  await api('POST', `/surveys/${id}/publish`, {});
  const link = await api<{ address: string }>('POST', `/surveys/${id}/links`, { audience: 'customer' });

  const page = await world.newPage({ viewport: PHONE });
  await page.goto(link.address);
  const answer = async (question: string, choice: string) => {
    const group = page.getByRole('group', { name: question });
    await group.waitFor();
    await group.getByRole('radio', { name: choice }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: /^(Next|Send)$/ }).click();
  };
  // Nobody answers faster than people can read.
  await page.waitForTimeout(2_100);
  await answer('Did you fly with children?', 'Yes');
  await answer('Was the play area good?', 'No');
  await page.getByText('Were the seats good?').waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByText('Was the play area good?').waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  await answer('Did you fly with children?', 'No');
  await answer('Were the seats good?', 'Yes');
  await page.getByText('Thank you').waitFor();

  await expect
    .poll(async () => (await api<{ responses: object[] }>('GET', `/surveys/${id}/responses`)).responses)
    .toMatchObject([{ finished: true, answers: { children: 0, area: 0, seats: 1 }, left: ['area'] }]);
  await owner.goto(`/w/${workspaceOf(owner)}/surveys/${id}/answers`);
  const left = owner.getByText('does not count: on a way that the respondent left');
  await left.waitFor();
  expect(await left.count()).toBe(1);
  await shoot(owner, 'left-answers');
  expect(world.complaints).toEqual([]);
});
