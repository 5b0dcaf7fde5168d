import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Question, SurveyDefinition } from '../../src/core/survey/definition.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { definitionSchema, type NoDrift } from '../../src/server/surveys/definition-schema.ts';
import { insertSurvey, workspaceOfLink } from '../../src/server/surveys/verbs.ts';
import { type Company, LANTERN_HOTELS, nobody, openWorld, type Someone, TERN_FERRIES, type World } from '../world.ts';

let world: World;
let tern: Company;
let lantern: Company;

beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
  lantern = await world.company(LANTERN_HOTELS);
  const journey = (await owner('POST', '/journeys', { name: 'Crossing' })).json.id;
  const stage = (await owner('POST', `/journeys/${journey}/stages`, { name: 'Harbour' })).json.id;
  const touchpoint = (await owner('POST', `/stages/${stage}/touchpoints`, { name: 'Boarding' })).json.id;
  for (const key of ['boarding', 'queue']) {
    const made = await owner('POST', `/touchpoints/${touchpoint}/items`, {
      key,
      name: `The ${key}`,
      scale: { min: 1, max: 5, topBox: 5 },
    });
    expect(made.status).toBe(201);
  }
});
afterAll(() => world.close());

const as = (who: Someone, method: string, path: string, body?: unknown) =>
  world.ask(who, method, `/api/v1/workspaces/${tern.id}${path}`, body);
const owner = (method: string, path: string, body?: unknown) => as(tern.people.owner, method, path, body);

const says = (en: string) => ({ customer: { en } });
const rating = (id: string, item: string, more: object = {}): Question => ({
  id,
  type: 'rating',
  text: {
    customer: { en: `How was the ${item}?` },
    staff: { en: `How do customers find the ${item}?` },
    leadership: { en: `How do our customers find the ${item}?` },
  },
  min: 1,
  max: 5,
  item,
  ...more,
});
const survey = (questions: readonly Question[], more: Partial<SurveyDefinition> = {}): SurveyDefinition => ({
  format: 'parallax-survey/1',
  title: says('The crossing'),
  languages: ['en'],
  audiences: ['customer'],
  pages: [{ id: 'one', questions }],
  endings: [{ id: 'thanks', title: says('Thank you') }],
  hidden: [],
  quotas: [],
  appearance: {},
  settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: 90 },
  ...more,
});
let surveys = 0;
async function newSurvey(definition?: SurveyDefinition): Promise<string> {
  surveys += 1;
  const made = await owner('POST', '/surveys', { name: `Survey ${surveys}` });
  expect(made.status).toBe(201);
  if (definition) {
    const saved = await owner('PUT', `/surveys/${made.json.id}/draft`, { definition, revision: 1 });
    expect([saved.status, saved.json.revision]).toEqual([200, 2]);
  }
  return made.json.id;
}
const draftOf = async (id: string) => (await owner('GET', `/surveys/${id}/draft`)).json;

describe('a draft', () => {
  test('begins empty, is saved over its revision, and refuses a stale one by saying who saved when', async () => {
    const id = await newSurvey();
    const empty = await draftOf(id);
    expect(empty).toMatchObject({ revision: 1, version: null, changed: true, archived: false });
    expect(definitionSchema.parse(empty.definition).pages).toHaveLength(1);

    const [first, second] = [survey([rating('q1', 'boarding')]), survey([rating('q2', 'queue')])];
    const mine = await owner('PUT', `/surveys/${id}/draft`, { definition: first, revision: 1 });
    expect(mine.json.revision).toBe(2);
    const theirs = await as(tern.people.analyst, 'PUT', `/surveys/${id}/draft`, { definition: second, revision: 1 });
    expect([theirs.status, theirs.json.code]).toEqual([409, 'conflict']);
    expect(theirs.json.detail).toContain(`Inga Halvorsen saved revision 2 at ${mine.json.savedAt}`);
    expect(theirs.json.fields).toEqual([{ field: 'body.revision', message: 'is 2 by now' }]);
    expect(await draftOf(id)).toMatchObject({
      definition: first,
      revision: 2,
      savedBy: 'Inga Halvorsen',
      savedByYou: true,
    });
  });

  test('of ten people who save at once, one wins and nobody overwrites', async () => {
    const id = await newSurvey();
    const saves = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        owner('PUT', `/surveys/${id}/draft`, { definition: survey([rating(`q${i}`, 'boarding')]), revision: 1 }),
      ),
    );
    expect(saves.map((save) => save.status).sort()).toEqual([200, ...Array(9).fill(409)]);
    const won = saves.findIndex((save) => save.status === 200);
    expect((await draftOf(id)).definition.pages[0].questions[0].id).toBe(`q${won}`);
  });

  test('shows who else has it open, for 30 seconds', async () => {
    const id = await newSurvey();
    const here = (who: Someone) => as(who, 'POST', `/surveys/${id}/presence`, {}).then((reply) => reply.json.editors);
    expect(await here(tern.people.owner)).toEqual([]);
    expect(await here(tern.people.analyst)).toEqual(['Inga Halvorsen']);
    expect(await here(tern.people.owner)).toEqual(['Mei Chen']);
    expect((await owner('GET', `/surveys/${id}/presence`)).json.editors).toHaveLength(2);
    world.advance(31_000);
    expect(await here(tern.people.lead)).toEqual([]);
    expect((await as(tern.people.viewer, 'POST', `/surveys/${id}/presence`, {})).status).toBe(403);
  });
});

