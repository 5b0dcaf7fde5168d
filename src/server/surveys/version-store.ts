import { sql } from 'kysely';
import type { Audience } from '../../core/perspective.ts';
import type { QuestionType, SurveyDefinition } from '../../core/survey/definition.ts';
import type { Bindings } from '../../core/survey/item-answers.ts';
import { PREPARED, type Tx } from '../db/connect.ts';

/** A survey as it is being edited. Without a definition it only came with an import. */
export interface DraftRow {
  readonly name: string;
  readonly definition: SurveyDefinition | null;
  readonly revision: number;
  readonly savedAt: Date | null;
  readonly savedBy: string | null;
  readonly archivedAt: Date | null;
}

export interface VersionRow {
  readonly version: number;
  readonly publishedAt: Date;
  readonly publishedBy: string | null;
}

/** What was published: never changed afterwards. */
export interface Published {
  readonly version: number;
  readonly definition: SurveyDefinition;
  readonly bindings: Bindings;
}

/** When the survey was archived, null while it is not; undefined where there is none. */
export async function findArchivedAt(workspaceId: string, tx: Tx, surveyId: string): Promise<Date | null | undefined> {
  const { rows } = await sql<{ archivedAt: Date | null }>`
    ${PREPARED} SELECT archived_at FROM surveys WHERE workspace_id = ${workspaceId} AND id = ${surveyId}`.execute(tx);
  return rows[0]?.archivedAt;
}

export async function findDraft(workspaceId: string, tx: Tx, surveyId: string): Promise<DraftRow | undefined> {
  const row = await tx
    .selectFrom('surveys')
    .select(['name', 'draft', 'draftRevision', 'draftSavedAt', 'draftSavedBy', 'archivedAt'])
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', surveyId)
    .executeTakeFirst();
  return (
    row && {
      name: row.name,
      definition: row.draft as SurveyDefinition | null,
      revision: row.draftRevision,
      savedAt: row.draftSavedAt,
      savedBy: row.draftSavedBy,
      archivedAt: row.archivedAt,
    }
  );
}

/** Holds the draft against saves until the transaction ends; responses go on being stored meanwhile. */
export async function lockDraft(workspaceId: string, tx: Tx, surveyId: string): Promise<void> {
  await tx
    .selectFrom('surveys')
    .select('id')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', surveyId)
    .forNoKeyUpdate()
    .execute();
}

/** The new revision; undefined when the draft is not at `revision` (any more), and nothing was changed. */
export async function updateDraft(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  save: { definition: SurveyDefinition; revision: number; savedBy: string | null; savedAt: Date },
): Promise<number | undefined> {
  const row = await tx
    .updateTable('surveys')
    .set({
      draft: JSON.stringify(save.definition),
      draftRevision: save.revision + 1,
      draftSavedAt: save.savedAt,
      draftSavedBy: save.savedBy,
    })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', surveyId)
    .where('draftRevision', '=', save.revision)
    .returning('draftRevision')
    .executeTakeFirst();
  return row?.draftRevision;
}

export async function updateSurvey(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  change: { name?: string; archivedAt?: Date | null },
): Promise<void> {
  await tx
    .updateTable('surveys')
    .set(change)
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', surveyId)
    .execute();
}

export async function insertVersion(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  published: Published & { readonly publishedBy: string | null; readonly publishedAt: Date },
): Promise<void> {
  const { definition, bindings, ...row } = published;
  await tx
    .insertInto('surveyVersions')
    .values({
      workspaceId,
      surveyId,
      ...row,
      definition: JSON.stringify(definition),
      bindings: JSON.stringify(bindings),
    })
    .execute();
}

/** The latest first. */
export function versionsOf(workspaceId: string, tx: Tx, surveyId: string): Promise<VersionRow[]> {
  return tx
    .selectFrom('surveyVersions')
    .select(['version', 'publishedAt', 'publishedBy'])
    .where('workspaceId', '=', workspaceId)
    .where('surveyId', '=', surveyId)
    .orderBy('version', 'desc')
    .execute();
}

/** How far each survey is: what a list shows beside its name. */
export interface SurveyState {
  readonly id: string;
  readonly audiences: Audience[] | null;
  readonly version: number | null;
  readonly changed: boolean;
  readonly lastWave: { readonly name: string; readonly startsOn: string | null } | null;
}

