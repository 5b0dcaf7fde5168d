import { z } from 'zod';
import { AUDIENCES } from '../../core/perspective.ts';
import { daySchema } from '../db/day-schema.ts';
import { nameSchema } from '../items/schema.ts';

export const surveySchema = z.object({
  id: z.guid(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  /** Published responses; those that wait for their batch are not told one by one. */
  responses: z.int(),
  /** Latest published version; null before the first. */
  version: z.int().nullable(),
  archived: z.boolean(),
});
export type Survey = z.infer<typeof surveySchema>;
/** What a list of surveys shows of each, so that nothing more has to be asked. */
const listedSurveySchema = surveySchema.extend({
  /** Whom the draft asks; null where there are no questions, because the survey came with an import. */
  audiences: z.array(z.enum(AUDIENCES)).nullable(),
  /** The draft is not what was published last. */
  changed: z.boolean(),
  /** The wave that starts last, those without a day behind all others. */
  lastWave: z.object({ name: z.string(), startsOn: daySchema.nullable() }).nullable(),
});
export type ListedSurvey = z.infer<typeof listedSurveySchema>;
export const surveyListSchema = z.object({ surveys: z.array(listedSurveySchema) });
export const newSurveySchema = z.strictObject({
  name: nameSchema,
  /** Id of a template (GET /api/v1/survey-templates); an empty survey where nothing is said. */
  template: z.string().min(1).max(100).optional(),
  /** In which the template's items are named, and which is asked first: en, de, es, fr or nl. */
  language: z.string().min(2).max(35).default('en'),
});

const waveFields = {
  name: z.string(),
  audience: z.enum(AUDIENCES),
  /** How many people belong to the audience: makes a census a census. */
  audienceSize: z.int().nullable(),
  /** Simulated answers are labelled wherever they show. */
  simulated: z.boolean(),
  startsOn: daySchema.nullable(),
  endsOn: daySchema.nullable(),
};
export const waveSchema = z.object({ id: z.guid(), surveyId: z.guid(), ...waveFields });
export type Wave = z.infer<typeof waveSchema>;
export const waveListSchema = z.object({ waves: z.array(waveSchema) });

const inOrder = (wave: { startsOn?: string | null | undefined; endsOn?: string | null | undefined }) =>
  !wave.startsOn || !wave.endsOn || wave.startsOn <= wave.endsOn;
const backwards = { path: ['endsOn'], message: 'must not be before the first day' };
const audienceSize = z.int().positive().max(2_000_000_000);

export const newWaveSchema = z
  .strictObject({
    name: nameSchema,
    audience: waveFields.audience,
    audienceSize: audienceSize.nullable().default(null),
    simulated: z.boolean().default(false),
    startsOn: waveFields.startsOn.default(null),
    endsOn: waveFields.endsOn.default(null),
  })
  .refine(inOrder, backwards);
export type NewWave = z.infer<typeof newWaveSchema>;
export const waveChangeSchema = z
  .strictObject({
    name: nameSchema.optional(),
    audienceSize: audienceSize.nullable().optional(),
    startsOn: waveFields.startsOn.optional(),
    endsOn: waveFields.endsOn.optional(),
  })
  .refine(inOrder, backwards);
export type WaveChange = z.infer<typeof waveChangeSchema>;

export const surveyPathSchema = z.object({ surveyId: z.guid() });
export const wavePathSchema = z.object({ waveId: z.guid() });
