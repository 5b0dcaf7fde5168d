import { sql } from 'kysely';
import { inWorkspace } from '../db/transaction.ts';
import type { Services } from '../http/route.ts';
import { dispatchToNobody, setDispatched, waitingEvents } from '../outbox/verbs.ts';
import { insertDeliveries } from './delivery-store.ts';
import { type Endpoint, listEndpoints } from './endpoint-store.ts';

const BATCH = 1_000;

/** Whether an endpoint is told of an event. */
export function wants(
  endpoint: Pick<Endpoint, 'events' | 'surveyIds'>,
  event: { readonly kind: string; readonly surveyId: string | null },
): boolean {
  const { events, surveyIds } = endpoint;
  const ofSurvey = surveyIds.length === 0 || (event.surveyId !== null && surveyIds.includes(event.surveyId));
  return events.includes(event.kind) && ofSurvey;
}

/**
 * Hands new events to every endpoint that is on and wants them: the deliveries and the mark on the events in one
 * transaction, so that an interruption leaves both or neither. One at a time per workspace, since a later event must
 * not be handed over before an earlier one about the same subject.
 */
export async function dispatchEvents(services: Services, workspaceId: string, signal: AbortSignal): Promise<void> {
  let handed: number;
  do {
    handed = await inWorkspace(services.connection.db, workspaceId, async (tx) => {
      const lock = await sql<{ mine: boolean }>`
        SELECT pg_try_advisory_xact_lock(hashtextextended(${`parallax.dispatch.${workspaceId}`}, 0)) AS mine`.execute(
        tx,
      );
      if (!lock.rows[0]?.mine) return 0;
      const endpoints = (await listEndpoints(workspaceId, tx)).filter(({ enabled }) => enabled);
      if (endpoints.length === 0) return dispatchToNobody(workspaceId, tx, services.now(), BATCH);
      const events = await waitingEvents(workspaceId, tx, BATCH);
      if (events.length === 0) return 0;
      const deliveries = events.flatMap((event) =>
        endpoints
          .filter((endpoint) => wants(endpoint, event))
          .map(({ id }) => ({ endpointId: id, eventId: event.id, subject: event.subject })),
      );
      const now = services.now();
      if (deliveries.length > 0) await insertDeliveries(workspaceId, tx, deliveries, now);
      await setDispatched(
        workspaceId,
        tx,
        events.map(({ id }) => id),
        now,
      );
      return events.length;
    });
  } while (handed === BATCH && !signal.aborted);
}
