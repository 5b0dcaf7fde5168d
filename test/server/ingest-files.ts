import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { expect } from 'vitest';
import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
import { seal } from '../../src/server/backup/envelope.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import type { Limits } from '../../src/server/http/rate-limit.ts';
import type { Someone, World } from '../world.ts';
import type { ImportWorld } from './imports-world.ts';
import { type Shows, uploadTo } from './ingest-world.ts';
import { type Listening, quota } from './intake-world.ts';

/** What the tests hand to a way of programs and people with an account. */
export interface Tools {
  readonly at: ImportWorld;
  own(more?: Partial<SurveyDefinition>): Promise<Listening>;
  stored(surveyId: string): Promise<{ counting: number; apart: string[] }>;
  guarded<T>(limits: Partial<Limits>, work: (few: World) => Promise<T>): Promise<T>;
}
interface FileWay {
  readonly route: string;
  shows(tools: Tools): Shows;
}

const W = '/api/v1/workspaces/{workspaceId}';
const S = `${W}/surveys/{surveyId}`;
/** Whoever holds a key or an account is known, can be shut out, and is held to account by the audit log. */
const KNOWN = 'the sender is known by key or account, and stands in the audit log';
const FILLED_ELSEWHERE =
  'nobody filled it in here: there is no device to set a trap for, and no time that was ours to take';
const NOT_TRIED_HERE = 'nothing is tried out by this way: test responses are those of test links';
const ONE: Partial<Limits> = { account: { burst: 1, perSecond: 0.001 } };

/** By account: the second call is sent away, whatever it holds. */
async function secondIsSentAway(
  { at, guarded }: Tools,
  call: (few: World, who: Someone) => Promise<{ status: number }>,
): Promise<void> {
  const who = await at.world.apiKey(at.company.id, ['import']);
  await guarded(ONE, async (few) => {
    expect((await call(few, who)).status).not.toBe(429);
    expect((await call(few, who)).status).toBe(429);
  });
}

const program: FileWay = {
  route: `post ${S}/responses`,
  shows(tools) {
    const { at, own, stored } = tools;
    const urlOf = (survey: Listening) => `/api/v1/workspaces/${at.company.id}/surveys/${survey.surveyId}/responses`;
    const batch = (...values: unknown[]) => ({
      audience: 'customer',
      responses: values.map((q0, i) => ({ key: `k${i}`, answers: { q0 } })),
    });
    const add = async (survey: Listening, body: object) => at.send('POST', urlOf(survey), body);
    return {
      async schema() {
        const survey = await own();
        const refused = await add(survey, batch(4, 9));
        expect([refused.status, refused.json.fields[0].field]).toEqual([422, 'body.responses.1.answers.q0']);
        expect(await stored(survey.surveyId)).toEqual({ counting: 0, apart: [] });
      },
      async size() {
        const survey = await own();
        expect((await add(survey, batch('x'.repeat(9 * 1024 * 1024)))).status).toBe(413);
        expect((await add(survey, batch(...Array(1_001).fill(3)))).status).toBe(400);
        expect(await stored(survey.surveyId)).toEqual({ counting: 0, apart: [] });
      },
      async rate() {
        const survey = await own();
        await secondIsSentAway(tools, (few, who) => few.ask(who, 'POST', urlOf(survey), batch(3)));
      },
      flood: KNOWN,
      async robots() {
        // The reason is FILLED_ELSEWHERE; what devices say of themselves is not even taken.
        const survey = await own();
        for (const more of [{ took: 1 }, { trap: 'x' }, { internal: true }, { work: '1' }]) {
          const { responses } = batch(3);
          const body = { audience: 'customer', responses: responses.map((one) => ({ ...one, ...more })) };
          expect((await add(survey, body)).status).toBe(400);
        }
        expect(await stored(survey.surveyId)).toEqual({ counting: 0, apart: [] });
      },
      work: KNOWN,
      async quota() {
        const survey = await own({ quotas: [quota(2)] });
        expect((await add(survey, batch(3, 3, 3))).json).toEqual({ added: 2, known: 0, setApart: 1 });
        expect(await stored(survey.surveyId)).toEqual({ counting: 2, apart: ['quota'] });
      },
      test: NOT_TRIED_HERE,
      async apart() {
        const survey = await own({ quotas: [quota(1)] });
        await add(survey, batch(3, 4));
        const pick = { audience: 'customer', reason: 'quota' };
        const accepted = await at.send('POST', urlOf(survey).replace('responses', 'set-apart/accept'), pick);
        expect(accepted.json).toMatchObject({ changed: 1 });
        expect(await stored(survey.surveyId)).toEqual({ counting: 2, apart: [] });
      },
      async again() {
        const survey = await own();
        expect((await add(survey, batch(3, 4))).json).toEqual({ added: 2, known: 0, setApart: 0 });
        expect((await add(survey, batch(3, 4))).json).toEqual({ added: 0, known: 2, setApart: 0 });
        expect((await add(survey, batch(3, 5))).json.fields[0].field).toBe('body.responses.1.key');
        expect(await stored(survey.surveyId)).toEqual({ counting: 2, apart: [] });
      },
    };
  },
};

