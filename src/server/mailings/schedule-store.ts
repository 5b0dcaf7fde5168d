import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { refuseUnknown } from '../db/violation.ts';
import type { MailSettings, MailSettingsChange, MailTexts, Schedule, ScheduleChange } from './schema.ts';

export type StoredSchedule = Omit<Schedule, 'mailReady' | 'anonymous' | 'handedOut' | 'restDays'>;

export async function findSchedule(workspaceId: string, tx: Tx, waveId: string): Promise<StoredSchedule | undefined> {
  return (await schedulesWhere(workspaceId, tx, sql<boolean>`wave_id = ${waveId}`))[0];
}

export async function runningSchedules(workspaceId: string, tx: Tx): Promise<StoredSchedule[]> {
  return schedulesWhere(workspaceId, tx, sql<boolean>`status = 'running'`);
}

/** Whether a wave invites by mail, now or at its planned time; also while it is paused. */
export async function isInviting(workspaceId: string, tx: Tx, waveId: string): Promise<boolean> {
  const status = (await findSchedule(workspaceId, tx, waveId))?.status;
  return status === 'running' || status === 'paused';
}

/** Waves that were started by mail, and those that are planned and wait for it. */
export async function mailedWaves(
  workspaceId: string,
  tx: Tx,
): Promise<{ readonly begun: string[]; readonly planned: string[] }> {
  const rows = await tx
    .selectFrom('waveSchedules')
    .select(['waveId', 'startedAt'])
    .where('workspaceId', '=', workspaceId)
    .execute();
  const those = (begun: boolean) => rows.filter((row) => (row.startedAt !== null) === begun).map((row) => row.waveId);
  return { begun: those(true), planned: those(false) };
}

/** The waves that follow each other, the first round first. */
export async function schedulesOfSeries(workspaceId: string, tx: Tx, series: string): Promise<StoredSchedule[]> {
  const schedules = await schedulesWhere(workspaceId, tx, sql<boolean>`series = ${series}`);
  return schedules.sort((a, b) => a.round - b.round);
}

async function schedulesWhere(
  workspaceId: string,
  tx: Tx,
  where: ReturnType<typeof sql<boolean>>,
): Promise<StoredSchedule[]> {
  const rows = await tx
    .selectFrom('waveSchedules')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .where(where)
    .execute();
  return rows.map((row) => ({
    waveId: row.waveId,
    status: row.status as Schedule['status'],
    segmentId: row.segmentId,
    sample: row.sample as Schedule['sample'],
    seed: row.seed,
    needsConsent: row.needsConsent,
    sendAt: row.sendAt,
    reminders: row.reminders,
    reminderDays: row.reminderDays,
    enough: row.enough,
    repeatDays: row.repeatDays,
    repeatMost: row.repeatMost,
    series: row.series,
    round: row.round,
    texts: { invitation: {}, reminder: {}, ...(row.texts as Partial<MailTexts>) },
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    endedBecause: row.endedBecause,
  }));
}

/** Saves how a wave goes out; the seed of a schedule that is there already stays. */
export async function saveSchedule(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  schedule: ScheduleChange,
  seed: number,
): Promise<void> {
  const { sample, texts, ...plain } = schedule;
  const values = {
    ...plain,
    sample: JSON.stringify(sample),
    texts: JSON.stringify(texts),
  };
  const insert = tx
    .insertInto('waveSchedules')
    .values({ workspaceId, waveId, seed, ...values })
    .onConflict((conflict) => conflict.columns(['workspaceId', 'waveId']).doUpdateSet(values))
    .execute();
  await refuseUnknown(insert, 'The segment is not there (any more). Choose another one.');
}

/** False when the schedule was in none of the states that it may be changed from. */
export async function setStatus(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  from: readonly Schedule['status'][],
  to: {
    status: Schedule['status'];
    startedAt?: Date;
    endedAt?: Date;
    endedBecause?: string;
    series?: string;
    round?: number;
    drawnAt?: Date;
  },
): Promise<boolean> {
  const row = await tx
    .updateTable('waveSchedules')
    .set(to)
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId)
    .where('status', 'in', [...from])
    .returning('waveId')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Takes it upon the caller to look for newcomers of a wave; false when somebody did since `before`, and in a copy of a
 * workspace, which has none of the mails and must not begin to send.
 */
export async function claimDraw(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  { now, before }: { readonly now: Date; readonly before: Date },
): Promise<boolean> {
  const { rows } = await sql`
    UPDATE wave_schedules p SET drawn_at = ${now}
    WHERE workspace_id = ${workspaceId} AND wave_id = ${waveId} AND status = 'running' AND drawn_at < ${before}
      AND EXISTS (SELECT FROM mail_queue m WHERE m.workspace_id = p.workspace_id AND m.wave_id = p.wave_id)
    RETURNING wave_id`.execute(tx);
  return rows.length > 0;
}

type StoredSettings = Omit<MailSettings, 'mailReady' | 'timeZone' | 'from'>;

export async function mailSettings(workspaceId: string, tx: Tx): Promise<StoredSettings> {
  const row = await tx
    .selectFrom('mailSettings')
    .select(['perMinute', 'language', 'senderName', 'replyTo', 'footer'])
    .where('workspaceId', '=', workspaceId)
    .executeTakeFirst();
  return row ?? { perMinute: 300, language: 'en', senderName: null, replyTo: null, footer: null };
}

export async function saveMailSettings(
  workspaceId: string,
  tx: Tx,
  change: Omit<MailSettingsChange, 'timeZone'>,
): Promise<void> {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  await tx
    .insertInto('mailSettings')
    .values({ workspaceId, ...given })
    .onConflict((conflict) =>
      Object.keys(given).length > 0 ? conflict.column('workspaceId').doUpdateSet(given) : conflict.doNothing(),
    )
    .execute();
}
