import { createHmac, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Moments } from '../../src/core/survey/moments.ts';
import { forgetAsks } from '../../src/server/asks/forget.ts';
import { hashVisitor } from '../../src/server/asks/person.ts';
import { askPerson } from '../../src/server/asks/verbs.ts';
import type { Tx } from '../../src/server/db/connect.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { DEFAULT_LIMITS } from '../../src/server/http/rate-limit.ts';
import { type Company, LANTERN_HOTELS, nobody, openWorld, PUBLIC_URL, TERN_FERRIES, type World } from '../world.ts';
import { addContacts, addSurvey, DAY } from './asks-world.ts';

/** Stands in everything that must never leave the server. */
const CANARY = 'canary-7f3a';
const SHOP = 'https://shop.example';

let world: World;
let tern: Company;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(`${TERN_FERRIES} ${CANARY}`);
});
afterAll(() => world.close());

const inside = <T>(work: (tx: Tx) => Promise<T>) => inWorkspace(world.database.app.db, tern.id, work);
const owner = (method: string, path: string, body?: unknown) =>
  world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${path}`, body);
const page = (method: string, path: string, body?: unknown, headers: Record<string, string> = { origin: SHOP }) =>
  world.ask(nobody, method, `/api/v1/sites/${path}`, body && JSON.stringify(body), {
    'content-type': 'text/plain',
    ...headers,
  });

interface Site {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
  sign(person: string): string;
}
async function addSite(change: object = {}): Promise<Site> {
  const made = await owner('POST', '/sites', { name: `Shop ${CANARY}`, ...change });
  expect(made.status).toBe(201);
  const { secret } = (await owner('GET', `/sites/${made.json.id}/secret`)).json;
  const sign = (person: string) => createHmac('sha256', secret).update(person).digest('hex');
  return { id: made.json.id, key: made.json.key, secret, sign };
}
/** A site with one survey that only it asks. */
async function asking(moments: Partial<Moments> = {}, site: object = {}, survey: Parameters<typeof addSurvey>[2] = {}) {
  const made = await addSite(site);
  const triggers: Moments['triggers'] = [{ kind: 'scroll', percent: 50, pages: [] }];
  const surveyId = await addSurvey(world, tern.id, {
    settings: { askAgainAfterDays: 90 },
    ...survey,
    moments: { sites: [made.id], triggers, ...moments },
  });
  return { ...made, surveyId };
}
const visitor = () => randomBytes(16).toString('base64url');
const attempt = (survey: string, more: object = {}) => ({
  visitor: visitor(),
  survey,
  trigger: 0,
  device: 'desktop',
  language: 'en-GB',
  ...more,
});
const log = async (survey: string) =>
  (await owner('GET', `/ask-decisions?surveyId=${survey}`)).json.decisions as {
    person: string;
    rule: string;
    trigger: string;
    channel: string;
    siteId: string;
  }[];

test('a page learns when to try and how it looks, nothing of whom, and the link is an open one of this site', async () => {
  const { key, surveyId, id } = await asking();
  const offer = await page('GET', key);
  expect(offer.status).toBe(200);
  expect(offer.json).toEqual({
    surveys: [
      {
        survey: surveyId,
        triggers: [{ kind: 'scroll', percent: 50, pages: [] }],
        look: { style: 'slide', position: 'bottom-right', into: null, delay: 0 },
        languages: ['en'],
      },
    ],
    version: expect.stringMatching(/^[0-9a-f]{12}$/),
  });
  expect(offer.headers.get('cache-control')).toBe('public, max-age=60');
  expect(offer.headers.get('access-control-allow-origin')).toBe('*');
  expect(offer.headers.get('set-cookie')).toBeNull();
  expect((await page('GET', key)).json.version).toBe(offer.json.version);

  const granted = await page('POST', `${key}/ask`, attempt(surveyId));
  expect(granted.json).toEqual({
    ask: true,
    id: expect.any(String),
    link: expect.stringMatching(new RegExp(`^${PUBLIC_URL}/s/[A-Za-z0-9_-]{34}$`)),
    look: offer.json.surveys[0].look,
  });
  const again = await Promise.all(Array.from({ length: 8 }, () => page('POST', `${key}/ask`, attempt(surveyId))));
  expect(new Set(again.map(({ json }) => json.link))).toEqual(new Set([granted.json.link]));
  expect((await log(surveyId))[0]).toMatchObject({
    rule: 'asked',
    trigger: '50 % of the page seen',
    channel: 'web',
    siteId: id,
    person: expect.stringMatching(/^visitor:[0-9a-f]{64}$/),
  });
  // Somebody closes the link: the next one gets another.
  await inside((tx) => sql`UPDATE survey_links SET closed_at = now() WHERE survey_id = ${surveyId}`.execute(tx));
  const after = (await page('POST', `${key}/ask`, attempt(surveyId))).json.link;
  expect(after).not.toBe(granted.json.link);
});

test('of 20 tabs at once one is asked, and who was asked is not asked again; the same no stands in the log once a day', async () => {
  const { key, surveyId } = await asking();
  const body = attempt(surveyId);
  const tries = (more: object = {}) =>
    Promise.all(Array.from({ length: 20 }, () => page('POST', `${key}/ask`, { ...body, ...more })));
  expect((await tries()).filter(({ json }) => json.ask)).toHaveLength(1);
  const rules = async () => (await log(surveyId)).map(({ rule, trigger }) => `${rule}, ${trigger}`);
  const [no, yes] = ['this_survey, 50 % of the page seen', 'asked, 50 % of the page seen'];
  expect(await rules()).toEqual([no, yes]);
  // Another trigger, another browser and another day are no repetition; what a browser makes up is one trigger.
  await tries({ trigger: 7 });
  await tries({ trigger: 8 });
  expect(await rules()).toEqual(['this_survey, a former trigger', no, yes]);
  world.advance(DAY + 1_000);
  await tries();
  await tries();
  expect(await rules()).toEqual([no, 'this_survey, a former trigger', no, yes]);
  world.advance(-DAY - 1_000);
});

test('made-up visitors fill nothing: one network posts so much, and of browsers nobody knows the newest are kept', async () => {
  const { key, surveyId, id } = await asking();
  const limits = { ...DEFAULT_LIMITS, visits: { burst: 6, perSecond: 0.001 } };
  const guarded = await openWorld({ database: world.database, app: { limits } });
  const post = async (path: string, body: object) =>
    (await guarded.ask(nobody, 'POST', `/api/v1/sites/${key}/${path}`, body)).status;
  const asked = () => post('ask', attempt(surveyId));
  expect([await asked(), await asked(), await post('opt-out', { visitor: visitor() })]).toEqual([200, 200, 200]);
  const more = [
    await post('identify', { visitor: visitor(), attributes: { plan: 'x' } }),
    await asked(),
    await asked(),
  ];
  expect(more).toEqual([200, 200, 200]);
  expect([await asked(), await post('identify', { visitor: visitor() })]).toEqual([429, 429]);
  expect(await post('opt-out', { visitor: visitor() })).toBe(429);
  expect(await log(surveyId)).toHaveLength(4);
  expect((await guarded.ask(nobody, 'GET', `/api/v1/sites/${key}`)).status).toBe(200);
  await guarded.close();
  const large = {
    visitor: visitor(),
    attributes: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [i, 'x'.repeat(200)])),
  };
  expect((await page('POST', `${key}/identify`, large)).json.fields[0].field).toBe('body.attributes');

  const lantern = await world.company(LANTERN_HOTELS);
  const other = await addSurvey(world, lantern.id, {});
  const of = (who: Parameters<typeof askPerson>[2]['person'], workspaceId: string, survey: string) =>
    inWorkspace(world.database.app.db, workspaceId, (tx) =>
      askPerson(workspaceId, tx, {
        person: who,
        surveyId: survey,
        channel: 'mail',
        now: world.services.now(),
        record: true,
      }),
    );
  const [known] = await addContacts(world, tern.id, 'filled-', 1);
  await of({ contactId: known ?? '' }, tern.id, surveyId);
  for (let i = 0; i < 5; i++) {
    await page('POST', `${key}/ask`, attempt(surveyId));
    await of({ visitor: visitor() }, lantern.id, other);
    world.advance(1_000);
  }
  const out = visitor();
  await page('POST', `${key}/opt-out`, { visitor: out });
  world.advance(DAY);
  const late = visitor();
  for (const one of [visitor(), late])
    await page('POST', `${key}/identify`, { visitor: one, attributes: { plan: 'x' } });
  await forgetAsks(world.services, tern.id, { decisions: 3, asks: 2, visitors: 1_000 });
  const rowsOf = async (workspaceId: string, table: string) =>
    inWorkspace(world.database.app.db, workspaceId, async (tx) => {
      const { rows } = await sql<{ contactId: string | null }>`SELECT contact_id FROM ${sql.table(table)}`.execute(tx);
      return {
        known: rows.filter((row) => row.contactId === known).length,
        unknown: rows.filter((row) => row.contactId === null).length,
      };
    });
  expect(await rowsOf(tern.id, 'ask_decisions')).toEqual({ known: 1, unknown: 3 });
  expect(await rowsOf(tern.id, 'asks')).toEqual({ known: 1, unknown: 2 });
  expect(await rowsOf(lantern.id, 'ask_decisions')).toEqual({ known: 0, unknown: 5 });
  expect((await log(surveyId)).filter(({ siteId }) => siteId === id)).toHaveLength(3);

  const stored = () => rowsOf(tern.id, 'visitors');
  const isOut = async () => (await page('POST', `${key}/ask`, attempt(surveyId, { visitor: out }))).json.ask === false;
  await inside((tx) => sql`DELETE FROM visitors WHERE opted_out AND visitor <> ${hashVisitor(out)}`.execute(tx));
  await forgetAsks(world.services, tern.id, { decisions: 3, asks: 2, visitors: 2 });
  expect((await stored()).unknown).toBe(2);
  expect(await isOut()).toBe(true);
  world.advance(-DAY - 5_000);
});

test('nor does one person with made-up browsers: a no is logged once, and the newest of all that is kept', async () => {
  const { key, surveyId, sign } = await asking({ on: false });
  const person = { person: 'many-1', signature: sign('many-1') };
  const out = visitor();
  await page('POST', `${key}/identify`, { visitor: out, ...person });
  await page('POST', `${key}/opt-out`, { visitor: out });
  const { id: contactId } = await contactOf('many-1');
  for (let i = 0; i < 60; i++) await page('POST', `${key}/identify`, { visitor: visitor(), ...person });
  const browsers = () =>
    inside((tx) =>
      tx.selectFrom('visitors').select(['visitor', 'optedOut']).where('contactId', '=', contactId).execute(),
    );
  expect(await browsers()).toHaveLength(50);
  expect((await browsers()).filter(({ optedOut }) => optedOut)).toEqual([
    { visitor: hashVisitor(out), optedOut: true },
  ]);
  for (let i = 0; i < 5; i++) await page('POST', `${key}/ask`, attempt(surveyId, person));
  expect((await log(surveyId)).map(({ rule }) => rule)).toEqual(['opted_out']);

  await inside((tx) =>
    sql`INSERT INTO asks (workspace_id, contact_id, survey_id, channel, at)
      SELECT ${tern.id}, ${contactId}, ${surveyId}, 'web', timestamptz '2020-01-01' + n * interval '1 minute'
      FROM generate_series(1, 1000) AS n`.execute(tx),
  );
  const asked = visitor();
  const now = world.services.now();
  await inside((tx) =>
    askPerson(tern.id, tx, { person: { visitor: asked }, surveyId, channel: 'web', now, record: true }),
  );
  await page('POST', `${key}/identify`, { visitor: asked, ...person });
  const { rows } = await inside((tx) =>
    sql<{ n: number; last: Date }>`SELECT count(*) AS n, max(at) AS last
      FROM asks WHERE contact_id = ${contactId}`.execute(tx),
  );
  expect(rows[0]).toMatchObject({ n: 1_000, last: now });
  const { asks } = (await owner('GET', `/contacts/${contactId}/export`)).json.asking;
  expect(asks.at(-1).at).toBe('2020-01-01T00:02:00.000Z');
});

test('the first visitors of a new site at once get one and the same link', async () => {
  const { key, surveyId } = await asking();
  const replies = await Promise.all(Array.from({ length: 12 }, () => page('POST', `${key}/ask`, attempt(surveyId))));
  expect(new Set(replies.map(({ json }) => json.link)).size).toBe(1);
});

test('targeting, share and the cap of the site are decided on the server', async () => {
  const segment = await owner('POST', '/segments', {
    name: `Segment ${CANARY}`,
    condition: { of: 'attribute', key: `plan-${CANARY}`, is: 'eq', value: 'pro' },
  });
  expect(segment.status).toBe(201);
  const { key, surveyId } = await asking(
    { target: { if: null, segments: [segment.json.id], devices: ['desktop', 'tablet'], languages: ['en'] } },
    { dailyCap: 2 },
  );
  const pro = { [`plan-${CANARY}`]: 'pro' };
  const tries = async (more: object) => (await page('POST', `${key}/ask`, attempt(surveyId, more))).json;
  expect(await tries({ attributes: pro, device: 'mobile' })).toEqual({ ask: false });
  expect(await tries({ attributes: pro, language: 'de' })).toEqual({ ask: false });
  expect(await tries({})).toEqual({ ask: false });
  const granted = await Promise.all(Array.from({ length: 6 }, () => tries({ attributes: pro })));
  expect(granted.filter(({ ask }) => ask)).toHaveLength(2);
  expect((await log(surveyId)).map(({ rule }) => rule).sort()).toEqual(
    ['asked', 'asked', 'device', 'language', 'segment', 'site_cap', 'site_cap', 'site_cap', 'site_cap'].sort(),
  );
  // Tomorrow is another day.
  world.advance(DAY);
  expect((await tries({ attributes: pro })).ask).toBe(true);
  world.advance(-DAY);

  const few = await asking({ share: 20 });
  const replies = await Promise.all(
    Array.from({ length: 200 }, () => page('POST', `${few.key}/ask`, attempt(few.surveyId))),
  );
  const asked = replies.filter(({ json }) => json.ask).length;
  expect(asked).toBeGreaterThan(15);
  expect(asked).toBeLessThan(75);
  // Whoever was not drawn stays so: asking again is no second chance.
  const body = attempt(few.surveyId);
  const first = (await page('POST', `${few.key}/ask`, body)).json.ask;
  if (!first) for (let i = 0; i < 20; i++) expect((await page('POST', `${few.key}/ask`, body)).json.ask).toBe(false);
});

/** What a website's own server would sign: the attributes as one text, and the person with exactly this text. */
const signedBy = ({ sign }: Site, person: string, attributes: object) => {
  const text = JSON.stringify(attributes);
  return { visitor: visitor(), person, attributes: text, signature: sign(`${person}\n${text}`) };
};
const contactOf = async (person: string) =>
  (await owner('GET', `/contacts?search=${person}`)).json.contacts.find((one: { key: string }) => one.key === person);

test('a name counts with a signature only; without it nobody is made or known', async () => {
  const site = await asking();
  const { key, surveyId, sign } = site;
  const [mine, theirs] = [visitor(), visitor()];
  const attributes = { plan: 'pro', seats: 12, trial: false };
  const forged = await page('POST', `${key}/identify`, { visitor: theirs, person: 'u-1', attributes });
  const wrong = { visitor: theirs, person: 'u-1', signature: sign('u-2'), attributes };
  const signed = { ...signedBy(site, 'u-1', attributes), visitor: mine };
  expect([forged.status, forged.json]).toEqual([200, { stored: true }]);
  expect((await page('POST', `${key}/identify`, wrong)).json).toEqual(forged.json);
  expect(await contactOf('u-1')).toBeUndefined();
  const made = await Promise.all(Array.from({ length: 6 }, () => page('POST', `${key}/identify`, signed)));
  expect(made.map(({ text }) => text)).toEqual(Array(6).fill(forged.text));
  expect(await contactOf('u-1')).toMatchObject({ attributes: { plan: 'pro', seats: '12', trial: 'false' } });
  await page('POST', `${key}/identify`, signedBy(site, 'u-1', { plan: 'team' }));
  expect((await contactOf('u-1')).attributes).toEqual({ plan: 'team', seats: '12', trial: 'false' });
  // Somebody else's browser can't change it, nor pass for them.
  await page('POST', `${key}/identify`, { ...wrong, attributes: { plan: 'hacked' } });
  expect((await contactOf('u-1')).attributes.plan).toBe('team');

  const { id: contactId } = await contactOf('u-1');
  expect((await page('POST', `${key}/ask`, attempt(surveyId, { visitor: mine }))).json.ask).toBe(true);
  expect((await log(surveyId))[0]?.person).toBe(`contact:${contactId}`);
  // The same person on another device, by mail, and the same browser signed out: asked already.
  const phone = attempt(surveyId, { person: 'u-1', signature: sign('u-1'), device: 'mobile' });
  expect((await page('POST', `${key}/ask`, phone)).json).toEqual({ ask: false });
  const wave = { person: { contactId }, surveyId, channel: 'mail', now: world.services.now(), record: true };
  expect((await inside((tx) => askPerson(tern.id, tx, wave))).rule).toBe('this_survey');
  const unsigned = attempt(surveyId, { person: 'u-1', signature: sign('u-9') });
  expect((await page('POST', `${key}/ask`, unsigned)).json.ask).toBe(true);
  expect((await log(surveyId))[0]?.person).toMatch(/^visitor:/);

  const secret = await owner(
    'POST',
    `/sites/${(await owner('GET', '/sites')).json.sites.find((one: { key: string }) => one.key === key).id}/secret`,
  );
  expect(secret.json.secret).not.toBe('');
  await page('POST', `${key}/identify`, signedBy(site, 'u-1', { plan: 'old secret' }));
  expect((await contactOf('u-1')).attributes.plan).toBe('team');

  const open = await asking({}, { unsignedPersons: true });
  await page('POST', `${open.key}/identify`, { visitor: visitor(), person: 'u-7', attributes: { plan: 'free' } });
  expect((await contactOf('u-7')).attributes).toEqual({});
});

test('what the organisation stored of a person is changed by signed attributes only, however they are forged', async () => {
  const vip = { of: 'attribute', key: 'tier', is: 'eq', value: 'gold' } as const;
  const target = { target: { if: vip, segments: [], devices: [], languages: [] } };
  const site = await asking(target);
  const open = await asking(target, { unsignedPersons: true });
  await addContacts(world, tern.id, 'kept-', 1, { attributes: { tier: 'blue', plan: 'pro' } });
  const identify = (body: object, { key } = site) => page('POST', `${key}/identify`, { visitor: visitor(), ...body });
  const person = 'kept-1';
  const gold = { tier: 'gold', invented: 'yes' };
  const text = JSON.stringify(gold);
  const { signature, attributes: signedText } = signedBy(site, person, { tier: 'red' });
  const forged = [
    // The name is signed, the attributes are not: as an object, as a text, behind a text that was.
    { person, signature: site.sign(person), attributes: gold },
    { person, signature: site.sign(person), attributes: text },
    { person, signature, attributes: text },
    { person, signature, attributes: `${signedText} ` },
    { person, signature, attributes: gold },
    // Signed for another person, for nobody, for this person with nothing, or not at all.
    { person, signature: site.sign(`kept-2\n${text}`), attributes: text },
    { person, signature: site.sign(text), attributes: text },
    { person, signature: site.sign(`${person}\n`), attributes: text },
    { person, attributes: text },
  ];
  for (const body of forged) expect((await identify(body)).status).toBe(200);
  for (const body of forged) expect((await identify(body, open)).status).toBe(200);
  await identify({ person, signature: open.sign(`${person}\n${text}`), attributes: text });
  expect((await identify({ person: `${person}\n${text}`, signature: site.sign(`${person}\n${text}`) })).status).toBe(
    400,
  );
  for (const bad of ['gold', '[]', '{"tier":{}}', JSON.stringify({ tier: 'x'.repeat(201) })]) {
    const refused = await identify({ person, signature: site.sign(`${person}\n${bad}`), attributes: bad });
    expect([refused.status, refused.json.fields[0].field]).toEqual([400, 'body.attributes']);
  }
  expect((await contactOf(person)).attributes).toEqual({ tier: 'blue', plan: 'pro' });
  // Nor does it help to say it with the attempt: what is stored outweighs it.
  const claim = { person, signature: site.sign(person), attributes: { tier: 'gold' } };
  expect((await page('POST', `${site.key}/ask`, attempt(site.surveyId, claim))).json).toEqual({ ask: false });
  expect((await log(site.surveyId))[0]).toMatchObject({
    rule: 'attributes',
    person: expect.stringMatching(/^contact:/),
  });

  // Names that the contact has no value for count in this browser, until it is somebody else's.
  const mine = visitor();
  await addContacts(world, tern.id, 'bare-', 2, {});
  const bare = (n: number) => ({ visitor: mine, person: `bare-${n}`, signature: site.sign(`bare-${n}`) });
  await identify({ ...bare(1), attributes: { tier: 'gold' } });
  await identify(bare(2));
  expect((await page('POST', `${site.key}/ask`, attempt(site.surveyId, { visitor: mine }))).json.ask).toBe(false);
  await identify({ ...bare(2), attributes: { tier: 'gold' } });
  expect((await page('POST', `${site.key}/ask`, attempt(site.surveyId, { visitor: mine }))).json.ask).toBe(true);
  expect([(await contactOf('bare-1')).attributes, (await contactOf('bare-2')).attributes]).toEqual([{}, {}]);

  await identify(signedBy(site, person, { tier: 'gold', seats: 3 }));
  expect((await contactOf(person)).attributes).toEqual({ tier: 'gold', plan: 'pro', seats: '3' });
});

test('what a browser was asked before it named itself counts for the person, over channels', async () => {
  const { key, surveyId, sign } = await asking();
  const mine = visitor();
  expect((await page('POST', `${key}/ask`, attempt(surveyId, { visitor: mine }))).json.ask).toBe(true);
  await page('POST', `${key}/identify`, { visitor: mine, person: 'late-1', signature: sign('late-1') });
  const found = (await owner('GET', '/contacts?search=late-1')).json.contacts[0];
  const other = await addSurvey(world, tern.id, { settings: { askAgainAfterDays: 1 } });
  const mail = (days: number) =>
    inside((tx) =>
      askPerson(tern.id, tx, {
        person: { contactId: found.id },
        surveyId: other,
        channel: 'mail',
        now: new Date(world.services.now().getTime() + days * DAY),
        record: true,
      }),
    );
  expect(await mail(0)).toMatchObject({ ask: false, rule: 'any_survey' });
  expect((await mail(31)).ask).toBe(true);
  expect((await owner('GET', `/ask-decisions?person=contact:${found.id}`)).json.decisions).toHaveLength(3);
});

test('opting out holds for the browser and for every channel of its person; answered is noted unless anonymous', async () => {
  const repeat = { kind: 'until_answered', days: 1 } as const;
  const known = await asking({ repeat });
  const { key, surveyId, sign } = known;
  const person = { visitor: visitor(), person: 'out-1', signature: sign('out-1') };
  await page('POST', `${key}/identify`, person);
  expect((await page('POST', `${key}/opt-out`, { visitor: person.visitor })).json).toEqual({ stored: true });
  expect((await page('POST', `${key}/ask`, attempt(surveyId, person))).json).toEqual({ ask: false });
  const [{ id: contactId }] = (await owner('GET', '/contacts?search=out-1')).json.contacts;
  const mail = { person: { contactId }, surveyId, channel: 'mail', now: world.services.now(), record: true };
  expect((await inside((tx) => askPerson(tern.id, tx, mail))).rule).toBe('opted_out');

  await owner('PUT', '/asking-settings', { anySurveyDays: 0, timeZone: 'UTC' });
  const hidden = await asking({ repeat }, {}, { settings: { anonymousCustomers: true } });
  for (const [at, rule] of [
    [known, 'answered'],
    [hidden, 'this_survey'],
  ] as const) {
    const body = attempt(at.surveyId);
    const again = async () => (await page('POST', `${at.key}/ask`, body)).json;
    const { id } = await again();
    const other = await page('POST', `${at.key}/answered`, { visitor: visitor(), id });
    world.advance(2 * DAY);
    if (rule === 'answered') expect((await again()).ask).toBe(true);
    const noted = await page('POST', `${at.key}/answered`, { visitor: body.visitor, id });
    expect([other.json, noted.json]).toEqual([{ stored: true }, { stored: true }]);
    world.advance(2 * DAY);
    expect(await again()).toEqual({ ask: false });
    expect((await log(at.surveyId))[0]?.rule).toBe(rule);
    world.advance(-4 * DAY);
  }
  const stored = await inside((tx) =>
    sql`SELECT FROM asks WHERE survey_id = ${hidden.surveyId} AND answered`.execute(tx),
  );
  expect(stored.rows).toEqual([]);
  await owner('PUT', '/asking-settings', { anySurveyDays: 30, timeZone: 'UTC' });
});

test('no public reply tells of names, segments, attributes, rules or whether we know somebody', async () => {
  const condition = { of: 'attribute', key: CANARY, is: 'eq', value: CANARY } as const;
  const { key, surveyId, sign } = await asking(
    { target: { if: condition, segments: [], devices: [], languages: [] }, priority: 7, cap: 4321 },
    { origins: [SHOP] },
    { name: `Survey ${CANARY}`, settings: { askAgainAfterDays: 90 } },
  );
  await addContacts(world, tern.id, 'known-', 1, { attributes: { [CANARY]: 'other' } });
  await owner('POST', '/quarantine', {
    contactId: (await owner('GET', '/contacts?search=known-1')).json.contacts[0].id,
    reason: CANARY,
  });
  const replies = [];
  const tried = [];
  for (const person of ['known-1', 'unknown-1']) {
    for (const signature of [sign(person), undefined]) {
      const who = { person, ...(signature && { signature }) };
      tried.push(await page('POST', `${key}/ask`, attempt(surveyId, who)));
      replies.push(await page('POST', `${key}/identify`, { visitor: visitor(), ...who }));
    }
  }
  expect(new Set(tried.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['200 {"ask":false}']));
  expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  const shapes = tried.map(({ headers }) => [...headers.keys()].sort().join());
  expect(new Set(shapes).size).toBe(1);
  replies.push(
    ...tried,
    await page('GET', key),
    await page('GET', key, undefined, { origin: 'https://evil.example' }),
    await page('POST', `${key}/ask`, attempt('not an id')),
    await page('POST', `${key}/ask`, attempt(tern.id)),
    await page('POST', `${key}/ask`, attempt(surveyId, { attributes: { [CANARY]: CANARY }, surprise: 1 })),
    await page('POST', `${key}/answered`, { visitor: visitor(), id: tern.id }),
    await page('GET', `${key.slice(0, -1)}_`),
    await page('GET', 'no-key'),
  );
  for (const { text, headers } of replies) {
    const all = `${text} ${[...headers].join()}`;
    for (const secret of [CANARY, 'segment', '4321', 'quarantine', 'priority']) {
      // A refused field is named back to whoever sent it.
      if (!text.includes('surprise')) expect(all.toLowerCase()).not.toContain(secret);
    }
  }
  const allowed = await page('POST', `${key}/ask`, attempt(surveyId, { attributes: { [CANARY]: CANARY } }));
  expect(allowed.json.ask).toBe(true);
  expect(`${allowed.text} ${[...allowed.headers].join()}`).not.toContain(CANARY);
});

test('the list of origins is kept, and the dashboard says when and where the tag was last seen', async () => {
  const { key, id, surveyId } = await asking({}, { origins: ['https://SHOP.example/'] });
  const site = async () => (await owner('GET', '/sites')).json.sites.find((one: { id: string }) => one.id === id);
  expect(await site()).toMatchObject({ origins: [SHOP], lastSeenAt: null, lastRefusedAt: null });
  expect((await page('GET', key)).status).toBe(200);
  expect(await site()).toMatchObject({ lastSeenAt: expect.any(String), lastSeenOrigin: SHOP });
  for (const origin of ['https://evil.example', 'null', 'https://shop.example.evil.example']) {
    const refused = [
      await page('GET', key, undefined, { origin }),
      await page('POST', `${key}/ask`, attempt(surveyId), { origin }),
    ];
    for (const { status, json } of refused) expect([status, json.code]).toEqual([403, 'forbidden']);
  }
  expect(await site()).toMatchObject({ lastRefusedAt: expect.any(String), lastRefusedOrigin: 'https://evil.example' });
  expect(await log(surveyId)).toEqual([]);
  // An app or a server sends none.
  expect((await page('GET', key, undefined, {})).status).toBe(200);
  const bad = await owner('PATCH', `/sites/${id}`, { origins: ['https://shop.example/path', 'javascript:alert(1)'] });
  expect(bad.json.fields.map((one: { field: string }) => one.field)).toEqual(['body.origins.0', 'body.origins.1']);
  expect((await owner('PATCH', `/sites/${id}`, { origins: [] })).json.origins).toEqual([]);
  expect((await page('GET', key, undefined, { origin: 'https://evil.example' })).status).toBe(200);
  expect((await owner('DELETE', `/sites/${id}`)).status).toBe(204);
  expect((await page('GET', key)).status).toBe(404);
});

test('surveys that are off, over, for others, on other sites or not published are not offered; priority is their order', async () => {
  const site = await addSite();
  const add = (moments: Partial<Moments>, more: object = {}) =>
    addSurvey(world, tern.id, { ...more, moments: { sites: [site.id], ...moments } });
  const low = await add({ priority: -1 });
  const high = await add({ priority: 5 });
  const off = await add({ on: false });
  const over = await add({ until: '2020-01-01' });
  await add({ from: '2999-01-01' });
  await add({ sites: [] });
  const draft = await add({}, { published: false });
  await add({}, { audiences: ['staff'] });
  const offered = (await page('GET', site.key)).json.surveys.map((one: { survey: string }) => one.survey);
  expect(offered).toEqual([high, low]);
  for (const [survey, rule] of [
    [off, 'off'],
    [over, 'ended'],
    [draft, 'not_published'],
  ] as const) {
    expect((await page('POST', `${site.key}/ask`, attempt(survey))).json).toEqual({ ask: false });
    expect((await log(survey)).map((one) => one.rule)).toEqual([rule]);
  }
  const lantern = await world.company(LANTERN_HOTELS);
  const foreign = await addSurvey(world, lantern.id, { moments: {} });
  expect((await page('POST', `${site.key}/ask`, attempt(foreign))).json).toEqual({ ask: false });
});
