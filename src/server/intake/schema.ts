import { z } from 'zod';
import type { Given } from '../../core/survey/definition.ts';

/** Largest body of one part; a thousand answers of ordinary length fit. */
export const MAX_PART_BYTES = 64 * 1024;

export const givenSchema: z.ZodType<Given> = z.union([
  z.number(),
  z.string().max(10_000),
  z.boolean(),
  z.null(),
  z.array(z.string().max(200)).max(1_000),
]);

/** What a respondent's device sends: the answers since its last part. It may send every part as often as it likes. */
export const partSchema = z
  .strictObject({
    /** The token of an open link … */
    link: z.string().min(1).max(100).optional(),
    /** … or of a personal one … */
    token: z.string().min(1).max(200).optional(),
    /** … or, of leaders, staff and anonymous customers, the ticket that was given for it; it begins with what the questions said. */
    ticket: z.string().min(1).max(700).optional(),
    /**
     * Made by the device before the first part, so that nothing is stored twice however often it is sent. With a ticket it
     * is not read: the ticket itself says which response it is.
     */
    response: z.guid().toLowerCase(),
    /** The version of the survey that was shown. */
    version: z.int().min(1).max(1_000_000),
    /**
     * Number of the part, from 0; of two answers to one question the one from the later part holds. While one between them
     * is missing, nobody can say which way was taken, and all answers count.
     */
    part: z.int().min(0).max(9_999),
    answers: z.record(z.string().min(1).max(200), givenSchema),
    hidden: z.record(z.string().min(1).max(100), z.string().max(1_000)).optional(),
    language: z.string().min(1).max(35).optional(),
    /** The respondent reached an ending. Later parts are merged all the same. */
    finished: z.boolean(),
    /** Milliseconds since the survey was shown to this person: what comes faster than anybody reads is set apart. */
    took: z.number({ error: 'Say how many milliseconds ago the survey was shown, such as 42000.' }).nonnegative(),
    /** A field that people do not see. */
    trap: z.string().max(1_000).optional(),
    /** Proof of work, where the questionnaire asks for one. */
    work: z.string().max(100).optional(),
    /** The visitor belongs to the organisation. */
    internal: z.boolean().optional(),
  })
  .refine((part) => [part.link, part.token, part.ticket].filter((way) => way !== undefined).length === 1, {
    path: ['link'],
    message: 'Name either a link, a personal token or a ticket.',
  });
export type PartBody = z.infer<typeof partSchema>;

/** Sent only when the part is stored for good. It is the same whether the answers count or were set apart. */
export const storedSchema = z.object({
  stored: z.literal(true),
  /** Whether an ending was reached with any part so far. */
  finished: z.boolean(),
});
export type Stored = z.infer<typeof storedSchema>;
