import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { jsonSchema } from '../../src/server/http/openapi.ts';
import { importers } from '../../src/server/http/policy.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/server/http/rate-limit.ts';
import { ROUTES } from '../../src/server/http/registry.ts';
import { type Route, route } from '../../src/server/http/route.ts';
import { takePart } from '../../src/server/intake/take-part.ts';
import { ratingSurvey } from '../answering.ts';
import { openWorld, type World } from '../world.ts';
import { type ImportWorld, openImportWorld } from './imports-world.ts';
import { FILES } from './ingest-files.ts';
import {
  type Begin,
  GUARDS,
  type Guard,
  RESPONDENTS,
  type RespondentsWay,
  type Shows,
  storedOf,
} from './ingest-world.ts';
import { listening, quota, send } from './intake-world.ts';
import { otherBeginnings, routesThatWriteAnswers, writersNamedBy } from './writers-of-answers.ts';

/**
 * Every way by which answers become rows, found in the registry and in the sources, and what each of them shows of the one
 * guard. A way that is new, or a guard that somebody forgot on one of them, fails here.
 */
let at: ImportWorld;
beforeAll(async () => {
  at = await openImportWorld();
});
afterAll(() => at.close());

const W = '/api/v1/workspaces/{workspaceId}';
const S = `${W}/surveys/{surveyId}`;

/** Routes that bring answers in, by the ways that are tried below. */
const BRING_IN = ['post /api/v1/responses', ...new Set(Object.values(FILES).map(({ route: name }) => name))];

/** Routes that write answers which are in already. */
const MOVE: Readonly<Record<string, string>> = {
  [`post ${S}/set-apart/accept`]: 'lets count what came through the guard before',
  [`post ${S}/set-apart/dismiss`]: 'is declared beside the last one; marks what stays apart',
  [`post ${S}/set-apart/again`]: 'sets apart anew what was let count',
};

test('every route that writes answers is on the list, and none that does not', () => {
  expect(routesThatWriteAnswers()).toEqual([...BRING_IN, ...Object.keys(MOVE)].sort());
});

test('a new route that lets answers in would be found, by whatever path and policy', () => {
  const quiet = { summary: 'Nothing to see', tag: 'x', policy: importers };
  const hidden: Route[] = [
    route({ ...quiet, method: 'get', path: `${W}/new` }, async (context) => {
      await takePart(context, JSON.parse('{}'));
      return undefined;
    }),
    route({ ...quiet, method: 'post', path: `${W}/other` }, async () => undefined),
  ];
  expect(routesThatWriteAnswers([...hidden, ...ROUTES])).toContain(`get ${W}/new`);
  expect(routesThatWriteAnswers(hidden)).toEqual([`get ${W}/new`]);
});

test('besides routes, only these lead to where answers are written', () => {
  expect(otherBeginnings()).toEqual([
    'src/cli/main.ts#main',
    // Named by tests only: they fill workspaces with it.
    'src/server/responses/store.ts#addResponses',
  ]);
  expect(writersNamedBy('src/cli/main.ts#COMMANDS')).toEqual([
    // Writes the documents of the routes, and calls none.
    'src/cli/openapi.ts#register',
    // The file of the route of the same name, by whoever holds the server's folder.
    'src/cli/restore.ts#register',
    // The server itself: it loads the sample where nobody is set up yet, and runs the tasks.
    'src/cli/start.ts#register',
  ]);
  // Publishes what waits for its batch.
  expect(writersNamedBy('src/server/background/tasks.ts#TASKS')).toEqual([
    'src/server/intake/publish-task.ts#publishTask',
  ]);
});

test('a part comes by a link, a personal token or a ticket, and each of them is tried', () => {
  const declared = ROUTES.find(({ path }) => path === '/api/v1/responses');
  if (!declared?.body) throw new Error('there is no way in for parts');
  const { properties } = jsonSchema(declared.body, 'input') as { properties: object };
  const says = [
    'answers',
    'finished',
    'hidden',
    'internal',
    'language',
    'part',
    'response',
    'took',
    'trap',
    'version',
    'work',
  ];
  const by = new Set(Object.values(RESPONDENTS).map((way) => way.by));
  expect(Object.keys(properties).sort()).toEqual([...says, ...by].sort());
  expect([...new Set(Object.values(RESPONDENTS).map(({ audience }) => audience))].sort()).toEqual([
    'customer',
    'leadership',
    'staff',
  ]);
});

test('every public route that takes something from respondents says whether answers come in by it', () => {
  const open = ROUTES.filter(({ method, policy }) => method !== 'get' && policy.who === 'anyone');
  const named = open.filter(({ body }) => body && JSON.stringify(jsonSchema(body, 'input')).includes('"answers"'));
  expect(named.map(({ method, path }) => `${method} ${path}`)).toEqual(['post /api/v1/responses']);
});