/** The steps are the same for a table of answers and for reviews; what each of them is made of differs. */
const otherTool = (
  fileOf: (values: readonly number[]) => { name: string; text: string; bindings: string },
): FileWay => ({
  route: `post ${S}/exchange/answers`,
  shows(tools) {
    const { at, own, stored } = tools;
    const urlOf = (survey: Listening, fileName: string, bindings: string) =>
      `/api/v1/workspaces/${at.company.id}/surveys/${survey.surveyId}/exchange/answers?${new URLSearchParams({ fileName, ...(bindings ? { bindings } : {}) })}`;
    const take = async (survey: Listening, values: readonly number[], length?: number, by?: [World, Someone]) => {
      const { name, text, bindings } = fileOf(values);
      const [world, who] = by ?? [at.world, at.company.people.analyst];
      return uploadTo(world, who, urlOf(survey, name, bindings), text, length);
    };
    const none = { added: 0, known: 0, updated: 0, kept: 0, setApart: 0 };
    return {
      async schema() {
        const survey = await own();
        const taken = await take(survey, [4, 9]);
        // A file is not refused for one cell: the cell is named, and its row does not come in.
        expect(JSON.stringify([taken.json.faults, taken.json.report])).toMatch(
          /row":2,"field":"q0"|1 entries have stars/,
        );
        expect(taken.json.stored).toEqual({ ...none, added: 1 });
        expect(await stored(survey.surveyId)).toEqual({ counting: 1, apart: [] });
      },
      async size() {
        const survey = await own();
        expect((await take(survey, [4], 50 * 1024 * 1024 + 1)).status).toBe(413);
        expect(await stored(survey.surveyId)).toEqual({ counting: 0, apart: [] });
      },
      async rate() {
        const survey = await own();
        await secondIsSentAway(tools, (few, who) => take(survey, [4], undefined, [few, who]));
      },
      flood: KNOWN,
      robots: FILLED_ELSEWHERE,
      work: KNOWN,
      async quota() {
        const survey = await own({ quotas: [quota(2)] });
        expect((await take(survey, [4, 4, 4])).json.stored).toEqual({ ...none, added: 2, setApart: 1 });
        expect(await stored(survey.surveyId)).toEqual({ counting: 2, apart: ['quota'] });
      },
      test: NOT_TRIED_HERE,
      async apart() {
        const survey = await own({ quotas: [quota(1)] });
        await take(survey, [3, 4]);
        // The same file once more is no way around it.
        expect((await take(survey, [3, 4])).json.stored).toEqual({ ...none, known: 2 });
        expect((await take(survey, [3, 5])).json.stored).toEqual({ ...none, known: 1, kept: 1 });
        expect(await stored(survey.surveyId)).toEqual({ counting: 1, apart: ['quota'] });
      },
      async again() {
        const survey = await own();
        expect((await take(survey, [3, 4])).json.stored).toEqual({ ...none, added: 2 });
        expect((await take(survey, [3, 4])).json.stored).toEqual({ ...none, known: 2 });
        // A later file corrects what an earlier one said.
        expect((await take(survey, [3, 5])).json.stored).toEqual({ ...none, known: 1, updated: 1 });
        expect(await stored(survey.surveyId)).toEqual({ counting: 2, apart: [] });
      },
    };
  },
});

