import { z } from 'zod';

export const newInvitationsSchema = z.strictObject({ count: z.int().min(1).max(500) });
/** The links are shown once; only their hashes are kept. */
export const madeLinksSchema = z.object({ links: z.array(z.string()) });
export type MadeLinks = z.infer<typeof madeLinksSchema>;

export const invitationCountSchema = z.object({
  made: z.int(),
  /** How many were used; of leaders, staff and anonymous customers only in whole steps, rounded down. */
  used: z.int(),
  /** The anonymity threshold where `used` moves in steps of it; null where the count is exact. */
  usedInStepsOf: z.int().nullable(),
});
export type InvitationCount = z.infer<typeof invitationCountSchema>;