describe('publishing', () => {
  test('freezes questions and bindings; editing makes the next version', async () => {
    const id = await newSurvey(survey([rating('q1', 'boarding'), rating('q2', 'queue')]));
    expect((await owner('POST', `/surveys/${id}/publish`, {})).json).toEqual({ version: 1 });
    expect(await draftOf(id)).toMatchObject({ version: 1, changed: false });
    // Nothing new: the same version.
    expect((await owner('POST', `/surveys/${id}/publish`, {})).json).toEqual({ version: 1 });

    const next = survey([rating('q2', 'queue', { required: 'yes' }), { id: 'q3', type: 'long', text: says('Why?') }]);
    await owner('PUT', `/surveys/${id}/draft`, { definition: next, revision: 2 });
    const first = (await owner('GET', `/surveys/${id}/versions/1`)).json;
    expect(first.definition.pages[0].questions.map((question: Question) => question.id)).toEqual(['q1', 'q2']);
    expect(first.difference).toBeNull();
    expect((await owner('POST', `/surveys/${id}/publish`, { revision: 2 })).status).toBe(409);
    expect((await owner('POST', `/surveys/${id}/publish`, { revision: 3 })).json).toEqual({ version: 2 });
    expect((await owner('GET', `/surveys/${id}/versions/1`)).json).toEqual(first);
    const second = (await owner('GET', `/surveys/${id}/versions/2`)).json;
    expect(second.difference).toEqual({ added: ['q3'], removed: ['q1'], changed: ['q2'], moved: false });
    expect(Object.keys(second.bindings)).toEqual(['q2']);
    const list = (await owner('GET', `/surveys/${id}/versions`)).json.versions;
    expect(list.map((one: { version: number; publishedBy: string }) => [one.version, one.publishedBy])).toEqual([
      [2, 'Inga Halvorsen'],
      [1, 'Inga Halvorsen'],
    ]);
    expect((await owner('GET', `/surveys/${id}/versions/3`)).status).toBe(404);
    const audit = (await owner('GET', '/audit')).text;
    expect(audit).toContain('survey.publish');
  });

  test('two who publish at once make one version', async () => {
    const id = await newSurvey(survey([rating('q1', 'boarding')]));
    const both = await Promise.all([1, 2, 3].map(() => owner('POST', `/surveys/${id}/publish`, {})));
    expect(both.map((reply) => reply.json)).toEqual([{ version: 1 }, { version: 1 }, { version: 1 }]);
  });

  test('refuses what stands in the way, with the place of each', async () => {
    const id = await newSurvey(survey([rating('q1', 'nothing here')]));
    const refused = await owner('POST', `/surveys/${id}/publish`, {});
    expect([refused.status, refused.json.fields[0].field]).toEqual([422, 'draft.questions.q1']);
    const findings = (await owner('POST', `/surveys/${id}/check`, {})).json.findings;
    expect(findings).toContainEqual(expect.objectContaining({ level: 'error', question: 'q1' }));
  });

  test('an id keeps its kind of question for ever', async () => {
    const id = await newSurvey(survey([{ id: 'why', type: 'long', text: says('Why?') }]));
    expect((await owner('POST', `/surveys/${id}/publish`, {})).status).toBe(200);
    const other = survey([rating('why', 'boarding')]);
    expect((await owner('PUT', `/surveys/${id}/draft`, { definition: other, revision: 2 })).status).toBe(200);
    const refused = await owner('POST', `/surveys/${id}/publish`, {});
    expect([refused.status, refused.json.fields]).toEqual([
      422,
      [{ field: 'draft.questions.why', message: expect.stringContaining('another kind of question (long)') }],
    ]);
  });

  test('another scale is warned of, and starts a new series', async () => {
    const slider = (max: number): Question => ({
      id: 's',
      type: 'slider',
      text: says('How full?'),
      min: 0,
      max,
      step: 1,
    });
    const id = await newSurvey(survey([slider(10)]));
    expect((await owner('POST', `/surveys/${id}/publish`, {})).status).toBe(200);
    await owner('PUT', `/surveys/${id}/draft`, { definition: survey([slider(100)]), revision: 2 });
    const { findings } = (await owner('POST', `/surveys/${id}/check`, {})).json;
    expect(findings).toContainEqual(
      expect.objectContaining({ level: 'warning', code: 'scale_changed', question: 's' }),
    );
    expect((await owner('POST', `/surveys/${id}/publish`, {})).json).toEqual({ version: 2 });
  });

  test('words are compared with the version that was answered, as soon as its answers may be seen', async () => {
    const asking = (low: string) =>
      survey([rating('q1', 'boarding', { low: says(low), high: says('good') })], { audiences: ['customer', 'staff'] });
    const id = await newSurvey(asking('bad'));
    let revision = 2;
    const publish = async (low: string) => {
      await owner('PUT', `/surveys/${id}/draft`, { definition: asking(low), revision: revision++ });
      expect((await owner('POST', `/surveys/${id}/publish`, {})).status).toBe(200);
    };
    const answer = async (audience: string, version: number) => {
      const link = (await owner('POST', `/surveys/${id}/links`, { audience })).json.token;
      const part = { response: randomUUID(), version, part: 0, answers: { q1: 4 }, finished: true, took: 60_000 };
      expect((await world.ask(nobody, 'POST', '/api/v1/responses', { link, ...part })).status).toBe(200);
    };
    const answered = async () => (await owner('GET', `/surveys/${id}/versions`)).json.answered;
    const told = async (low: string) =>
      (await owner('POST', `/surveys/${id}/check`, { definition: asking(low) })).json.findings.flatMap(
        (one: { code: string; message: string }) => (one.code === 'text_changed' ? one.message : []),
      );
    expect((await owner('POST', `/surveys/${id}/publish`, {})).status).toBe(200);
    await answer('staff', 1);
    // It waits for its batch, and that it is there is told nowhere.
    expect(await answered()).toBeNull();
    expect(await told('poor')).toEqual([expect.stringContaining('Answers given to the version before were chosen')]);
    await answer('customer', 1);
    expect(await answered()).toBe(1);
    await publish('poor');
    expect(await answered()).toBe(1);
    expect(await told('bad')).toEqual([]);
    expect(await told('poor')).toEqual([expect.stringContaining('“bad” reads “poor” now. Answers given to version 1')]);
    await answer('customer', 2);
    // Late, and the last one to come.
    await answer('customer', 1);
    expect([await answered(), await told('poor')]).toEqual([2, []]);
    expect(await told('bad')).toEqual([expect.stringContaining('Answers given to version 2')]);
  });

  test('an ending leads only to hosts on the list', async () => {
    const id = await newSurvey(
      survey([rating('q1', 'boarding')], {
        endings: [{ id: 'thanks', title: says('Thank you'), redirect: 'https://evil.example/x' }],
      }),
    );
    const refused = await owner('POST', `/surveys/${id}/publish`, {});
    expect([refused.status, refused.json.detail]).toEqual([422, expect.stringContaining('evil.example')]);
    await owner('PUT', '/redirect-hosts', { hosts: ['evil.example'] });
    expect((await owner('POST', `/surveys/${id}/publish`, {})).status).toBe(200);
  });

  test('what customers are told about who sees their answers is told for good, both ways', async () => {
    const questions = [rating('q1', 'boarding')];
    const named = survey(questions);
    const anonymous = { ...named, settings: { ...named.settings, anonymousCustomers: true } };
    for (const [first, then, told] of [
      [anonymous, named, 'anonymous'],
      [named, anonymous, 'shown with the contact'],
    ] as const) {
      const id = await newSurvey(first);
      let revision = 2;
      const publish = async (definition: SurveyDefinition) => {
        expect((await owner('PUT', `/surveys/${id}/draft`, { definition, revision })).status).toBe(200);
        revision += 1;
        return owner('POST', `/surveys/${id}/publish`, {});
      };
      expect((await owner('POST', `/surveys/${id}/publish`, {})).status).toBe(200);
      // Somebody may have loaded the first version, and nobody knows: no answer has to be there.
      const refused = await publish(then);
      expect([refused.status, refused.json.fields]).toEqual([
        422,
        [{ field: 'draft.settings.anonymousCustomers', message: expect.stringContaining(`are ${told}. Duplicate`) }],
      ]);
      // A version in between that asks no customers does not take the promise back.
      expect((await publish({ ...then, audiences: ['staff'] })).status).toBe(200);
      expect((await publish(then)).status).toBe(422);
      expect((await publish({ ...first, pages: [{ id: 'two', questions }] })).status).toBe(200);
    }
  });

  test('customers whom no version asked yet were told nothing', async () => {
    const questions = [rating('q1', 'boarding')];
    const { settings } = survey(questions);
    const id = await newSurvey(survey(questions, { audiences: ['staff'] }));
    expect((await owner('POST', `/surveys/${id}/publish`, {})).status).toBe(200);
    const asked = survey(questions, {
      audiences: ['staff', 'customer'],
      settings: { ...settings, anonymousCustomers: true },
    });
    await owner('PUT', `/surveys/${id}/draft`, { definition: asked, revision: 2 });
    expect((await owner('POST', `/surveys/${id}/publish`, {})).status).toBe(200);
  });

  test('where an earlier release let the promise be taken back, it holds for every version', async () => {
    const questions = [rating('q1', 'boarding')];
    const named = survey(questions);
    const id = await newSurvey({ ...named, settings: { ...named.settings, anonymousCustomers: true } });
    await owner('POST', `/surveys/${id}/publish`, {});
    await inWorkspace(world.database.app.db, tern.id, (tx) =>
      sql`INSERT INTO survey_versions (workspace_id, survey_id, version, definition, bindings)
        SELECT workspace_id, survey_id, 2, ${JSON.stringify(named)}::jsonb, bindings FROM survey_versions
        WHERE survey_id = ${id}`.execute(tx),
    );
    const link = (await owner('POST', `/surveys/${id}/links`, { audience: 'customer' })).json.token;
    const shown = await world.ask(nobody, 'POST', '/api/v1/questionnaires', { link });
    expect(shown.json).toMatchObject({ version: 2, threshold: 5 });
    for (const version of [1, 2, 1, 2]) {
      const part = { response: randomUUID(), version, part: 0, answers: { q1: 4 }, finished: true, took: 60_000 };
      expect((await world.ask(nobody, 'POST', '/api/v1/responses', { link, ...part })).status).toBe(200);
    }
    expect((await owner('GET', `/surveys/${id}/responses`)).json).toMatchObject({ responses: [] });
    const kept = await inWorkspace(world.database.app.db, tern.id, (tx) =>
      sql`SELECT FROM responses WHERE survey_id = ${id} AND published`.execute(tx),
    );
    expect(kept.rows).toHaveLength(0);
  });

  test('leaders, staff and customers are asked the same after one mirror', async () => {
    const id = await newSurvey(survey([rating('q1', 'boarding')]));
    const asked = { audiences: ['leadership', 'staff', 'customer'], importance: true };
    const { definition } = (await owner('POST', `/surveys/${id}/mirror`, asked)).json;
    expect(definition.audiences).toEqual(['leadership', 'staff', 'customer']);
    expect(definition.pages.at(-1).questions[0]).toMatchObject({ item: 'boarding', lens: 'importance' });
    expect((await draftOf(id)).revision).toBe(2);
  });
});

