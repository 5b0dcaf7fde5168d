import type { Audience } from '../../core/perspective.ts';
import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import { findLink, requireWave } from '../surveys/verbs.ts';
import type { PartBody } from './schema.ts';

/** How answers come in: what an open link or a personal one says of them. */
export interface Way {
  readonly surveyId: string;
  readonly audience: Audience;
  readonly waveId: string | null;
  readonly contactId: string | null;
  readonly channel: string;
  readonly test: boolean;
  /** Leading zero bits that the proof of work needs; 0: none is asked for. */
  readonly work: number;
  /** Why no new response may begin; the ones that have begun may still be completed. */
  readonly closed: Problem | undefined;
}

/** Looks up the ways that parts name, each once and within this transaction: a link closed a moment ago is closed. */
export async function findWays(
  workspaceId: string,
  tx: Tx,
  parts: readonly PartBody[],
  now: Date,
): Promise<Map<string, Way | Problem>> {
  const ways = new Map<string, Way | Problem>();
  for (const part of parts) {
    const token = wayOf(part);
    if (!ways.has(token)) ways.set(token, await openLink(workspaceId, tx, token, now));
  }
  return ways;
}

/** The token by which a part came. */
export const wayOf = (part: PartBody): string => part.link ?? part.token ?? '';

async function openLink(workspaceId: string, tx: Tx, token: string, now: Date): Promise<Way | Problem> {
  const link = await findLink(workspaceId, tx, token);
  if (!link) return unknownLink();
  const { surveyId, audience, waveId, channel, test } = link;
  const closed = link.closedAt
    ? new Problem('gone', 'This survey is closed. Answers are no longer taken.')
    : await endOf(workspaceId, tx, waveId, now);
  return { surveyId, audience, waveId, contactId: null, channel, test, work: 0, closed };
}

/** Why a wave takes no answers any more. */
async function endOf(workspaceId: string, tx: Tx, waveId: string | null, now: Date): Promise<Problem | undefined> {
  if (waveId === null) return undefined;
  const { endsOn } = await requireWave(workspaceId, tx, waveId);
  // The last day lasts until it is over everywhere on Earth, 12 hours after it is over in UTC.
  const today = new Date(now.getTime() - 12 * 3_600_000).toISOString().slice(0, 10);
  return endsOn && endsOn < today
    ? new Problem('gone', `This survey ended on ${endsOn}. Answers are no longer taken.`)
    : undefined;
}

export function unknownLink(): Problem {
  return new Problem('not_found', 'This link is not known. Copy the whole link, or ask whoever sent it for a new one.');
}