const table: FileWay = {
  route: `post ${W}/imports/{importId}/run`,
  shows(tools) {
    const { at, own, stored } = tools;
    const mapping = {
      layout: 'long',
      columns: { respondent: 'respondent', audience: 'audience', item: 'item', value: 'value' },
      attributes: [],
    };
    const rowsOf = (survey: Listening, values: readonly number[], audience = 'customer') =>
      `respondent,audience,item,value\n${values.map((value, i) => `r${i},${audience},item_0_${survey.surveyId},${value}\n`).join('')}`;
    const take = (survey: Listening, values: readonly number[], more: object = {}) =>
      at.import(rowsOf(survey, values), { surveyId: survey.surveyId, surveyName: undefined, mapping, ...more });
    return {
      async schema() {
        const survey = await own();
        const done = await take(survey, [4, 9]);
        expect(done).toMatchObject({ status: 'done', progress: { rowsStored: 1, rowsRejected: 1 } });
        const { rejections } = (await at.get(`${at.base}/${done.id}/rejections`)).json;
        expect(rejections).toEqual([
          { rowNumber: 3, column: 'value', value: '9', reason: expect.stringContaining('is off the scale 1-5') },
        ]);
        expect(await stored(survey.surveyId)).toEqual({ counting: 1, apart: [] });
        const whole = await take(survey, [4, 4, 9], { mode: 'all_or_nothing' });
        expect(whole.status).toBe('failed');
        expect(await stored(survey.surveyId)).toEqual({ counting: 1, apart: [] });
      },
      async size() {
        // Of what is run later: the file itself, when it is uploaded.
        const { analyst } = at.company.people;
        const refused = await uploadTo(at.world, analyst, `${at.base}?fileName=a.csv`, 'a,b\n1,2\n', 2 * 1024 ** 3 + 1);
        expect(refused.status).toBe(413);
      },
      async rate() {
        await secondIsSentAway(tools, (few, who) =>
          few.ask(who, 'POST', `${at.base}/${at.company.id}/run`, { mode: 'valid_rows', surveyName: 'x' }),
        );
      },
      flood: KNOWN,
      robots: FILLED_ELSEWHERE,
      work: KNOWN,
      async quota() {
        // A table holds values of items, not answers to questions: no condition of a quota can be asked of it. So it takes
        // no place of a quota, and respondents get all of them.
        const survey = await own({ quotas: [quota(2)] });
        await take(survey, [3, 3, 3]);
        const filled = await inWorkspace(at.world.database.app.db, at.company.id, async (tx) => {
          const counts = sql`SELECT FROM quota_counts WHERE survey_id = ${survey.surveyId} AND n > 0`;
          return (await counts.execute(tx)).rows.length;
        });
        expect([filled, await stored(survey.surveyId)]).toEqual([0, { counting: 3, apart: [] }]);
      },
      test: NOT_TRIED_HERE,
      async apart() {
        // Nothing is set apart; rows that are refused are kept to be looked at. And nobody comes in beside the tickets of a
        // wave, since whoever adds all others of a batch knows the one that is left.
        const survey = await own();
        const base = `/api/v1/workspaces/${at.company.id}`;
        const lead = (path: string, body: object) =>
          at.world.ask(at.company.people.lead, 'POST', `${base}${path}`, body);
        const wave = await lead(`/surveys/${survey.surveyId}/waves`, { name: 'Crew', audience: 'staff' });
        expect((await lead(`/waves/${wave.json.id}/invitations`, { count: 6 })).status).toBe(201);
        const { id } = (await at.upload(rowsOf(survey, [3, 3, 3, 3], 'staff'))).json;
        expect((await at.send('PUT', `${at.base}/${id}/mapping`, mapping)).status).toBe(200);
        const into = { mode: 'valid_rows', surveyId: survey.surveyId, waveId: wave.json.id };
        const refused = await at.send('POST', `${at.base}/${id}/run`, into);
        expect([refused.status, refused.json.fields?.[0].field]).toEqual([422, 'body.waveId']);
        expect(await stored(survey.surveyId)).toEqual({ counting: 0, apart: [] });
        await at.send('POST', `${at.base}/${id}/cancel`);
      },
      async again() {
        const survey = await own();
        for (const values of [
          [3, 4],
          [3, 4],
          [3, 5],
        ]) {
          expect((await take(survey, values)).status).toBe('done');
          expect(await stored(survey.surveyId)).toEqual({ counting: 2, apart: [] });
        }
      },
    };
  },
};