describe('open links', () => {
  test('are made per audience, closed and opened again; test links come by themselves', async () => {
    const id = await newSurvey(survey([rating('q1', 'boarding')], { audiences: ['customer', 'staff'] }));
    const link = (await owner('POST', `/surveys/${id}/links`, { audience: 'customer', channel: 'qr' })).json;
    expect(link).toMatchObject({ audience: 'customer', channel: 'qr', test: false, closed: false, waveId: null });
    expect(link.token).toMatch(/^[A-Za-z0-9_-]{34}$/);
    expect(link.address).toBe(`http://localhost:4300/s/${link.token}`);
    expect(workspaceOfLink(link.token)).toBe(tern.id);
    await owner('POST', `/surveys/${id}/publish`, {});
    await owner('POST', `/surveys/${id}/publish`, {});
    const { links } = (await owner('GET', `/surveys/${id}/links`)).json;
    expect(links.map((one: { audience: string; test: boolean }) => [one.audience, one.test])).toEqual([
      ['customer', false],
      ...['staff', 'customer'].map((audience) => [audience, true]),
    ]);
    const change = (body: object) => owner('PATCH', `/surveys/${id}/links/${link.token}`, body);
    expect((await change({ closed: true })).json.closed).toBe(true);
    expect((await change({ name: 'Harbour wall' })).json).toMatchObject({ closed: true, name: 'Harbour wall' });
    expect((await change({ closed: false })).json.closed).toBe(false);
    const foreign = await world.ask(
      lantern.people.owner,
      'PATCH',
      `/api/v1/workspaces/${lantern.id}/surveys/${id}/links/${link.token}`,
      { closed: true },
    );
    expect(foreign.status).toBe(404);
  });

  test('never lead real people into a simulated wave, or one of others', async () => {
    const id = await newSurvey(survey([rating('q1', 'boarding')]));
    const wave = async (body: object) => (await owner('POST', `/surveys/${id}/waves`, { name: 'w', ...body })).json.id;
    const add = (waveId: string) => owner('POST', `/surveys/${id}/links`, { audience: 'customer', waveId });
    expect((await add(await wave({ audience: 'customer' }))).status).toBe(201);
    expect((await add(await wave({ audience: 'customer', simulated: true }))).json.detail).toContain('simulated');
    expect((await add(await wave({ audience: 'staff' }))).status).toBe(422);
    const other = await newSurvey();
    const theirs = (await owner('POST', `/surveys/${other}/waves`, { name: 'w', audience: 'customer' })).json.id;
    expect((await add(theirs)).json.fields[0].field).toBe('body.waveId');
  });
});

