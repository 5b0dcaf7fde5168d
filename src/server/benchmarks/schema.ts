import { z } from 'zod';
import { nameSchema, textSchema } from '../items/schema.ts';

const fields = {
  statement: textSchema.min(1),
  /** What the share is a share of. */
  unitCounted: nameSchema,
  whoWasAsked: nameSchema,
  /** 0 to 1. */
  share: z.number().min(0).max(1).nullable(),
  /** Null where it is not known; then the share has no interval. */
  n: z.int().positive().max(2_000_000_000).nullable(),
  dated: nameSchema,
  source: textSchema.min(1),
};
export const newBenchmarkSchema = z.strictObject({
  ...fields,
  share: fields.share.default(null),
  n: fields.n.default(null),
});
export type NewBenchmark = z.infer<typeof newBenchmarkSchema>;

export const benchmarkSchema = z.object({
  id: z.string(),
  /** Comes with Parallax and can't be deleted. */
  shipped: z.boolean(),
  statement: z.string(),
  unitCounted: z.string(),
  whoWasAsked: z.string(),
  share: z.number().nullable(),
  n: z.int().nullable(),
  /** Wilson interval of the share at 95 %; null where share or n is not known. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  dated: z.string(),
  source: z.string(),
});
export type BenchmarkRecord = z.infer<typeof benchmarkSchema>;
export const benchmarkListSchema = z.object({ benchmarks: z.array(benchmarkSchema) });
export const benchmarkPathSchema = z.object({ benchmarkId: z.guid() });
