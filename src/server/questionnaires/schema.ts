import { z } from 'zod';
import type { Questionnaire } from '../../core/survey/questionnaire.ts';

export const openSchema = z
  .strictObject({
    /** The token of an open link … */
    link: z.string().min(1).max(100).optional(),
    /** … or of a personal one. */
    token: z.string().min(1).max(200).optional(),
    /** What the respondent prefers, as a BCP 47 tag; any text is allowed. */
    language: z.string().max(100).optional(),
    /** Values that came with the address. They stay with the device, which sends them with the answers. */
    hidden: z.record(z.string().min(1).max(100), z.string().max(1000)).optional(),
  })
  .refine((open) => (open.link === undefined) !== (open.token === undefined), {
    path: ['link'],
    message: 'Name either a link or a personal token.',
  });
export type Open = z.infer<typeof openSchema>;

export const questionnaireSchema = z
  .custom<Questionnaire>()
  .meta({ description: 'The survey for one audience in one language, every text a plain string.' });
