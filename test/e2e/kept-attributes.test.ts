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

// What anonymous answers keep: chosen in the editor, said to each respondent, and proven by the ticket of a real browser.

let world: World;
let page: Page;
let workspaceId: string;
let surveyId: string;

type Json = ReturnType<typeof JSON.parse>;
const read = (method: string, at: string, body: unknown, as: 'json' | 'text'): Promise<Json> =>
  page.evaluate(
    `fetch(${JSON.stringify(`/api/v1/workspaces/${workspaceId}${at}`)}, { method: ${JSON.stringify(method)},
      headers: { 'content-type': 'application/json' }, ${body === undefined ? '' : `body: ${JSON.stringify(JSON.stringify(body))}`} })
      .then(async (reply) => { if (!reply.ok) throw new Error(await reply.text()); return reply.${as}(); })`,
  );
const api = (method: string, at: string, body?: unknown) => read(method, at, body, 'json');

beforeAll(async () => {
  world = await browserWorld();
  page = await world.newPage();
  await becomeOwner(page, world);
  workspaceId = workspaceOf(page);
  const contacts = Array.from({ length: 12 }, (_, i) => ({
    key: `crew-${i}`,
    audience: 'staff',
    language: i === 0 ? 'de' : null,
    attributes: { department: i < 6 ? 'Ground <b>crew</b>' : `Office ${i}`, shift: i < 6 ? 'early' : 'late' },
  }));
  await api('POST', '/contact-batches', { contacts });
  surveyId = (await api('POST', '/surveys', { name: 'What staff see' })).id;
  const { revision, definition } = await api('GET', `/surveys/${surveyId}/draft`);
  const question = {
    id: 'q1',
    type: 'rating',
    min: 1,
    max: 5,
    text: { customer: { en: 'How is it?', de: 'Wie ist es?' } },
  };
  const asked = {
    ...definition,
    title: { customer: { en: 'What staff see', de: 'Was wir sehen' } },
    languages: ['en', 'de'],
    audiences: ['staff'],
    pages: [{ id: 'p1', questions: [question] }],
    endings: [{ id: 'thanks', title: { customer: { en: 'Thank you', de: 'Danke' } } }],
  };
  await api('PUT', `/surveys/${surveyId}/draft`, { definition: asked, revision });
});
afterAll(() => world?.close());

test('the editor chooses what answers keep, in an order, and takes it back', async () => {
  await page.goto(`/w/${workspaceId}/surveys/${surveyId}?part=settings`);
  const group = page.getByRole('group', { name: 'What anonymous answers keep of people' });
  await group.getByLabel('Keep an attribute').selectOption('shift');
  await group.getByLabel('Keep an attribute').selectOption('department');
  await group.getByRole('button', { name: 'Keep it longer: department' }).click();
  await group.getByLabel('Name of an attribute').fill('shift');
  expect(await group.getByRole('button', { name: 'Add' }).isDisabled()).toBe(true);
  expect(await group.getByRole('listitem').allInnerTexts()).toEqual([
    expect.stringContaining('1. department'),
    expect.stringContaining('2. shift'),
  ]);
  for (const [name, viewport, colorScheme] of [
    ['wide', WIDE, 'light'],
    ['phone-dark', PHONE, 'dark'],
  ] as const) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await settled(page);
    await expectFits(page);
    await expectAccessible(page);
    await shoot(page, `kept-attributes-${name}`);
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: 'light' });
  await group.getByRole('button', { name: 'Keep no more: shift' }).click();
  await page.getByRole('button', { name: 'Undo: let answers keep less' }).click();
  expect(await group.getByRole('listitem').count()).toBe(2);
  await page
    .getByRole('status')
    .filter({ hasText: /^Saved$/ })
    .waitFor();
});

test('everybody reads what their answers keep before the first question, and answers with it', async () => {
  await api('POST', `/surveys/${surveyId}/publish`, {});
  const { id } = await api('POST', `/surveys/${surveyId}/waves`, { name: 'Spring', audience: 'staff' });
  const csv: string = await read('POST', `/waves/${id}/personal-links`, undefined, 'text');
  const links = csv.split(/\r?\n/).flatMap((line) => /https?:\/\/[^",]+/.exec(line)?.[0] ?? []);
  expect(links).toHaveLength(12);
  const said = new Map<string, number>();
  for (const [i, link] of links.entries()) {
    const guest = await world.newPage({ viewport: PHONE, scheme: i % 2 ? 'dark' : 'light' });
    await guest.goto(link);
    const notice = guest.locator('p.notice').first();
    await notice.waitFor();
    const text = await notice.innerText();
    const what =
      /(Your answers are kept with: .*|Your answers are kept without anything.*|Zu Ihren Antworten .*)$/.exec(
        text,
      )?.[1] ?? text;
    said.set(what, (said.get(what) ?? 0) + 1);
    if (/[?&]?l=de/.test(link) || i === 1) {
      await expectAccessible(guest);
      await expectFits(guest);
      await shoot(guest, `kept-said-${i}`);
      const stored = guest.waitForResponse((response) => response.url().endsWith('/api/v1/responses'));
      await guest.getByRole('radio', { name: '4', exact: true }).click();
      await guest.getByRole('button', { name: /^(Send|Absenden)$/ }).click();
      expect((await stored).status()).toBe(200);
      await guest.getByRole('heading', { name: /^(Thank you|Danke)$/ }).waitFor();
    }
    await guest.context().close();
  }
  expect(Object.fromEntries(said)).toEqual({
    'Zu Ihren Antworten wird gespeichert: department Ground <b>crew</b>, shift early (dort werden 6 Personen gefragt).': 1,
    'Your answers are kept with: department Ground <b>crew</b>, shift early (6 people are asked there).': 5,
    'Your answers are kept without anything about you.': 6,
  });
  expect(world.complaints).toEqual([]);
});
