import type { Audience } from '../../core/perspective.ts';
import type { Tx } from '../db/connect.ts';
import { countFinished } from '../responses/verbs.ts';
import { isProtected, requireWave } from '../surveys/verbs.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { runningPlans, setStatus } from './plan-store.ts';
import { cancelWaiting } from './queue-store.ts';

/** Stops asking where the last day is over or enough have answered. */
export async function endWavesThatAreOver(workspaceId: string, tx: Tx, now: Date): Promise<void> {
  for (const plan of await runningPlans(workspaceId, tx)) {
    const wave = await requireWave(workspaceId, tx, plan.waveId);
    const because =
      whyOverByDate(wave.endsOn, now) ?? (await whyEnough(workspaceId, tx, { ...wave, enough: plan.enough }));
    if (!because) continue;
    await setStatus(workspaceId, tx, plan.waveId, ['running'], {
      status: 'ended',
      endedAt: now,
      endedBecause: because,
    });
    await cancelWaiting(workspaceId, tx, plan.waveId, because);
  }
}

/** The last day lasts until it is over everywhere on Earth, 12 hours after it is over in UTC. */
function whyOverByDate(endsOn: string | null, now: Date): string | undefined {
  const today = new Date(now.getTime() - 12 * 3_600_000).toISOString().slice(0, 10);
  return endsOn && endsOn < today ? `The last day, ${endsOn}, is over.` : undefined;
}

/** Anonymous people are counted in steps of the threshold: the moment at which a wave ends tells of no one person. */
async function whyEnough(
  workspaceId: string,
  tx: Tx,
  wave: { id: string; surveyId: string; audience: Audience; enough: number | null },
): Promise<string | undefined> {
  const { id, surveyId, audience, enough } = wave;
  if (enough === null) return undefined;
  const { anonymityThreshold } = await workspaceSettings(workspaceId, tx);
  const step = (await isProtected(workspaceId, tx, surveyId, audience)) ? anonymityThreshold : 1;
  const answered = Math.floor((await countFinished(workspaceId, tx, { waveId: id })) / step) * step;
  return answered >= enough ? `Enough people have answered (${enough.toLocaleString('en')}).` : undefined;
}
