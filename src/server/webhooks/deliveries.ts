import type { Tx } from '../db/connect.ts';
import { notFound, Problem } from '../http/problem.ts';
import { eventsBetween, eventsById, insertDispatched } from '../outbox/verbs.ts';
import { type Delivery, findDelivery, insertDeliveries, listDeliveries, replayDeliveries } from './delivery-store.ts';
import { requireEndpoint } from './endpoints.ts';
import type { DeliveryAnswer, DeliveryList } from './schema.ts';

const PAGE = 50;
const REPLAY_LIMIT = 10_000;

async function forPeople(workspaceId: string, tx: Tx, deliveries: readonly Delivery[]): Promise<DeliveryAnswer[]> {
  const events = await eventsById(
    workspaceId,
    tx,
    deliveries.map(({ eventId }) => eventId),
  );
  const kinds = new Map(events.map(({ id, kind }) => [id, kind]));
  return deliveries.map(({ eventId, dueAt, ...delivery }) => ({
    ...delivery,
    event: kinds.get(eventId) ?? '',
    dueAt: delivery.state === 'waiting' ? dueAt.toISOString() : null,
  }));
}

/** Newest first. */
export async function deliveriesOf(
  workspaceId: string,
  tx: Tx,
  endpointId: string,
  page: { state?: Delivery['state'] | undefined; before?: number | undefined },
): Promise<DeliveryList> {
  await requireEndpoint(workspaceId, tx, endpointId);
  const found = await listDeliveries(workspaceId, tx, endpointId, { ...page, limit: PAGE + 1 });
  const shown = found.slice(0, PAGE);
  return {
    deliveries: await forPeople(workspaceId, tx, shown),
    next: found.length > PAGE ? (shown.at(-1)?.eventId ?? null) : null,
  };
}

export async function requireDelivery(
  workspaceId: string,
  tx: Tx,
  endpointId: string,
  id: string,
): Promise<DeliveryAnswer> {
  const found = await findDelivery(workspaceId, tx, endpointId, { id });
  const [delivery] = found ? await forPeople(workspaceId, tx, [found]) : [];
  if (!delivery) throw notFound('This delivery');
  return delivery;
}

/** Puts one delivery in line again, whatever became of it. */
export async function replayOne(
  workspaceId: string,
  tx: Tx,
  endpointId: string,
  id: string,
  now: Date,
): Promise<DeliveryAnswer> {
  const found = await findDelivery(workspaceId, tx, endpointId, { id });
  if (!found) throw notFound('This delivery');
  await replayDeliveries(workspaceId, tx, [{ endpointId, ...found }], {
    now,
    states: ['waiting', 'delivered', 'dead'],
  });
  return requireDelivery(workspaceId, tx, endpointId, id);
}

/** Puts the events of a span of time in line again: those that the endpoint wants, as far as they are kept. */
export async function replaySpan(
  workspaceId: string,
  tx: Tx,
  endpointId: string,
  span: { from: Date; to: Date; deliveredToo: boolean; now: Date },
): Promise<number> {
  const { from, to, deliveredToo, now } = span;
  if (from >= to) {
    const message = 'The end must be after the beginning.';
    throw new Problem('unprocessable', message, { fields: [{ field: 'body.to', message }] });
  }
  const { events: kinds, surveyIds } = await requireEndpoint(workspaceId, tx, endpointId);
  const events = await eventsBetween(workspaceId, tx, { from, to, kinds, surveyIds, limit: REPLAY_LIMIT });
  const deliveries = events.map(({ id, subject }) => ({ endpointId, eventId: id, subject }));
  return replayDeliveries(workspaceId, tx, deliveries, {
    now,
    states: deliveredToo ? ['delivered', 'dead'] : ['dead'],
  });
}

/** An event for one endpoint only, ready to be sent. */
export async function addTest(workspaceId: string, tx: Tx, endpointId: string, now: Date): Promise<string> {
  await requireEndpoint(workspaceId, tx, endpointId);
  const eventId = await insertDispatched(
    workspaceId,
    tx,
    { kind: 'test', subject: 'test', payload: { note: 'A test from Parallax.' } },
    now,
  );
  // Tests do not wait for each other: each is about itself.
  await insertDeliveries(workspaceId, tx, [{ endpointId, eventId, subject: `test ${eventId}` }], now);
  const delivery = await findDelivery(workspaceId, tx, endpointId, { eventId });
  if (!delivery) throw new Error('the test was not stored');
  return delivery.id;
}
