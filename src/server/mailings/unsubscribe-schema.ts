import { z } from 'zod';
import { MAIL_LANGUAGES } from './mail-words.ts';

/** Whose mail it was, for the page behind its link. */
export const unsubscribePageSchema = z.object({
  organisation: z.string(),
  /** Of the mails that this person gets. */
  language: z.enum(MAIL_LANGUAGES),
});
export type UnsubscribePage = z.infer<typeof unsubscribePageSchema>;
