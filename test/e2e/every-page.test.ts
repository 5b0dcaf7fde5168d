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
let pages: Record<string, string>;

beforeAll(async () => {
  world = await browserWorld();
  owner = await world.newPage();
  await becomeOwner(owner, world);
  const workspace = `/w/${workspaceOf(owner)}`;
  const first = await owner.locator('.gap-table tbody th a').first().getAttribute('href');
  const touchpoint = first?.replace(/^.*\/touchpoints\//, '').replace(/[?#].*$/, '');
  pages = {
    gaps: workspace,
    'gaps-filtered': `${workspace}?since=2017-01-01&until=2017-12-31&sort=journey&pair=alignment`,
    touchpoint: `${workspace}/touchpoints/${touchpoint}`,
    methods: `${workspace}/methods`,
    journey: `${workspace}/journeys`,
    'touchpoint-editor': `${workspace}/journeys/touchpoints/${touchpoint}`,
    teams: `${workspace}/journeys/teams`,
    surveys: `${workspace}/surveys`,
    imports: `${workspace}/imports`,
    members: `${workspace}/members`,
    'api-keys': `${workspace}/members/api-keys`,
    audit: `${workspace}/members/audit`,
    settings: `${workspace}/settings`,
    'mail-settings': `${workspace}/settings/mail`,
    webhooks: `${workspace}/settings/webhooks`,
    account: '/account',
    workspaces: '/workspaces',
    'not-here': '/nothing/here',
    'foreign-workspace': '/w/00000000-0000-4000-8000-000000000000',
  };
});
afterAll(() => world?.close());

describe.each<Scheme>(['light', 'dark'])('%s', (scheme) => {
  test.each([
    ['wide', WIDE],
    ['phone', PHONE],
  ])('every page is accessible and fits: %s', async (size, viewport) => {
    const page = await world.newPage({ scheme, viewport, like: owner.context() });
    for (const [name, address] of Object.entries(pages)) {
      await page.goto(address);
      await page.getByRole('heading').first().or(page.getByRole('alert')).first().waitFor();
      await settled(page);
      await expectFits(page);
      await expectAccessible(page);
      await shoot(page, `${name}-${scheme}-${size}`);
    }
    await page.context().close();
  });
});

test('no page reads anything twice', async () => {
  const page = await world.newPage({ like: owner.context() });
  const reads: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/')) reads.push(`${request.method()} ${request.url()}`);
  });
  for (const [name, address] of Object.entries(pages)) {
    reads.length = 0;
    await page.goto(address);
    await page.getByRole('heading').first().or(page.getByRole('alert')).first().waitFor();
    await settled(page);
    expect(reads, name).toContainEqual(expect.stringContaining('/api/v1/session'));
    expect(
      reads.filter((read, i) => reads.indexOf(read) !== i),
      name,
    ).toEqual([]);
  }
  await page.context().close();
});

test('a server that fails says so in a sentence and offers to try again', async () => {
  const page = await world.newPage({ like: owner.context() });
  await page.route('**/api/v1/workspaces/*/gaps*', (route) =>
    route.fulfill({
      status: 422,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        status: 422,
        code: 'unprocessable',
        detail: 'The filter names no journey of this workspace.',
      }),
    }),
  );
  await page.goto(pages['gaps'] ?? '/');
  const alert = page.getByRole('alert');
  await alert.waitFor();
  expect(await alert.innerText()).toContain('The filter names no journey of this workspace.');
  await page.unroute('**/api/v1/workspaces/*/gaps*');
  await alert.getByRole('button', { name: 'Try again' }).click();
  await page.locator('.gap-table').waitFor();
  await page.context().close();
});

test('no page broke the content security policy or threw', () => {
  expect(world.complaints).toEqual([]);
});
