import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../src/core/stats/seeded-random.ts';
import type { Condition } from '../../src/core/survey/definition.ts';
import { holds } from '../../src/core/survey/flow.ts';
import { hashToken } from '../../src/server/accounts/tokens.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { personalToken } from '../../src/server/mailings/personal-tokens.ts';
import { rounds } from '../deep.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { addSurvey } from './asks-world.ts';

/** What PostgreSQL counts of a wave's progress, beside the bare rows counted one by one. */

let world: World;
let tern: Company;
beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
});
afterAll(() => world.close());

async function ok(method: string, at: string, body?: unknown) {
  const reply = await world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${at}`, body);
  if (reply.status >= 300) throw new Error(`${method} ${at}: ${reply.status} ${reply.text}`);
  return reply.json;
}
const inside = <T>(work: Parameters<typeof inWorkspace<T>>[2]) => inWorkspace(world.database.app.db, tern.id, work);

interface Asked {
  readonly contactId: string;
  readonly round: number;
  readonly state: string;
  readonly used: boolean;
}
type Random = ReturnType<typeof seededRandom>;
type Audience = 'customer' | 'staff';

/** A wave of which some were asked, some more than once, and some have used their links. */
async function asked(audience: Audience, tag: string, people: number, random: Random) {
  const contacts = Array.from({ length: people }, (_, i) => ({
    key: `${tag}-${i}`,
    audience,
    email: `p${i}@${tag}.example`,
    // Uneven, some of one person, some of nobody.
    attributes: {
      tag,
      ...(i % 7 && { place: `place ${random.below(1 + random.below(12))}` }),
      // Just one group of a few people.
      kind: i < 4 ? 'few' : `kind ${i % 3}`,
      size: `${i}`,
    },
  }));
  await ok('POST', '/contact-batches', { contacts });
  const surveyId = await addSurvey(world, tern.id, { name: tag, audiences: [audience] });
  const { id: waveId } = await ok('POST', `/surveys/${surveyId}/waves`, { name: tag, audience });
  await ok('PUT', `/waves/${waveId}/schedule`, { reminders: 0, repeatDays: 7, repeatMost: 3 });
  const ids = await inside((tx) => tx.selectFrom('contacts').select('id').where('key', 'like', `${tag}-%`).execute());
  const rows: Asked[] = ids.flatMap(({ id }) =>
    Array.from({ length: audience === 'customer' ? 1 + random.below(3) : 1 }, (_, i) => ({
      contactId: id,
      round: i + 1,
      state: ['sent', 'sent', 'sent', 'unclear', 'waiting', 'bounced'][random.below(6)] ?? 'sent',
      used: random.fraction() < 0.4,
    })),
  );
  const tokenOf = ({ contactId, round }: Asked) =>
    hashToken(personalToken(world.services.config.secretKey, tern.id, waveId, contactId, round));
  await inside(async (tx) => {
    const mails = rows.map(({ used: _, ...mail }) => ({ ...mail, number: 0, scheduledAt: world.services.now() }));
    const reminders = rows.slice(0, 5).map(({ used: _, ...mail }) => ({ ...mail, number: 1, state: 'sent' }));
    await tx
      .insertInto('mailQueue')
      .values(
        [...mails, ...reminders.map((mail) => ({ ...mail, scheduledAt: world.services.now() }))].map((mail) => ({
          workspaceId: tern.id,
          waveId,
          ...mail,
        })),
      )
      .execute();
    // Of some nobody knows the link any more, such as after the survey stopped being anonymous.
    const links = rows.map((ask, i) => ({
      workspaceId: tern.id,
      waveId,
      tokenHash: tokenOf(ask),
      contactId: audience === 'customer' && i % 10 ? ask.contactId : null,
      round: ask.round,
      used: ask.used,
    }));
    await tx.insertInto('invitations').values(links).execute();
  });
  return { waveId, all: rows, rows: rows.filter(({ state }) => state === 'sent' || state === 'unclear') };
}

/** Each value or segment with who is in it, as one would count by hand. */
const counted = (rows: readonly Asked[]) => {
  const invited = new Set(rows.map(({ contactId }) => contactId));
  const answered = new Set(rows.filter(({ used }) => used).map(({ contactId }) => contactId));
  const of = (ids: Iterable<string>) => ({ ids: new Set(ids), used: [...ids].filter((id) => answered.has(id)).length });
  return { invited, answered, of };
};
const plain = ({ invited, answered }: { invited: number; answered: number }) => ({ invited, answered });

test.each(Array.from({ length: rounds(3, 30) }, (_, seed) => [seed]))(
  'a wave counts as its bare rows do (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    for (const audience of ['customer', 'staff'] as const) {
      const tag = `${audience}${seed}`;
      const { waveId, rows, all } = await asked(audience, tag, 40 + random.below(60), random);
      const own: Condition = { of: 'attribute', key: 'tag', is: 'eq', value: tag };
      const size = (is: 'ge' | 'lt', value: number): Condition => ({ of: 'attribute', key: 'size', is, value });
      const segment = (name: string, condition: Condition, more: object = {}) =>
        ok('POST', '/segments', { name: `${tag} ${name}`, condition: { all: [own, condition] }, ...more });
      for (let i = 0; i < 5; i++) {
        const [from, to] = [random.below(50), 50 + random.below(50)];
        const between = [size('ge', from), size('lt', to)];
        await segment(
          `${i}`,
          i < 4 ? { all: between } : { not: { any: between } },
          i === 2 ? { audience: 'staff' } : {},
        );
        // A few people are between this one and the one before.
        await segment(`${i} near`, { all: [size('ge', from + 3), size('lt', to)] });
      }
      await segment('nearly everybody', size('ge', 3));
      await segment('nearly nobody', size('lt', 4));
      const seen = await ok('GET', `/waves/${waveId}/progress?by=place&segments=true`);
      if (audience === 'staff') {
        // Told of all together, also of those who answered before their mail came back: who that is must not show.
        const used = all.filter((one) => one.used).length;
        expect(plain(seen.response)).toEqual({ invited: Math.max(rows.length, used), answered: used - (used % 5) });
        expect(seen.rounds.map(plain)).toEqual([plain(seen.response)]);
        const because = expect.stringContaining('their answers keep nothing about them');
        const segments = await inside((tx) => tx.selectFrom('segments').select('audience').execute());
        const hidden = segments.filter((one) => one.audience !== 'customer').length;
        expect(seen).toMatchObject({ inStepsOf: 5, toldBy: { attributes: [], because } });
        expect(seen.by).toEqual({ attribute: 'place', values: [], hidden: 0, because });
        expect(seen.bySegment).toEqual({ segments: [], hidden, because });
        continue;
      }
      const { invited, answered, of } = counted(rows);
      expect(plain(seen.response)).toEqual({ invited: invited.size, answered: answered.size });
      expect(seen.toldBy).toBe(null);
      expect(
        seen.rounds.map(({ round, ...rate }: Parameters<typeof plain>[0] & { round: number }) => [round, plain(rate)]),
      ).toEqual(
        [3, 2, 1].map((round) => {
          const asks = rows.filter((ask) => ask.round === round);
          return [round, { invited: asks.length, answered: asks.filter((ask) => ask.used).length }];
        }),
      );

      const contacts = (
        await inside((tx) => tx.selectFrom('contacts').select(['id', 'audience', 'attributes']).execute())
      )
        .map((contact) => ({ ...contact, attributes: contact.attributes as Record<string, string> }))
        .filter(({ id }) => invited.has(id));
      for (const attribute of ['place', 'kind']) {
        const { by } = await ok('GET', `/waves/${waveId}/progress?by=${attribute}`);
        const placeOf = (one: (typeof contacts)[number]) => one.attributes[attribute] ?? '';
        const values = [...new Set(contacts.map(placeOf))]
          .map((value) => ({ value, ...of(contacts.filter((one) => placeOf(one) === value).map(({ id }) => id)) }))
          .sort((a, b) => b.ids.size - a.ids.size || (a.value < b.value ? -1 : 1));
        type Value = Parameters<typeof plain>[0] & { value: string };
        expect(by.values.map(({ value, ...rate }: Value) => [value, plain(rate)])).toEqual(
          values.map(({ value, ids, used }) => [value, { invited: ids.size, answered: used }]),
        );
        expect(by).toMatchObject({ hidden: 0, because: null });
      }

      const segments = (await inside((tx) => tx.selectFrom('segments').selectAll().execute()))
        .map((segment) => ({
          id: segment.id,
          ...of(
            contacts
              .filter(({ audience: theirs }) => segment.audience === null || segment.audience === theirs)
              .filter(({ attributes }) =>
                holds(segment.condition as Condition, { answers: {}, hidden: {}, attributes }),
              )
              .map(({ id }) => id),
          ),
        }))
        .filter(({ ids }) => ids.size > 0)
        .sort((a, b) => b.ids.size - a.ids.size || (a.id < b.id ? -1 : 1));
      expect(
        seen.bySegment.segments.map(({ segmentId, ...rate }: Parameters<typeof plain>[0] & { segmentId: string }) => [
          segmentId,
          plain(rate),
        ]),
      ).toEqual(segments.map(({ id, ids, used }) => [id, { invited: ids.size, answered: used }]));
      expect(seen.bySegment).toMatchObject({ hidden: 0, because: null });
    }
  },
);

test('of a wave that asked nobody yet nothing is counted; many segments with long lists are', async () => {
  const { waveId, rows } = await asked('customer', 'none', 12, seededRandom(1));
  const all = new Set(rows.map(({ contactId }) => contactId)).size;
  const { rows: states } = await inside((tx) =>
    sql<{ id: string; state: string }>`SELECT id, state FROM mail_queue WHERE wave_id = ${waveId}`.execute(tx),
  );
  await inside((tx) => sql`UPDATE mail_queue SET state = 'waiting' WHERE wave_id = ${waveId}`.execute(tx));
  const list = Array.from({ length: 200 }, (_, i) => `value ${i}`);
  const part = { of: 'attribute', key: 'place', is: 'in', value: list };
  const own = { of: 'attribute', key: 'tag', is: 'eq', value: 'none' };
  const long = async (name: string, condition: object) => ok('POST', '/segments', { name, condition });
  for (let i = 0; i < 4; i++) await long(`long ${i}`, { any: Array(40).fill(part) });
  const { id: last } = await long('zz last', { all: [own, { not: { any: Array(40).fill(part) } }] });
  const progress = () => ok('GET', `/waves/${waveId}/progress?by=place&segments=true`);
  const before = await progress();
  expect(before.response).toEqual({ invited: 0, answered: 0, rate: null, interval: null });
  expect(before.by).toEqual({ attribute: 'place', values: [], hidden: 0, because: null });
  expect(before.bySegment).toEqual({ segments: [], hidden: 0, because: null });
  await inside(async (tx) => {
    for (const { id, state } of states) {
      await sql`UPDATE mail_queue SET state = ${state} WHERE id = ${id}`.execute(tx);
    }
  });
  expect((await progress()).bySegment.segments).toMatchObject([{ segmentId: last, name: 'zz last', invited: all }]);
});
