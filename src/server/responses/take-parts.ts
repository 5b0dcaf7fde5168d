import { type RawBuilder, sql } from 'kysely';
import type { Audience } from '../../core/perspective.ts';
import type { Merged } from '../../core/survey/parts.ts';
import { PREPARED, type Tx } from '../db/connect.ts';
import type { Later } from '../db/pipeline.ts';
import { Problem } from '../http/problem.ts';
import type { CountChanges, Counted } from './count-changes.ts';
import type { NewAnswer } from './schema.ts';

/** Which response is meant. */
export interface ResponseName {
  readonly surveyId: string;
  readonly audience: Audience;
  readonly key: string;
}

/** A response as it is stored, with all of its parts; `merged` is null for one that was imported. */
export interface StoredResponse extends ResponseName, Counted {
  readonly id: number;
  readonly published: boolean;
  readonly merged: Merged | null;
  readonly version: number | null;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A response with everything that came so far. */
export interface MergedResponse extends ResponseName {
  readonly merged: Merged;
  readonly version: number;
  readonly waveId: string | null;
  readonly contactId: string | null;
  readonly channel: string;
  readonly language: string | null;
  /** YYYY-MM-DD; a stored response keeps its own. */
  readonly answeredOn: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The answers to items that are new or have another value than before. */
  readonly answers: readonly NewAnswer[];
  /** Items whose answer was taken back. */
  readonly takenBack: readonly Omit<NewAnswer, 'value'>[];
}

/** What the transaction had read does not hold any more: an import, a removal or an erasure came between. Run it again. */
export class ReadTooEarly extends Problem {
  constructor() {
    super('conflict', 'Someone changed the same answers at the same moment. Try again.', { retryAfter: 1 });
  }
}

/** The stored responses of these names, published ones and waiting ones. */
export function findStored(workspaceId: string, tx: Tx, names: readonly ResponseName[]): Promise<StoredResponse[]> {
  return readStored(workspaceId, tx, names, sql``);
}

/**
 * The same, for who is about to change them: they are locked in the order of their keys, as every writer does. New ones,
 * whose keys an import may hold, come after that and so out of order: whoever must not end an import's work gives up
 * waiting before the database finds a circle (src/server/intake/batch.ts).
 */
export function lockStored(workspaceId: string, tx: Tx, names: readonly ResponseName[]): Promise<StoredResponse[]> {
  const sorted = [...names].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return readStored(workspaceId, tx, sorted, sql`FOR UPDATE`);
}

async function readStored(
  workspaceId: string,
  tx: Tx,
  names: readonly ResponseName[],
  locking: RawBuilder<unknown>,
): Promise<StoredResponse[]> {
  if (names.length === 0) return [];
  const { rows } = await sql<
    StoredResponse & { given: Merged['answers'] | null; parts: Merged['parts']; finished: boolean }
  >`
    ${PREPARED} SELECT r.id, r.survey_id, r.audience, r.key, r.published, r.given, r.parts, r.finished, r.survey_version AS version,
      r.answered_on, r.channel, r.weight::text AS weight, r.attributes
    FROM unnest(${plain(names.map((name) => name.surveyId))}::uuid[],
      ${plain(names.map((name) => name.audience))}::audience[],
      ${names.map((name) => name.key)}::text[]) AS k (survey_id, audience, key)
      CROSS JOIN LATERAL ${storedRows(workspaceId, locking)} AS r`.execute(tx);
  return rows.map(({ given, parts, finished, ...row }) => ({
    ...row,
    merged: given && { answers: given, parts: parts ?? {}, finished },
  }));
}

/** The rows of response `k`, found by their unique key; a plan made for an empty table would take another index. */
const storedRows = (workspaceId: string, locking: RawBuilder<unknown>) => sql`
  (SELECT * FROM responses r WHERE r.workspace_id = ${workspaceId} AND r.survey_id = k.survey_id AND r.key = k.key
    AND r.audience = k.audience OFFSET 0 ${locking})`;

/** One answer to an item in a response, stored or not. */
interface AnswerPlace extends Pick<NewAnswer, 'itemId' | 'lens'> {
  readonly name: ResponseName;
}

/** What is stored at places that were asked for while their responses were locked. */
export class StoredValues {
  readonly #asked = new Set<string>();
  readonly #found = new Map<string, { readonly value: number | null }>();

