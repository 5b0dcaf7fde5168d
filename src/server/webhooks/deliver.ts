import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { recordAudit } from '../audit/record.ts';
import type { Tx } from '../db/connect.ts';
import { inWorkspace } from '../db/transaction.ts';
import type { Services } from '../http/route.ts';
import { type OutboundAnswer, sendOut } from '../outbound/send-out.ts';
import { eventsById, type StoredEvent } from '../outbox/verbs.ts';
import { listSurveys } from '../surveys/verbs.ts';
import { waitAfter } from './attempts.ts';
import { type Claimed, claimDue, endpointsWithDue, markAttempt, releaseLease } from './delivery-store.ts';
import { type Endpoint, endpointAnswered, endpointFailed, findEndpoint, lockEndpoint } from './endpoint-store.ts';
import { fewAtATime } from './few-at-a-time.ts';
import { requestFor } from './request-for.ts';

/** How a request goes out; tests bring their own. */
export type Send = typeof sendOut;

/** Longer than any request takes, so that two processes never send the same at once. */
const LEASE_MS = 60_000;
/** Requests to one endpoint at a time; to one whose last attempt failed, one. */
const AT_ONCE = 8;
/** Endpoints of all workspaces that this process serves at a time. */
const ENDPOINTS_AT_ONCE = 64;
const OFF_AFTER_MS = 5 * 24 * 3_600_000;

/** Deliveries must leave most of the database's connections to the people who answer. */
const few = fewAtATime(3);
const served = new Set<string>();

/**
 * Begins to send what is due in a workspace, one line of work per endpoint, so that a slow receiver holds up nobody
 * else, and returns these lines, each with its number of attempts, without waiting for them. What was sent and not yet marked when the process ends is
 * sent once more, with the same webhook-id.
 */
export async function startDue(
  services: Services,
  workspaceId: string,
  signal: AbortSignal,
  send: Send = sendOut,
): Promise<Promise<number>[]> {
  const due = await few(() =>
    inWorkspace(services.connection.db, workspaceId, (tx) => endpointsWithDue(workspaceId, tx, services.now())),
  );
  // Every request under way listens to it, more than Node takes for usual.
  setMaxListeners(0, signal);
  const begun: Promise<number>[] = [];
  for (const endpointId of due) {
    const line = `${workspaceId} ${endpointId}`;
    if (served.has(line) || served.size >= ENDPOINTS_AT_ONCE) continue;
    served.add(line);
    begun.push(serve(services, workspaceId, endpointId, signal, send).finally(() => served.delete(line)));
  }
  return begun;
}

/** Sends batch after batch to one endpoint; ends when nothing is due, or when something failed: the next round goes on. */
async function serve(
  services: Services,
  workspaceId: string,
  endpointId: string,
  signal: AbortSignal,
  send: Send,
): Promise<number> {
  let attempts = 0;
  let answered = true;
  while (answered && !signal.aborted) {
    const batch = await claim(services, workspaceId, endpointId);
    if (!batch) break;
    attempts += batch.work.length;
    const outcomes = await Promise.all(
      batch.work.map((one) => deliver(services, workspaceId, batch, one, signal, send)),
    );
    answered = outcomes.every((outcome) => outcome);
  }
  return attempts;
}

interface Batch {
  readonly endpoint: Endpoint;
  readonly lease: string;
  readonly work: readonly { readonly claimed: Claimed; readonly event: StoredEvent }[];
  readonly surveyNames: ReadonlyMap<string, string>;
}

function claim(services: Services, workspaceId: string, endpointId: string, only?: string): Promise<Batch | undefined> {
  return few(() =>
    inWorkspace(services.connection.db, workspaceId, async (tx) => {
      const endpoint = await findEndpoint(workspaceId, tx, endpointId);
      const now = services.now();
      if (!endpoint || (only === undefined && (!endpoint.enabled || (endpoint.pausedUntil ?? now) > now)))
        return undefined;
      const lease = randomUUID();
      const claimed = await claimDue(workspaceId, tx, endpointId, {
        lease,
        now,
        until: new Date(now.getTime() + LEASE_MS),
        limit: endpoint.failingSince === null ? AT_ONCE : 1,
        ...(only === undefined ? {} : { only }),
      });
      if (claimed.length === 0) return undefined;
      const events = await eventsById(
        workspaceId,
        tx,
        claimed.map(({ eventId }) => eventId),
      );
      const work = claimed.flatMap((one) => {
        const event = events.find(({ id }) => id === one.eventId);
        return event ? [{ claimed: one, event }] : [];
      });
      return { endpoint, lease, work, surveyNames: await namesFor(workspaceId, tx, endpoint) };
    }),
  );
}

