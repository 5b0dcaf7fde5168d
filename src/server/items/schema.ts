import { z } from 'zod';

/**
 * One line that a person reads: no control characters, no line breaks, at most `most` characters. A longer line is one of
 * its own: `.max()` on a schema that has a limit only adds a second one, and the smaller holds.
 */
export const lineSchema = (most: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(most, `must have at most ${most} characters`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    .regex(/^[^\u0000-\u001f\u007f\u2028\u2029]*$/, 'must be one line without control characters');
export const nameSchema = lineSchema(200);
/** Several lines, at most 2,000 characters. */
export const textSchema = z
  .string()
  .trim()
  .max(2000, 'must have at most 2000 characters')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, 'must not hold control characters');
/** The place among its siblings, from 0; a number beyond the end means the end. */
export const positionSchema = z.int().min(0).max(100_000);

const scalePoint = z.number().min(-1_000_000).max(1_000_000);
export const scaleSchema = z
  .strictObject({
    min: scalePoint,
    max: scalePoint,
    step: z.number().positive().max(1_000_000).nullable().default(1),
    direction: z.enum(['up', 'down']).default('up'),
    topBox: scalePoint,
  })
  .refine((scale) => scale.min < scale.max, { path: ['max'], message: 'must be greater than min' })
  .refine((scale) => scale.topBox >= scale.min && scale.topBox <= scale.max, {
    path: ['topBox'],
    message: 'must lie between min and max',
  });

export const wordingSchema = z.strictObject({
  customer: textSchema.default(''),
  staff: textSchema.default(''),
  leadership: textSchema.default(''),
});

export const SERVQUAL = ['tangibles', 'reliability', 'responsiveness', 'assurance', 'empathy'] as const;

/** Used in files, options and the report, so that it reads well in a column header and a shell. */
const keySchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, 'must be letters, digits, dots, dashes or underscores (at most 100)');

export const commitmentLensSchema = z.enum(['standard', 'promise']);

export const itemSchema = z.object({
  id: z.guid(),
  key: z.string(),
  name: z.string(),
  wording: z.object({ customer: z.string(), staff: z.string(), leadership: z.string() }),
  scale: z.object({
    min: z.number(),
    max: z.number(),
    step: z.number().nullable(),
    direction: z.enum(['up', 'down']),
    topBox: z.number(),
  }),
  servqualDimension: z.enum(SERVQUAL).nullable(),
  position: z.int(),
  /** Archived items keep their answers and are left out of surveys and reports. */
  archived: z.boolean(),
  tolerance: z.object({ value: z.number(), setBy: z.string().nullable(), setAt: z.iso.datetime() }).nullable(),
  commitments: z.array(z.object({ lens: commitmentLensSchema, value: z.number(), statement: z.string() })),
});
export type Item = z.infer<typeof itemSchema>;

export const newItemSchema = z.strictObject({
  /** Made from the name where it is left out. */
  key: keySchema.optional(),
  name: nameSchema,
  wording: wordingSchema.optional(),
  scale: scaleSchema,
  servqualDimension: z.enum(SERVQUAL).nullable().default(null),
});
export type NewItem = z.infer<typeof newItemSchema>;

export const itemChangeSchema = z.strictObject({
  key: keySchema.optional(),
  name: nameSchema.optional(),
  wording: wordingSchema.partial().optional(),
  scale: scaleSchema.optional(),
  servqualDimension: z.enum(SERVQUAL).nullable().optional(),
  position: positionSchema.optional(),
  archived: z.boolean().optional(),
});
export type ItemChange = z.infer<typeof itemChangeSchema>;

export const toleranceChangeSchema = z.strictObject({ value: z.number().positive().max(1_000_000) });
export const commitmentChangeSchema = z.strictObject({ value: scalePoint, statement: textSchema.default('') });

/** Deleting what has answers has to be said twice: nothing of an audience's answers goes by accident. */
export const deletionSchema = z.object({ withAnswers: z.enum(['true', 'false']).optional() });
export const itemPathSchema = z.object({ itemId: z.guid() });
export const touchpointPathSchema = z.object({ touchpointId: z.guid() });
export const commitmentPathSchema = z.object({ itemId: z.guid(), lens: commitmentLensSchema });
