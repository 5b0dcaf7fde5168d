import type { Tx } from '../db/connect.ts';
import { conflictWhenTaken } from '../db/violation.ts';
import { notFound } from '../http/problem.ts';
import type { NewWave, Survey, Wave, WaveChange } from './schema.ts';

export type SurveyRow = Omit<Survey, 'responses' | 'version'>;

export async function listSurveys(workspaceId: string, tx: Tx): Promise<SurveyRow[]> {
  const rows = await tx
    .selectFrom('surveys')
    .select(['id', 'name', 'createdAt', 'archivedAt'])
    .where('workspaceId', '=', workspaceId)
    .orderBy('name')
    .execute();
  return rows.map(({ archivedAt, ...row }) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    archived: archivedAt !== null,
  }));
}

export async function insertSurvey(workspaceId: string, tx: Tx, name: string): Promise<SurveyRow> {
  const insert = tx
    .insertInto('surveys')
    .values({ workspaceId, name })
    .returning(['id', 'name', 'createdAt'])
    .executeTakeFirstOrThrow();
  const row = await conflictWhenTaken(insert, `There is a survey called ${name} already.`);
  return { ...row, createdAt: row.createdAt.toISOString(), archived: false };
}

/** Throws not_found unless the survey is of this workspace. */
export async function requireSurvey(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
): Promise<{ id: string; name: string }> {
  const row = await tx
    .selectFrom('surveys')
    .select(['id', 'name'])
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', surveyId)
    .executeTakeFirst();
  if (!row) throw notFound('This survey');
  return row;
}

/** Holds the survey against new responses until the transaction ends. */
export async function lockSurvey(workspaceId: string, tx: Tx, surveyId: string): Promise<void> {
  await tx
    .selectFrom('surveys')
    .select('id')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', surveyId)
    .forUpdate()
    .execute();
}

export async function deleteSurvey(workspaceId: string, tx: Tx, surveyId: string): Promise<void> {
  await tx.deleteFrom('surveys').where('workspaceId', '=', workspaceId).where('id', '=', surveyId).execute();
}

export async function listWaves(workspaceId: string, tx: Tx, surveyId?: string): Promise<Wave[]> {
  let query = tx
    .selectFrom('waves')
    .select(['id', 'surveyId', 'name', 'audience', 'audienceSize', 'simulated', 'startsOn', 'endsOn'])
    .where('workspaceId', '=', workspaceId);
  if (surveyId) query = query.where('surveyId', '=', surveyId);
  return query.orderBy('startsOn').orderBy('name').orderBy('id').execute();
}

export async function insertWave(workspaceId: string, tx: Tx, surveyId: string, wave: NewWave): Promise<Wave> {
  const { id } = await tx
    .insertInto('waves')
    .values({ workspaceId, surveyId, ...wave })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id, surveyId, ...wave };
}

/** Throws not_found unless the wave is of this workspace. */
export async function requireWave(workspaceId: string, tx: Tx, waveId: string): Promise<Wave> {
  const wave = (await listWaves(workspaceId, tx)).find((one) => one.id === waveId);
  if (!wave) throw notFound('This wave');
  return wave;
}

export async function updateWave(workspaceId: string, tx: Tx, waveId: string, change: WaveChange): Promise<void> {
  const values = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  if (Object.keys(values).length === 0) return;
  await tx.updateTable('waves').set(values).where('workspaceId', '=', workspaceId).where('id', '=', waveId).execute();
}

export async function deleteWave(workspaceId: string, tx: Tx, waveId: string): Promise<void> {
  await tx.deleteFrom('waves').where('workspaceId', '=', workspaceId).where('id', '=', waveId).execute();
}
