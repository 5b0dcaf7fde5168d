import type { Tx } from '../db/connect.ts';
import { countResponses } from '../responses/verbs.ts';
import { requireWave } from '../surveys/verbs.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { runningPlans, setStatus } from './plan-store.ts';
import { cancelWaiting } from './queue-store.ts';

/** Stops asking where the last day is over or enough have answered. */
export async function endWavesThatAreOver(workspaceId: string, tx: Tx, now: Date): Promise<void> {
  for (const plan of await runningPlans(workspaceId, tx)) {
    const wave = await requireWave(workspaceId, tx, plan.waveId);
    const because =
      whyOverByDate(wave.endsOn, now) ?? (await whyEnough(workspaceId, tx, plan.waveId, wave.audience, plan.enough));
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

/** Of leaders and staff counted in steps of the threshold: the moment at which a wave ends tells of no one person. */
async function whyEnough(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  audience: string,
  enough: number | null,
): Promise<string | undefined> {
  if (enough === null) return undefined;
  const { anonymityThreshold } = await workspaceSettings(workspaceId, tx);
  const step = audience === 'customer' ? 1 : anonymityThreshold;
  const answered = Math.floor((await countResponses(workspaceId, tx, { waveId })) / step) * step;
  return answered >= enough ? `Enough people have answered (${enough.toLocaleString('en')}).` : undefined;
}
