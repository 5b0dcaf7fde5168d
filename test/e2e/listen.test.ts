import type { Page } from 'playwright-core';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
import { NO_MOMENTS } from '../../src/core/survey/moments.ts';
import { becomeOwner, browserWorld, settled, shoot, type World, workspaceOf } from './browser-world.ts';
import { type HostSite, hostSite } from './host-site.ts';

/**
 * The whole of listening, on the sample as a new user finds it: its airport survey goes to all three audiences, is
 * answered through links, a mail and a website, and the gap report moves; leaders' answers only with their batch.
 */
let world: World;
let host: HostSite;
let owner: Page;
let workspace: string;
let survey: { readonly id: string; readonly item: string; readonly question: string };
const mails: string[] = [];
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData(stream, _, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      mails.push(Buffer.concat(chunks).toString());
      done();
    });
  },
});

beforeAll(async () => {
  await new Promise<void>((listening) => smtp.listen(0, '127.0.0.1', listening));
  const address = smtp.server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  host = await hostSite();
  world = await browserWorld({
    SMTP_URL: `smtp://127.0.0.1:${address.port}`,
    MAIL_FROM: 'San Francisco Airport <cx@airport.example>',
  });
  owner = await world.newPage();
  await becomeOwner(owner, world);
  workspace = workspaceOf(owner);
  const { surveys } = await api('GET', '/surveys');
  const { id } = surveys.find((one: { name: string }) => one.name === 'Airport survey');
  // A new version, as somebody makes it who adds a question of her own.
  const { definition, revision } = (await api('GET', `/surveys/${id}/draft`)) as {
    definition: SurveyDefinition;
    revision: number;
  };
  const [page] = definition.pages;
  const rating = page?.questions.find((question) => question.type === 'rating');
  if (!page || rating?.type !== 'rating' || !rating.item) throw new Error('the sample survey rates nothing');
  const short = { ...definition, pages: [{ ...page, questions: [rating] }] };
  await api('PUT', `/surveys/${id}/draft`, { definition: short, revision });
  await api('POST', `/surveys/${id}/publish`, {});
  survey = { id, item: rating.item, question: rating.id };
});
afterAll(async () => {
  await world?.close();
  await host?.close();
  smtp.close();
});

const api = (method: string, path: string, data?: unknown) =>
  world.api<ReturnType<typeof JSON.parse>>(owner, method, `/workspaces/${workspace}${path}`, data);

/** How many answered the item, as the gap report says. */
async function nOf(audience: string): Promise<number> {
  const { perspectives } = await api('GET', '/gaps');
  const lens = audience === 'customer' ? 'experience' : 'belief';
  type Row = { item: string; audience: string; lens: string; n: number };
  return (
    (perspectives as Row[]).find((one) => one.item === survey.item && one.audience === audience && one.lens === lens)
      ?.n ?? 0
  );
}

async function openLinkOf(audience: string): Promise<string> {
  const { links } = await api('GET', `/surveys/${survey.id}/links`);
  type Link = { audience: string; test: boolean; token: string };
  return `/s/${(links as Link[]).find((link) => link.audience === audience && !link.test)?.token}`;
}

/** Rates on whatever page shows the survey, and sends it; a person takes a moment for that. */
async function rate(page: Page, value: number): Promise<void> {
  const point = page.locator(`input[type=radio][aria-label^="${value}"]`).first();
  await point.waitFor({ state: 'attached' });
  await page.waitForTimeout(500);
  await point.click({ force: true });
  const send = page.getByRole('button', { name: /^(Send|Next)$/ });
  if (await send.isVisible().catch(() => false)) await send.click();
  await page
    .getByText(/thank you/i)
    .first()
    .waitFor();
}

/** Answers by an address, in a browser of one's own, as one person. */
async function answerBy(address: string, value: number): Promise<void> {
  const page = await world.newPage();
  await page.goto(address);
  await rate(page, value);
  await settled(page);
  await page.context().close();
}

test('by link: a customer counts at once, leaders from the fifth on', async () => {
  const customers = await nOf('customer');
  await answerBy(await openLinkOf('customer'), 2);
  await expect.poll(() => nOf('customer')).toBe(customers + 1);

  const leaders = await nOf('leadership');
  const link = await openLinkOf('leadership');
  for (let leader = 0; leader < 4; leader++) await answerBy(link, 5);
  expect(await nOf('leadership')).toBe(leaders);
  const { held } = await api('GET', '/gaps');
  expect(held.map((one: { audience: string }) => one.audience)).toContain('leadership');
  await answerBy(link, 4);
  await expect.poll(() => nOf('leadership')).toBe(leaders + 5);
});

test('by mail: the invitation leads to the page, and the answer belongs to the contact', async () => {
  const customers = await nOf('customer');
  const { id: contact } = await api('POST', '/contacts', {
    audience: 'customer',
    key: 'traveller-1',
    email: 'traveller@example.org',
    name: 'Ada Traveller',
  });
  const wave = await api('POST', `/surveys/${survey.id}/waves`, { name: 'By mail', audience: 'customer' });
  await api('PUT', `/waves/${wave.id}/schedule`, { reminders: 0 });
  await api('POST', `/waves/${wave.id}/start`, {});
  await expect.poll(() => mails.length, { timeout: 30_000 }).toBe(1);
  const mail = await PostalMime.parse(mails[0] ?? '');
  expect(mail.to?.[0]?.address).toBe('traveller@example.org');
  const address = /https?:\/\/\S+\/s#token=[^\s&)>"]+/.exec(mail.text ?? '')?.[0] ?? '';
  expect(address).toContain('#token=ans_');
  await answerBy(address, 3);
  await expect.poll(() => nOf('customer')).toBe(customers + 1);
  const person = await api('GET', `/contacts/${contact}/export`);
  expect(JSON.stringify(person.responses)).toContain(survey.item);
});

test('on a website: one line of script asks at the moment, and the answer counts', async () => {
  const customers = await nOf('customer');
  const { key } = await api('POST', '/sites', { name: 'Airport website' });
  const { revision } = await api('GET', `/surveys/${survey.id}/asking`);
  const moments = { ...NO_MOMENTS, on: true, triggers: [{ kind: 'time', seconds: 1, pages: [] }] };
  await api('PUT', `/surveys/${survey.id}/asking`, { moments, revision });
  host.set(
    '/',
    `<!doctype html><html lang="en"><head><title>Airport</title><script async src="${world.origin}/w/loader.js"
      data-site="${key}"></script></head><body><h1>Departures</h1></body></html>`,
  );
  const page = await world.newPage();
  await page.goto(host.origin);
  await rate(page, 1);
  await expect.poll(() => nOf('customer')).toBe(customers + 1);
  await page.context().close();
});

test('and the first screen shows it', async () => {
  await owner.goto(`/w/${workspace}`);
  await settled(owner);
  await shoot(owner, 'listen-first-screen');
  expect(world.complaints).toEqual([]);
});