/** One question for all surveys, whatever their number; drafts and versions stay in the database. */
export async function surveyStates(
  workspaceId: string,
  tx: Tx,
  waves: {
    /** Started, whatever their days. */
    readonly begun: readonly string[];
    /** Not started, whatever their days. */
    readonly planned: readonly string[];
    readonly today: string;
  },
): Promise<Map<string, SurveyState>> {
  const { rows } = await sql<SurveyState>`
    SELECT s.id, s.draft -> 'audiences' AS audiences, v.version, s.draft IS DISTINCT FROM v.definition AS changed,
      CASE WHEN w.name IS NOT NULL THEN jsonb_build_object('name', w.name, 'startsOn', w.starts_on) END AS last_wave
    FROM surveys s
    LEFT JOIN LATERAL (SELECT version, definition FROM survey_versions
      WHERE workspace_id = s.workspace_id AND survey_id = s.id ORDER BY version DESC LIMIT 1) v ON true
    LEFT JOIN LATERAL (SELECT name, starts_on FROM waves
      WHERE workspace_id = s.workspace_id AND survey_id = s.id AND (id = ANY(${waves.begun}::uuid[])
        OR (starts_on <= ${waves.today}::date AND NOT id = ANY(${waves.planned}::uuid[])))
      ORDER BY starts_on DESC NULLS LAST, name, id LIMIT 1) w ON true
    WHERE s.workspace_id = ${workspaceId}`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

export async function latestVersionNumber(workspaceId: string, tx: Tx, surveyId: string): Promise<number | undefined> {
  const row = await tx
    .selectFrom('surveyVersions')
    .select('version')
    .where('workspaceId', '=', workspaceId)
    .where('surveyId', '=', surveyId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.version;
}

/**
 * What was published as this version. Where customers were promised by any version that their answers are anonymous, they
 * are in all: `publish` refuses to change it, but databases from before may hold a survey that was changed.
 */
export async function findVersion(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  version: number,
): Promise<Published | undefined> {
  const row = await tx
    .selectFrom('surveyVersions')
    .select(['version', 'definition', 'bindings'])
    .where('workspaceId', '=', workspaceId)
    .where('surveyId', '=', surveyId)
    .where('version', '=', version)
    .executeTakeFirst();
  if (!row) return undefined;
  const definition = row.definition as SurveyDefinition;
  const { settings } = definition;
  const promised = settings.anonymousCustomers || (await promisesOf(workspaceId, tx, surveyId)).has(true);
  return {
    version: row.version,
    definition: promised ? { ...definition, settings: { ...settings, anonymousCustomers: true } } : definition,
    bindings: row.bindings as Bindings,
  };
}

/** What the versions of a survey that ask customers say of them: whether their answers are anonymous. */
export async function promisesOf(workspaceId: string, tx: Tx, surveyId: string): Promise<Set<boolean>> {
  const { rows } = await sql<{ anonymous: boolean }>`
    SELECT DISTINCT (definition #>> '{settings,anonymousCustomers}')::boolean AS anonymous FROM survey_versions
    WHERE workspace_id = ${workspaceId} AND survey_id = ${surveyId} AND definition -> 'audiences' @> '["customer"]'`.execute(
    tx,
  );
  return new Set(rows.map((row) => row.anonymous));
}

/**
 * The name of a survey of which some version asks for the item on a scale with other ends or steps than these: whoever has
 * loaded it answers on that scale.
 */
export async function askedOnOtherScale(
  workspaceId: string,
  tx: Tx,
  itemId: string,
  { min, max, step }: { readonly min: number; readonly max: number; readonly step: number | null },
): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`
    SELECT s.name FROM survey_versions v JOIN surveys s ON s.workspace_id = v.workspace_id AND s.id = v.survey_id,
      jsonb_each(v.bindings) AS bound
    WHERE v.workspace_id = ${workspaceId} AND bound.value ->> 'itemId' = ${itemId}
      AND ((bound.value #>> '{scale,min}')::float8, (bound.value #>> '{scale,max}')::float8,
        (bound.value #>> '{scale,step}')::float8) IS DISTINCT FROM (${min}::float8, ${max}::float8, ${step}::float8)
    ORDER BY s.name LIMIT 1`.execute(tx);
  return rows[0]?.name;
}

/** What each question id of any published version was: the same id never means another kind of question. */
export async function publishedTypes(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
): Promise<Map<string, QuestionType>> {
  const { rows } = await sql<{ id: string; type: QuestionType }>`
    SELECT DISTINCT question->>'id' AS id, question->>'type' AS type
    FROM survey_versions, jsonb_path_query(definition, '$.pages[*].questions[*]') AS question
    WHERE workspace_id = ${workspaceId} AND survey_id = ${surveyId}`.execute(tx);
  return new Map(rows.map((row) => [row.id, row.type]));
}

export async function markEditor(
  workspaceId: string,
  tx: Tx,
  editor: { surveyId: string; userId: string; seenAt: Date },
): Promise<void> {
  await tx
    .insertInto('surveyEditors')
    .values({ workspaceId, ...editor })
    .onConflict((conflict) =>
      conflict.columns(['workspaceId', 'surveyId', 'userId']).doUpdateSet({ seenAt: editor.seenAt }),
    )
    .execute();
}

/** Who has it open, the longest idle last; rows from before `since` are forgotten. */
export async function editorsOf(workspaceId: string, tx: Tx, surveyId: string, since: Date): Promise<string[]> {
  await tx
    .deleteFrom('surveyEditors')
    .where('workspaceId', '=', workspaceId)
    .where('surveyId', '=', surveyId)
    .where('seenAt', '<', since)
    .execute();
  const rows = await tx
    .selectFrom('surveyEditors')
    .select('userId')
    .where('workspaceId', '=', workspaceId)
    .where('surveyId', '=', surveyId)
    .orderBy('seenAt', 'desc')
    .execute();
  return rows.map((row) => row.userId);
}
