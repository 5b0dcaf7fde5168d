import { z } from 'zod';
import { emailAddress, newPassword, personName, sessionInfo } from '../accounts/schema.ts';
import { ROLES } from '../http/policy.ts';

export const memberRole = z.enum(ROLES);

export const memberAnswer = z.object({
  userId: z.string(),
  name: z.string(),
  email: z.string(),
  role: memberRole,
  disabled: z.boolean(),
  createdAt: z.string(),
});
export type MemberAnswer = z.infer<typeof memberAnswer>;
export const memberList = z.object({ members: z.array(memberAnswer) });

export const memberParams = z.object({ userId: z.guid() });
export const memberBody = z.strictObject({ role: memberRole.optional(), disabled: z.boolean().optional() });

export const inviteAnswer = z.object({
  id: z.string(),
  email: z.string(),
  role: memberRole,
  createdAt: z.string(),
  expiresAt: z.string(),
});
export type InviteAnswer = z.infer<typeof inviteAnswer>;
export const inviteList = z.object({ invites: z.array(inviteAnswer) });
export const inviteParams = z.object({ inviteId: z.guid() });
export const inviteBody = z.strictObject({ email: emailAddress, role: memberRole });
export const newInvite = z.object({
  id: z.string(),
  /** To hand over by yourself. Null when it was mailed: then only the person invited has it. */
  link: z.string().nullable(),
  mailed: z.boolean(),
});
export type NewInvite = z.infer<typeof newInvite>;

export const acceptBody = z.strictObject({
  token: z.string().min(1).max(200),
  /** Needed when the address has no account yet. */
  name: personName.optional(),
  password: newPassword.optional(),
});
export const acceptAnswer = z.object({ workspaceId: z.string(), session: sessionInfo });

export const memberLink = z.object({ link: z.string() });
