import { z } from 'zod';

/** Raised when a file could no longer be read by an older Parallax. */
export const FORMAT_VERSION = 1;

/** The first line of the text. */
export const manifestSchema = z.object({
  format: z.literal('parallax-workspace'),
  version: z.int(),
  exportedAt: z.string(),
  /** Migrations that the database had seen. */
  schema: z.array(z.string()),
  workspace: z.object({
    id: z.guid(),
    name: z.string(),
    anonymityThreshold: z.int(),
    commentThreshold: z.int(),
    targetPomp: z.number(),
    level: z.number(),
    headlineItemId: z.guid().nullable(),
  }),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Comes before the rows of each table: their columns in order. Rows are arrays of texts as PostgreSQL writes them. */
export const tableLineSchema = z.strictObject({ table: z.string(), columns: z.array(z.string()) });
export const rowLineSchema = z.array(z.string().nullable());
/** The last line: rows per table, and the SHA-256 of all text before it. */
export const endLineSchema = z.strictObject({ rows: z.record(z.string(), z.int()), sha256: z.string() });

export const restoredSchema = z.object({
  id: z.guid(),
  name: z.string(),
  /** Rows of each table, as in the file less what was erased since. */
  rows: z.record(z.string(), z.int()),
  /** Responses that had been erased after the export and were left out. */
  erased: z.int(),
});
export type Restored = z.infer<typeof restoredSchema>;