/** Only chat messages name the survey. */
async function namesFor(workspaceId: string, tx: Tx, endpoint: Endpoint): Promise<Map<string, string>> {
  if (endpoint.type === 'webhook') return new Map();
  return new Map((await listSurveys(workspaceId, tx)).map(({ id, name }) => [id, name]));
}

/** Sends one delivery and writes down how that went; false when it failed. */
async function deliver(
  services: Services,
  workspaceId: string,
  { endpoint, lease, surveyNames }: Batch,
  { claimed, event }: Batch['work'][number],
  signal: AbortSignal,
  send: Send,
): Promise<boolean> {
  const at = services.now();
  const request = requestFor(services.config, endpoint, event, {
    workspaceId,
    deliveryId: claimed.id,
    now: at,
    surveyName: event.surveyId === null ? undefined : surveyNames.get(event.surveyId),
  });
  const answer: OutboundAnswer | { failed: 'sealed'; ms: number } = request
    ? await send(services.config, request, { signal })
    : { failed: 'sealed', ms: 0 };
  return few(() =>
    inWorkspace(services.connection.db, workspaceId, async (tx) => {
      if ('failed' in answer && answer.failed === 'stopped') {
        await releaseLease(workspaceId, tx, claimed.id, lease);
        return false;
      }
      return writeDown(services, workspaceId, tx, { endpoint, claimed, event, lease, at, answer });
    }),
  );
}

interface Attempt {
  readonly endpoint: Endpoint;
  readonly claimed: Claimed;
  readonly event: StoredEvent;
  readonly lease: string;
  readonly at: Date;
  readonly answer: OutboundAnswer | { readonly failed: 'sealed'; readonly ms: number };
}

async function writeDown(
  services: Services,
  workspaceId: string,
  tx: Tx,
  { endpoint, claimed, event, lease, at, answer }: Attempt,
): Promise<boolean> {
  const now = services.now();
  const status = 'status' in answer ? answer.status : undefined;
  const good = status !== undefined && status >= 200 && status < 300;
  const pause = 'status' in answer && (status === 429 || status === 503) ? (answer.retryAfter ?? 0) : 0;
  // A test says how it went, once.
  const last = good || status === 410 || event.kind === 'test';
  const wait = last ? undefined : waitAfter(claimed.attempts + 1, Math.random(), pause);
  const { ms } = answer;
  await lockEndpoint(workspaceId, tx, endpoint.id);
  const marked = await markAttempt(
    workspaceId,
    tx,
    { id: claimed.id, lease },
    {
      state: good ? 'delivered' : wait === undefined ? 'dead' : 'waiting',
      dueAt: new Date(now.getTime() + (wait ?? 0)),
      entry:
        'status' in answer
          ? { at: at.toISOString(), ms, status: answer.status }
          : { at: at.toISOString(), ms, failed: answer.failed },
    },
  );
  if (!marked) return good;
  if (good) {
    await endpointAnswered(workspaceId, tx, endpoint.id);
    return true;
  }
  const off = await endpointFailed(workspaceId, tx, endpoint.id, {
    now,
    limit: new Date(now.getTime() - OFF_AFTER_MS),
    gone: status === 410,
    pausedUntil: pause > 0 ? new Date(now.getTime() + pause * 1000) : null,
  });
  if (off) {
    const because = status === 410 ? 'gone' : 'failing';
    await recordAudit(
      workspaceId,
      tx,
      { kind: 'anonymous' },
      'webhook.disable',
      { kind: 'webhook', id: endpoint.id },
      { because },
    );
  }
  return false;
}

/** Sends one delivery now, whether or not the endpoint is on; for the test that a person asks for. */
export async function deliverNow(
  services: Services,
  workspaceId: string,
  endpointId: string,
  deliveryId: string,
  send: Send = sendOut,
): Promise<void> {
  const batch = await claim(services, workspaceId, endpointId, deliveryId);
  const [work] = batch?.work ?? [];
  if (batch && work) await deliver(services, workspaceId, batch, work, new AbortController().signal, send);
}
