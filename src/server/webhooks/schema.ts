import { z } from 'zod';
import { lineOfText } from '../accounts/schema.ts';
import { EVENT_PAYLOADS, type EventKind } from '../outbox/schema.ts';
import { isSecret } from './sign.ts';

/** What can be subscribed to: everything but the test, which is asked for. */
export const EVENT_KINDS = Object.keys(EVENT_PAYLOADS).filter((kind) => kind !== 'test') as Exclude<
  EventKind,
  'test'
>[];

const endpointType = z.enum(['webhook', 'slack', 'teams']);
export type EndpointType = z.infer<typeof endpointType>;

const url = z.string().min(1).max(2_000);
const events = z
  .array(z.enum(EVENT_KINDS))
  .min(1, 'Choose at least one event.')
  .max(EVENT_KINDS.length)
  .transform((kinds) => [...new Set(kinds)]);
/** Empty: of all surveys. */
const surveyIds = z.array(z.guid()).max(200);

export const endpointAnswer = z.object({
  id: z.string(),
  type: endpointType,
  name: z.string(),
  /** The address; of Slack and Teams only the host and the end, since it is a password. */
  url: z.string(),
  events: z.array(z.string()),
  surveyIds: z.array(z.string()),
  enabled: z.boolean(),
  /** `gone`: the receiver answered 410. `failing`: every attempt of five days failed. */
  disabledBecause: z.enum(['person', 'gone', 'failing']).nullable(),
  failingSince: z.string().nullable(),
  pausedUntil: z.string().nullable(),
  /** The secret before the last rotation signs as well until then. */
  previousSecretUntil: z.string().nullable(),
  waiting: z.int(),
  dead: z.int(),
  createdAt: z.string(),
});
export type EndpointAnswer = z.infer<typeof endpointAnswer>;
export const endpointList = z.object({ endpoints: z.array(endpointAnswer) });

export const newEndpointBody = z.strictObject({
  type: endpointType,
  name: lineOfText(80),
  url,
  events,
  surveyIds: surveyIds.default([]),
  /** Brought along from another sender; left out, one is made. Webhooks only. */
  secret: z.string().max(200).refine(isSecret, 'must be whsec_ and 24 to 64 bytes in base64').optional(),
});
export const madeEndpoint = z.object({
  id: z.string(),
  /** Shown this once; null for Slack and Teams, which have none. */
  secret: z.string().nullable(),
});
export type MadeEndpoint = z.infer<typeof madeEndpoint>;

export const endpointChange = z.strictObject({
  name: lineOfText(80).optional(),
  url: url.optional(),
  events: events.optional(),
  surveyIds: surveyIds.optional(),
  enabled: z.boolean().optional(),
});

export const rotatedSecret = z.object({
  secret: z.string(),
  /** Until then both secrets sign. */
  previousSecretUntil: z.string(),
});
export type RotatedSecret = z.infer<typeof rotatedSecret>;

export const endpointParams = z.object({ webhookId: z.guid() });
export const deliveryParams = z.object({ webhookId: z.guid(), deliveryId: z.guid() });

const deliveryState = z.enum(['waiting', 'delivered', 'dead']);
export const deliveryAnswer = z.object({
  /** The webhook-id: the same in every attempt and replay. */
  id: z.string(),
  event: z.string(),
  subject: z.string(),
  state: deliveryState,
  /** When the next attempt is due; null unless it waits. */
  dueAt: z.string().nullable(),
  attempts: z.int(),
  /** The last attempts, oldest first: a status, or why there was none. What the receiver wrote is not kept. */
  log: z.array(z.object({ at: z.string(), ms: z.int(), status: z.int().optional(), failed: z.string().optional() })),
});
export type DeliveryAnswer = z.infer<typeof deliveryAnswer>;
export const deliveryList = z.object({
  deliveries: z.array(deliveryAnswer),
  /** `before` of the next page; null on the last. */
  next: z.int().nullable(),
});
export type DeliveryList = z.infer<typeof deliveryList>;
export const deliveryQuery = z.object({
  state: deliveryState.optional(),
  before: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
});

export const replayBody = z.strictObject({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  /** `undelivered`: dead letters and events that came while it was off or not there. `all`: the delivered ones too. */
  what: z.enum(['undelivered', 'all']),
});
export const replayed = z.object({
  /** How many were put in line; at most 10,000 at a time, the oldest first. */
  count: z.int(),
});
