import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
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

let world: World;
let page: Page;
beforeAll(async () => {
  world = await browserWorld();
  page = await world.newPage();
  await becomeOwner(page, world);
});
afterAll(() => world?.close());

function definition(en: string): SurveyDefinition {
  const text = {
    customer: { en, de: 'Wie war die Lieferung?' },
    staff: { en: 'What do customers say of delivery?', de: 'Was sagen Kunden zur Lieferung?' },
  };
  return {
    format: 'parallax-survey/1',
    title: { customer: { en: 'Your order', de: 'Ihre Bestellung' } },
    languages: ['en', 'de'],
    audiences: ['staff', 'customer'],
    pages: [{ id: 'p1', questions: [{ id: 'q1', type: 'long', text }] }],
    endings: [{ id: 'thanks', title: { customer: { en: 'Thanks', de: 'Danke' } } }],
    hidden: [],
    quotas: [],
    appearance: {},
    settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: 90 },
  };
}

test('a translation and a twin that did not follow are told before publishing, with the old beside the new', async () => {
  const workspace = `/workspaces/${workspaceOf(page)}`;
  const { id } = await world.api<{ id: string }>(page, 'POST', `${workspace}/surveys`, { name: 'Orders' });
  const path = `${workspace}/surveys/${id}`;
  const save = async (en: string) => {
    const { revision } = await world.api<{ revision: number }>(page, 'GET', `${path}/draft`);
    await world.api(page, 'PUT', `${path}/draft`, { definition: definition(en), revision });
  };
  await save('How was the delivery?');
  await world.api(page, 'POST', `${path}/publish`, {});
  await save('How fair did you find our prices?');
  for (const [size, viewport] of [
    ['wide', WIDE],
    ['phone', PHONE],
  ] as const) {
    await page.setViewportSize(viewport);
    await page.goto(`/w/${workspaceOf(page)}/surveys/${id}`);
    await page.getByRole('button', { name: 'Publish' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Changed: “How was the delivery?” is now “How fair did you find our prices?”').waitFor();
    await dialog.getByText(/warnings? to look at/).click();
    await dialog.getByText('Changed in English for customers, not in German and not for staff').waitFor();
    await settled(page);
    await expectFits(page);
    await expectAccessible(page);
    await shoot(page, `survey-behind-${size}`);
  }
  expect(world.complaints).toEqual([]);
});
