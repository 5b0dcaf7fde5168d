import { z } from 'zod';
import { AUDIENCES } from '../../core/perspective.ts';
import { readJsonText } from '../http/json-text.ts';
import { scaleSchema } from '../items/schema.ts';
import { definitionInAnswer } from '../surveys/definition-schema.ts';

export const EXPORT_FORMATS = ['csv', 'xlsx', 'sav', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const exportQuerySchema = z.object({
  format: z.enum(EXPORT_FORMATS).default('csv'),
  /** `true`: questions and choices as they were worded; otherwise their ids. JSON and .sav always hold both. */
  labels: z.enum(['true', 'false']).default('false'),
  /** Of leaders, staff and anonymous customers there are counts, never single responses. */
  audience: z.enum(AUDIENCES).default('customer'),
});
export type ExportQuery = z.infer<typeof exportQuerySchema>;

const fileName = z.string().trim().min(1).max(255);
const flag = z.enum(['true', 'false']);

export const surveyUploadQuerySchema = z.object({
  fileName,
  /** `true`: only say what would be made. */
  preview: flag.default('false'),
  /** `true`: make an item for every question with a scale, and bind it. */
  items: flag.default('false'),
});

const lossSchema = z.object({ question: z.string().nullable(), message: z.string() });
const formatSchema = z.object({ id: z.string(), name: z.string() });

export const surveyUploadAnswerSchema = z.object({
  format: formatSchema,
  name: z.string(),
  definition: definitionInAnswer,
  items: z.array(z.object({ key: z.string(), name: z.string(), scale: scaleSchema })),
  /** What could not be carried over, by question. */
  report: z.array(lossSchema),
  /** How many responses the same file holds; its survey takes them once it is published. */
  responses: z.int(),
  /** The survey that was made; null for a preview. */
  surveyId: z.guid().nullable(),
});
export type SurveyUpload = z.infer<typeof surveyUploadAnswerSchema>;

const bindingSchema = z.strictObject({
  field: z.string().min(1).max(300),
  /** The answer key; blank: the field is left out. */
  key: z.string().max(200),
  /** The field is this one choice of several. */
  choice: z.string().min(1).max(64).optional(),
});
const bindingsSchema = z.array(bindingSchema).max(2_000);

export const answersUploadQuerySchema = z.object({
  fileName,
  /** `true`: only say what would be stored. */
  preview: flag.default('false'),
  audience: z.enum(AUDIENCES).default('customer'),
  channel: z.string().trim().min(1).max(100).default('import'),
  /** A wave of the survey and audience: the answers belong to it, and ids are known again within it. */
  waveId: z.guid().optional(),
  /** JSON: a list of {field, key, choice?} that come before the bindings that are found. */
  bindings: z
    .string()
    .max(12_000)
    .optional()
    .transform((text, context) => {
      if (text === undefined) return [];
      const { value, refused } = readJsonText(text);
      const parsed = bindingsSchema.safeParse(value);
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: refused ?? 'must be a JSON list of {field, key, choice?}' });
      return z.NEVER;
    }),
});

export const answersUploadAnswerSchema = z.object({
  format: formatSchema,
  /** Responses with at least one answer that fits. */
  responses: z.int(),
  fields: z.array(z.object({ id: z.string(), question: z.string(), text: z.string(), part: z.string().nullable() })),
  bindings: z.array(z.object({ field: z.string(), key: z.string(), choice: z.string().optional() })),
  /** Fields that answer no question of the survey; bind them, or they are left out. */
  unbound: z.array(z.string()),
  /** Cells that do not fit their question: the first 200, and how many in all. */
  faults: z.array(z.object({ row: z.int(), field: z.string(), message: z.string() })),
  faultCount: z.int(),
  report: z.array(lossSchema),
  /** The first responses as they would be stored. */
  sample: z.array(z.object({ key: z.string(), answers: z.record(z.string(), z.unknown()) })),
  /** Null for a preview. */
  stored: z
    .object({
      added: z.int(),
      known: z.int(),
      updated: z.int(),
      /** Other answers are stored and hold: they came by a link, belong to a contact, or were set apart. */
      kept: z.int(),
      /** Stored without being counted, such as over a full quota. */
      setApart: z.int(),
    })
    .nullable(),
});
export type AnswersUpload = z.infer<typeof answersUploadAnswerSchema>;
