import { sql } from 'kysely';
import { PREPARED, type Tx } from '../db/connect.ts';
import type { Later } from '../db/pipeline.ts';
import type { CountChanges } from './count-changes.ts';
import type { NewAnswer } from './schema.ts';
import {
  byName,
  findValues,
  type MergedResponse,
  nameOf,
  plain,
  ReadTooEarly,
  type ResponseName,
  type StoredResponse,
  type StoredValues,
} from './take-parts.ts';

/**
 * Stores customers' responses with what came newly, and notes what it changes in the counts. `stored` is what `lockStored`
 * said of them within the same transaction, or what they were when this process wrote them; `values` what `findValues`
 * said of their answers (what it doesn't know is asked). The writing is handed to `later`: it fails with ReadTooEarly or as
 * a serialization failure, and the whole transaction with it, where somebody else has stored or changed one of them since.
 * Returns the ids of the new ones by name, once they are written.
 */
export async function writeMerged(
  workspaceId: string,
  tx: Tx,
  responses: readonly MergedResponse[],
  stored: ReadonlyMap<string, StoredResponse>,
  { values, counts, later }: { values?: StoredValues; counts: CountChanges; later: Later },
): Promise<{ ids: Promise<Map<string, number>> }> {
  const changing = responses.flatMap((name) => {
    const found = stored.get(nameOf(name));
    if (!found || found.ours) return [];
    return [...name.answers, ...name.takenBack].map(({ itemId, lens }) => ({ name, itemId, lens }));
  });
  const before =
    values && changing.every((place) => values.knows(place)) ? values : await findValues(workspaceId, tx, changing);
  const fresh: MergedResponse[] = [];
  const known: { response: MergedResponse; found: StoredResponse }[] = [];
  const added: AnswerRow[] = [];
  const set: AnswerRow[] = [];
  const gone: AnswerRow[] = [];
  for (const response of responses) {
    const found = stored.get(nameOf(response));
    if (!found) {
      fresh.push(response);
      const { audience, channel, answeredOn } = response;
      for (const answer of response.answers) counts.note(1, { audience, channel, answeredOn, weight: '1' }, answer);
      continue;
    }
    known.push({ response, found });
    const { id } = found;
    for (const answer of response.answers) {
      const { itemId, lens, value, was } = answer;
      const old = found.ours ? was : before.get({ name: response, itemId, lens });
      if (old === value) continue;
      if (old !== undefined) counts.note(-1, found, { itemId, lens, value: old });
      counts.note(1, found, answer);
      (old === undefined ? added : set).push({ id, answer });
    }
    for (const answer of response.takenBack) {
      const { itemId, lens } = answer;
      const old = found.ours ? answer.value : before.get({ name: response, itemId, lens });
      if (old === undefined) continue;
      counts.note(-1, found, { itemId, lens, value: old });
      gone.push({ id, answer: { itemId, lens, value: old } });
    }
  }
  // In the order of their names, in which every writer locks them.
  known.sort((a, b) => byName(a.found, b.found));
  const ids = insertFresh(workspaceId, tx, fresh).catch(asOvertaken);
  later(
    ids,
    insertFreshAnswers(workspaceId, tx, fresh),
    updateKnown(workspaceId, tx, known).catch(asOvertaken),
    insertAnswers(workspaceId, tx, added),
    upsertAnswers(workspaceId, tx, set),
    deleteAnswers(workspaceId, tx, gone),
  );
  return { ids };
}

