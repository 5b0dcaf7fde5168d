import type { Config } from '../config.ts';
import { countApart, countByAttribute } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { segmentsAmong } from '../segments/verbs.ts';
import { isProtected, requireWave } from '../surveys/verbs.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { asksOfWave, countPeople, countRounds, peopleOf } from './answered.ts';
import { countMails, countSkipped, type MailState } from './queue-store.ts';
import { MOST_ROUNDS, nextOf, rateOf, roundsWith, together } from './round-progress.ts';
import type { WaveProgress } from './schema.ts';
import { scheduleOf } from './waves.ts';

type Rate = WaveProgress['response'];
type RateOf = (invited: number, answered: number) => Rate;
const MOST_VALUES = 30;

/**
 * How far a wave has come. Of leaders, staff and anonymous customers answers are counted in whole steps of the threshold,
 * and groups of fewer people than that are not shown.
 */
export async function progressOfWave(
  workspaceId: string,
  tx: Tx,
  config: Config,
  waveId: string,
  {
    by,
    segments,
    mailServer,
  }: { readonly by?: string | undefined; readonly segments: boolean; readonly mailServer: string | null },
): Promise<WaveProgress> {
  const schedule = await scheduleOf(workspaceId, tx, waveId);
  const { audience, surveyId, endsOn } = await requireWave(workspaceId, tx, waveId);
  const { anonymityThreshold, level } = await workspaceSettings(workspaceId, tx);
  const anonymous = await isProtected(workspaceId, tx, surveyId, audience);
  const step = anonymous ? anonymityThreshold : 1;
  const counts = await countMails(workspaceId, tx, waveId);
  const of = (...states: MailState[]) =>
    counts.filter(({ number, state }) => number === 0 && states.includes(state)).reduce((sum, { n }) => sum + n, 0);
  const rate: RateOf = (people, used) => rateOf(people, Math.floor(used / step) * step, level);
  const asks = await asksOfWave(workspaceId, tx, config, waveId);
  const people = peopleOf(asks);
  const { invited, answered } = await countPeople(tx, people);
  const groups = { people, invited, rate, least: step };
  const ownRounds = async () => ({
    waveId,
    endsOn,
    first: schedule.round,
    counts,
    asked: await countRounds(tx, asks),
  });
  const rounds =
    schedule.repeatDays === null
      ? null
      : await roundsWith(workspaceId, tx, config, { schedule, own: await ownRounds(), rate });
  return {
    status: schedule.status,
    endedBecause: schedule.endedBecause,
    invitations: {
      waiting: of('waiting', 'sending'),
      sent: of('sent'),
      skipped: of('skipped'),
      bounced: of('bounced'),
      failed: of('failed'),
      unclear: of('unclear'),
      cancelled: of('cancelled'),
    },
    remindersSent: anonymous
      ? null
      : counts.filter(({ number, state }) => number > 0 && state === 'sent').reduce((sum, { n }) => sum + n, 0),
    nextAt: nextOf(counts, endsOn),
    mailServer,
    skipped: (await countSkipped(workspaceId, tx, waveId)).map(({ n, ...why }) => ({ ...why, people: n })),
    response: rate(invited, answered),
    inStepsOf: anonymous ? step : null,
    rounds: rounds?.slice(0, MOST_ROUNDS) ?? null,
    allRounds: rounds && together(rounds),
    by: by ? await byAttribute(workspaceId, tx, { attribute: by, ...groups }) : null,
    bySegment: segments ? await bySegment(workspaceId, tx, groups) : null,
  };
}

interface Groups {
  /** The people asked: SQL with contact_id and `answered`. */
  readonly people: ReturnType<typeof peopleOf>;
  readonly invited: number;
  readonly rate: RateOf;
  /** Groups of fewer people are left out. */
  readonly least: number;
}

async function byAttribute(
  workspaceId: string,
  tx: Tx,
  { attribute, people, rate, least }: Groups & { readonly attribute: string },
): Promise<WaveProgress['by']> {
  const wanted = { people, attribute, least, most: MOST_VALUES };
  const { counts, values, atLeast } = await countByAttribute(workspaceId, tx, wanted);
  // One small group alone would be the rest of the sum: the smallest shown one goes with it.
  const large = values - atLeast === 1 && least > 1 ? atLeast - 1 : atLeast;
  const shown = counts.slice(0, Math.max(0, large));
  return {
    attribute,
    values: shown.map((count) => ({ value: count.value, ...rate(count.people, count.answered) })),
    hidden: values - shown.length,
  };
}

async function bySegment(
  workspaceId: string,
  tx: Tx,
  { people, invited, rate, least }: Groups,
): Promise<WaveProgress['bySegment']> {
  const all = (await segmentsAmong(workspaceId, tx, people)).filter((segment) => segment.people > 0);
  const shown: typeof all = [];
  const isFew = (n: number) => n > 0 && n < least;
  /** Two segments that a few people are between are as telling as a few; everybody and nobody are shown anyway. */
  const isTelling = async (segment: (typeof all)[number]): Promise<boolean> => {
    if (isFew(segment.people) || isFew(invited - segment.people)) return true;
    for (const other of shown) {
      if (Math.abs(other.people - segment.people) >= least) continue;
      if (isFew(await countApart(workspaceId, tx, people, [segment.filter, other.filter]))) return true;
    }
    return false;
  };
  for (const segment of all.sort(largestFirst)) {
    if (least === 1 || !(await isTelling(segment))) shown.push(segment);
  }
  return {
    segments: shown.map(({ id, name, ...count }) => ({
      segmentId: id,
      name,
      ...rate(count.people, count.answered),
    })),
    hidden: all.length - shown.length,
  };
}

/** A fixed order: which of two alike is shown must not follow from who answered. */
function largestFirst(
  a: { readonly id: string; readonly people: number },
  b: { readonly id: string; readonly people: number },
): number {
  return b.people - a.people || (a.id < b.id ? -1 : 1);
}
