import type { Config } from '../config.ts';
import { countByAttribute, countUnsubscribed } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { segmentsAmong } from '../segments/verbs.ts';
import type { Wave } from '../surveys/schema.ts';
import { isProtected, requireWave } from '../surveys/verbs.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { byDecided, byKept, countGroupsOfWave, keptOfWave, sumOf, whyNotTold } from './anonymous-progress.ts';
import { asksOfWave, type Counted, countPeople, countRounds, peopleOf } from './answered.ts';
import { countMails, countSkipped, invitedSql, type MailCount, type MailState } from './queue-store.ts';
import { MOST_ROUNDS, nextOf, rateOf, roundsWith, together } from './round-progress.ts';
import type { WaveProgress } from './schema.ts';
import { scheduleOf } from './waves.ts';

type Rate = WaveProgress['response'];
type RateOf = (invited: number, answered: number) => Rate;
const MOST_VALUES = 30;

/**
 * How far a wave has come. Of leaders, staff and anonymous customers answers are counted in whole steps of the threshold,
 * and told only by what decided their groups before the first of them could answer.
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
  const wave = await requireWave(workspaceId, tx, waveId);
  const { anonymityThreshold, level } = await workspaceSettings(workspaceId, tx);
  const anonymous = await isProtected(workspaceId, tx, wave.surveyId, wave.audience);
  const step = anonymous ? anonymityThreshold : 1;
  const counts = await countMails(workspaceId, tx, waveId);
  const of = (...states: MailState[]) =>
    counts.filter(({ number, state }) => number === 0 && states.includes(state)).reduce((sum, { n }) => sum + n, 0);
  // Of anonymous people a lower bound is told: an interval around it could miss the truth.
  const rate: RateOf = (people, used) =>
    anonymous
      ? { ...rateOf(people, Math.floor(used / step) * step, level), interval: null }
      : rateOf(people, used, level);
  const found = anonymous
    ? await countAnonymous(workspaceId, tx, { config, wave, rate, by, segments })
    : await countNamed(workspaceId, tx, { config, waveId, rate, by, segments });
  const rounds =
    schedule.repeatDays === null
      ? null
      : await roundsWith(workspaceId, tx, {
          schedule,
          own: { waveId, endsOn: wave.endsOn, first: schedule.round, counts, asked: await found.askedOf(waveId) },
          askedOf: found.askedOf,
          rate,
        });
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
    nextAt: nextOf(counts, wave.endsOn),
    nextReminder: nextReminderOf(counts, { endsOn: wave.endsOn, anonymous }),
    unsubscribed: schedule.startedAt
      ? await countUnsubscribed(workspaceId, tx, invitedSql(workspaceId, waveId), schedule.startedAt)
      : 0,
    mailServer,
    skipped: (await countSkipped(workspaceId, tx, waveId)).map(({ n, ...why }) => ({ ...why, people: n })),
    response: found.response,
    inStepsOf: anonymous ? step : null,
    toldBy: found.toldBy,
    rounds: rounds?.slice(0, MOST_ROUNDS) ?? null,
    allRounds: rounds && together(rounds),
    by: found.by,
    bySegment: found.bySegment,
  };
}

/** The reminders that wait, as long as the wave's last day is not over before. */
function nextReminderOf(
  counts: readonly MailCount[],
  { endsOn, anonymous }: { readonly endsOn: string | null; readonly anonymous: boolean },
): WaveProgress['nextReminder'] {
  const waiting = counts.filter(({ number, state }) => number > 0 && state === 'waiting');
  const at = nextOf(waiting, endsOn);
  if (at === null) return null;
  return { at, people: anonymous ? null : waiting.reduce((sum, { n }) => sum + n, 0) };
}

interface Wanted {
  readonly config: Config;
  readonly rate: RateOf;
  readonly by: string | undefined;
  readonly segments: boolean;
}

interface Found extends Pick<WaveProgress, 'response' | 'toldBy' | 'by' | 'bySegment'> {
  /** Those of each round of a wave. */
  readonly askedOf: (waveId: string) => Promise<ReadonlyMap<number, Counted>>;
}

/** From the groups of the wave alone; each of its rounds is a wave. */
async function countAnonymous(
  workspaceId: string,
  tx: Tx,
  { config, wave, rate, by, segments }: Wanted & { readonly wave: Wave },
): Promise<Found> {
  const groups = await countGroupsOfWave(workspaceId, tx, config, wave.id);
  const kept = await keptOfWave(workspaceId, tx, wave, groups);
  const { audience } = wave;
  const { invited, answered } = sumOf(groups);
  return {
    response: rate(invited, answered),
    toldBy: { attributes: kept, because: whyNotTold(kept) },
    by: by ? byKept(groups, by, kept, rate) : null,
    bySegment: segments ? await byDecided(workspaceId, tx, groups, { audience, kept, rate }) : null,
    askedOf: async (waveId) => new Map([[1, sumOf(await countGroupsOfWave(workspaceId, tx, config, waveId))]]),
  };
}

/** Of customers who are named, as they are now. */
async function countNamed(
  workspaceId: string,
  tx: Tx,
  { config, waveId, rate, by, segments }: Wanted & { readonly waveId: string },
): Promise<Found> {
  const people = peopleOf(await asksOfWave(workspaceId, tx, config, waveId));
  const { invited, answered } = await countPeople(tx, people);
  return {
    response: rate(invited, answered),
    toldBy: null,
    by: by ? await byAttribute(workspaceId, tx, by, people, rate) : null,
    bySegment: segments ? await bySegment(workspaceId, tx, people, rate) : null,
    askedOf: async (id) => countRounds(tx, await asksOfWave(workspaceId, tx, config, id)),
  };
}

type People = ReturnType<typeof peopleOf>;

async function byAttribute(
  workspaceId: string,
  tx: Tx,
  attribute: string,
  people: People,
  rate: RateOf,
): Promise<WaveProgress['by']> {
  const { counts, values } = await countByAttribute(workspaceId, tx, { people, attribute, most: MOST_VALUES });
  return {
    attribute,
    values: counts.map((count) => ({ value: count.value, ...rate(count.people, count.answered) })),
    hidden: values - counts.length,
    because: null,
  };
}

async function bySegment(
  workspaceId: string,
  tx: Tx,
  people: People,
  rate: RateOf,
): Promise<WaveProgress['bySegment']> {
  const segments = (await segmentsAmong(workspaceId, tx, people)).filter((segment) => segment.people > 0);
  segments.sort((a, b) => b.people - a.people || (a.id < b.id ? -1 : 1));
  return {
    segments: segments.map(({ id, name, ...count }) => ({
      segmentId: id,
      name,
      ...rate(count.people, count.answered),
    })),
    hidden: 0,
    because: null,
  };
}
