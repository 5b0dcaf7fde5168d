import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Condition } from '../../src/core/survey/definition.ts';
import { addSurvey } from './asks-world.ts';
import { openMailWorld } from './mail-world.ts';
import { Device } from './ticket-device.ts';

/** How many of anonymous people have answered is told of the wave's groups and sums of them, whatever else is known of people. */

const mail = await openMailWorld();
const { mails, world, tern, close } = mail;
afterAll(close);
beforeEach(() => {
  mails.reset();
  world.advance(61_000);
});
const ok = (method: string, at: string, body?: unknown) => mail.ok(tern.people.owner, method, at, body);
const tokenOf = (raw: Buffer) =>
  /\/s#token=(ans_[\w-]+)/.exec(raw.toString().replaceAll('=\r\n', '').replaceAll('=3D', '='))?.[1] ?? '';
const is = (key: string, value: string): Condition => ({ of: 'attribute', key, is: 'eq', value });

const PEOPLE = 20;
const KIM = 10;
let tags = 0;
/** Two teams of ten; Kim of the second one sits on the floor of the first. Everybody's invitation is out. */
async function wave(keptAttributes: readonly string[]) {
  const tag = `anon${++tags}`;
  const contacts = Array.from({ length: PEOPLE }, (_, i) => ({
    key: `${tag}-${i}`,
    audience: 'staff',
    email: `p${i}@${tag}.example`,
    attributes: { tag, team: i < KIM ? 'A' : 'B', floor: i <= KIM ? '3' : '4' },
  }));
  await ok('POST', '/contact-batches', { contacts });
  const { id: segmentId } = await ok('POST', '/segments', { name: tag, condition: is('tag', tag) });
  const settings = keptAttributes.length > 0 ? { keptAttributes: [...keptAttributes] } : {};
  const surveyId = await addSurvey(world, tern.id, { name: tag, audiences: ['staff'], settings });
  const { id } = await ok('POST', `/surveys/${surveyId}/waves`, { name: 'Spring', audience: 'staff' });
  await ok('PUT', `/waves/${id}/schedule`, { segmentId, reminders: 0 });
  await ok('POST', `/waves/${id}/start`);
  await mail.deliver();
  expect(mails.received).toHaveLength(PEOPLE);
  const tokens = new Map(mails.received.map(({ to, raw }) => [to, tokenOf(raw)]));
  return {
    id,
    tag,
    progress: (query: string) => ok('GET', `/waves/${id}/progress?${query}`),
    segment: async (name: string, condition: Condition): Promise<string> =>
      (await ok('POST', '/segments', { name: `${tag} ${name}`, condition })).id,
    async answer(...people: number[]) {
      for (const i of people) await new Device(world, tokens.get(`p${i}@${tag}.example`) ?? '').fetchTicket();
    },
    /** Writes an attribute of everybody anew. */
    label: (name: string, is: (i: number) => string) =>
      ok('POST', '/contact-batches', {
        contacts: contacts.map(({ key, attributes }, i) => ({
          key,
          audience: 'staff',
          attributes: { ...attributes, [name]: is(i) },
        })),
      }),
  };
}
interface Row {
  readonly value: string;
  readonly invited: number;
  readonly answered: number;
}
const rowsOf = (by: { values: readonly Row[] }) =>
  by.values.map(({ value, invited, answered }) => `${value}: ${answered} of ${invited}`);