describe('templates', () => {
  test('each makes a survey whose items are there, and which can be published at once', async () => {
    const { templates } = (await world.ask(tern.people.viewer, 'GET', '/api/v1/survey-templates')).json;
    expect(templates.length).toBeGreaterThanOrEqual(5);
    const own = (method: string, path: string, body?: unknown) =>
      world.ask(lantern.people.owner, method, `/api/v1/workspaces/${lantern.id}${path}`, body);
    for (const { id, name } of templates) {
      const made = await own('POST', '/surveys', { name, template: id, language: 'de' });
      expect([id, made.status]).toEqual([id, 201]);
      const { definition } = (await own('GET', `/surveys/${made.json.id}/draft`)).json;
      expect(definition.languages[0]).toBe('de');
      const published = await own('POST', `/surveys/${made.json.id}/publish`, {});
      expect([id, published.status, published.json.fields]).toEqual([id, 200, undefined]);
      const { bindings } = (await own('GET', `/surveys/${made.json.id}/versions/1`)).json;
      expect(Object.keys(bindings).length).toBeGreaterThan(0);
    }
    const journeys = (await own('GET', '/journeys')).json.journeys;
    expect(journeys.map((journey: { name: string }) => journey.name)).toContain('Kundenreise');
    type Tree = { stages: { touchpoints: { items: { key: string; wording: Record<string, string> }[] }[] }[] }[];
    const items = (journeys as Tree).flatMap(({ stages }) =>
      stages.flatMap(({ touchpoints }) => touchpoints.flatMap((touchpoint) => touchpoint.items)),
    );
    const unworded = items.filter(({ wording }) => Object.values(wording).every((text) => text === ''));
    expect(unworded.map((item) => item.key)).toEqual([]);
    const unknown = await owner('POST', '/surveys', { name: 'x', template: 'nope' });
    expect([unknown.status, unknown.json.fields[0].field]).toEqual([422, 'body.template']);
  });
});

