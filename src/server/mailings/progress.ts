import type { Config } from '../config.ts';
import { attributeOf } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { membersAmong } from '../segments/verbs.ts';
import { isProtected, requireWave } from '../surveys/verbs.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { countMails, countSkipped, type MailState } from './queue-store.ts';
import { asksOfWave, MOST_ROUNDS, nextOf, rateOf, roundsWith, together } from './round-progress.ts';
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
  const invited = [...new Set(asks.map(({ contactId }) => contactId))];
  const answered = new Set(asks.filter((ask) => ask.answered).map(({ contactId }) => contactId));
  const groups = { invited, answered, rate, least: step };
  const own = { waveId, endsOn, first: schedule.round, counts, asks };
  const rounds =
    schedule.repeatDays === null ? null : await roundsWith(workspaceId, tx, config, { schedule, own, rate });
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
    response: rate(invited.length, answered.size),
    inStepsOf: anonymous ? step : null,
    rounds: rounds?.slice(0, MOST_ROUNDS) ?? null,
    allRounds: rounds && together(rounds),
    by: by ? await byAttribute(workspaceId, tx, { attribute: by, ...groups }) : null,
    bySegment: segments ? await bySegment(workspaceId, tx, groups) : null,
  };
}

interface Groups {
  readonly invited: readonly string[];
  readonly answered: ReadonlySet<string>;
  readonly rate: RateOf;
  /** Groups of fewer people are left out. */
  readonly least: number;
}

async function byAttribute(
  workspaceId: string,
  tx: Tx,
  { attribute, invited, answered, rate, least }: Groups & { readonly attribute: string },
): Promise<WaveProgress['by']> {
  const values = await attributeOf(workspaceId, tx, invited, attribute);
  const groups = new Map<string, { people: number; used: number }>();
  for (const id of invited) {
    const value = values.get(id) ?? '';
    const group = groups.get(value) ?? { people: 0, used: 0 };
    groups.set(value, { people: group.people + 1, used: group.used + (answered.has(id) ? 1 : 0) });
  }
  const large = [...groups].filter(([, { people }]) => people >= least).sort(([, a], [, b]) => b.people - a.people);
  // One small group alone would be the rest of the sum: the smallest shown one goes with it.
  const small = groups.size - large.length;
  if (small === 1 && least > 1) large.pop();
  const shown = large.slice(0, MOST_VALUES);
  return {
    attribute,
    values: shown.map(([value, { people, used }]) => ({ value, ...rate(people, used) })),
    hidden: groups.size - shown.length,
  };
}

async function bySegment(
  workspaceId: string,
  tx: Tx,
  { invited, answered, rate, least }: Groups,
): Promise<WaveProgress['bySegment']> {
  const all = (await membersAmong(workspaceId, tx, invited)).filter(({ contactIds }) => contactIds.length > 0);
  // Two segments that a few are between are as telling as a few; everybody and nobody are shown anyway.
  const compared = [new Set(invited), new Set<string>()];
  const shown = [];
  for (const segment of all.sort(largestFirst)) {
    const members = new Set(segment.contactIds);
    if (least > 1 && compared.some((other) => isNear(members, other, least))) continue;
    shown.push(segment);
    compared.push(members);
  }
  return {
    segments: shown.map(({ id, name, contactIds }) => ({
      segmentId: id,
      name,
      ...rate(contactIds.length, contactIds.filter((one) => answered.has(one)).length),
    })),
    hidden: all.length - shown.length,
  };
}

/** A fixed order: which of two alike is shown must not follow from who answered. */
function largestFirst(
  a: { readonly id: string; readonly contactIds: readonly string[] },
  b: { readonly id: string; readonly contactIds: readonly string[] },
): number {
  return b.contactIds.length - a.contactIds.length || (a.id < b.id ? -1 : 1);
}

/** Whether somebody is in one and not in both, but fewer than `least` people. */
function isNear(one: ReadonlySet<string>, other: ReadonlySet<string>, least: number): boolean {
  if (Math.abs(one.size - other.size) >= least) return false;
  let both = 0;
  for (const id of one) if (other.has(id)) both += 1;
  const apart = one.size + other.size - 2 * both;
  return apart > 0 && apart < least;
}
