import { z } from 'zod';
import { AUDIENCES } from '../../core/perspective.ts';
import { nameSchema } from '../items/schema.ts';
import { definitionInAnswer, definitionInBody } from './definition-schema.ts';
import { surveyPathSchema } from './schema.ts';

export const draftSchema = z.object({
  name: z.string(),
  /** Null for a survey that only came with an import. */
  definition: definitionInAnswer.nullable(),
  /** Rises with every save; the next save names it. */
  revision: z.int(),
  savedAt: z.iso.datetime().nullable(),
  /** Name of who saved last; null for an API key and for somebody who left. */
  savedBy: z.string().nullable(),
  /** It was you who saved last, in this window or another. */
  savedByYou: z.boolean(),
  /** Latest published version; null before the first. */
  version: z.int().nullable(),
  /** The draft differs from the latest version. */
  changed: z.boolean(),
  archived: z.boolean(),
});
export type Draft = z.infer<typeof draftSchema>;
export const draftChangeSchema = z.strictObject({ definition: definitionInBody, revision: z.int().min(0) });
export const savedDraftSchema = z.object({ revision: z.int(), savedAt: z.iso.datetime() });

export const surveyChangeSchema = z.strictObject({
  name: nameSchema.optional(),
  /** Archived surveys take no answers and leave the list; their answers count as before. */
  archived: z.boolean().optional(),
});
export type SurveyChange = z.infer<typeof surveyChangeSchema>;
export const surveyCopySchema = z.strictObject({ name: nameSchema });

export const publishSchema = z.strictObject({
  /** The revision that was looked at; refused when somebody saved since. */
  revision: z.int().min(0).optional(),
});
export const publishedSchema = z.object({ version: z.int() });

export const versionListSchema = z.object({
  versions: z.array(
    z.object({
      version: z.int(),
      publishedAt: z.iso.datetime(),
      publishedBy: z.string().nullable(),
    }),
  ),
  /** The latest version that has answers which are published: what a change of words is compared with. */
  answered: z.int().nullable(),
});
const changedWording = z.array(z.string());
export const versionSchema = z.object({
  version: z.int(),
  definition: definitionInAnswer,
  /** Answer key → the item, lens and scale that its answers were published with. */
  bindings: z.record(
    z.string(),
    z.object({ itemId: z.guid(), lens: z.string(), scale: z.object({ min: z.number(), max: z.number() }) }),
  ),
  /** Ids of questions against the version before; null for the first. */
  difference: z
    .object({
      added: changedWording,
      removed: changedWording,
      /** Something about the question: its wording, its choices, whom it asks. */
      changed: changedWording,
      /** The order of those that both have is another one. */
      moved: z.boolean(),
    })
    .nullable(),
});
export type Difference = NonNullable<z.infer<typeof versionSchema>['difference']>;
export const versionPathSchema = surveyPathSchema.extend({
  version: z.coerce.number().int().min(1).max(1_000_000_000),
});

const findingSchema = z.object({
  level: z.enum(['error', 'warning']),
  /** Stable. */
  code: z.string(),
  page: z.string().optional(),
  question: z.string().optional(),
  language: z.string().optional(),
  audience: z.enum(AUDIENCES).optional(),
  /** What is the matter, and what to do. */
  message: z.string(),
});
export const checkSchema = z.strictObject({
  /** The draft where nothing is said. */
  definition: definitionInBody.optional(),
});
export const checkedSchema = z.object({ findings: z.array(findingSchema) });

export const mirrorSchema = z.strictObject({
  /** The draft where nothing is said. */
  definition: definitionInBody.optional(),
  audiences: z.array(z.enum(AUDIENCES)).min(1).max(3),
  /** Adds one importance rating for each item whose experience is asked. */
  importance: z.boolean(),
});
/** The mirrored survey; nothing is saved. */
export const mirroredSchema = z.object({ definition: definitionInAnswer });

export const presenceSchema = z.strictObject({});
export const editorsSchema = z.object({
  /** Names of others who have had the survey open for editing in the last 30 seconds. */
  editors: z.array(z.string()),
});

const hostSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:\d{1,5})?$/,
    'must be a host such as www.example.com',
  );
export const redirectHostsSchema = z.object({ hosts: z.array(z.string()) });
export const redirectHostsChangeSchema = z.strictObject({
  hosts: z
    .array(hostSchema)
    .max(100)
    .refine((list) => new Set(list).size === list.length, 'each host once'),
});
