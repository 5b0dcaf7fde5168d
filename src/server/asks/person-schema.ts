import { z } from 'zod';

/** What the ledger and the why-log hold of one person. */
export const personAskingSchema = z.object({
  asks: z.array(z.object({ surveyId: z.guid(), channel: z.string(), at: z.iso.datetime(), answered: z.boolean() })),
  decisions: z.array(
    z.object({
      surveyId: z.guid(),
      channel: z.string(),
      trigger: z.string().nullable(),
      at: z.iso.datetime(),
      asked: z.boolean(),
      rule: z.string(),
      because: z.string(),
    }),
  ),
  /** How many browsers are known to be theirs. */
  browsers: z.int(),
  quarantine: z.object({ until: z.string().nullable(), reason: z.string() }).nullable(),
});
export type PersonAsking = z.infer<typeof personAskingSchema>;
