import { z } from 'zod';
import { daySchema } from '../db/day-schema.ts';

/**
 * What is told to others, kind by kind. The objects are strict, so that nothing is ever told by accident: of leaders,
 * staff and anonymous surveys there is no response, no person and no time, only that a batch was published.
 */
const responseEvent = z.strictObject({
  survey: z.guid(),
  audience: z.literal('customer'),
  channel: z.string(),
  /** The response's key, as in the API. */
  response: z.string().min(1),
  /** The day on which it was answered. */
  at: daySchema,
});

export const EVENT_PAYLOADS = {
  /** The first part of a response is stored; there may be more to come. */
  'response.started': responseEvent,
  /** A response is complete; once per response. */
  'response.finished': responseEvent,
  /** A part came after the response was complete. */
  'response.changed': responseEvent,
  /** A file brought a response, new or known; the day may not be known. Told apart, so that history rings nobody by mistake. */
  'response.imported': responseEvent.extend({ at: daySchema.nullable() }),
  /** A batch of answers of a protected audience now counts. */
  'responses.published': z.strictObject({
    survey: z.guid(),
    audience: z.enum(['leadership', 'staff', 'customer']),
    count: z.int().positive(),
    at: daySchema,
  }),
  /** Sent by hand, to see whether an endpoint answers. */
  test: z.strictObject({ note: z.string().max(200) }),
} as const;

export type EventKind = keyof typeof EVENT_PAYLOADS;

/** One thing that happened, to be told to whoever wants to know. */
export type NewEvent = {
  [Kind in EventKind]: {
    readonly kind: Kind;
    /** What it is about: the response's key, or the survey for a published batch. Events about one subject keep their order. */
    readonly subject: string;
    readonly surveyId?: string;
    readonly payload: z.input<(typeof EVENT_PAYLOADS)[Kind]>;
  };
}[EventKind];
