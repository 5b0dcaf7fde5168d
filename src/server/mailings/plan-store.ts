import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import { refuseUnknown } from '../db/violation.ts';
import type { MailSettings, MailSettingsChange, MailTexts, Plan, PlanChange } from './schema.ts';

export type StoredPlan = Omit<Plan, 'mailReady' | 'anonymous' | 'restDays'>;

export async function findPlan(workspaceId: string, tx: Tx, waveId: string): Promise<StoredPlan | undefined> {
  return (await plansWhere(workspaceId, tx, sql<boolean>`wave_id = ${waveId}`))[0];
}

export async function runningPlans(workspaceId: string, tx: Tx): Promise<StoredPlan[]> {
  return plansWhere(workspaceId, tx, sql<boolean>`status = 'running'`);
}

/** The waves that follow each other, the first round first. */
export async function plansOfSeries(workspaceId: string, tx: Tx, series: string): Promise<StoredPlan[]> {
  const plans = await plansWhere(workspaceId, tx, sql<boolean>`series = ${series}`);
  return plans.sort((a, b) => a.round - b.round);
}

async function plansWhere(workspaceId: string, tx: Tx, where: ReturnType<typeof sql<boolean>>): Promise<StoredPlan[]> {
  const rows = await tx
    .selectFrom('wavePlans')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .where(where)
    .execute();
  return rows.map((row) => ({
    waveId: row.waveId,
    status: row.status as Plan['status'],
    segmentId: row.segmentId,
    sample: row.sample as Plan['sample'],
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

/** Saves how a wave goes out; the seed of a plan that is there already stays. */
export async function savePlan(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  plan: PlanChange,
  seed: number,
): Promise<void> {
  const { sample, texts, ...plain } = plan;
  const values = {
    ...plain,
    sample: JSON.stringify(sample),
    texts: JSON.stringify(texts),
  };
  const insert = tx
    .insertInto('wavePlans')
    .values({ workspaceId, waveId, seed, ...values })
    .onConflict((conflict) => conflict.columns(['workspaceId', 'waveId']).doUpdateSet(values))
    .execute();
  await refuseUnknown(insert, 'The segment is not there (any more). Choose another one.');
}

/** False when the plan was in none of the states that it may be changed from. */
export async function setStatus(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  from: readonly Plan['status'][],
  to: {
    status: Plan['status'];
    startedAt?: Date;
    endedAt?: Date;
    endedBecause?: string;
    series?: string;
    round?: number;
    drawnAt?: Date;
  },
): Promise<boolean> {
  const row = await tx
    .updateTable('wavePlans')
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
    UPDATE wave_plans p SET drawn_at = ${now}
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