test('two attributes that one person is between do not say whether that person has answered', async () => {
  const { progress, segment, answer, label, tag } = await wave(['team']);
  await answer(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, KIM, 11, 12, 13, 14);
  const team = (await progress('by=team')).by;
  expect(rowsOf(team)).toEqual(['A: 10 of 10', 'B: 5 of 10']);
  expect(team.because).toBe(null);
  const because = expect.stringMatching(
    /told only by what their answers keep: team.*choose it in the survey’s settings/,
  );
  const untold = (attribute: string) => ({ attribute, values: [], hidden: 0, because });
  expect((await progress('by=floor')).by).toEqual(untold('floor'));
  // An editor writes four of whom they know it, and one more, as the value of a new attribute.
  await label('probe', (i) => ([0, 1, 2, 3, KIM].includes(i) ? 'in' : 'out'));
  expect((await progress('by=probe')).by).toEqual(untold('probe'));
  // Nor do they learn it by changing what somebody is: the groups stand since before the first answer.
  await label('team', (i) => ([0, 1, 2, 3, KIM].includes(i) ? 'A' : 'B'));
  expect(rowsOf((await progress('by=team')).by)).toEqual(['A: 10 of 10', 'B: 5 of 10']);

  const inA = await segment('A', is('team', 'A'));
  const others = await segment('others', { not: is('team', 'A') });
  await segment('floor', is('floor', '3'));
  await segment('A with Kim', { any: [is('team', 'A'), is('probe', 'in')] });
  const own = await segment('nobody of it', { all: [is('team', 'Z'), is('probe', 'in')] });
  const { bySegment, toldBy } = await progress('segments=true');
  expect(toldBy).toEqual({ attributes: ['team'], because });
  expect(bySegment.because).toEqual(because);
  const told = bySegment.segments.map(({ segmentId, invited, answered }: Record<string, unknown>) => [
    segmentId,
    invited,
    answered,
  ]);
  expect(told.sort()).toEqual(
    [
      [inA, 10, 10],
      [others, 10, 5],
    ].sort(),
  );
  expect(told.some(([id]: string[]) => id === own)).toBe(false);
  // That of the wave, of the floor and of Kim.
  expect(bySegment.hidden).toBe(3);
  expect((await ok('GET', '/segments')).segments.some(({ name }: { name: string }) => name === tag)).toBe(true);
});

test('how many have answered does not change with who is erased, or whose mail came back', async () => {
  const { progress, answer, tag } = await wave(['team']);
  await answer(0, 1, 2, 3, 4, 10, 11, 12, 13, 14);
  const seen = async () => {
    const { response, by } = await progress('by=team');
    return [response.answered, ...by.values.map(({ answered }: Row) => answered)];
  };
  expect(await seen()).toEqual([10, 5, 5]);
  const contacts = (await ok('GET', `/contacts?search=${tag}&limit=200`)).contacts;
  const idOf = (i: number) => contacts.find(({ key }: { key: string }) => key === `${tag}-${i}`)?.id;
  await ok('DELETE', `/contacts/${idOf(0)}`);
  expect(await seen()).toEqual([10, 5, 5]);
  const bounces = [{ email: `p10@${tag}.example`, kind: 'hard' }];
  expect(await ok('POST', '/bounces', { bounces })).toMatchObject({ bounced: 1 });
  expect(await seen()).toEqual([10, 5, 5]);
  const { by, response } = await progress('by=team');
  expect([response.invited, ...by.values.map(({ invited }: Row) => invited).sort()]).toEqual([19, 10, 9]);
});

test('a wave whose answers keep nothing tells of all together, and what to do', async () => {
  const { progress, answer, segment, id } = await wave([]);
  await answer(0, 1, 2, 3, 4);
  const everybody = await segment('everybody', { all: [] });
  const seen = await progress('by=team&segments=true');
  const because = expect.stringMatching(/keep nothing about them.*choose it in the survey’s settings/);
  expect(seen).toMatchObject({ toldBy: { attributes: [], because }, response: { invited: 20, answered: 5 } });
  expect(seen.by).toEqual({ attribute: 'team', values: [], hidden: 0, because });
  expect(seen.bySegment.segments).toMatchObject([{ segmentId: everybody, invited: 20, answered: 5 }]);
  expect(seen.bySegment).toMatchObject({ because });
  expect((await ok('GET', `/waves/${id}/invitations`)).used).toBe(5);
});

test('those whose value too few share are told as one row without it', async () => {
  const { progress, answer } = await wave(['floor', 'tag']);
  await answer(11, 12, 13, 14, 15, 16, 17, 18, 19);
  expect((await progress('by=floor')).toldBy.attributes).toEqual(['floor', 'tag']);
  expect(rowsOf((await progress('by=floor')).by)).toEqual(['3: 0 of 11', '4: 5 of 9']);
  mails.reset();
  world.advance(61_000);
  const few = await wave(['who']);
  expect(rowsOf((await few.progress('by=who')).by)).toEqual([': 0 of 20']);
});