const OWN_DATA = 'the answers are files of the product itself: nobody sends any';
const sample: FileWay = {
  route: 'post /api/v1/sample',
  shows: ({ at, guarded }) => ({
    async schema() {
      const { owner } = at.company.people;
      expect((await at.world.ask(owner, 'POST', '/api/v1/sample', { answers: { q0: 9 } })).status).toBe(400);
    },
    size: OWN_DATA,
    async rate() {
      const { viewer } = at.company.people;
      await guarded(ONE, async (few) => {
        expect((await few.ask(viewer, 'GET', '/api/v1/session')).status).toBe(200);
        expect((await few.ask(viewer, 'POST', '/api/v1/sample')).status).toBe(429);
      });
    },
    flood: OWN_DATA,
    robots: OWN_DATA,
    work: OWN_DATA,
    quota: OWN_DATA,
    test: 'they are in a workspace of their own that says so, beside no other answers',
    apart: OWN_DATA,
    async again() {
      const { owner } = at.company.people;
      expect((await at.world.ask(owner, 'POST', '/api/v1/sample')).status).toBe(201);
      expect((await at.world.ask(owner, 'POST', '/api/v1/sample')).status).toBe(409);
    },
  }),
};

const ALREADY =
  'they went through the guard when they came; what was set apart comes back set apart, in a workspace of its own';
