import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ratingSurvey } from '../answering.ts';
import { MailServer } from '../server/mail-server.ts';
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

/** A wave by mail to staff, whose answers keep their team. */

let world: World;
let page: Page;
let workspaceId: string;
const mails = new MailServer();
beforeAll(async () => {
  const port = await mails.listen();
  world = await browserWorld({ SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'Airport <cx@airport.example>' });
  page = await world.newPage();
  await becomeOwner(page, world);
  workspaceId = workspaceOf(page);
});
afterAll(async () => {
  await world?.close();
  await mails.close();
});

type Json = ReturnType<typeof JSON.parse>;
async function api(method: string, at: string, body?: unknown): Promise<Json> {
  const reply = await page.request.fetch(`${world.origin}/api/v1/workspaces/${workspaceId}${at}`, {
    method,
    headers: { origin: world.origin },
    ...(body !== undefined && { data: body }),
  });
  if (!reply.ok()) throw new Error(await reply.text());
  return reply.status() === 204 ? null : reply.json();
}
async function everywhere(name: string) {
  for (const [suffix, viewport, colorScheme] of [
    ['wide', WIDE, 'light'],
    ['phone-dark', PHONE, 'dark'],
  ] as const) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await settled(page);
    await expectFits(page);
    await expectAccessible(page);
    await shoot(page, `${name}-${suffix}`);
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: 'light' });
}

test('of anonymous people the response rate is told by what their answers keep, and otherwise says why not', async () => {
  const contacts = Array.from({ length: 14 }, (_, i) => ({
    key: `crew-${i}`,
    audience: 'staff',
    email: `crew${i}@airport.example`,
    attributes: { team: i < 7 ? 'Gate' : 'Ramp', floor: i < 8 ? '3' : '4' },
  }));
  await api('POST', '/contact-batches', { contacts });
  const of = (key: string, value: string) => ({ of: 'attribute', key, is: 'eq', value });
  await api('POST', '/segments', { name: 'Gate crew', condition: of('team', 'Gate') });
  await api('POST', '/segments', { name: 'Third floor', condition: of('floor', '3') });
  const made = await api('POST', '/surveys', { name: 'What the crew sees' });
  const { revision } = await api('GET', `/surveys/${made.id}/draft`);
  const plain = ratingSurvey();
  const settings = { ...plain.settings, keptAttributes: ['team'] };
  // Bound to no item: there is none here.
  const pages = plain.pages.map(({ id, questions: [first] }) => ({
    id,
    questions: [{ id: 'q0', type: 'rating', min: 1, max: 5, text: first?.text }],
  }));
  const definition = { ...plain, audiences: ['staff'], pages, settings };
  await api('PUT', `/surveys/${made.id}/draft`, { definition, revision });
  await api('POST', `/surveys/${made.id}/publish`, {});
  const { id } = await api('POST', `/surveys/${made.id}/waves`, { name: 'Crew', audience: 'staff' });
  await api('PUT', `/waves/${id}/schedule`, { reminders: 0 });
  await api('POST', `/waves/${id}/start`);
  await expect
    .poll(async () => (await api('GET', `/waves/${id}/progress`)).invitations.sent, { timeout: 20_000 })
    .toBe(14);

  await page.goto(`/w/${workspaceId}/surveys/${made.id}/waves/${id}`);
  const by = page.getByLabel('Response rate by', { exact: true });
  await by.waitFor();
  expect(await by.getByRole('option').allInnerTexts()).toEqual(['nothing', 'segment', 'team']);
  await by.selectOption('team');
  const rates = page.getByLabel('Response rate by team');
  await rates.waitFor();
  expect((await rates.getByRole('row').allInnerTexts()).slice(1).map((row) => row.split(/\s+/).slice(0, 3))).toEqual([
    ['Gate', '7', '0'],
    ['Ramp', '7', '0'],
  ]);
  await everywhere('wave-anonymous');
  await by.selectOption('segment');
  await page.getByLabel('Response rate by Segment').getByText('Gate crew').waitFor();
  await page.getByText('1 segment not shown.').waitFor();
  expect(await rates.or(page.getByLabel('Response rate by Segment')).getByText('Third floor').count()).toBe(0);
  await everywhere('wave-anonymous-segments');

  // An address that somebody sent.
  await page.goto(`/w/${workspaceId}/surveys/${made.id}/waves/${id}?by=a%3Afloor`);
  await page.getByText(/told only by what their answers keep: team/).waitFor();
  expect(await by.inputValue()).toBe('a:floor');
  expect(await page.getByLabel(/^Response rate by ./).count()).toBe(0);
  await page.getByRole('link', { name: 'Settings of the survey' }).click();
  await page.getByRole('group', { name: 'What anonymous answers keep of people' }).waitFor();
});
