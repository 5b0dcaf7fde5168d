import { z } from 'zod';
import { AUDIENCES } from '../../core/perspective.ts';
import { itemSchema } from '../items/schema.ts';

export const newInvitationsSchema = z.strictObject({ count: z.int().min(1).max(500) });
/** The links are shown once; only their hashes are kept. */
export const madeLinksSchema = z.object({ links: z.array(z.string()) });
export type MadeLinks = z.infer<typeof madeLinksSchema>;

export const invitationCountSchema = z.object({
  made: z.int(),
  /** How many were used; of leaders and staff only in whole steps, rounded down. */
  used: z.int(),
  /** The anonymity threshold where `used` moves in steps of it; null for customers, whose count is exact. */
  usedInStepsOf: z.int().nullable(),
});
export type InvitationCount = z.infer<typeof invitationCountSchema>;

const tokenSchema = z.string().min(1).max(200);
export const openInvitationSchema = z.strictObject({ token: tokenSchema });
export const questionsSchema = z.object({
  workspace: z.string(),
  survey: z.string(),
  audience: z.enum(AUDIENCES),
  /** Leaders and staff: their answers show only together with those of at least `threshold` people. */
  protected: z.boolean(),
  threshold: z.int(),
  items: z.array(
    z.object({ id: z.guid(), touchpoint: z.string(), wording: z.string(), scale: itemSchema.shape.scale }),
  ),
});
export type Questions = z.infer<typeof questionsSchema>;

export const givenAnswersSchema = z.strictObject({
  token: tokenSchema,
  answers: z
    .array(
      z.strictObject({
        itemId: z.guid(),
        /** In points of the item's scale; null means "does not apply to me". Not answered: leave the item out. */
        value: z.number().nullable(),
      }),
    )
    .min(1, 'Answer at least one question.')
    .max(1000),
});
export type GivenAnswer = z.infer<typeof givenAnswersSchema>['answers'][number];
export const thanksSchema = z.object({ thanks: z.literal(true) });
