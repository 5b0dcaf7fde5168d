import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { becomeOwner, browserWorld, settled, type World, workspaceOf } from './browser-world.ts';

let world: World;
let page: Page;
let workspaceId: string;
let surveyId: string;

beforeAll(async () => {
  world = await browserWorld({ OUTBOUND_ALLOW: '127.0.0.1' });
  page = await world.newPage();
  await becomeOwner(page, world);
  workspaceId = workspaceOf(page);
  const survey = { name: 'Twice', template: 'relationship-nps', language: 'en' };
  surveyId = (await api('POST', '/surveys', survey)).id;
});
afterAll(() => world?.close());

const api = (method: string, path: string, data?: unknown) =>
  world.api<ReturnType<typeof JSON.parse>>(page, method, `/workspaces/${workspaceId}${path}`, data);

/** What was asked of the server to write at an address that ends so, while something was done. */
async function writesTo(ending: string, act: () => Promise<unknown>): Promise<number> {
  let writes = 0;
  const watch = (request: { method(): string; url(): string }) => {
    if (request.method() !== 'GET' && request.url().endsWith(ending)) writes += 1;
  };
  page.on('request', watch);
  await act();
  await settled(page);
  page.off('request', watch);
  return writes;
}

const twice = async (name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true }).dblclick();

test('a double click makes one of each', async () => {
  await page.goto(`/w/${workspaceId}/surveys/${surveyId}`);
  await page.getByRole('button', { name: 'Publish' }).click();
  await twice('Publish');
  await page.getByRole('dialog', { name: 'Version 1 is published' }).waitFor();
  await settled(page);
  const open = async () =>
    (await api('GET', `/surveys/${surveyId}/links`)).links.filter((link: { test: boolean }) => !link.test);
  expect((await open()).map((link: { audience: string }) => link.audience).sort()).toEqual([
    'customer',
    'leadership',
    'staff',
  ]);

  await page.goto(`/w/${workspaceId}/surveys/${surveyId}/ask`);
  await page.getByRole('button', { name: 'New link, QR poster or kiosk' }).click();
  await page.getByLabel('Where it is shown').selectOption('kiosk');
  expect(await writesTo('/links', () => twice('Make the link'))).toBe(1);
  expect(await open()).toHaveLength(4);

  await page.goto(`/w/${workspaceId}/surveys/${surveyId}/waves`);
  await page.getByRole('button', { name: 'Add a wave' }).click();
  await page.getByLabel('Name').fill('Autumn');
  await twice('Add the wave');
  await settled(page);
  expect((await api('GET', `/surveys/${surveyId}/waves`)).waves).toHaveLength(1);

  await page.goto(`/w/${workspaceId}/contacts`);
  await page.getByRole('button', { name: 'Add a contact' }).click();
  await page.getByLabel('Name').fill('Ada');
  await twice('Add');
  await settled(page);
  expect((await api('GET', '/contacts')).contacts).toHaveLength(1);

  await page.goto(`/w/${workspaceId}/members/api-keys`);
  await page.getByRole('button', { name: 'Make a key' }).first().click();
  await page.getByLabel('What it is for').fill('Reports');
  await twice('Make the key');
  await page.getByRole('dialog', { name: 'The key' }).waitFor();
  expect((await api('GET', '/api-keys')).apiKeys).toHaveLength(1);

  await page.goto(`/w/${workspaceId}/settings/webhooks`);
  await page.getByRole('button', { name: 'Add a webhook' }).first().click();
  await page.getByLabel('Name').fill('Desk');
  await page.getByLabel('Address').fill('http://127.0.0.1:9/hook');
  await twice('Add');
  await page.getByRole('dialog', { name: 'Add a webhook' }).waitFor({ state: 'detached' });
  await settled(page);
  expect((await api('GET', '/webhooks')).endpoints).toHaveLength(1);
  expect(world.complaints).toEqual([]);
});

test('the second click is also none when the first has been answered meanwhile', async () => {
  const endpoints = async () => (await api('GET', '/webhooks')).endpoints;
  const [{ id, enabled }] = await endpoints();
  await page.goto(`/w/${workspaceId}/settings/webhooks/${id}`);
  const off = page.getByRole('button', { name: 'Switch it off' });
  const on = page.getByRole('button', { name: 'Switch it on' });
  const box = await off.boundingBox();
  if (!box) throw new Error('the switch is not drawn');
  const click = async (clickCount: number) => {
    await page.mouse.down({ clickCount });
    await page.mouse.up({ clickCount });
  };
  await page.mouse.move(box.x + 10, box.y + box.height / 2);
  await click(1);
  await on.waitFor();
  await settled(page);
  expect(await writesTo(id, () => click(2))).toBe(0);
  expect((await endpoints())[0].enabled).toBe(!enabled);
  // A click of its own is meant.
  expect(await writesTo(id, () => click(1))).toBe(1);
  await off.waitFor();
  expect((await endpoints())[0].enabled).toBe(enabled);
  expect(world.complaints).toEqual([]);
});
