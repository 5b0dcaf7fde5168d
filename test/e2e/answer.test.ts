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

let world: World;
let owner: Page;
beforeAll(async () => {
  world = await browserWorld();
  owner = await world.newPage();
  await becomeOwner(owner, world);
});
afterAll(() => world?.close());

/** Makes a wave and two personal links to it in the dashboard, as an owner does. */
async function twoLinks(): Promise<string[]> {
  await owner.goto(`/w/${workspaceOf(owner)}/surveys`);
  await owner.locator('tbody a').first().click();
  await owner.getByRole('navigation', { name: 'Survey', exact: true }).getByRole('link', { name: 'Ask' }).click();
  await owner.getByRole('button', { name: 'Add a wave' }).click();
  await owner.getByLabel('Name').fill('Crew in autumn');
  await owner.getByLabel('Audience', { exact: true }).selectOption('staff');
  await owner.getByRole('button', { name: 'Add the wave' }).click();
  await owner.getByRole('button', { name: 'Change Crew in autumn' }).click();
  await owner.getByRole('menuitem', { name: 'Make personal links' }).click();
  await owner.getByLabel('How many links?').fill('2');
  await owner.getByRole('button', { name: 'Make the links' }).click();
  const dialog = owner.getByRole('dialog', { name: '2 personal links' });
  await dialog.waitFor();
  await settled(owner);
  await expectAccessible(owner);
  await shoot(owner, 'personal-links');
  const links = (await dialog.locator('code').innerText()).split('\n');
  expect(links).toHaveLength(2);
  const [download] = await Promise.all([
    owner.waitForEvent('download'),
    dialog.getByRole('link', { name: 'Download as CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('links Crew in autumn.csv');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await owner.getByText('Personal links: 2 made, at least 0 used').waitFor();
  return links;
}

test('a personal link is answered without an account, by keyboard on a phone, once, and by a ticket', async () => {
  const [link = ''] = await twoLinks();
  const page = await world.newPage({ viewport: PHONE });
  const sent: { url: string; body: Record<string, unknown> }[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push({ url: new URL(request.url()).pathname, body: request.postDataJSON() });
  });
  await page.goto(link);
  await page.getByText(/only together with those of at least 5 people/).waitFor();
  expect(page.url()).toMatch(/\/s$/);
  expect(await page.getByRole('radiogroup').or(page.getByRole('group')).count()).toBeGreaterThan(0);
  await expectFits(page);
  await expectAccessible(page);
  await shoot(page, 'answer-phone');

  await page.getByRole('radio').first().focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  expect(await page.getByRole('radio').nth(1).isChecked()).toBe(true);
  // The first answer goes out by itself; loaded again, the page goes on with the same ticket.
  await page.waitForResponse((response) => response.url().endsWith('/api/v1/responses') && response.status() === 200);
  await page.reload();
  await page.getByRole('radio').nth(1).waitFor();
  expect(await page.getByRole('radio').nth(1).isChecked()).toBe(true);
  const heading = page.getByRole('heading', { level: 1 });
  for (let i = 0; i < 20 && !/Thank you/.test(await heading.innerText()); i++) {
    await page.getByRole('button', { name: /^(Next|Send)$/ }).focus();
    await page.keyboard.press('Enter');
    await settled(page);
  }
  await page.getByRole('heading', { level: 1, name: /Thank you/ }).waitFor();
  await expectAccessible(page);
  // The link asks for the questions and for one ticket, after the reload for the same again; the answers come without it.
  const asked = sent.filter(({ url }) => url === '/api/v1/tickets');
  expect(asked.length).toBeGreaterThan(0);
  expect(new Set(asked.map(({ body }) => body.blinded)).size).toBe(1);
  const parts = sent.filter(({ url }) => url === '/api/v1/responses');
  expect(parts.length).toBeGreaterThan(1);
  expect(new Set(parts.map(({ body }) => body.ticket)).size).toBe(1);
  for (const { body } of parts) expect(JSON.stringify(body)).not.toContain('ans_');
  await page.context().close();

  const again = await world.newPage({ viewport: PHONE });
  await again.goto(link);
  await again.getByRole('radio').first().focus();
  await again.keyboard.press('Space');
  await again.getByText(/could not be stored/).waitFor();
  await expectFits(again);
  await expectAccessible(again);
  await again.context().close();
  expect(world.complaints).toEqual([]);
});