test('the scale of an item stays what published surveys ask for, so that no answer counts off it', async () => {
  const survey = await own();
  const path = `/api/v1/workspaces/${at.company.id}/items/${survey.items[0]}`;
  const change = (scale: object) => at.send('PATCH', path, { scale: { direction: 'up', ...scale } });
  for (const scale of [
    { min: 3, max: 4, step: 1, topBox: 4 },
    { min: 1, max: 5, step: 2, topBox: 5 },
    { min: 1, max: 5, step: null, topBox: 5 },
  ]) {
    const refused = await change(scale);
    expect([refused.status, refused.json.detail]).toEqual([409, expect.stringContaining('“Crossing')]);
  }
  // Where the top box begins is how answers are read, not what they may be.
  expect((await change({ min: 1, max: 5, step: 1, topBox: 4 })).json.scale).toMatchObject({ max: 5, topBox: 4 });
});

const own = (more: Partial<SurveyDefinition> = {}) => listening(at.world, at.company.id, more);
const stored = (surveyId: string) => storedOf(at, surveyId);
const TAKEN = { stored: true, finished: true };

async function opened(way: RespondentsWay, more: Partial<SurveyDefinition> = {}) {
  const settings = { ...ratingSurvey().settings, anonymousCustomers: way.anonymousCustomers ?? false };
  const survey = await own({ ...more, settings });
  return { survey, begin: await way.open(at, survey) };
}
async function whole(begin: Begin, more: object = {}): Promise<Record<string, unknown>> {
  const answers = { q0: 4, q1: 3, q2: 5 };
  return { ...(await begin()), version: 1, part: 0, answers, finished: true, took: 60_000, ...more };
}
async function guarded<T>(limits: Partial<Limits>, work: (few: World) => Promise<T>): Promise<T> {
  const few = await openWorld({ database: at.world.database, app: { limits: { ...DEFAULT_LIMITS, ...limits } } });
  return work(few).finally(() => few.close());
}
const SERVER_ISSUED = 'the server issued it, and each is good for one response only';

