import { z } from 'zod';
import { nameSchema, SERVQUAL, scaleSchema, wordingSchema } from '../items/schema.ts';
import { definitionInAnswer, definitionInBody, definitionSchema } from './definition-schema.ts';

/** An item that the survey asks about, with the place on the map where it is made when it is missing. */
const fileItemSchema = z.strictObject({
  key: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, 'must be letters, digits, dots, dashes or underscores'),
  name: nameSchema,
  scale: scaleSchema,
  wording: wordingSchema.optional(),
  servqualDimension: z.enum(SERVQUAL).nullable().default(null),
  journey: nameSchema,
  stage: nameSchema,
  touchpoint: nameSchema,
});
export type FileItem = z.infer<typeof fileItemSchema>;

const file = {
  format: z.literal('parallax-survey-file/1'),
  /** What the survey is called in the workspace. */
  name: nameSchema,
  items: z
    .array(fileItemSchema)
    .max(1000)
    .refine((items) => new Set(items.map(({ key }) => key)).size === items.length, 'each item once'),
};
/** Files of before appearance had its name called it a theme. */
function withAppearance(definition: unknown): unknown {
  if (typeof definition !== 'object' || definition === null) return definition;
  if (!('theme' in definition) || 'appearance' in definition) return definition;
  const { theme, ...others } = definition;
  return { ...others, appearance: theme };
}

/** A survey as one file. */
export const surveyFileSchema = z.strictObject({ ...file, definition: definitionSchema });
export const surveyFileInBody = z.strictObject({
  ...file,
  definition: z.preprocess(withAppearance, definitionInBody),
});
export const surveyFileInAnswer = z.object({ ...file, definition: definitionInAnswer });
export type SurveyFile = z.output<typeof surveyFileInBody>;

export const madeFromFileSchema = z.object({
  id: z.guid(),
  name: z.string(),
  /** Keys of items that were made. */
  created: z.array(z.string()),
  /** Keys of items that were there and fit. */
  used: z.array(z.string()),
  /** What of the file does not fit this workspace, and what to do. */
  problems: z.array(z.object({ item: z.string(), message: z.string() })),
});
export type MadeFromFile = z.infer<typeof madeFromFileSchema>;

export const templateListSchema = z.object({
  templates: z.array(
    z.object({ id: z.string(), name: z.string(), description: z.string(), definition: definitionInAnswer }),
  ),
});

/** The published JSON Schema of survey files, made from the schema that checks them. */
export function surveyFileJsonSchema(): Record<string, unknown> {
  return {
    title: 'Parallax survey file',
    ...z.toJSONSchema(surveyFileSchema, { target: 'draft-2020-12', io: 'input', reused: 'ref' }),
  };
}