describe('a survey as a file', () => {
  test('goes out with its items and comes into another workspace with those that are missing', async () => {
    const definition = survey([rating('q1', 'boarding'), rating('q2', 'queue')]);
    const id = await newSurvey(definition);
    const file = await owner('GET', `/surveys/${id}/file`);
    expect(file.headers.get('content-disposition')).toContain('attachment');
    expect(file.json.items.map((item: { key: string }) => item.key)).toEqual(['boarding', 'queue']);
    const next = (method: string, path: string, body?: unknown) =>
      world.ask(lantern.people.owner, method, `/api/v1/workspaces/${lantern.id}${path}`, body);
    const made = await next('POST', '/surveys/from-file', file.json);
    expect([made.status, made.json]).toMatchObject([201, { created: ['boarding', 'queue'], used: [], problems: [] }]);
    const twice = await next('POST', '/surveys/from-file', file.json);
    expect(twice.json).toMatchObject({ name: `${made.json.name} (2)`, created: [], used: ['boarding', 'queue'] });
    expect((await next('GET', `/surveys/${made.json.id}/draft`)).json.definition).toEqual(definition);
    expect((await next('POST', `/surveys/${made.json.id}/publish`, {})).status).toBe(200);
    const [item] = file.json.items;
    const longer = { ...file.json, items: [{ ...item, scale: { ...item.scale, max: 7, topBox: 7 } }] };
    const unfit = (await next('POST', '/surveys/from-file', longer)).json;
    expect(unfit.problems).toEqual([{ item: 'boarding', message: expect.stringContaining('another scale here') }]);
    // As files were before appearance had its name.
    const { appearance, ...others } = file.json.definition;
    const older = { ...file.json, definition: { ...others, theme: { ...appearance, radius: 7 } } };
    const read = await next('POST', '/surveys/from-file', older);
    expect(read.status).toBe(201);
    const { definition: now } = (await next('GET', `/surveys/${read.json.id}/draft`)).json;
    expect(now).toEqual({ ...definition, appearance: { ...appearance, radius: 7 } });
    const both = await next('POST', '/surveys/from-file', { ...file.json, definition: { ...definition, theme: {} } });
    expect(both.status).toBe(400);
    const refused = await next('POST', '/surveys/from-file', { ...file.json, format: 'other/1' });
    expect([refused.status, refused.json.fields[0].field]).toEqual([400, 'body.format']);
  });

  test('the example of the documentation comes in and can be published', async () => {
    const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/survey-file.md'), 'utf8');
    const example = JSON.parse(/```json\n([\s\S]*?)```/.exec(text)?.[1] ?? '');
    const company = await world.company('Docs');
    const own = (method: string, at: string, body?: unknown) =>
      world.ask(company.people.owner, method, `/api/v1/workspaces/${company.id}${at}`, body);
    const made = await own('POST', '/surveys/from-file', example);
    expect([made.status, made.json.created, made.json.problems]).toEqual([201, ['boarding'], []]);
    expect((await own('POST', `/surveys/${made.json.id}/publish`, {})).json).toEqual({ version: 1 });
  });

  test('duplicate, rename and archive', async () => {
    const id = await newSurvey(survey([rating('q1', 'boarding')]));
    const copy = await owner('POST', `/surveys/${id}/duplicate`, { name: 'A copy' });
    expect([copy.status, (await draftOf(copy.json.id)).definition]).toEqual([201, (await draftOf(id)).definition]);
    expect((await owner('POST', `/surveys/${id}/duplicate`, { name: 'A copy' })).status).toBe(409);
    expect((await owner('PATCH', `/surveys/${id}`, { name: 'A copy' })).status).toBe(409);
    expect((await owner('PATCH', `/surveys/${id}`, { name: 'Renamed' })).json.name).toBe('Renamed');
    expect((await owner('PATCH', `/surveys/${id}`, { archived: true })).json.archived).toBe(true);
    const { surveys } = (await owner('GET', '/surveys')).json;
    expect(surveys.find((one: { id: string }) => one.id === id)).toMatchObject({ archived: true, version: null });
    expect((await owner('PATCH', `/surveys/${id}`, { archived: false })).json.archived).toBe(false);
  });

  test('the list says of each whom it asks, how far it is and which wave is the last', async () => {
    const listed = async (id: string) => {
      const { surveys } = (await owner('GET', '/surveys')).json;
      const { audiences, version, changed, lastWave } = surveys.find((one: { id: string }) => one.id === id);
      return { audiences, version, changed, lastWave };
    };
    const definition = survey([rating('q1', 'boarding')]);
    const id = await newSurvey(definition);
    const { audiences } = definition;
    expect(await listed(id)).toEqual({ audiences, version: null, changed: true, lastWave: null });
    expect((await owner('POST', `/surveys/${id}/publish`, {})).status).toBe(200);
    expect(await listed(id)).toEqual({ audiences, version: 1, changed: false, lastWave: null });

    const { revision } = await draftOf(id);
    const fewer = { ...definition, audiences: ['staff'] };
    expect((await owner('PUT', `/surveys/${id}/draft`, { definition: fewer, revision })).status).toBe(200);
    for (const [name, startsOn] of [
      ['Undated', null],
      ['Spring', '2026-04-01'],
      ['Winter', '2026-01-01'],
      ['Far away', '2126-01-01'],
    ])
      await owner('POST', `/surveys/${id}/waves`, { name, audience: 'staff', startsOn });
    const lastWave = { name: 'Spring', startsOn: '2026-04-01' };
    expect(await listed(id)).toEqual({ audiences: ['staff'], version: 1, changed: true, lastWave });
    expect((await draftOf(id)).changed).toBe(true);

    const imported = await inWorkspace(world.database.app.db, tern.id, (tx) => insertSurvey(tern.id, tx, 'Imported'));
    expect(await listed(imported.id)).toEqual({ audiences: null, version: null, changed: false, lastWave: null });
  });
});