/** Somebody else has taken the key meanwhile. An id that is taken is our fault, and none of the sender's. */
function asOvertaken(error: unknown): never {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  if (code !== '23505') throw error;
  if (constraint !== 'responses_pkey') throw new ReadTooEarly();
  throw new Error('The sequence of response ids is behind the ids that are taken.', { cause: error });
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

async function insertFresh(
  workspaceId: string,
  tx: Tx,
  responses: readonly MergedResponse[],
): Promise<Map<string, number>> {
  if (responses.length === 0) return new Map();
  const { rows } = await sql<ResponseName & { id: number }>`
    ${PREPARED} INSERT INTO responses (workspace_id, survey_id, audience, key, wave_id, contact_id, answered_on, channel,
      attributes, survey_version, given, parts, finished, language, published)
    SELECT ${workspaceId}::uuid, survey_id, audience, key, wave_id, contact_id, answered_on, channel, attributes,
      survey_version, given, parts, finished, language, true
    FROM jsonb_to_recordset(${JSON.stringify(responses.map(rowOf))}::jsonb) AS m (${RECORD})
    RETURNING id, survey_id, audience, key`.execute(tx);
  return new Map(rows.map((row) => [nameOf(row), row.id]));
}

/** The answers of responses that were inserted just before, whose ids only the database knows. */
async function insertFreshAnswers(workspaceId: string, tx: Tx, responses: readonly MergedResponse[]): Promise<void> {
  const rows = responses.flatMap(({ answers }, i) => answers.map((answer) => ({ id: i + 1, answer })));
  if (rows.length === 0) return;
  await sql`
    ${PREPARED} INSERT INTO answers (workspace_id, response_id, item_id, lens, value)
    SELECT ${workspaceId}::uuid, (ARRAY(SELECT r.id
        FROM unnest(${plain(responses.map((one) => one.surveyId))}::uuid[],
          ${plain(responses.map((one) => one.audience))}::audience[], ${responses.map((one) => one.key)}::text[])
          WITH ORDINALITY AS k (survey_id, audience, key, n)
        CROSS JOIN LATERAL (SELECT id FROM responses r WHERE r.workspace_id = ${workspaceId}
          AND r.survey_id = k.survey_id AND r.key = k.key AND r.audience = k.audience OFFSET 0) AS r
        ORDER BY k.n))[a.n], a.item_id, a.lens, a.value
    FROM ${rowsOf(rows, 'integer')} AS a (n, item_id, lens, value)`.execute(tx);
}

/**
 * Adds only what is new, and only to rows that nobody has changed since they were read: which transaction wrote them travels
 * with the parts, whose own names are numbers. An upsert, because it finds its rows by the key that it names: a plan for an
 * UPDATE that was made for an empty table would read a full one.
 */
async function updateKnown(
  workspaceId: string,
  tx: Tx,
  rows: readonly { readonly response: MergedResponse; readonly found: StoredResponse }[],
): Promise<void> {
  if (rows.length === 0) return;
  const records = rows.map(({ found, response }) => ({
    id: found.id,
    survey_id: response.surveyId,
    audience: response.audience,
    key: response.key,
    contact_id: response.contactId ?? undefined,
    attributes: response.attributes,
    survey_version: response.version,
    given: newsOf(response.merged.answers, found.merged?.answers),
    parts: newsOf(response.merged.parts, found.merged?.parts, { writtenBy: found.writtenBy }),
    finished: response.merged.finished,
    language: response.language,
  }));
  await sql`
    WITH changed AS (
      INSERT INTO responses (workspace_id, id, survey_id, audience, key, contact_id, attributes, survey_version, given, parts,
        finished, language, published)
      OVERRIDING SYSTEM VALUE
      SELECT ${workspaceId}::uuid, id, survey_id, audience, key, contact_id, attributes, survey_version, given, parts,
        finished, language, true
      FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) AS m (id bigint, survey_id uuid, audience audience,
        key text, contact_id uuid, attributes jsonb, survey_version integer, given jsonb, parts jsonb, finished boolean,
        language text)
      ON CONFLICT (workspace_id, id) DO UPDATE SET
        given = coalesce(responses.given, '{}') || EXCLUDED.given,
        parts = coalesce(responses.parts, '{}') || (EXCLUDED.parts - 'writtenBy'), finished = EXCLUDED.finished,
        attributes = EXCLUDED.attributes || responses.attributes, survey_version = EXCLUDED.survey_version,
        language = coalesce(EXCLUDED.language, responses.language),
        contact_id = coalesce(responses.contact_id, EXCLUDED.contact_id)
      WHERE responses.xmin = (EXCLUDED.parts ->> 'writtenBy')::xid
        AND (responses.survey_id, responses.audience, responses.key) = (EXCLUDED.survey_id, EXCLUDED.audience, EXCLUDED.key)
      RETURNING xmax <> 0 AS known
    ) SELECT expect(count(*) = ${rows.length}::integer AND bool_and(known)) FROM changed`.execute(tx);
}

/** Entries that are not the very ones from before: merging keeps what stays, and takes no key away. */
function newsOf<T>(
  now: Readonly<Record<string, T>>,
  before: Readonly<Record<string, T>> = {},
  more: Readonly<Record<string, T>> = {},
): Record<string, T> {
  const news: Record<string, T> = Object.assign(Object.create(null), more);
  for (const key in now) if (now[key] !== before[key]) news[key] = now[key] as T;
  return news;
}

interface AnswerRow {
  readonly id: number;
  readonly answer: NewAnswer;
}

/** Four arrays as rows: an id, or a number that stands for one, item, lens and value. */
const rowsOf = (rows: readonly AnswerRow[], id: 'bigint' | 'integer') => sql`
  unnest(${plain(rows.map((row) => row.id))}::${sql.raw(id)}[], ${plain(rows.map((row) => row.answer.itemId))}::uuid[],
    ${plain(rows.map((row) => row.answer.lens))}::lens[],
    ${plain(rows.map((row) => row.answer.value ?? 'NULL'))}::double precision[])`;

const ANSWERS = (workspaceId: string, rows: readonly AnswerRow[]) => sql`
  INSERT INTO answers (workspace_id, response_id, item_id, lens, value)
  SELECT ${workspaceId}::uuid, * FROM ${rowsOf(rows, 'bigint')}`;

/** Where none is stored yet. */
async function insertAnswers(workspaceId: string, tx: Tx, rows: readonly AnswerRow[]): Promise<void> {
  if (rows.length > 0) await sql`${PREPARED} ${ANSWERS(workspaceId, rows)}`.execute(tx);
}

export async function upsertAnswers(workspaceId: string, tx: Tx, rows: readonly AnswerRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`${PREPARED} ${ANSWERS(workspaceId, rows)}
    ON CONFLICT (workspace_id, response_id, item_id, lens) DO UPDATE SET value = EXCLUDED.value`.execute(tx);
}

async function deleteAnswers(workspaceId: string, tx: Tx, rows: readonly AnswerRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    DELETE FROM answers a USING unnest(${rows.map((row) => row.id)}::bigint[],
      ${rows.map((row) => row.answer.itemId)}::uuid[], ${rows.map((row) => row.answer.lens)}::lens[]) AS k (id, item_id, lens)
    WHERE a.workspace_id = ${workspaceId} AND a.response_id = k.id AND a.item_id = k.item_id AND a.lens = k.lens
  `.execute(tx);
}
