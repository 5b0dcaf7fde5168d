import { type RawBuilder, sql } from 'kysely';
import type { Audience } from '../../core/perspective.ts';
import type { Merged } from '../../core/survey/parts.ts';
import { PREPARED, type Tx } from '../db/connect.ts';
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
  /** The transaction that wrote the row as it is: as long as it says the same one, nobody has changed it. */
  readonly writtenBy: string;
  /** Nobody but this process has written its answers: they are what `merged` says. */
  readonly ours?: true;
  readonly merged: Merged | null;
  readonly version: number | null;
  readonly attributes: Readonly<Record<string, string>>;
}

/** An answer with the value that it had before, as far as the response itself says so. */
export interface ChangedAnswer extends NewAnswer {
  readonly was?: number | null | undefined;
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
  readonly answers: readonly ChangedAnswer[];
  /** Answers to items that were taken back. */
  readonly takenBack: readonly NewAnswer[];
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
 * waiting before the database finds a circle (src/server/intake/store.ts).
 */
export function lockStored(workspaceId: string, tx: Tx, names: readonly ResponseName[]): Promise<StoredResponse[]> {
  const sorted = [...names].sort(byName);
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
    ${PREPARED} SELECT r.id, r.survey_id, r.audience, r.key, r.published, r.written_by, r.given, r.parts, r.finished,
      r.survey_version AS version,
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
  (SELECT r.*, r.xmin::text AS written_by FROM responses r WHERE r.workspace_id = ${workspaceId} AND r.survey_id = k.survey_id AND r.key = k.key
    AND r.audience = k.audience OFFSET 0 ${locking})`;

/** Whether none of these is stored, published or waiting. */
export const isNoneStored = (workspaceId: string, names: readonly ResponseName[]): RawBuilder<boolean> => sql<boolean>`
  NOT EXISTS (
    SELECT FROM unnest(${plain(names.map((name) => name.surveyId))}::uuid[],
      ${plain(names.map((name) => name.audience))}::audience[], ${names.map((name) => name.key)}::text[])
      AS k (survey_id, audience, key)
      CROSS JOIN LATERAL (SELECT FROM responses r WHERE r.workspace_id = ${workspaceId}
        AND r.survey_id = k.survey_id AND r.key = k.key AND r.audience = k.audience OFFSET 0) AS r)`;

/** Fails the transaction unless nobody has changed these rows since they were written. */
export async function expectWritten(workspaceId: string, tx: Tx, responses: readonly StoredResponse[]): Promise<void> {
  if (responses.length === 0) return;
  await sql`
    SELECT expect(count(*) = ${responses.length}::integer)
    FROM unnest(${responses.map((one) => one.surveyId)}::uuid[], ${responses.map((one) => one.audience)}::audience[],
        ${responses.map((one) => one.key)}::text[], ${responses.map((one) => one.writtenBy)}::xid[])
        AS k (survey_id, audience, key, written_by)
      CROSS JOIN LATERAL (SELECT FROM responses r WHERE r.workspace_id = ${workspaceId} AND r.survey_id = k.survey_id
        AND r.key = k.key AND r.audience = k.audience AND r.xmin = k.written_by OFFSET 0) AS r`.execute(tx);
}

/** One answer to an item in a response, stored or not. */
interface AnswerPlace extends Pick<NewAnswer, 'itemId' | 'lens'> {
  readonly name: ResponseName;
}

/** What is stored at places that were asked for while their responses were locked. */
export class StoredValues {
  readonly #asked = new Set<string>();
  readonly #found = new Map<string, number | null>();

  constructor(asked: readonly AnswerPlace[] = [], found: readonly (AnswerPlace & { value: number | null })[] = []) {
    for (const place of asked) this.#asked.add(placeOf(place));
    for (const { value, ...place } of found) this.#found.set(placeOf(place), value);
  }

  knows(place: AnswerPlace): boolean {
    return this.#asked.has(placeOf(place));
  }

  /** Null is an answer, too: "does not apply". Undefined where there is none. */
  get(place: AnswerPlace): number | null | undefined {
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

/** Ids and numbers as an array of PostgreSQL's: none of them needs the escaping that takes most of the time of making one. */
export const plain = (values: readonly (string | number)[]): string => `{${values.join(',')}}`;

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

/** The order in which every writer locks the responses of a survey. */
export function byName(a: ResponseName, b: ResponseName): number {
  if (a.surveyId !== b.surveyId) return a.surveyId < b.surveyId ? -1 : 1;
  if (a.audience !== b.audience) return a.audience < b.audience ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}
