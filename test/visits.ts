import { randomBytes, randomUUID } from 'node:crypto';
import type { Agent } from 'node:http';
import { blindTicket, unblindTicket } from '../src/core/blind.ts';
import { responseKey } from '../src/server/intake/response-key.ts';
import { readTicket, responseOf } from '../src/server/tickets/verbs.ts';
import { type AskOwner, postResponse, RATINGS, type RatingLink } from './answering.ts';

/**
 * Visits that send their answers part by part, as devices do: customers by an open link, staff with a blind ticket, in
 * transactions of their own. What is not acknowledged is sent again under the same number when the visit goes on.
 */
const PER_PART = 2;
export const PARTS = RATINGS / PER_PART;

export interface Visit {
  readonly response: string;
  /** Under which it is stored. */
  readonly key: string;
  /** How it comes in: `link` or `ticket`. */
  readonly by: Readonly<Record<string, string>>;
  /** The next part to send: all before it were acknowledged. */
  next: number;
}

/** Values that tell one response from others, so that answers in a wrong one are seen. */
const valueFor = (response: string, question: number) =>
  1 + ((Number.parseInt(response.slice(question, question + 2).replace('-', '0'), 16) + question) % 5);

/** The answers of the first parts of a visit. */
export function answersUpTo(response: string, parts: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: parts * PER_PART }, (_, i) => [`q${i}`, valueFor(response, i)]));
}

export function customerVisit({ link }: RatingLink): Visit {
  const response = randomUUID();
  return { response, key: responseKey(response), by: { link }, next: 0 };
}

/** Invitations of staff: what stands in their personal links. */
export async function inviteStaff(
  ask: AskOwner,
  { workspaceId, surveyId }: RatingLink,
  count: number,
): Promise<string[]> {
  const w = `/workspaces/${workspaceId}`;
  const wave = await ask('POST', `${w}/surveys/${surveyId}/waves`, { name: 'Crew', audience: 'staff' });
  const { links } = await ask('POST', `${w}/waves/${wave.id}/invitations`, { count });
  const tokens: string[] = links.map((link: string) => link.split('#token=')[1] ?? '');
  // The first who opens one has the wave's key made, which takes longer than some rounds do.
  await ask('POST', '/questionnaires', { token: tokens[0] });
  return tokens;
}

/** A ticket that the server signed: asked for once more, it has to be signed again, and another one refused. */
export interface Signed {
  readonly token: string;
  readonly blinded: string;
  readonly signed: string;
}

export type Post = (body: unknown, path?: string) => Promise<string>;

/** Posts on connections of an agent; rejects when it is cut, or refused. */
export function poster(port: number, agent: Agent, heard: (from: number, body: unknown) => void = () => {}): Post {
  return async (body, path) => {
    const { status, text, from } = await postResponse(port, body, agent, path);
    if (status !== 200) throw new Error(`${status} ${text}`);
    heard(from, body);
    return text;
  };
}

/** Gets the ticket of an invitation, and says what was signed as soon as it is known. */
export async function staffVisit(post: Post, token: string, signedIs: (signed: Signed) => void): Promise<Visit> {
  const { ticket } = JSON.parse(await post({ token }, '/api/v1/questionnaires'));
  const [serial, chance] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
  const blinded = blindTicket(ticket.key, serial, chance);
  const { signed } = JSON.parse(await post({ token, blinded }, '/api/v1/tickets'));
  signedIs({ token, blinded, signed });
  const text = `${ticket.way}.${serial}.${unblindTicket(ticket.key, chance, signed)}`;
  const read = readTicket(text);
  if (!read) throw new Error('the ticket does not read');
  const response = responseOf(read);
  return { response, key: response, by: { ticket: text }, next: 0 };
}

/** Sends what is left of a visit, part by part; every third part twice, as a device does that heard nothing. */
export async function goOn(post: Post, visit: Visit): Promise<void> {
  while (visit.next < PARTS) {
    const { response, by, next } = visit;
    const before = Object.keys(answersUpTo(response, next));
    const answers = Object.fromEntries(
      Object.entries(answersUpTo(response, next + 1)).filter(([key]) => !before.includes(key)),
    );
    const finished = next === PARTS - 1;
    const body = { ...by, response, version: 1, part: next, answers, finished, took: 60_000 };
    await post(body);
    visit.next += 1;
    if (next % 3 === 2) await post(body);
  }
}
