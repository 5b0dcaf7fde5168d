import { z } from 'zod';
import { AUDIENCES } from '../../core/perspective.ts';
import { nameSchema, textSchema } from '../items/schema.ts';
import { surveyPathSchema } from './schema.ts';

export const linkSchema = z.object({
  token: z.string(),
  /** The public address. */
  address: z.string(),
  audience: z.enum(AUDIENCES),
  waveId: z.guid().nullable(),
  name: z.string(),
  channel: z.string(),
  /** Answers that come by it are marked as tests and never counted. */
  test: z.boolean(),
  work: z.int(),
  closed: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type Link = z.infer<typeof linkSchema>;
export const linkListSchema = z.object({ links: z.array(linkSchema) });

/**
 * Leading zero bits of a hash that each device has to find before its answers count, against robots: 16 costs a phone
 * about a second. 0: none.
 */
const workSchema = z.int().min(0).max(24);
export const newLinkSchema = z.strictObject({
  audience: z.enum(AUDIENCES),
  name: z.union([z.literal(''), nameSchema]).default(''),
  /** Where it is shown, such as link, web, e-mail, qr, kiosk or in-app; answers are told apart by it. */
  channel: nameSchema.default('link'),
  waveId: z.guid().nullable().default(null),
  test: z.boolean().default(false),
  work: workSchema.default(0),
});
export type NewLink = z.infer<typeof newLinkSchema>;
export const linkChangeSchema = z.strictObject({
  name: z.union([z.literal(''), nameSchema]).optional(),
  channel: nameSchema.optional(),
  waveId: z.guid().nullable().optional(),
  work: workSchema.optional(),
  /** A closed link takes no answers; it can be opened again. */
  closed: z.boolean().optional(),
});
export type LinkChange = z.infer<typeof linkChangeSchema>;
export const linkPathSchema = surveyPathSchema.extend({ token: z.string().min(1).max(100) });

export const posterQuerySchema = z.object({
  size: z.enum(['a4', 'a5', 'a6']).optional(),
  /** What stands above the code; the survey's title where nothing is said. */
  title: nameSchema.optional(),
  /** What to do, below the title. */
  text: textSchema.max(300).optional(),
});
export const posterWordsSchema = z.object({
  /** What stands on a poster for which nothing else is said. */
  title: z.string(),
  text: z.string(),
});
export type PosterWords = z.infer<typeof posterWordsSchema>;
