import { z } from 'zod';
import { ROLES } from '../../core/detect-columns.ts';
import type { Mapping } from '../../core/mapping.ts';
import { DATE_FORMATS } from '../../core/parse-cell.ts';
import { AUDIENCES, LENSES } from '../../core/perspective.ts';
import { LIMITS } from './unreadable-file.ts';

const audience = z.enum(AUDIENCES);
const lens = z.enum(LENSES);
const columnName = z.string().min(1).max(5_000);
const word = z.string().max(500);
const scale = z.string().max(50);
/** The key of an item. */
const key = z.string().trim().min(1).max(200);
const columnList = z.array(columnName).max(LIMITS.columns);

const cellWords = {
  missing: z.array(word).max(200).exactOptional(),
  notApplicable: z.array(word).max(200).exactOptional(),
  values: z.record(word, z.number()).exactOptional(),
};
const anyMapping = {
  dateFormat: z.enum(DATE_FORMATS).exactOptional(),
  unknownItems: z.enum(['create', 'reject']).exactOptional(),
  newItems: z
    .record(
      key,
      z.strictObject({
        touchpoint: z.string().max(200).exactOptional(),
        name: z.string().max(200).exactOptional(),
        scale: scale.exactOptional(),
        direction: z.enum(['up', 'down']).exactOptional(),
      }),
    )
    .exactOptional(),
};

export const longMappingSchema = z.strictObject({
  layout: z.literal('long'),
  columns: z.strictObject({
    respondent: columnName.exactOptional(),
    audience: columnName.exactOptional(),
    lens: columnName.exactOptional(),
    item: columnName,
    value: columnName,
    scale: columnName.exactOptional(),
    weight: columnName.exactOptional(),
    at: columnName.exactOptional(),
    channel: columnName.exactOptional(),
    contact: columnName.exactOptional(),
  }),
  audience: audience.exactOptional(),
  audiences: z.record(word, audience).exactOptional(),
  lens: lens.exactOptional(),
  attributes: columnList,
  items: z.record(word, key).exactOptional(),
  scale: scale.exactOptional(),
  scales: z.record(key, scale).exactOptional(),
  ...cellWords,
  ...anyMapping,
});

export const wideMappingSchema = z.strictObject({
  layout: z.literal('wide'),
  audience: z.union([
    z.strictObject({ constant: audience }),
    z.strictObject({ column: columnName, values: z.record(word, audience).exactOptional() }),
  ]),
  respondent: columnName.exactOptional(),
  weight: columnName.exactOptional(),
  at: columnName.exactOptional(),
  channel: columnName.exactOptional(),
  contact: columnName.exactOptional(),
  attributes: columnList.exactOptional(),
  unit: columnName.exactOptional(),
  items: z
    .array(
      z.strictObject({
        columns: columnList,
        item: key,
        audience: audience.exactOptional(),
        lens: lens.exactOptional(),
        scale: scale.exactOptional(),
        ...cellWords,
      }),
    )
    .max(LIMITS.columns),
  ...anyMapping,
});

/** How the columns of a file become answers; src/core/mapping.ts says what each part means. */
export const mappingSchema = z.discriminatedUnion('layout', [longMappingSchema, wideMappingSchema]);

// The core can't import zod, so the type stands there and the schema here: this line does not compile when they differ.
type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const sameAsCore: Same<Mutable<Mapping>, Mutable<z.output<typeof mappingSchema>>> = true;
void sameAsCore;

const rejectionSchema = z.object({
  rowNumber: z.int(),
  column: z.string(),
  value: z.string(),
  reason: z.string(),
});
export type Rejection = z.infer<typeof rejectionSchema>;

export const detectedSchema = z.object({
  format: z.enum(['csv', 'tsv', 'xlsx']),
  gzip: z.boolean(),
  delimiter: z.string().nullable(),
  encoding: z.string(),
  headerRows: z.int(),
  sheet: z.string().nullable(),
  /** The format of another tool that the file is of: it is read better under "Answers of another tool". */
  tool: z.string().exactOptional(),
  layout: z.enum(['long', 'wide']),
  columns: z.array(
    z.object({
      name: z.string(),
      samples: z.array(z.string()),
      role: z.enum(ROLES),
      reason: z.string(),
      scale: z.string().nullable(),
      codes: z.array(
        z.object({ code: z.string(), meaning: z.enum(['missing', 'not_applicable']), reason: z.string() }),
      ),
      values: z.record(z.string(), z.number()).nullable(),
      dateFormat: z.enum(DATE_FORMATS).nullable(),
      filled: z.int(),
    }),
  ),
  warnings: z.array(z.string()),
});
export type Detected = z.infer<typeof detectedSchema>;