const restore: FileWay = {
  route: 'post /api/v1/workspaces/restore',
  shows({ at, own, guarded }) {
    const { owner } = at.company.people;
    const url = '/api/v1/workspaces/restore';
    const exported = async () => {
      const path = `/api/v1/workspaces/${at.company.id}/export`;
      const reply = await at.world.app.request(path, { headers: { cookie: owner.cookie } });
      return new Uint8Array(await reply.arrayBuffer());
    };
    return {
      async schema() {
        const bytes = await exported();
        const middle = bytes.length >> 1;
        bytes[middle] = (bytes[middle] ?? 0) ^ 1;
        const refused = await uploadTo(at.world, owner, url, bytes);
        expect([refused.status, refused.json.detail]).toEqual([422, expect.stringContaining('seal')]);
        // Nor does somebody who seals a file anew bring a number in that no scale has.
        const survey = await own();
        const body = { version: 1, part: 0, answers: { q0: 4 }, finished: true, took: 60_000 };
        const given = { ...body, link: await survey.link(), response: survey.surveyId };
        expect((await at.world.ask({}, 'POST', '/api/v1/responses', given)).status).toBe(200);
        const genuine = await exported();
        for (const value of ['1e308', 'NaN', '-Infinity']) {
          const forged = await uploadTo(at.world, owner, url, sealedAnew(genuine, survey.items[0] ?? '', value));
          expect([forged.status, forged.json.detail]).toEqual([422, expect.stringContaining('on no scale')]);
        }
        const other = await uploadTo(at.world, owner, url, sealedAnew(genuine, survey.items[0] ?? '', '5'));
        expect([other.status, other.json.detail]).toEqual([201, undefined]);
      },
      async size() {
        expect((await uploadTo(at.world, owner, url, 'x', 8 * 1024 ** 3 + 1)).status).toBe(413);
      },
      async rate() {
        const { viewer } = at.company.people;
        await guarded(ONE, async (few) => {
          expect((await uploadTo(few, viewer, url, 'x')).status).toBe(422);
          expect((await uploadTo(few, viewer, url, 'x')).status).toBe(429);
        });
      },
      flood: KNOWN,
      robots: ALREADY,
      work: KNOWN,
      quota: ALREADY,
      test: ALREADY,
      async apart() {
        const survey = await own();
        const trapped = {
          link: await survey.link(),
          response: survey.surveyId,
          version: 1,
          part: 0,
          answers: { q0: 4 },
        };
        await at.world.ask({}, 'POST', '/api/v1/responses', { ...trapped, finished: true, took: 60_000, trap: 'x' });
        const { id, rows } = (await uploadTo(at.world, owner, url, await exported())).json;
        const apart = await inWorkspace(at.world.database.app.db, id, async (tx) => {
          const found = sql`SELECT reason FROM set_apart_responses WHERE survey_id = ${survey.surveyId}`;
          return (await found.execute(tx)).rows;
        });
        expect([apart, rows.set_apart_responses > 0]).toEqual([[{ reason: 'trap' }], true]);
      },
      async again() {
        // Each is a workspace of its own, so that nothing comes twice in any.
        const bytes = await exported();
        const [one, other] = [await uploadTo(at.world, owner, url, bytes), await uploadTo(at.world, owner, url, bytes)];
        expect([one.status, other.status, one.json.rows]).toEqual([201, 201, other.json.rows]);
        expect(new Set([one.json.id, other.json.id, at.company.id]).size).toBe(3);
      },
    };
  },
};

/** An export in which the answer to an item reads otherwise, with checksum and seal as if it had been made so. */
function sealedAnew(bytes: Uint8Array, itemId: string, value: string): Uint8Array {
  const lines = gunzipSync(bytes)
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.includes('"seal"'));
  const end = JSON.parse(lines.pop() ?? '');
  const text = `${lines.map((line) => line.replace(`"${itemId}", "experience", "4"`, `"${itemId}", "experience", "${value}"`)).join('\n')}\n`;
  const sha256 = (of: string | Uint8Array) => createHash('sha256').update(of).digest();
  const packed = gzipSync(`${text}${JSON.stringify({ ...end, sha256: sha256(text).toString('hex') })}\n`);
  return Buffer.concat([packed, seal(sha256(packed))]);
}

const review = (stars: number, i: number) => ({
  reviewId: `gp:${i}`,
  comments: [{ userComment: { text: '', starRating: stars, lastModified: { seconds: '1772600000', nanos: 1 } } }],
});

/** Ways of programs and people with an account. */
export const FILES: Readonly<Record<string, FileWay>> = {
  'responses of another program': program,
  'a file of another tool': otherTool((values) => ({
    name: 'own.csv',
    text: `_response,q0\n${values.map((value, i) => `r${i},${value}`).join('\n')}\n`,
    bindings: '',
  })),
  'reviews that nobody asked for': otherTool((values) => ({
    name: 'reviews.json',
    text: JSON.stringify({ reviews: values.map(review) }),
    bindings: JSON.stringify([{ field: 'stars', key: 'q0' }]),
  })),
  'a table, by screen, API or command line': table,
  'the sample': sample,
  'a workspace that is restored': restore,
};