  constructor(asked: readonly AnswerPlace[] = [], found: readonly (AnswerPlace & { value: number | null })[] = []) {
    for (const place of asked) this.#asked.add(placeOf(place));
    for (const { value, ...place } of found) this.#found.set(placeOf(place), { value });
  }

  knows(place: AnswerPlace): boolean {
    return this.#asked.has(placeOf(place));
  }

  get(place: AnswerPlace): { readonly value: number | null } | undefined {
    return this.#found.get(placeOf(place));
  }
}

const placeOf = ({ name, itemId, lens }: AnswerPlace) => `${nameOf(name)} ${itemId} ${lens}`;

/** The stored values at these places; call it after `lockStored`, so that they stay what they are. */
export async function findValues(workspaceId: string, tx: Tx, asked: readonly AnswerPlace[]): Promise<StoredValues> {
  if (asked.length === 0) return new StoredValues();
  const { rows } = await sql<ResponseName & Pick<NewAnswer, 'itemId' | 'lens' | 'value'>>`
    ${PREPARED} SELECT k.survey_id, k.audience, k.key, k.item_id, k.lens, a.value
    FROM unnest(${plain(asked.map(({ name }) => name.surveyId))}::uuid[],
      ${plain(asked.map(({ name }) => name.audience))}::audience[], ${asked.map(({ name }) => name.key)}::text[],
      ${plain(asked.map((place) => place.itemId))}::uuid[], ${plain(asked.map((place) => place.lens))}::lens[])
      AS k (survey_id, audience, key, item_id, lens)
      CROSS JOIN LATERAL ${storedRows(workspaceId, sql``)} AS r
      CROSS JOIN LATERAL (SELECT * FROM answers a WHERE a.workspace_id = ${workspaceId} AND a.response_id = r.id
        AND a.item_id = k.item_id AND a.lens = k.lens OFFSET 0) AS a`.execute(tx);
  const found = rows.map(({ itemId, lens, value, ...name }) => ({ name, itemId, lens, value }));
  return new StoredValues(asked, found);
}

/**
 * Stores customers' responses with what came newly, and notes what it changes in the counts. `stored` is what `lockStored`
 * said of them within the same transaction, `values` what `findValues` said then; what these don't know is asked. The
 * writing itself is handed to `later`: it fails with ReadTooEarly, and the whole transaction with it, where another kind
 * of writer has stored a response of the same key since.
 */
export async function writeMerged(
  workspaceId: string,
  tx: Tx,
  responses: readonly MergedResponse[],
  stored: ReadonlyMap<string, StoredResponse>,
  { values, counts, later }: { values?: StoredValues; counts: CountChanges; later: Later },
): Promise<void> {
  if (responses.length === 0) return;
  const changing = responses.flatMap((name) =>
    stored.has(nameOf(name))
      ? [...name.answers, ...name.takenBack].map(({ itemId, lens }) => ({ name, itemId, lens }))
      : [],
  );
  const before =
    values && changing.every((place) => values.knows(place)) ? values : await findValues(workspaceId, tx, changing);
  const ids = await takeIds(workspaceId, tx, responses.filter((response) => !stored.has(nameOf(response))).length);
  const rows: (MergedResponse & { id: number })[] = [];
  const first: AnswerRow[] = [];
  const set: AnswerRow[] = [];
  const gone: AnswerRow[] = [];
  for (const response of responses) {
    const found = stored.get(nameOf(response));
    const id = found?.id ?? ids.pop();
    if (id === undefined) throw new Error('There are fewer ids than new responses.');
    rows.push({ ...response, id });
    const counted = found ?? { ...response, weight: '1' };
    for (const answer of response.answers) {
      const old = found && before.get({ name: response, itemId: answer.itemId, lens: answer.lens });
      if (old && old.value === answer.value) continue;
      if (old) counts.note(-1, counted, { ...answer, value: old.value });
      counts.note(1, counted, answer);
      (found ? set : first).push({ id, answer });
    }
    for (const { itemId, lens } of found ? response.takenBack : []) {
      const old = before.get({ name: response, itemId, lens });
      if (!old) continue;
      counts.note(-1, counted, { itemId, lens, value: old.value });
      gone.push({ id, answer: { itemId, lens, value: old.value } });
    }
  }
  later(
    upsertById(workspaceId, tx, rows).catch(asOvertaken),
    insertAnswers(workspaceId, tx, first),
    upsertAnswers(workspaceId, tx, set),
    deleteAnswers(workspaceId, tx, gone),
  );
}

function asOvertaken(error: unknown): never {
  const taken = error instanceof Error && 'code' in error && error.code === '23505';
  throw taken ? new ReadTooEarly() : error;
}

/** Ids for new responses of the transaction that runs on a connection; one that is undone leaves a gap. */
const idsAhead = new WeakMap<Tx, number[]>();

/** Fetches ids together with what else is read. Each transaction fetches its own: ids rise in the order of the batches. */
export async function stockIds(workspaceId: string, tx: Tx, n: number): Promise<void> {
  idsAhead.delete(tx);
  idsAhead.set(tx, (await newIds(workspaceId, tx, n)).reverse());
}

async function takeIds(workspaceId: string, tx: Tx, n: number): Promise<number[]> {
  const there = idsAhead.get(tx) ?? [];
  if (there.length < n) there.unshift(...(await newIds(workspaceId, tx, n - there.length)).reverse());
  return there.splice(there.length - n, n);
}

async function newIds(_workspaceId: string, tx: Tx, n: number): Promise<number[]> {
  if (n === 0) return [];
  const { rows } = await sql<{ id: number }>`
    ${PREPARED} SELECT nextval((SELECT pg_get_serial_sequence('responses', 'id')::regclass)) AS id
    FROM generate_series(1, ${n}::integer)`.execute(tx);
  return rows.map((row) => row.id);
}

interface AnswerRow {
  readonly id: number;
  readonly answer: NewAnswer;
}

/** The columns of a response's row, as JSON for `RECORD`. */
export const rowOf = (response: MergedResponse) => ({
  survey_id: response.surveyId,
  audience: response.audience,
  key: response.key,
  wave_id: response.waveId,
  contact_id: response.contactId,
  answered_on: response.answeredOn,
  channel: response.channel,
  attributes: response.attributes,
  survey_version: response.version,
  given: response.merged.answers,
  parts: response.merged.parts,
  finished: response.merged.finished,
  language: response.language,
});

export const RECORD = sql`survey_id uuid, audience audience, key text, wave_id uuid, contact_id uuid, answered_on date,
  channel text, attributes jsonb, survey_version integer, given jsonb, parts jsonb, finished boolean, language text`;

/**
 * What a later part changes in a stored row. Were the row another response's, because a sequence of ids was set back, the
 * cast fails, and nothing is written over.
 */
export const CHANGED = sql`
  given = CASE WHEN (responses.survey_id, responses.audience, responses.key) = (EXCLUDED.survey_id, EXCLUDED.audience, EXCLUDED.key)
    THEN EXCLUDED.given ELSE ('another response: ' || responses.key)::jsonb END,
  parts = EXCLUDED.parts, finished = EXCLUDED.finished,
  attributes = EXCLUDED.attributes || responses.attributes, survey_version = EXCLUDED.survey_version,
  language = coalesce(EXCLUDED.language, responses.language),
  contact_id = coalesce(responses.contact_id, EXCLUDED.contact_id)`;

/** Known rows are found by their id, so a new one whose key is taken fails instead of changing another's. */
async function upsertById(
  workspaceId: string,
  tx: Tx,
  rows: readonly (MergedResponse & { readonly id: number })[],
): Promise<void> {
  const records = rows.map((row) => ({ id: row.id, ...rowOf(row) }));
  await sql`
    ${PREPARED} INSERT INTO responses (workspace_id, id, survey_id, audience, key, wave_id, contact_id, answered_on, channel,
      attributes, survey_version, given, parts, finished, language, published)
    OVERRIDING SYSTEM VALUE
    SELECT ${workspaceId}::uuid, id, survey_id, audience, key, wave_id, contact_id, answered_on, channel, attributes,
      survey_version, given, parts, finished, language, true
    FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) AS m (id bigint, ${RECORD})
    ON CONFLICT (workspace_id, id) DO UPDATE SET ${CHANGED}`.execute(tx);
}

const ANSWERS = (workspaceId: string, rows: readonly AnswerRow[]) => sql`
  INSERT INTO answers (workspace_id, response_id, item_id, lens, value)
  SELECT ${workspaceId}::uuid, * FROM unnest(${plain(rows.map((row) => row.id))}::bigint[],
    ${plain(rows.map((row) => row.answer.itemId))}::uuid[], ${plain(rows.map((row) => row.answer.lens))}::lens[],
    ${plain(rows.map((row) => row.answer.value ?? 'NULL'))}::double precision[])`;

/** Of responses that are new in this transaction. */
async function insertAnswers(workspaceId: string, tx: Tx, rows: readonly AnswerRow[]): Promise<void> {
  if (rows.length > 0) await sql`${PREPARED} ${ANSWERS(workspaceId, rows)}`.execute(tx);
}

export async function upsertAnswers(workspaceId: string, tx: Tx, rows: readonly AnswerRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`${PREPARED} ${ANSWERS(workspaceId, rows)}
    ON CONFLICT (workspace_id, response_id, item_id, lens) DO UPDATE SET value = EXCLUDED.value`.execute(tx);
}

/** Ids and numbers as an array of PostgreSQL's: none of them needs the escaping that takes most of the time of making one. */
const plain = (values: readonly (string | number)[]): string => `{${values.join(',')}}`;

async function deleteAnswers(workspaceId: string, tx: Tx, rows: readonly AnswerRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    DELETE FROM answers a USING unnest(${rows.map((row) => row.id)}::bigint[],
      ${rows.map((row) => row.answer.itemId)}::uuid[], ${rows.map((row) => row.answer.lens)}::lens[]) AS k (id, item_id, lens)
    WHERE a.workspace_id = ${workspaceId} AND a.response_id = k.id AND a.item_id = k.item_id AND a.lens = k.lens
  `.execute(tx);
}

/** Takes stored customers' responses out of the numbers and out of the table, such as one that is set apart after all. */
export async function takeOut(
  workspaceId: string,
  tx: Tx,
  responses: readonly StoredResponse[],
  counts: CountChanges,
): Promise<void> {
  if (responses.length === 0) return;
  const ids = responses.map((response) => response.id);
  // Locked in the order of the keys, and read again: an import may have changed what decides the cell.
  const { rows: locked } = await sql<Counted & { id: number; published: boolean }>`
    SELECT id, audience, channel, answered_on, weight::text AS weight, published FROM responses
    WHERE workspace_id = ${workspaceId} AND id = ANY(${ids}::bigint[])
    ORDER BY survey_id, audience, key, published FOR UPDATE`.execute(tx);
  if (locked.length < ids.length) throw new ReadTooEarly();
  const byId = new Map(locked.map((row) => [row.id, row]));
  const { rows: gone } = await sql<NewAnswer & { responseId: number }>`
    DELETE FROM answers WHERE workspace_id = ${workspaceId} AND response_id = ANY(${ids}::bigint[])
    RETURNING response_id, item_id, lens, value`.execute(tx);
  for (const { responseId, ...answer } of gone) {
    const counted = byId.get(responseId);
    if (counted?.published) counts.note(-1, counted, answer);
  }
  await sql`DELETE FROM responses WHERE workspace_id = ${workspaceId} AND id = ANY(${ids}::bigint[])`.execute(tx);
}

/** Names a response within its workspace. */
export const nameOf = ({ surveyId, audience, key }: ResponseName): string => `${surveyId} ${audience} ${key}`;
