import { randomUUID } from 'node:crypto';
import { type Agent, request } from 'node:http';
import type { SurveyDefinition } from '../src/core/survey/definition.ts';

/** Ten ratings for customers: what harnesses that kill and cut the server let people answer. */
export const RATINGS = 10;

export function ratingSurvey(): SurveyDefinition {
  return {
    format: 'parallax-survey/1',
    title: { customer: { en: 'The crossing' } },
    languages: ['en'],
    audiences: ['customer'],
    pages: [
      {
        id: 'p1',
        questions: Array.from({ length: RATINGS }, (_, i) => ({
          id: `q${i}`,
          type: 'rating' as const,
          min: 1,
          max: 5,
          item: `item_${i}`,
          text: { customer: { en: `How was part ${i}?` } },
        })),
      },
    ],
    endings: [{ id: 'thanks', title: { customer: { en: 'Thank you' } } }],
    hidden: [],
    quotas: [],
    appearance: {},
    settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
  };
}

export interface RatingLink {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly link: string;
}

/** A server that runs as a program of its own, asked as its owner. */
export type AskOwner = (method: string, address: string, body?: unknown) => Promise<ReturnType<typeof JSON.parse>>;

/** Becomes the owner of a fresh server by its set-up link, and returns a way to ask it. */
export async function ownerOf(origin: string, setupToken: string): Promise<AskOwner> {
  let cookie = '';
  const ask: AskOwner = async (method, address, body) => {
    const answer = await fetch(`${origin}/api/v1${address}`, {
      method,
      headers: { cookie, origin, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${text}`);
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return text ? JSON.parse(text) : undefined;
  };
  await ask('POST', '/setup', { token: setupToken, name: 'Kim Okafor', email: 'kim@example.org' });
  return ask;
}

/** A workspace with ten items and a published survey that rates them; returns its open link for customers. */
export async function publishRatings(
  ask: AskOwner,
  audiences: SurveyDefinition['audiences'] = ['customer'],
): Promise<RatingLink> {
  const { id: workspaceId } = await ask('POST', '/workspaces', { name: 'Tern Ferries' });
  const w = `/workspaces/${workspaceId}`;
  const journey = await ask('POST', `${w}/journeys`, { name: 'Crossing' });
  const stage = await ask('POST', `${w}/journeys/${journey.id}/stages`, { name: 'Boarding' });
  const touchpoint = await ask('POST', `${w}/stages/${stage.id}/touchpoints`, { name: 'Pier' });
  for (let i = 0; i < RATINGS; i++) {
    const scale = { min: 1, max: 5, step: 1, direction: 'up', topBox: 5 };
    await ask('POST', `${w}/touchpoints/${touchpoint.id}/items`, { key: `item_${i}`, name: `Part ${i}`, scale });
  }
  const survey = await ask('POST', `${w}/surveys`, { name: 'Crossing' });
  const s = `${w}/surveys/${survey.id}`;
  const { revision } = await ask('GET', `${s}/draft`);
  await ask('PUT', `${s}/draft`, { definition: { ...ratingSurvey(), audiences }, revision });
  await ask('POST', `${s}/publish`, {});
  const made = await ask('POST', `${s}/links`, { audience: 'customer', channel: 'link' });
  return { workspaceId, surveyId: survey.id, link: made.token };
}

/** One whole response, as a respondent's browser sends it. */
export function wholeResponse(link: string, response: string = randomUUID()): Record<string, unknown> {
  const answers = Object.fromEntries(Array.from({ length: RATINGS }, (_, i) => [`q${i}`, 1 + ((i * 7) % 5)]));
  return { link, response, version: 1, part: 0, answers, language: 'en', finished: true, took: 60_000 };
}

/** Posts on a connection of its own; resolves with the status and the port that the client used. Rejects when cut. */
export function postResponse(
  port: number,
  body: unknown,
  agent: Agent,
  path = '/api/v1/responses',
): Promise<{ status: number; text: string; from: number }> {
  return new Promise((resolve, reject) => {
    const payload = JSON.stringify(body);
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method: 'POST',
        path,
        headers: { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(payload) },
      },
      (answer) => {
        const from = answer.socket.localPort ?? 0;
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, from }));
        answer.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}
