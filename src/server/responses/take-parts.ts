import { sql } from 'kysely';
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
export async function findStored(
  workspaceId: string,
  tx: Tx,
  names: readonly ResponseName[],
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
      CROSS JOIN LATERAL (SELECT * FROM responses r WHERE r.workspace_id = ${workspaceId} AND r.survey_id = k.survey_id
        AND r.key = k.key AND r.audience = k.audience OFFSET 0) AS r`.execute(tx);
  return rows.map(({ given, parts, finished, ...row }) => ({
    ...row,
    merged: given && { answers: given, parts: parts ?? {}, finished },
  }));
}

/**
 * Stores customers' responses with what came newly, and notes what it changes in the counts. `stored` is what `findStored`
 * said of them within the same transaction; while the caller holds the workspace's intake lock nobody else adds parts.
 * Throws ReadTooEarly where another kind of writer came between; nothing of that is committed. The writing of the answers
 * is handed to `later`.
 */
export async function writeMerged(
  workspaceId: string,
  tx: Tx,
  responses: readonly MergedResponse[],
  stored: ReadonlyMap<string, StoredResponse>,
  counts: CountChanges,
  later: Later,
): Promise<void> {
  if (responses.length === 0) return;
  // Started together: the second runs when the first has locked what it reads.
  const [written, before] = await Promise.all([
    upsertMerged(workspaceId, tx, responses, true),
    valuesBefore(workspaceId, tx, responses, stored),
  ]);
  const places = new Map(written.map((row) => [nameOf(row), row]));
  const set: AnswerRow[] = [];
  const gone: AnswerRow[] = [];
  for (const response of responses) {
    const name = nameOf(response);
    const place = places.get(name);
    const found = stored.get(name);
    if (!place || (found ? place.id !== found.id : !place.fresh)) throw new ReadTooEarly();
    for (const answer of response.answers) {
      const old = found && before.get(`${place.id} ${answer.itemId} ${answer.lens}`);
      if (old && old.value === answer.value) continue;
      if (old) counts.note(-1, place, { ...answer, value: old.value });
      counts.note(1, place, answer);
      set.push({ id: place.id, answer });
    }
    for (const { itemId, lens } of found ? response.takenBack : []) {
      const old = before.get(`${place.id} ${itemId} ${lens}`);
      if (!old) continue;
      counts.note(-1, place, { itemId, lens, value: old.value });
      gone.push({ id: place.id, answer: { itemId, lens, value: old.value } });
    }
  }
  later(upsertAnswers(workspaceId, tx, set), deleteAnswers(workspaceId, tx, gone));
}

interface AnswerRow {
  readonly id: number;
  readonly answer: NewAnswer;
}

interface Place extends ResponseName, Counted {
  readonly id: number;
  readonly fresh: boolean;
}

/** Writes the rows of responses in the order of their keys, in which every writer locks them. */
export async function upsertMerged(
  workspaceId: string,
  tx: Tx,
  responses: readonly MergedResponse[],
  published: boolean,
): Promise<Place[]> {
  const rows = responses.map((response) => ({
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
  }));
  const { rows: places } = await sql<Place>`
    ${PREPARED} INSERT INTO responses (workspace_id, survey_id, audience, key, wave_id, contact_id, answered_on, channel, attributes,
      survey_version, given, parts, finished, language, published)
    SELECT ${workspaceId}::uuid, survey_id, audience, key, wave_id, contact_id, answered_on, channel, attributes,
      survey_version, given, parts, finished, language, ${published}::boolean
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS m (survey_id uuid, audience audience, key text, wave_id uuid,
      contact_id uuid, answered_on date, channel text, attributes jsonb, survey_version integer, given jsonb, parts jsonb,
      finished boolean, language text)
    ORDER BY survey_id, audience, key
    ON CONFLICT (workspace_id, survey_id, audience, key, published) DO UPDATE SET given = EXCLUDED.given,
      parts = EXCLUDED.parts, finished = EXCLUDED.finished, attributes = EXCLUDED.attributes || responses.attributes,
      survey_version = EXCLUDED.survey_version, language = coalesce(EXCLUDED.language, responses.language),
      contact_id = coalesce(responses.contact_id, EXCLUDED.contact_id)
    RETURNING id, survey_id, audience, key, answered_on, channel, weight::text AS weight, xmax = 0 AS fresh`.execute(
    tx,
  );
  return places;
}

/** The stored values of the answers that are about to be written, once their responses are locked. */
async function valuesBefore(
  workspaceId: string,
  tx: Tx,
  responses: readonly MergedResponse[],
  stored: ReadonlyMap<string, StoredResponse>,
): Promise<Map<string, { value: number | null }>> {
  const asked = responses.flatMap((response) => {
    const found = stored.get(nameOf(response));
    return found ? [...response.answers, ...response.takenBack].map((answer) => ({ id: found.id, answer })) : [];
  });
  if (asked.length === 0) return new Map();
  const { rows } = await sql<{ responseId: number; itemId: string; lens: string; value: number | null }>`
    ${PREPARED} SELECT a.response_id, a.item_id, a.lens, a.value
    FROM unnest(${plain(asked.map((one) => one.id))}::bigint[], ${plain(asked.map((one) => one.answer.itemId))}::uuid[],
      ${plain(asked.map((one) => one.answer.lens))}::lens[]) AS k (id, item_id, lens)
      CROSS JOIN LATERAL (SELECT * FROM answers a WHERE a.workspace_id = ${workspaceId} AND a.response_id = k.id
        AND a.item_id = k.item_id AND a.lens = k.lens OFFSET 0) AS a`.execute(tx);
  return new Map(rows.map((row) => [`${row.responseId} ${row.itemId} ${row.lens}`, row]));
}

export async function upsertAnswers(workspaceId: string, tx: Tx, rows: readonly AnswerRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    ${PREPARED} INSERT INTO answers (workspace_id, response_id, item_id, lens, value)
    SELECT ${workspaceId}::uuid, * FROM unnest(${plain(rows.map((row) => row.id))}::bigint[],
      ${plain(rows.map((row) => row.answer.itemId))}::uuid[], ${plain(rows.map((row) => row.answer.lens))}::lens[],
      ${plain(rows.map((row) => row.answer.value ?? 'NULL'))}::double precision[])
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
