import { z } from 'zod';

const bounceSchema = z.strictObject({
  /** As the mail was addressed; nobody has to have it. */
  email: z.string().trim().min(3, 'must be an e-mail address').max(320).toLowerCase(),
  /** `hard`: there is no such address. `soft`: the mail did not arrive, another one may. */
  kind: z.enum(['hard', 'soft']),
  /** When it came back; now, where nothing is said. */
  at: z.iso.datetime({ offset: true }).optional(),
  /** The status of RFC 3463. */
  status: z
    .string()
    .regex(/^[45]\.\d{1,3}\.\d{1,3}$/, 'must be a status such as 5.1.1')
    .optional(),
});
export const bouncesBody = z.strictObject({ bounces: z.array(bounceSchema).min(1).max(1000) });

/** What became of the reports; each counts once. */
export const bouncesTakenSchema = z.object({
  /** Addresses to which no mail is sent from now on. */
  bounced: z.int(),
  /** Mails that came back for a reason that may pass. */
  counted: z.int(),
  /** Said nothing new, or were older than somebody's word that the address works, or than a consent. */
  known: z.int(),
  /**
   * Addresses that no contact has or, in a mail, to which nothing was sent in the last 30 days; complaints that return no
   * mail of ours.
   */
  unknown: z.int(),
  /** People who reported a mail as spam, and are not asked any more. */
  complained: z.int(),
  /** Say nothing of the address: delivered, delayed, refused for contents or policy, or found to be no spam. */
  other: z.int(),
  /** Mails that are no report. */
  noReport: z.int(),
});
export type BouncesTaken = z.infer<typeof bouncesTakenSchema>;
