import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
import { jsonSchema } from '../../src/server/http/openapi.ts';
import { ROUTES } from '../../src/server/http/registry.ts';
import { deliverDue } from '../../src/server/mailings/deliver.ts';
import { safeReturn } from '../../src/web/accounts/safe-return.ts';
import { rounds } from '../deep.ts';
import { QUESTIONS, surveyOf } from '../e2e/survey-questions.ts';
import { EVIL_HOST, EVIL_REDIRECTS, HOSTILE, lines } from '../hostile-texts.ts';
import { type Company, openWorld, PUBLIC_URL, TERN_FERRIES, type World } from '../world.ts';
import { fitting } from './schema-arbitrary.ts';

/** What the API does with values that are meant to become markup, another address, or another header. */
const ALLOWED = 'www.tern.example';
let world: World;
let tern: Company;
let survey: string;
const mails: { to: readonly string[]; raw: Buffer }[] = [];
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks) });
      done();
    });
  },
});

beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const address = smtp.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  world = await openWorld({
    config: { smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: 'Tern Ferries <cx@tern.example>' },
  });
  tern = await world.company(TERN_FERRIES);
  survey = (await ok('POST', '/surveys', { name: 'Crossing' })).id;
  await ok('PUT', '/redirect-hosts', { hosts: [ALLOWED] });
});
afterAll(async () => {
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
  await world.close();
});

const ask = (method: string, at: string, body?: unknown) =>
  world.ask(tern.people.owner, method, at.startsWith('/api/') ? at : `/api/v1/workspaces/${tern.id}${at}`, body);
const ok = async (method: string, at: string, body?: unknown) => {
  const reply = await ask(method, at, body);
  expect(reply.status, `${method} ${at}: ${reply.text.slice(0, 300)}`).toBeLessThan(300);
  return reply.json;
};

// ── Objects where texts belong ───────────────────────────────────────────────────────────────────────────────────────

/** What libraries that draw from descriptions would take for an element. */
const ELEMENT = { type: 'img', key: null, ref: null, props: { src: 'x', onerror: '__pwn=1' }, constructor: null };
const NO_TEXTS: readonly unknown[] = [ELEMENT, [ELEMENT], { toString: 'x' }];

/** The value with each of its texts in turn replaced; keys say where. */
function* withoutText(value: unknown, instead: unknown, at = 'body'): Generator<readonly [string, unknown]> {
  if (typeof value === 'string') yield [at, instead];
  else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      for (const [where, changed] of withoutText(child, instead, `${at}.${key}`)) {
        yield [where, Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed }];
      }
    }
  }
}