function respondentsWay(way: RespondentsWay): Shows {
  const isOpen = way.by === 'link';
  return {
    async schema() {
      const { survey, begin } = await opened(way);
      for (const [answers, field] of [
        [{ q0: 9 }, 'body.answers.q0'],
        [{ q0: 4, q1: 2.5 }, 'body.answers.q1'],
        [{ q0: 4, q1: 'five' }, 'body.answers.q1'],
        [{ nothing: 3 }, 'body.answers.nothing'],
      ] as const) {
        const refused = await send(at.world, await whole(begin, { answers }));
        expect([refused.status, refused.json.fields]).toEqual([422, [{ field, message: expect.stringMatching(/\w/) }]]);
      }
      expect((await send(at.world, await whole(begin, { version: 7 }))).status).toBeGreaterThanOrEqual(400);
      expect(await stored(survey.surveyId)).toEqual({ counting: 0, apart: [] });
    },
    async size() {
      const { survey, begin } = await opened(way);
      const refused = await send(at.world, await whole(begin, { answers: { q0: 'x'.repeat(70_000) } }));
      expect(refused.status).toBe(413);
      expect(await stored(survey.surveyId)).toEqual({ counting: 0, apart: [] });
    },
    async rate() {
      const { begin } = await opened(way);
      const [first, second] = [await whole(begin), await whole(begin)];
      const [once, few] = [
        { burst: 1, perSecond: 0.001 },
        { burst: 3, perSecond: 0.001 },
      ];
      await guarded({ parts: once, public: few }, async (world) => {
        expect((await send(world, first)).status).toBe(200);
        const again = await send(world, first);
        expect([again.status, Number(again.headers.get('retry-after')) > 0]).toEqual([429, true]);
        // Another link, token or ticket of the same network has its own allowance, as far as the network's goes.
        const other = await opened(way);
        expect((await send(world, await whole(other.begin))).status).toBe(200);
        expect((await send(world, second)).status).toBe(429);
      });
    },
    flood: !isOpen
      ? SERVER_ISSUED
      : async () => {
          const { survey, begin } = await opened(way);
          await guarded({ responses: { burst: 1, perSecond: 0.0001 } }, async (world) => {
            for (let i = 0; i < 12; i++) {
              const body = await whole(begin);
              // Headers mint no new allowance.
              const reply = await send(world, body, {
                'x-forwarded-for': `10.0.0.${i}`,
                'cf-connecting-ip': `10.1.0.${i}`,
              });
              expect(reply.json).toEqual(TAKEN);
            }
          });
          // Many people stand behind one kiosk: ten times as many are no flood there.
          const people = way === RESPONDENTS['a kiosk'] ? 10 : 1;
          expect(await stored(survey.surveyId)).toEqual({ counting: people, apart: Array(12 - people).fill('flood') });
        },
    async robots() {
      const { survey, begin } = await opened(way);
      for (const more of [{ trap: 'http://casino.example' }, { took: 500 }, { internal: true }]) {
        expect((await send(at.world, await whole(begin, more))).json).toEqual(TAKEN);
      }
      expect((await send(at.world, await whole(begin))).json).toEqual(TAKEN);
      expect(await stored(survey.surveyId)).toEqual({ counting: 1, apart: ['internal', 'too_fast', 'trap'] });
    },
    work: !isOpen
      ? SERVER_ISSUED
      : async () => {
          const { survey, begin } = await opened(way);
          const lazy = await lazyOf(begin);
          await inWorkspace(at.world.database.app.db, at.company.id, (tx) =>
            sql`UPDATE survey_links SET work = 8 WHERE token = ${String(lazy.link)}`.execute(tx),
          );
          expect((await send(at.world, lazy)).json).toEqual(TAKEN);
          const diligent = await whole(begin);
          let work = 0;
          while (!isWork(diligent.response, String(work))) work += 1;
          expect((await send(at.world, { ...diligent, work: String(work) })).json).toEqual(TAKEN);
          expect(await stored(survey.surveyId)).toEqual({ counting: 1, apart: ['no_work'] });
        },
    async quota() {
      const { survey, begin } = await opened(way, { quotas: [quota(2)] });
      for (let i = 0; i < 4; i++) expect((await send(at.world, await whole(begin))).json).toEqual(TAKEN);
      expect(await stored(survey.surveyId)).toEqual({ counting: 2, apart: ['quota', 'quota'] });
    },
    test: !isOpen
      ? 'whoever tries a survey out does so by a test link or a preview; an insider with a personal link is marked as one'
      : async () => {
          const { survey, begin } = await opened(way);
          const body = await whole(begin);
          await inWorkspace(at.world.database.app.db, at.company.id, (tx) =>
            sql`UPDATE survey_links SET test = true WHERE token = ${String(body.link)}`.execute(tx),
          );
          expect((await send(at.world, body)).json).toEqual(TAKEN);
          expect(await stored(survey.surveyId)).toEqual({ counting: 0, apart: ['test'] });
        },
    async apart() {
      const { survey, begin } = await opened(way);
      await send(at.world, await whole(begin, { trap: 'x' }));
      const { audience } = way;
      const kept = await inWorkspace(at.world.database.app.db, at.company.id, async (tx) => {
        const given = sql<{ q0: number; q1: number; q2: number }>`
          SELECT given -> 'q0' -> 'value' AS q0, given -> 'q1' -> 'value' AS q1, given -> 'q2' -> 'value' AS q2
          FROM set_apart_responses WHERE survey_id = ${survey.surveyId}`;
        return (await given.execute(tx)).rows;
      });
      expect(kept).toEqual([{ q0: 4, q1: 3, q2: 5 }]);
      const path = `/api/v1/workspaces/${at.company.id}/surveys/${survey.surveyId}/set-apart`;
      const pick = async (what: string, body: object) =>
        (await at.send('POST', `${path}/${what}`, { audience, ...body })).json;
      expect(await pick('accept', { keys: ['nobody sent it'] })).toMatchObject({ changed: 0 });
      expect(await pick('accept', { reason: 'trap' })).toMatchObject({ changed: 1 });
      expect(await stored(survey.surveyId)).toEqual({ counting: 1, apart: [] });
      expect(await pick('accept', { reason: 'trap' })).toMatchObject({ changed: 0 });
    },
    async again() {
      const { survey, begin } = await opened(way);
      const body = await whole(begin);
      const replies = await Promise.all(Array.from({ length: 6 }, () => send(at.world, body)));
      for (const { json } of replies) expect(json).toEqual(TAKEN);
      expect((await send(at.world, { ...body, answers: { q0: 1 } })).status).toBe(409);
      expect(await stored(survey.surveyId)).toEqual({ counting: 1, apart: [] });
    },
  };
}

const isWork = (response: unknown, work: string) => createHash('sha256').update(`${response}${work}`).digest()[0] === 0;

/** A response whose id is no work by chance: one in 256 is. */
async function lazyOf(begin: Begin): Promise<Record<string, unknown>> {
  const body = await whole(begin);
  return isWork(body.response, '') ? lazyOf(begin) : body;
}

const WAYS: readonly (readonly [string, () => Shows])[] = [
  ...Object.entries(RESPONDENTS).map(([name, way]) => [name, () => respondentsWay(way)] as const),
  ...Object.entries(FILES).map(([name, { shows }]) => [name, () => shows({ at, own, stored, guarded })] as const),
];

describe.each(WAYS)('%s', (_, shows) => {
  test.each(Object.entries(GUARDS))('%s: %s', async (guard) => {
    const shown = shows()[guard as Guard];
    if (typeof shown === 'string') expect(shown).toMatch(/\w+ \w+ \w+/);
    else await shown();
  });
});
