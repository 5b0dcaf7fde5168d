import { type Moments, NO_MOMENTS } from '../../core/survey/moments.ts';
import type { Tx } from '../db/connect.ts';
import type { AskingSettings } from './schema.ts';

export interface MomentsRow {
  readonly surveyId: string;
  readonly moments: Moments;
  readonly revision: number;
}

/** The moments of a survey; where nothing was set, those that ask nobody, at revision 0. */
export async function momentsOf(workspaceId: string, tx: Tx, surveyId: string): Promise<MomentsRow> {
  const row = await tx
    .selectFrom('surveyMoments')
    .select(['surveyId', 'moments', 'revision'])
    .where('workspaceId', '=', workspaceId)
    .where('surveyId', '=', surveyId)
    .executeTakeFirst();
  return row ? { ...row, moments: row.moments as Moments } : { surveyId, moments: NO_MOMENTS, revision: 0 };
}

/** The moments of every survey that has any. */
export async function allMoments(workspaceId: string, tx: Tx): Promise<MomentsRow[]> {
  const rows = await tx
    .selectFrom('surveyMoments')
    .select(['surveyId', 'moments', 'revision'])
    .where('workspaceId', '=', workspaceId)
    .orderBy('surveyId')
    .execute();
  return rows.map((row) => ({ ...row, moments: row.moments as Moments }));
}

/** False when the moments are not at `revision` (any more), and nothing was changed. */
export async function saveMoments(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  moments: Moments,
  revision: number,
): Promise<boolean> {
  const text = JSON.stringify(moments);
  const saved =
    revision === 0
      ? await tx
          .insertInto('surveyMoments')
          .values({ workspaceId, surveyId, moments: text })
          .onConflict((conflict) => conflict.doNothing())
          .returning('revision')
          .executeTakeFirst()
      : await tx
          .updateTable('surveyMoments')
          .set({ moments: text, revision: revision + 1 })
          .where('workspaceId', '=', workspaceId)
          .where('surveyId', '=', surveyId)
          .where('revision', '=', revision)
          .returning('revision')
          .executeTakeFirst();
  return saved !== undefined;
}

export async function askingSettings(workspaceId: string, tx: Tx): Promise<AskingSettings> {
  const row = await tx
    .selectFrom('askingSettings')
    .select(['anySurveyDays', 'timeZone'])
    .where('workspaceId', '=', workspaceId)
    .executeTakeFirst();
  return row ?? { anySurveyDays: 30, timeZone: 'UTC' };
}

export async function saveAskingSettings(workspaceId: string, tx: Tx, settings: AskingSettings): Promise<void> {
  await tx
    .insertInto('askingSettings')
    .values({ workspaceId, ...settings })
    .onConflict((conflict) => conflict.column('workspaceId').doUpdateSet(settings))
    .execute();
}

/** The workspace's own clock: days begin and end there, and contacts without a zone of their own are asked by it. */
export async function saveTimeZone(workspaceId: string, tx: Tx, timeZone: string): Promise<void> {
  await tx
    .insertInto('askingSettings')
    .values({ workspaceId, timeZone })
    .onConflict((conflict) => conflict.column('workspaceId').doUpdateSet({ timeZone }))
    .execute();
}