test('an object or a list where a text belongs is refused, by every route and with the name of the field', async () => {
  const wrong: string[] = [];
  let asked = 0;
  for (const route of ROUTES) {
    if (!route.body) continue;
    const [body] = fc.sample(fitting(jsonSchema(route.body, 'input'), { ids: [], emails: ['a@tern.example'] }), {
      numRuns: 1,
      seed: 7,
    });
    const path = route.path
      .replace('{workspaceId}', tern.id)
      .replace(/\{\w+\}/g, '3f2b8c1e-0d4a-4c5b-9e6f-7a8b9c0d1e2f');
    for (const instead of NO_TEXTS) {
      for (const [at, changed] of withoutText(body, instead)) {
        asked++;
        const { status, json, text } = await ask(route.method.toUpperCase(), path, changed);
        if (status !== 400 || json.code !== 'invalid_request' || !json.fields?.length)
          wrong.push(`${route.method} ${path} ${at}: ${status} ${text.slice(0, 200)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(500);
});

test('nor is any in a survey', async () => {
  const definition = surveyOf(QUESTIONS, { quotas: [{ id: 'k', name: 'Half', limit: 9, ending: 'thanks' }] });
  const { revision } = await ok('GET', `/surveys/${survey}/draft`);
  const wrong: string[] = [];
  for (const instead of NO_TEXTS) {
    for (const [at, changed] of withoutText(definition, instead, 'body.definition')) {
      const { status, json } = await ask('PUT', `/surveys/${survey}/draft`, { definition: changed, revision });
      const named = json.fields?.some(({ field }: { field: string }) => at.startsWith(field));
      if (status !== 400 || !named) wrong.push(`${at}: ${status} ${JSON.stringify(json.fields)}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('nor is any an answer', async () => {
  await ok('PUT', `/surveys/${survey}/draft`, {
    definition: surveyOf(QUESTIONS),
    revision: (await ok('GET', `/surveys/${survey}/draft`)).revision,
  });
  await ok('POST', `/surveys/${survey}/publish`, {});
  const { token } = await ok('POST', `/surveys/${survey}/links`, { audience: 'customer' });
  const answer = (key: string, value: unknown) =>
    ask('POST', '/api/v1/responses', {
      ...{ link: token, response: crypto.randomUUID(), version: 1, part: 0, finished: true, took: 60_000 },
      answers: { [key]: value },
    });
  expect((await answer('short', '<img src=x onerror=__pwn=1>')).status).toBe(200);
  for (const { id } of QUESTIONS)
    for (const value of [...NO_TEXTS, { text: 'x' }, [[]], [null]])
      expect((await answer(id, value)).status, `${id} ${JSON.stringify(value)}`).toBe(400);
});

// ── Addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────

test(`an ending leads to a host of the list or nowhere: ${EVIL_REDIRECTS.length} spellings`, async () => {
  const good = surveyOf(QUESTIONS.slice(0, 1));
  const leading = (redirect: string): SurveyDefinition => ({
    ...good,
    endings: good.endings.map((ending) => ({ ...ending, redirect })),
  });
  const taken: string[] = [];
  for (const redirect of EVIL_REDIRECTS) {
    const { status, json } = await ask('POST', `/surveys/${survey}/check`, { definition: leading(redirect) });
    const refused =
      status === 400 || json.findings?.some(({ code, level }: Finding) => code === 'bad_redirect' && level === 'error');
    if (!refused) taken.push(redirect);
  }
  // Those that look evil and lead home all the same; publishing and the page itself read them as the browser does.
  expect(taken.map((one) => new URL(one, PUBLIC_URL).host).filter((host) => host !== ALLOWED)).toEqual([]);
  expect(taken.length).toBeLessThan(EVIL_REDIRECTS.length / 4);
  const refused = EVIL_REDIRECTS.filter((one) => !taken.includes(one));
  for (const redirect of refused.filter((_, i) => i % rounds(9, 1) === 0)) {
    const { revision } = await ok('GET', `/surveys/${survey}/draft`);
    const saved = await ask('PUT', `/surveys/${survey}/draft`, { definition: leading(redirect), revision });
    if (saved.status !== 400) expect((await ask('POST', `/surveys/${survey}/publish`, {})).status, redirect).toBe(422);
  }
});
interface Finding {
  readonly code: string;
  readonly level: string;
}

test('after signing in people are led to pages of our own', () => {
  const home = new URL(PUBLIC_URL).origin;
  const led = [...EVIL_REDIRECTS, ...HOSTILE.map(({ text }) => text)].flatMap((to) =>
    [to, `/${to}`, `//${to}`, `/\\${to}`, `/\t/${to}`].filter(
      (one) => !URL.canParse(safeReturn(one), PUBLIC_URL) || new URL(safeReturn(one), PUBLIC_URL).origin !== home,
    ),
  );
  expect(led).toEqual([]);
});

test('links are made of the configured address, whatever host a request names', async () => {
  const headers = [
    { host: EVIL_HOST },
    { 'x-forwarded-host': EVIL_HOST, 'x-forwarded-proto': 'https' },
    { forwarded: `host=${EVIL_HOST}` },
    { 'x-original-host': EVIL_HOST, 'x-host': EVIL_HOST },
  ];
  for (const header of headers) {
    const at = `/api/v1/workspaces/${tern.id}/surveys/${survey}/links`;
    const reply = await world.ask(tern.people.owner, 'POST', at, { audience: 'customer' }, { ...header });
    if (reply.status < 300) expect(reply.json.address).toMatch(/^http:\/\/localhost:4300\/s\//);
    expect(reply.text + JSON.stringify([...reply.headers])).not.toContain(EVIL_HOST);
  }
});

// ── Mails ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const HEADERS = [
  ...['auto-submitted', 'content-type', 'date', 'from', 'list-unsubscribe', 'list-unsubscribe-post', 'message-id'],
  ...['mime-version', 'subject', 'to', 'x-auto-response-suppress'],
];

test('whatever people are called: one mail, to one address, with the headers that we wrote', async () => {
  const names = lines(200);
  await ok('PATCH', '/mail-settings', { perMinute: 10_000 });
  await ok('POST', '/contact-batches', {
    contacts: names.map((name, i) => ({
      key: `m${i}`,
      email: `m${i}@tern.example`,
      name,
      attributes: name === '__proto__' ? {} : { [name]: name },
    })),
  });
  const { id } = await ok('POST', `/surveys/${survey}/waves`, { name: 'Wave', audience: 'customer' });
  const body =
    'Hello {{attribute:name|you}},\n\n[look](https://www.tern.example/?n={{attribute:name|x}}) **{{attribute:name|x}}**';
  const texts = { invitation: { en: { subject: 'For {{attribute:name|you}}', body } } };
  await ok('PUT', `/waves/${id}/schedule`, { reminders: 0, texts });
  mails.length = 0;
  await ok('POST', `/waves/${id}/start`);
  for (let i = 0; i < 10 && mails.length < names.length; i++) {
    await deliverDue(world.services, tern.id, new AbortController().signal);
    world.advance(61_000);
  }
  expect(mails).toHaveLength(names.length);
  for (const { to, raw } of mails) {
    const name = names[Number(/^m(\d+)@/.exec(to[0] ?? '')?.[1])] ?? '';
    const mail = await PostalMime.parse(raw);
    expect(mail.headers.map(({ key }) => key).sort(), name).toEqual(HEADERS);
    expect([to, mail.to?.map(({ address }) => address), mail.from?.address]).toEqual([
      [`${to[0]}`],
      [`${to[0]}`],
      'cx@tern.example',
    ]);
    expect(mail.subject).toBe(`For ${name}`.replace(/\s+/g, ' ').slice(0, 200).trim());
    expect(mail.attachments).toEqual([]);
    expect(mail.text).toContain(`Hello ${name},`);
    const html = mail.html ?? '';
    const tags = [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
    expect(
      tags.filter((tag) => !/^<(!|\/?(html|head|body|meta|title|style|div|p|a|strong|br|table|tr|td)\b)/.test(tag)),
    ).toEqual([]);
    expect(tags.filter((tag) => /\s(on\w+|src|srcdoc|http-equiv)=/i.test(tag))).toEqual([]);
    for (const [, href] of html.matchAll(/href="([^"]*)"/g))
      expect(href).toMatch(/^https?:\/\/(www\.tern\.example|localhost:4300)\//);
  }
}, 120_000);

test('a subject is one line or refused, and so is every name that stands in a mail', async () => {
  const { id } = await ok('POST', `/surveys/${survey}/waves`, { name: 'Subjects', audience: 'customer' });
  const broken = HOSTILE.map(({ text }) => text).filter((text) =>
    /[\p{Cc}\p{Zl}\p{Zp}]|\p{Surrogate}/u.test(text.trim()),
  );
  expect(broken.length).toBeGreaterThan(15);
  for (const text of broken) {
    const subject = `x${text}y`;
    const preview = { kind: 'invitation', language: 'en', text: { subject, body: 'x' } };
    expect((await ask('POST', `/waves/${id}/test-mail`, preview)).status, text).toBe(400);
    expect((await ask('POST', '/invites', { email: `${subject}@tern.example`, role: 'viewer' })).status, text).toBe(
      400,
    );
    expect((await ask('PATCH', '', { name: subject })).status, text).toBe(
      /\p{Cc}|\p{Surrogate}/u.test(subject) ? 400 : 200,
    );
    expect((await ask('PATCH', '/mail-settings', { replyTo: `${subject}@tern.example` })).status, text).toBe(400);
  }
  mails.length = 0;
  for (const text of lines(120).filter((_, i) => i % rounds(20, 1) === 0)) {
    await ok('PATCH', '', { name: text });
    await ok('POST', '/invites', { email: 'guest@tern.example', role: 'viewer' });
    const mail = await PostalMime.parse(mails.at(-1)?.raw ?? '');
    expect(
      mail.headers.map(({ key }) => key).filter((key) => !HEADERS.includes(key) && key !== 'content-transfer-encoding'),
    ).toEqual([]);
    expect([mail.to?.length, mail.html, mail.attachments.length]).toEqual([1, undefined, 0]);
  }
});
