import { wilsonInterval } from '../../core/stats/wilson-interval.ts';
import type { Tx } from '../db/connect.ts';
import { requireWave } from '../surveys/verbs.ts';
import type { Counted } from './answered.ts';
import { countMails, type MailCount } from './queue-store.ts';
import { type StoredSchedule, schedulesOfSeries } from './schedule-store.ts';
import type { WaveProgress } from './schema.ts';

type Rate = WaveProgress['response'];
type Rounds = NonNullable<WaveProgress['rounds']>;

/** The newest so many rounds are shown. */
export const MOST_ROUNDS = 50;

interface RoundFacts {
  readonly waveId: string;
  readonly endsOn: string | null;
  /** The round that a person's first ask by this wave is. */
  readonly first: number;
  readonly counts: readonly MailCount[];
  /** How many were asked and have answered in each of the wave's own rounds. */
  readonly asked: ReadonlyMap<number, Counted>;
}

/** Each round of a wave, or of all waves of its series, the newest first. */
export async function roundsWith(
  workspaceId: string,
  tx: Tx,
  {
    schedule,
    own,
    askedOf,
    rate,
  }: {
    readonly schedule: StoredSchedule;
    readonly own: RoundFacts;
    readonly askedOf: (waveId: string) => Promise<RoundFacts['asked']>;
    readonly rate: (invited: number, answered: number) => Rate;
  },
): Promise<Rounds> {
  const { series } = schedule;
  const others = series === null ? [] : (await schedulesOfSeries(workspaceId, tx, series)).slice(-MOST_ROUNDS);
  const waves = [own];
  for (const { waveId, round } of others) {
    if (waveId === own.waveId) continue;
    const { endsOn } = await requireWave(workspaceId, tx, waveId);
    const counts = await countMails(workspaceId, tx, waveId);
    const asked = await askedOf(waveId);
    waves.push({ waveId, endsOn, first: round, counts, asked });
  }
  return waves.flatMap((wave) => roundsOfWave(wave, rate)).sort((a, b) => b.round - a.round);
}

function roundsOfWave(
  { waveId, endsOn, first, counts, asked }: RoundFacts,
  rate: (invited: number, answered: number) => Rate,
): Rounds {
  const invitations = counts.filter(({ number }) => number === 0);
  return [...new Set(invitations.map(({ round }) => round))].map((round) => {
    const { invited, answered } = asked.get(round) ?? { invited: 0, answered: 0 };
    const waiting = invitations.filter((count) => count.round === round && isWaiting(count));
    return {
      round: first + round - 1,
      waveId,
      waiting: waiting.reduce((sum, { n }) => sum + n, 0),
      nextAt: nextOf(waiting, endsOn),
      ...rate(invited, answered),
    };
  });
}

const isWaiting = ({ state }: MailCount) => state === 'waiting' || state === 'sending';

/** When the next of these mails is due; null where none waits, and where the last day is over everywhere before. */
export function nextOf(counts: readonly MailCount[], endsOn: string | null): string | null {
  const next = Math.min(...counts.filter(({ state }) => state === 'waiting').map(({ nextAt }) => nextAt.getTime()));
  if (!Number.isFinite(next)) return null;
  const earliestDay = new Date(next - 12 * 3_600_000).toISOString().slice(0, 10);
  return endsOn && earliestDay > endsOn ? null : new Date(next).toISOString();
}

/** All asks of all rounds; what is counted in steps stays so. */
export function together(rounds: Rounds): NonNullable<WaveProgress['allRounds']> {
  const invited = rounds.reduce((sum, round) => sum + round.invited, 0);
  const answered = rounds.reduce((sum, round) => sum + round.answered, 0);
  return { invited, answered, rate: invited > 0 ? answered / invited : null };
}

/** Wilson's interval at the workspace's level. */
export function rateOf(invited: number, answered: number, level: number): Rate {
  const result = wilsonInterval(Math.min(answered, invited), invited, level);
  if (!('estimate' in result)) return { invited, answered, rate: null, interval: null };
  return { invited, answered, rate: result.estimate, interval: [result.interval[0], result.interval[1]] };
}
