import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  becomeOwner,
  browserWorld,
  expectAccessible,
  settled,
  shoot,
  type World,
  workspaceOf,
} from './browser-world.ts';

let world: World;
let page: Page;
let workspaceId: string;
let surveyId: string;

beforeAll(async () => {
  world = await browserWorld({ OUTBOUND_ALLOW: '127.0.0.1' });
  page = await world.newPage();
  await becomeOwner(page, world);
  workspaceId = workspaceOf(page);
  surveyId = (await api('POST', '/surveys', { name: 'Told', template: 'relationship-nps', language: 'en' })).id;
  await api('POST', '/contacts', { audience: 'customer', name: 'Ada' });
});
afterAll(() => world?.close());

const api = (method: string, path: string, data?: unknown) =>
  world.api<ReturnType<typeof JSON.parse>>(page, method, `/workspaces/${workspaceId}${path}`, data);
const goTo = (path: string) => page.goto(`/w/${workspaceId}${path}`);
/** What a field says is wrong with it. */
async function saidAt(label: string): Promise<string> {
  const field = page.getByLabel(label, { exact: true });
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
  const ids = ((await field.getAttribute('aria-describedby')) ?? '').split(' ').filter(Boolean);
  const texts = await Promise.all(ids.map((id) => page.locator(`[id="${id}"]`).innerText()));
  return texts.join(' ');
}

test('what is wrong with a field is said there, once, and goes when another field makes it right', async () => {
  await goTo(`/surveys/${surveyId}/waves`);
  await page.getByRole('button', { name: 'Add a wave' }).click();
  await page.getByLabel('Name').fill('Backwards');
  await page.getByLabel('First day').fill('2031-06-10');
  await page.getByLabel('Last day').fill('2031-06-01');
  await page.getByRole('button', { name: 'Add the wave' }).click();
  expect(await saidAt('Last day')).toContain('Must not be before the first day');
  expect(await page.getByText(/not be before/).count()).toBe(1);
  expect(await page.getByText(/startsOn|EndsOn/i).count()).toBe(0);
  await expectAccessible(page);
  await shoot(page, 'problem-at-field');
  await page.getByLabel('First day').fill('2031-05-01');
  await page.getByText(/not be before/).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Add the wave' }).click();
  await page.getByRole('link', { name: 'Backwards' }).waitFor();
});

test('what the world has against a field can be tried again as it is', async () => {
  await goTo('/settings/webhooks');
  await page.getByRole('button', { name: 'Add a webhook' }).first().click();
  await page.getByLabel('Name').fill('Desk');
  await page.getByLabel('Address').fill('http://127.0.0.2/hook');
  const posts: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/webhooks')) posts.push(request.url());
  });
  const add = page.getByRole('dialog').getByRole('button', { name: 'Add' });
  await add.click();
  const said = await saidAt('Address');
  expect(said).not.toMatch(/\burl\b/i);
  await add.click();
  await expect.poll(() => posts.length).toBe(2);
  expect(await saidAt('Address')).toBe(said);
  await page.getByRole('button', { name: 'Cancel' }).click();
});

test('moments say it at the last day', async () => {
  await api('POST', `/surveys/${surveyId}/publish`, {});
  await goTo(`/surveys/${surveyId}/moments`);
  await page.getByLabel('First day').fill('2031-06-10');
  await page.getByLabel('Last day').fill('2031-06-01');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  expect(await saidAt('Last day')).toMatch(/before the first/i);
  expect(await page.getByText(/until/i).and(page.getByRole('alert')).count()).toBe(0);
});

test('an address with what the dashboard does not know shows the page, and an id that is none says so', async () => {
  await goTo('/contacts?utm_source=letter&audience=customer&reach=banana');
  await page.getByRole('link', { name: 'Ada' }).waitFor();
  await settled(page);
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(new URL(page.url()).search).toBe('?audience=customer');
  await goTo('/asking/log?asked=perhaps&surveyId=7&fbclid=1');
  await settled(page);
  expect(await page.getByRole('alert').count()).toBe(0);
  await goTo('/contacts/not-an-id');
  await page.getByText('There is no such contact.').waitFor();
  expect(await page.getByText(/contactId/i).count()).toBe(0);
});