test('hosts that endings may lead to are plain hosts, set by leads', async () => {
  const put = (who: Someone, hosts: unknown) => as(who, 'PUT', '/redirect-hosts', { hosts });
  expect((await put(tern.people.lead, ['WWW.tern.example'])).json).toEqual({ hosts: ['www.tern.example'] });
  expect((await owner('GET', '/redirect-hosts')).json).toEqual({ hosts: ['www.tern.example'] });
  for (const bad of [
    'https://tern.example',
    'tern.example/x',
    'localhost',
    '127.0.0.1',
    'a b.example',
    '.example',
    '*.example',
  ]) {
    expect([bad, (await put(tern.people.lead, [bad])).status]).toEqual([bad, 400]);
  }
  expect((await put(tern.people.analyst, [])).status).toBe(403);
  expect((await put(nobody, [])).status).toBe(401);
});

/** A definition that fits, changed by each of these, is refused at this place. */
const BAD: readonly (readonly [string, string, (definition: ReturnType<typeof loose>) => unknown])[] = [
  ['an unknown field', '', (d) => ({ ...d, more: 1 })],
  ['another format', 'format', (d) => ({ ...d, format: 'parallax-survey/2' })],
  ['no language', 'languages', (d) => ({ ...d, languages: [] })],
  ['an invented language', 'languages.0', (d) => ({ ...d, languages: ['constructor'] })],
  ['an audience twice is fine, an unknown one not', 'audiences.0', (d) => ({ ...d, audiences: ['everybody'] })],
  ['no ending', 'endings', (d) => ({ ...d, endings: [] })],
  [
    'a script as redirect',
    'endings.0.redirect',
    (d) => ending(d, { redirect: 'javascript:alert(1)//https://x.example' }),
  ],
  ['a plain http redirect', 'endings.0.redirect', (d) => ending(d, { redirect: 'http://tern.example' })],
  ['an id with a dot', 'pages.0.questions.0.id', (d) => question(d, { id: 'q.1' })],
  ['a reserved id', 'pages.0.questions.0.id', (d) => question(d, { id: 'constructor' })],
  ['an empty id', 'pages.0.questions.0.id', (d) => question(d, { id: '' })],
  ['an unknown type', 'pages.0.questions.0.type', (d) => question(d, { type: 'script' })],
  ['a field of another type', 'pages.0.questions.0', (d) => question(d, { points: 5 })],
  ['a scale that falls', 'pages.0.questions.0.max', (d) => question(d, { max: 1 })],
  ['a scale without end', 'pages.0.questions.0.max', (d) => question(d, { max: 1000 })],
  ['a text for nobody', 'pages.0.questions.0.text', (d) => question(d, { text: { everybody: { en: 'x' } } })],
  ['a text as an object', 'pages.0.questions.0.text.customer.en', (d) => question(d, { text: says2({ type: 'img' }) })],
  ['a bell in a text', 'pages.0.questions.0.text.customer.en', (d) => question(d, { text: says2('a\u0007b') })],
  ['a long text', 'pages.0.questions.0.text.customer.en', (d) => question(d, { text: says2('x'.repeat(4001)) })],
  ['an appearance of code', 'appearance.accent', (d) => ({ ...d, appearance: { accent: 'url(//x)' } })],
  ['an id twice', 'pages.1.questions.0.id', (d) => ({ ...d, pages: [d.pages[0], { ...d.pages[0], id: 'two' }] })],
  ['a page called like an ending', 'endings.0.id', (d) => ending(d, { id: 'one' })],
  [
    '61 pages',
    'pages',
    (d) => ({ ...d, pages: Array.from({ length: 61 }, (_, i) => ({ id: `p${i}`, questions: [] })) }),
  ],
  [
    '201 questions',
    'pages',
    (d) => ({
      ...d,
      pages: [0, 1].map((p) => ({
        id: `p${p}`,
        questions: Array.from({ length: 101 }, (_, i) => rating(`q${p}_${i}`, 'boarding')),
      })),
    }),
  ],
  ['a condition 6 deep', 'pages.0.showIf', (d) => page(d, { showIf: nested(6) })],
  ['a condition of 51 parts', 'pages.0.showIf', (d) => page(d, { showIf: { all: Array(50).fill(nested(1)) } })],
  [
    'a choice twice',
    'pages.0.questions.0.choices.1.id',
    (d) =>
      page(d, {
        questions: [
          {
            id: 'q',
            type: 'single',
            text: {},
            choices: [
              { id: 'a', text: {} },
              { id: 'a', text: {} },
            ],
          },
        ],
      }),
  ],
];
const loose = (): { pages: object[]; endings: object[] } => {
  const { pages, endings, ...rest } = survey([rating('q1', 'boarding')]);
  return { ...rest, pages: [...pages], endings: [...endings] };
};
const page = (d: { pages: object[] }, more: object) => ({ ...d, pages: [{ ...d.pages[0], ...more }] });
const question = (d: { pages: object[] }, more: object) =>
  page(d, { questions: [{ ...rating('q1', 'boarding'), ...more }] });
