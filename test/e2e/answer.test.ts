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

test('a personal link is answered without an account, by keyboard on a phone, once', async () => {
  const [link = ''] = await twoLinks();
  const page = await world.newPage({ viewport: PHONE });
  await page.goto(link);
  await page.getByText('asks you as a member of staff').waitFor();
  await page.getByText(/only in numbers about at least 5 people/).waitFor();
  expect(page.url()).toMatch(/\/answer$/);
  const groups = await page.getByRole('group').count();
  expect(groups).toBeGreaterThan(3);
  const progress = page.getByText(/\d+ of \d+ answered/);
  expect(await progress.innerText()).toBe(`0 of ${groups} answered`);
  await expectFits(page);
  await expectAccessible(page);
  await shoot(page, 'answer-phone');

  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  expect(await page.getByRole('group').first().getByRole('radio').nth(1).isChecked()).toBe(true);
  // Enter on an answer does not send what is not finished.
  await page.keyboard.press('Enter');
  const second = page.getByRole('group').nth(1).getByRole('radio', { name: 'Does not apply to me' });
  await second.focus();
  await page.keyboard.press('Space');
  expect(await progress.innerText()).toBe(`2 of ${groups} answered`);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Send my answers' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
  await expectAccessible(page);
  await page.context().close();

  const again = await world.newPage({ viewport: PHONE });
  await again.goto(link);
  await again.getByText('This link has been used').waitFor();
  await expectFits(again);
  await expectAccessible(again);
  await again.goto('/answer');
  await again.getByText('The link is not complete').waitFor();
  await again.context().close();
  expect(world.complaints).toEqual([]);
});
