import { z } from 'zod';
import { AUDIENCES } from '../../core/perspective.ts';
import { daySchema } from '../db/day-schema.ts';
import { givenSchema } from './schema.ts';
import { REASONS } from './store.ts';

export const responsePathSchema = z.object({ surveyId: z.guid(), key: z.string().min(1).max(200) });
const limit = z.coerce.number().int().min(1).max(200).default(50);
const answers = z.record(z.string(), givenSchema);

export const setApartQuerySchema = z.object({
  reason: z.enum(REASONS).optional(),
  /** Those that were looked at and found to be what they were set apart for. */
  dismissed: z.enum(['true', 'false']).default('false'),
  after: z.string().max(200).optional(),
  limit,
});
export const setApartListSchema = z.object({
  counts: z.array(
    z.object({ audience: z.enum(AUDIENCES), reason: z.enum(REASONS), waiting: z.int(), dismissed: z.int() }),
  ),
  /** Of customers who are not anonymous; all others are only counted. */
  responses: z.array(
    z.object({
      key: z.string(),
      reason: z.enum(REASONS),
      channel: z.string(),
      language: z.string().nullable(),
      answeredOn: daySchema,
      /** The version that was answered. */
      version: z.int(),
      finished: z.boolean(),
      answers,
    }),
  ),
  /** For `after`, where there are more. */
  next: z.string().nullable(),
});

/** Some by their keys, or all of an audience with this reason; at most a thousand at once. */
export const pickSchema = z
  .strictObject({
    audience: z.enum(AUDIENCES),
    keys: z.array(z.string().min(1).max(200)).min(1).max(1_000).optional(),
    reason: z.enum(REASONS).optional(),
    /** To let count all of a reason: those that were dismissed, in the place of those that wait. */
    dismissed: z.boolean().default(false),
  })
  .refine((pick) => (pick.keys === undefined) !== (pick.reason === undefined), {
    path: ['keys'],
    message: 'Name either keys or a reason.',
  });
export type Pick = z.infer<typeof pickSchema>;
export const pickedSchema = z.object({
  changed: z.int(),
  /** How many more there are with the reason: of those that wait, or of the dismissed where these were meant. */
  left: z.int(),
  /** Which of them can be set apart again: customers' who are not anonymous. */
  undoable: z.array(z.string()),
});

/** Responses that were let count by mistake. */
export const againSchema = z.strictObject({ keys: z.array(z.string().min(1).max(200)).min(1).max(1_000) });
export const setAgainSchema = z.object({ changed: z.int() });

export const responsesQuerySchema = z.object({ before: z.coerce.number().int().positive().optional(), limit });
export const responseListSchema = z.object({
  responses: z.array(
    z.object({
      id: z.int(),
      key: z.string(),
      contactId: z.guid().nullable(),
      waveId: z.guid().nullable(),
      channel: z.string(),
      language: z.string().nullable(),
      answeredOn: daySchema.nullable(),
      version: z.int().nullable(),
      finished: z.boolean(),
      attributes: z.record(z.string(), z.string()),
      answers: answers.nullable(),
      /** What it was set apart for before somebody let it count. */
      acceptedReason: z.string().nullable(),
      /** Keys of answers that don't count: the finished response leads past their questions. */
      left: z.array(z.string()),
    }),
  ),
  /** For `before`, where there are more. */
  next: z.int().nullable(),
  /** Audiences whose single answers nobody may see: how many are published, and why there is no list. */
  withheld: z.array(z.object({ audience: z.enum(AUDIENCES), published: z.int(), because: z.string() })),
});

/** Whole responses that another program collected. */
export const wholeResponsesSchema = z.strictObject({
  audience: z.enum(AUDIENCES),
  /** The version that was asked; the latest one where nothing is said. */
  version: z.int().min(1).max(1_000_000).optional(),
  responses: z
    .array(
      z.strictObject({
        /** The other program's own id: the same key again changes nothing, ever. */
        key: z.string().min(1).max(200),
        answers: z.record(z.string().min(1).max(200), givenSchema),
        /** The organisation's own id of a customer; leaders', staff's and anonymous customers' is not kept. */
        contactKey: z.string().min(1).max(200).optional(),
        /** Leaders', staff's and anonymous customers' are not kept. */
        attributes: z.record(z.string().min(1).max(100), z.string().max(1_000)).default({}),
        /** Today where nothing is said. */
        answeredOn: daySchema.optional(),
        channel: z.string().max(100).default('api'),
        language: z.string().min(1).max(35).optional(),
      }),
    )
    .min(1)
    .max(1_000),
});
export type WholeResponses = z.infer<typeof wholeResponsesSchema>;
export const addedSchema = z.object({
  /** Stored now, and counted. */
  added: z.int(),
  /** Stored by an earlier call. */
  known: z.int(),
  /** Stored now without being counted, such as over a full quota. */
  setApart: z.int(),
});
