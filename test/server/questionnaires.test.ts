import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
import { hashToken, newWorkspaceToken } from '../../src/server/accounts/tokens.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { ensureInvitations } from '../../src/server/invitations/personal.ts';
import { newLinkToken } from '../../src/server/surveys/verbs.ts';
import { type Company, LANTERN_HOTELS, nobody, openWorld, type Reply, TERN_FERRIES, type World } from '../world.ts';

let world: World;
let tern: Company;
let lantern: Company;
let surveyId: string;

const DEFINITION: SurveyDefinition = {
  format: 'parallax-survey/1',
  title: { customer: { en: 'The crossing', de: 'Die Überfahrt' } },
  languages: ['en', 'de'],
  audiences: ['customer', 'staff'],
  pages: [
    {
      id: 'one',
      questions: [
        {
          id: 'q1',
          type: 'nps',
          text: { customer: { en: 'Would you?', de: 'Würden Sie?' }, staff: { en: 'Would they?', de: 'Würden sie?' } },
        },
      ],
    },
  ],
  endings: [{ id: 'thanks', title: { customer: { en: 'Thank you', de: 'Danke' } } }],
  hidden: ['order'],
  quotas: [],
  appearance: {},
  settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
};

beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
  lantern = await world.company(LANTERN_HOTELS);
  surveyId = (await owner('POST', '/surveys', { name: 'Crossing' })).json.id;
  expect((await owner('PUT', `/surveys/${surveyId}/draft`, { definition: DEFINITION, revision: 1 })).status).toBe(200);
});
afterAll(() => world.close());