const ending = (d: { endings: object[] }, more: object) => ({ ...d, endings: [{ ...d.endings[0], ...more }] });
const says2 = (en: unknown) => ({ customer: { en } });
const nested = (depth: number): object =>
  depth === 1 ? { of: 'answer', key: 'q1', is: 'answered' } : { not: nested(depth - 1) };

test.each(BAD)('a draft with %s is refused, naming %s', async (_, place, change) => {
  badSurvey ??= await newSurvey();
  const id = badSurvey;
  const refused = await owner('PUT', `/surveys/${id}/draft`, { definition: change(loose()), revision: 1 });
  expect(refused.status).toBe(400);
  const fields = refused.json.fields.map(({ field }: { field: string }) => field);
  expect(fields).toContain(place ? `body.definition.${place}` : 'body.definition');
  expect((await draftOf(id)).revision).toBe(1);
});
let badSurvey: string | undefined;

test('the largest survey that fits is saved, published and read back', async () => {
  const texts = { leadership: { en: 'x', de: 'y' }, staff: { en: 'x', de: 'y' }, customer: { en: 'x', de: 'y' } };
  const choices = Array.from({ length: 12 }, (_, i) => ({ id: `c${i}`, text: texts }));
  const questions = Array.from(
    { length: 200 },
    (_, i): Question => ({ id: `q${i}`, type: 'single', text: texts, choices }),
  );
  const large = survey(questions, { languages: ['en', 'de'] });
  expect(JSON.stringify(large).length).toBeGreaterThan(300_000);
  const id = await newSurvey(large);
  expect((await draftOf(id)).definition).toEqual(large);
  const over = survey(questions.map((one) => ({ ...one, text: says('x'.repeat(3000)) })));
  const refused = await owner('PUT', `/surveys/${id}/draft`, { definition: over, revision: 2 });
  expect(refused.status).toBe(413);
});

test('the published JSON Schema of survey files is the one that checks them', async () => {
  const published = await world.ask(nobody, 'GET', '/api/v1/survey-file.schema.json');
  expect([published.status, published.headers.get('content-type')]).toEqual([200, 'application/schema+json']);
  await expect(`${published.text}\n`).toMatchFileSnapshot('../../docs/survey-file.schema.json');
  // Every object says that it takes nothing else.
  const open: string[] = [];
  const walk = (node: unknown, at: string): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('properties' in node && 'type' in node && !('additionalProperties' in node)) open.push(at);
    for (const [key, child] of Object.entries(node)) walk(child, `${at}.${key}`);
  };
  walk(JSON.parse(published.text), '');
  expect(open).toEqual([]);
});

test('the schema and the type say the same', () => {
  const same: NoDrift | undefined = undefined;
  expect(same).toBeUndefined();
});
