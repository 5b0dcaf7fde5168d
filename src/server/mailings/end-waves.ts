import type { Tx } from '../db/connect.ts';
import { countFinished } from '../responses/verbs.ts';
import type { Wave } from '../surveys/schema.ts';
import { isArchived, isProtected, requireWave } from '../surveys/verbs.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { cancelWaiting } from './queue-store.ts';
import { runningSchedules, type StoredSchedule, schedulesOfSeries, setStatus } from './schedule-store.ts';

/** Stops asking where the survey is closed, the last day is over or enough have answered. */
export async function endWavesThatAreOver(workspaceId: string, tx: Tx, now: Date): Promise<void> {
  for (const schedule of await runningSchedules(workspaceId, tx)) {
    const wave = await requireWave(workspaceId, tx, schedule.waveId);
    const because =
      (await whyClosed(workspaceId, tx, wave)) ??
      whyOverByDate(wave.endsOn, now) ??
      (await whyEnough(workspaceId, tx, wave, schedule));
    if (!because) continue;
    await setStatus(workspaceId, tx, schedule.waveId, ['running'], {
      status: 'ended',
      endedAt: now,
      endedBecause: because,
    });
    await cancelWaiting(workspaceId, tx, schedule.waveId, because);
  }
}

/** Links to it would say that answers are no longer taken. */
async function whyClosed(
  workspaceId: string,
  tx: Tx,
  { surveyId }: Pick<Wave, 'surveyId'>,
): Promise<string | undefined> {
  return (await isArchived(workspaceId, tx, surveyId))
    ? 'The survey is archived: answers are no longer taken.'
    : undefined;
}

/** The last day lasts until it is over everywhere on Earth, 12 hours after it is over in UTC. */
function whyOverByDate(endsOn: string | null, now: Date): string | undefined {
  const today = new Date(now.getTime() - 12 * 3_600_000).toISOString().slice(0, 10);
  return endsOn && endsOn < today ? `The last day, ${endsOn}, is over.` : undefined;
}

/**
 * Of all rounds together. Anonymous people are counted in steps of the threshold, round by round: the moment at which a
 * wave ends tells of no one person.
 */
async function whyEnough(
  workspaceId: string,
  tx: Tx,
  { surveyId, audience }: Pick<Wave, 'surveyId' | 'audience'>,
  { waveId, series, enough }: Pick<StoredSchedule, 'waveId' | 'series' | 'enough'>,
): Promise<string | undefined> {
  if (enough === null) return undefined;
  const { anonymityThreshold } = await workspaceSettings(workspaceId, tx);
  const step = (await isProtected(workspaceId, tx, surveyId, audience)) ? anonymityThreshold : 1;
  const waves = series === null ? [{ waveId }] : await schedulesOfSeries(workspaceId, tx, series);
  let answered = 0;
  for (const each of waves) {
    answered += Math.floor((await countFinished(workspaceId, tx, { waveId: each.waveId })) / step) * step;
  }
  return answered >= enough ? `Enough people have answered (${enough.toLocaleString('en')}).` : undefined;
}