const owner = (method: string, path: string, body?: unknown) =>
  world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${path}`, body);
const open = (body: object, headers = {}) => world.ask(nobody, 'POST', '/api/v1/questionnaires', body, headers);
const link = async (body: object): Promise<string> =>
  (await owner('POST', `/surveys/${surveyId}/links`, body)).json.token;
const said = ({ status, json }: Reply) => [status, json.detail];

test('a link opens what was published last, for its audience, in the language that serves best', async () => {
  const [customers, staff] = [await link({ audience: 'customer' }), await link({ audience: 'staff' })];
  expect((await open({ link: customers })).status).toBe(409);
  expect((await owner('POST', `/surveys/${surveyId}/publish`, {})).json.version).toBe(1);

  const asked = await open({ link: customers, language: 'de-AT', hidden: { order: '17' } });
  expect(asked.json).toMatchObject({
    survey: surveyId,
    version: 1,
    audience: 'customer',
    language: 'de',
    title: 'Die Überfahrt',
    threshold: null,
    test: false,
    work: 0,
    hidden: ['order'],
  });
  expect(asked.json.pages[0].questions[0].text).toBe('Würden Sie?');
  expect(asked.headers.get('access-control-allow-origin')).toBe('*');
  const believed = (await open({ link: staff })).json;
  expect([believed.threshold, believed.pages[0].questions[0].text]).toEqual([5, 'Would they?']);
  expect(asked.text).not.toContain('Would they');

  // A browser elsewhere sends it without asking first; neither cookie nor key changes what it gets.
  const plain = await open({ link: staff }, { 'content-type': 'text/plain', origin: 'https://shop.example' });
  expect(plain.json).toEqual(believed);
  const signedIn = await world.ask(tern.people.owner, 'POST', '/api/v1/questionnaires', { link: staff });
  expect(signedIn.json).toEqual(believed);

  const next = { ...DEFINITION, title: { customer: { en: 'The other crossing' } } };
  await owner('PUT', `/surveys/${surveyId}/draft`, { definition: next, revision: 2 });
  expect((await open({ link: customers })).json.title).toBe('The crossing');
  await owner('POST', `/surveys/${surveyId}/publish`, {});
  expect((await open({ link: customers })).json).toMatchObject({ version: 2, title: 'The other crossing' });
});

test('a raised threshold and a closed link count from the next opening on', async () => {
  const token = await link({ audience: 'staff' });
  await owner('PATCH', '', { anonymityThreshold: 7 });
  expect((await open({ link: token })).json.threshold).toBe(7);
  await owner('PATCH', `/surveys/${surveyId}/links/${token}`, { closed: true });
  expect(said(await open({ link: token }))).toEqual([410, 'This survey is closed. Answers are no longer taken.']);
  await owner('PATCH', `/surveys/${surveyId}/links/${token}`, { closed: false });
  expect((await open({ link: token })).status).toBe(200);
  await owner('PATCH', `/surveys/${surveyId}`, { archived: true });
  expect((await open({ link: token })).status).toBe(410);
  await owner('PATCH', `/surveys/${surveyId}`, { archived: false });
});

test('an ending leads to a host only while the workspace allows it, whatever was published', async () => {
  const { id } = (await owner('POST', '/surveys', { name: 'Way on' })).json;
  const endings = [{ ...DEFINITION.endings[0], redirect: 'https://ok.example/thanks' }];
  const draft = { definition: { ...DEFINITION, endings }, revision: 1 };
  expect((await owner('PUT', `/surveys/${id}/draft`, draft)).status).toBe(200);
  await owner('PUT', '/redirect-hosts', { hosts: ['ok.example'] });
  expect((await owner('POST', `/surveys/${id}/publish`, {})).status).toBe(200);
  const { token } = (await owner('POST', `/surveys/${id}/links`, { audience: 'customer' })).json;
  const leadsTo = async () => (await open({ link: token })).json.endings[0].redirect;
  expect(await leadsTo()).toBe('https://ok.example/thanks');
  await owner('PUT', '/redirect-hosts', { hosts: ['other.example'] });
  expect(await leadsTo()).toBeUndefined();
  await owner('PUT', '/redirect-hosts', { hosts: ['other.example', 'ok.example'] });
  expect(await leadsTo()).toBe('https://ok.example/thanks');
});

test('a link may ask for proof of work', async () => {
  const token = await link({ audience: 'customer', work: 8 });
  expect((await open({ link: token })).json.work).toBe(8);
  await owner('PATCH', `/surveys/${surveyId}/links/${token}`, { work: 0 });
  expect((await open({ link: token })).json.work).toBe(0);
  expect((await owner('POST', `/surveys/${surveyId}/links`, { audience: 'customer', work: 25 })).status).toBe(400);
});

test('links that nobody made look the same, whoever they would belong to', async () => {
  const token = await link({ audience: 'customer' });
  const foreign = Buffer.concat([Buffer.from(lantern.id.replaceAll('-', ''), 'hex'), randomBytes(9)]);
  const unknown = [
    newLinkToken(tern.id),
    newLinkToken(lantern.id),
    foreign.toString('base64url'),
    token.slice(0, -1),
    `${token}A`,
    token.toLowerCase(),
    'x',
    '../../etc/passwd',
    `${token.slice(0, 22)}${'A'.repeat(12)}`,
  ];
  const bodies = await Promise.all(
    unknown.map(async (one) => {
      const reply = await open({ link: one });
      const { requestId: _, ...body } = reply.json;
      return JSON.stringify([reply.status, body]);
    }),
  );
  expect([...new Set(bodies)]).toEqual([expect.stringContaining('[404')]);
  for (const one of ['ans_x', `ans_${tern.id}_${'A'.repeat(43)}`, `plx_${tern.id}_${'A'.repeat(43)}`]) {
    expect((await open({ token: one })).json.detail).toBe(JSON.parse(bodies[0] ?? '')[1].detail);
  }
});

test('a wave opens its link on its first day and closes it after its last, wherever on Earth somebody is', async () => {
  const day = (offset: number) =>
    new Date(world.services.now().getTime() + offset * 86_400_000).toISOString().slice(0, 10);
  const wave = async (startsOn: string | null, endsOn: string | null) => {
    const made = await owner('POST', `/surveys/${surveyId}/waves`, {
      name: 'w',
      audience: 'customer',
      startsOn,
      endsOn,
    });
    return link({ audience: 'customer', waveId: made.json.id });
  };
  expect((await open({ link: await wave(day(-1), day(1)) })).status).toBe(200);
  expect(said(await open({ link: await wave(day(3), null) }))).toEqual([410, expect.stringContaining('begins on')]);
  expect(said(await open({ link: await wave(null, day(-3)) }))).toEqual([410, expect.stringContaining('ended on')]);
});

test('a personal link opens the same questions until it is used', async () => {
  const wave = (await owner('POST', `/surveys/${surveyId}/waves`, { name: 'Mail', audience: 'staff' })).json.id;
  const [address] = (await owner('POST', `/waves/${wave}/invitations`, { count: 1 })).json.links;
  expect(address).toContain('/s#token=ans_');
  const opened = await open({ token: address.split('#token=')[1], language: 'en' });
  expect(opened.json).toMatchObject({ audience: 'staff', version: 2, test: false, attributes: {} });
  expect(opened.json.ticket).toEqual({ way: `${tern.id}.${wave}`, key: expect.stringMatching(/^[0-9a-f]{512}$/) });
});

test('a link that was sent to a customer knows what texts may use of the contact, and nothing of leaders and staff', async () => {
  const kept = (await owner('GET', `/surveys/${surveyId}/draft`)).json;
  const title = { customer: { en: 'Hello {{attribute:name|there}} of {{attribute:port|your port}}' } };
  await owner('PUT', `/surveys/${surveyId}/draft`, { definition: { ...DEFINITION, title }, revision: kept.revision });
  expect((await owner('POST', `/surveys/${surveyId}/publish`, {})).status).toBe(200);
  const person = { name: 'Ada', language: 'de', attributes: { port: 'Lerwick', income: '17' } };
  for (const [audience, known] of [
    ['customer', { name: 'Ada', port: 'Lerwick' }],
    ['staff', {}],
  ] as const) {
    const wave = (await owner('POST', `/surveys/${surveyId}/waves`, { name: 'Mail', audience })).json.id;
    const contact = await owner('POST', '/contacts', { audience, ...person });
    expect(contact.status).toBe(201);
    const token = newWorkspaceToken('ans', tern.id);
    const invitation = { tokenHash: hashToken(token), contactId: contact.json.id, round: 1 };
    await inWorkspace(world.database.app.db, tern.id, (tx) => ensureInvitations(tern.id, tx, wave, [invitation]));
    const opened = (await open({ token })).json;
    expect(opened.attributes).toEqual(known);
    expect(opened.language).toBe(audience === 'customer' ? 'de' : 'en');
    expect((await open({ token, language: 'en' })).json.language).toBe('en');
  }
});

test('a test link says that it is one', async () => {
  const { links } = (await owner('GET', `/surveys/${surveyId}/links`)).json;
  const tests = links.filter((one: { test: boolean }) => one.test);
  expect(tests.map((one: { audience: string }) => one.audience)).toEqual(['staff', 'customer']);
  for (const { token } of tests) expect((await open({ link: token })).json.test).toBe(true);
});

test('strange requests are refused by name', async () => {
  const token = await link({ audience: 'customer' });
  const bad: readonly [object, string][] = [
    [{}, 'body.link'],
    [{ link: token, token: 'ans_x' }, 'body.link'],
    [{ link: 7 }, 'body.link'],
    [{ link: { $ne: '' } }, 'body.link'],
    [{ link: token, language: 'x'.repeat(101) }, 'body.language'],
    [{ link: token, hidden: { order: 17 } }, 'body.hidden.order'],
    [{ link: token, workspaceId: tern.id }, 'body'],
  ];
  for (const [body, field] of bad) {
    const refused = await open(body);
    expect([refused.status, refused.json.fields[0].field]).toEqual([400, field]);
  }
  for (const language of ['', '*', '__proto__', 'de; q=0.9', '💥']) {
    expect((await open({ link: token, language })).json.language).toMatch(/^(en|de)$/);
  }
});