/** What the mapping makes of the first 1,000 rows. */
export const previewSchema = z.object({
  columns: z.array(z.string()),
  /** The first 200 rows as they stand in the file. */
  rows: z.array(z.object({ rowNumber: z.int(), cells: z.array(z.string()) })),
  rowsLookedAt: z.int(),
  rowsRejected: z.int(),
  /** What keeps the mapping from being used, one sentence each; empty when nothing does. */
  problems: z.array(z.string()),
  /** The first 200 answers. */
  answers: z.array(
    z.object({
      rowNumber: z.int(),
      respondent: z.string().nullable(),
      audience,
      item: z.string(),
      lens,
      value: z.number().nullable(),
      at: z.string().nullable(),
      channel: z.string(),
      weight: z.number(),
    }),
  ),
  /** The first 200 rejections. */
  rejections: z.array(rejectionSchema),
  items: z.array(
    z.object({
      key: z.string(),
      /** False: it will be made. */
      exists: z.boolean(),
      scale: z.string().nullable(),
      audience,
      lens,
      answered: z.int(),
      notApplicable: z.int(),
      mean: z.number().nullable(),
    }),
  ),
});
export type Preview = z.infer<typeof previewSchema>;

export const IMPORT_STATUSES = ['uploaded', 'running', 'done', 'failed', 'cancelled'] as const;
export const IMPORT_MODES = ['all_or_nothing', 'valid_rows'] as const;
export type ImportMode = (typeof IMPORT_MODES)[number];

export const importSummarySchema = z.object({
  id: z.guid(),
  fileName: z.string(),
  fileBytes: z.int(),
  status: z.enum(IMPORT_STATUSES),
  mode: z.enum(IMPORT_MODES).nullable(),
  progress: z.object({
    /** Of `bytes`; when all is read, the rows are still being stored. */
    bytesRead: z.int(),
    bytes: z.int(),
    rowsRead: z.int(),
    rowsStored: z.int(),
    rowsRejected: z.int(),
  }),
  /** Why it failed, and what that means for what is stored. */
  error: z.string().nullable(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});
export type ImportSummary = z.infer<typeof importSummarySchema>;

export const importSchema = importSummarySchema.extend({
  detected: detectedSchema.nullable(),
  mapping: mappingSchema.nullable(),
  preview: previewSchema.nullable(),
});
export type Import = z.infer<typeof importSchema>;

export const runSchema = z
  .strictObject({
    mode: z.enum(IMPORT_MODES),
    surveyId: z.guid().optional(),
    /** The name of a new survey; refused where one is called so already. */
    surveyName: z.string().trim().min(1).max(200).optional(),
    /** A wave of that survey; answers of its audience belong to it, and ids are known again within it. */
    waveId: z.guid().optional(),
  })
  .refine((run) => (run.surveyId === undefined) !== (run.surveyName === undefined), {
    path: ['surveyId'],
    message: 'give either surveyId or surveyName',
  });
export type Run = z.infer<typeof runSchema>;

export const uploadQuerySchema = z.object({
  fileName: z.string().trim().min(1).max(255),
  /** Overrule what is detected. */
  delimiter: z.enum([',', ';', '|', 'tab']).optional(),
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']).optional(),
  headerRows: z.enum(['0', '1', '2', '3']).optional(),
  sheet: z.string().max(100).optional(),
});

export const rejectionPageSchema = z.object({
  /** All of them, also those beyond the 10,000 that are kept. */
  total: z.int(),
  kept: z.int(),
  rejections: z.array(rejectionSchema),
});
export const savedMappingSchema = z.object({
  id: z.guid(),
  name: z.string(),
  mapping: mappingSchema,
  createdAt: z.string(),
});
export type SavedMapping = z.infer<typeof savedMappingSchema>;
