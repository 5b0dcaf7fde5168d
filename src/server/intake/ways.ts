import type { Audience } from '../../core/perspective.ts';
import { hashToken } from '../accounts/tokens.ts';
import { findContact } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import { findPersonal } from '../invitations/answering.ts';
import { findLink, isArchived, refuseOutsideWave, requireWave, unknownLink } from '../surveys/verbs.ts';
import { holds, keptWith, readTicket } from '../tickets/verbs.ts';
import type { PartBody } from './schema.ts';

/** How answers come in: what an open link or a personal one says of them. */
export interface Way {
  readonly surveyId: string;
  readonly audience: Audience;
  readonly waveId: string | null;
  readonly contactId: string | null;
  /** Of the contact; a response keeps them as they were when it began. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What the answers may keep that a ticket came with; undefined where its wave keeps nothing. */
  readonly kept?: Readonly<Record<string, string>> | undefined;
  readonly channel: string;
  readonly test: boolean;
  /** Leading zero bits that the proof of work needs; 0: none is asked for. */
  readonly work: number;
  /** Why no new response may begin; the ones that have begun may still be completed. */
  readonly closed: Problem | undefined;
  readonly personal: PersonalWay | undefined;
}

/** A personal link, as it stands after the parts that were merged so far. */
export interface PersonalWay {
  readonly tokenHash: Buffer;
  used: boolean;
  responseKey: string | null;
  changed: boolean;
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
    if (ways.has(token)) continue;
    const find = part.link !== undefined ? openLink : part.ticket !== undefined ? byTicket : personalLink;
    ways.set(token, (await find(workspaceId, tx, token, now)) ?? unknownLink());
  }
  return ways;
}

/** Open links that name no wave, as they were when they were last read and open: to ask whether they still are, never to decide. */
const SEEN = 10_000;
const seen = new Map<string, Way>();

export const lastSeen = (token: string): Way | undefined => seen.get(token);

/** The token or ticket by which a part came. */
export const wayOf = (part: PartBody): string => part.link ?? part.token ?? part.ticket ?? '';

async function openLink(workspaceId: string, tx: Tx, token: string, now: Date): Promise<Way | undefined> {
  const link = await findLink(workspaceId, tx, token);
  seen.delete(token);
  if (!link) return undefined;
  const { surveyId, audience, waveId, channel, test, work } = link;
  const closed = link.closedAt ? surveyClosed() : await whyClosed(workspaceId, tx, { surveyId, waveId }, now);
  const none = { contactId: null, attributes: {}, personal: undefined };
  const way = { surveyId, audience, waveId, channel, test, work, closed, ...none };
  if (!closed && waveId === null) seen.set(token, way);
  for (const oldest of seen.keys()) {
    if (seen.size <= SEEN) break;
    seen.delete(oldest);
  }
  return way;
}

/** A ticket says which wave it is for, and which group of people in it where the answers keep something; nothing of whom. */
async function byTicket(workspaceId: string, tx: Tx, text: string, now: Date): Promise<Way | undefined> {
  const ticket = readTicket(text);
  if (!ticket || !(await holds(workspaceId, tx, ticket))) return undefined;
  const { waveId } = ticket;
  const wave = await requireWave(workspaceId, tx, waveId).catch(asProblem);
  if (wave instanceof Problem) return undefined;
  const { surveyId, audience } = wave;
  const closed = await whyClosed(workspaceId, tx, { surveyId, waveId }, now);
  const none = { contactId: null, attributes: {}, personal: undefined, test: false, work: 0 };
  const kept = await keptWith(workspaceId, tx, ticket);
  return { surveyId, audience, waveId, channel: 'link', closed, kept, ...none };
}

async function personalLink(workspaceId: string, tx: Tx, token: string, now: Date): Promise<Way | undefined> {
  const tokenHash = hashToken(token);
  const found = await findPersonal(workspaceId, tx, tokenHash);
  if (!found) return undefined;
  const { waveId, contactId, used, responseKey } = found;
  const { surveyId, audience } = await requireWave(workspaceId, tx, waveId);
  const contact = contactId === null ? undefined : await findContact(workspaceId, tx, contactId);
  return {
    surveyId,
    audience,
    waveId,
    contactId,
    attributes: contact?.attributes ?? {},
    channel: contactId === null ? 'link' : 'mail',
    test: false,
    work: 0,
    closed: await whyClosed(workspaceId, tx, { surveyId, waveId }, now),
    personal: { tokenHash, used, responseKey, changed: false },
  };
}

async function whyClosed(
  workspaceId: string,
  tx: Tx,
  { surveyId, waveId }: { surveyId: string; waveId: string | null },
  now: Date,
): Promise<Problem | undefined> {
  if (await isArchived(workspaceId, tx, surveyId)) return surveyClosed();
  if (waveId === null) return undefined;
  try {
    refuseOutsideWave(await requireWave(workspaceId, tx, waveId), now);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}

function surveyClosed(): Problem {
  return new Problem('gone', 'This survey is closed. Answers are no longer taken.');
}

export function usedAlready(): Problem {
  return new Problem('gone', 'This link has been used: the answers given with it are stored, and it works only once.');
}
