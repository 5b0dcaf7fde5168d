import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import type { Services } from '../../src/server/http/route.ts';
import type { NewEvent } from '../../src/server/outbox/schema.ts';
import { writeOutbox } from '../../src/server/outbox/verbs.ts';
import { startDue } from '../../src/server/webhooks/deliver.ts';
import { dispatchEvents } from '../../src/server/webhooks/dispatch.ts';
import type { Company, World } from '../world.ts';

export interface Arrived {
  readonly id: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Parsed; the subject of a response's event is its key. */
  readonly json: { readonly type: string; readonly timestamp: string; readonly data: { readonly response?: string } };
}

export interface Receiver {
  readonly url: string;
  /** Everything that arrived, in order, with the status that it got. */
  readonly arrived: (Arrived & { readonly status: number })[];
  close(): void;
}

/** A program of somebody else. `behave` gives the status of an answer, or answers itself and gives 0. */
export async function receiver(
  behave: (request: Arrived, response: ServerResponse) => number = () => 200,
): Promise<Receiver> {
  const arrived: Receiver['arrived'] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const one = {
      id: String(request.headers['webhook-id'] ?? ''),
      headers: request.headers,
      body,
      json: JSON.parse(body),
    };
    const status = behave(one, response);
    arrived.push({ ...one, status });
    if (status > 0) response.writeHead(status, { location: 'http://127.0.0.1:9/' }).end('ignored');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    arrived,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const LOOPBACK = { outboundAllow: ['127.0.0.1'] };
const never = new AbortController().signal;

/** One round of the background: hands over what is new, sends what is due, and waits for all of it. */
export async function deliverRound(services: Services, workspaceId: string): Promise<number> {
  await dispatchEvents(services, workspaceId, never);
  const attempts = await Promise.all(await startDue(services, workspaceId, never));
  return attempts.reduce((sum, one) => sum + one, 0);
}

/** Rounds until nothing more happens without the clock moving. */
export async function deliverAll(services: Services, workspaceId: string): Promise<void> {
  let attempts: number;
  do attempts = await deliverRound(services, workspaceId);
  while (attempts > 0);
}

const SURVEY = '7b1f4c8e-0a55-4a6e-9e4f-2f3a4b5c6d7e';

export function responseEvent(
  response: string,
  kind: 'response.started' | 'response.finished' | 'response.changed' = 'response.finished',
): NewEvent {
  return {
    kind,
    subject: response,
    surveyId: SURVEY,
    payload: { survey: SURVEY, audience: 'customer', channel: 'web', response, at: '2026-11-22' },
  };
}

export function tell(world: World, workspaceId: string, events: readonly NewEvent[]): Promise<void> {
  return inWorkspace(world.services.connection.db, workspaceId, (tx) => writeOutbox(workspaceId, tx, events));
}

export async function addWebhook(
  world: World,
  company: Company,
  url: string,
  more: Record<string, unknown> = {},
): Promise<{ id: string; secret: string }> {
  const reply = await world.ask(company.people.owner, 'POST', `/api/v1/workspaces/${company.id}/webhooks`, {
    type: 'webhook',
    name: 'Data warehouse',
    url,
    events: ['response.started', 'response.finished', 'response.changed', 'responses.published'],
    ...more,
  });
  if (reply.status !== 201) throw new Error(reply.text);
  return reply.json;
}
