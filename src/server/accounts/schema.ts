import { z } from 'zod';
import { ROLES } from '../http/policy.ts';
import { PASSWORD_MAX, PASSWORD_MIN } from './password.ts';

/** An address as it is stored: lower case, one mailbox, nothing that could start another mail header. */
export const emailAddress = z
  .email('Write an e-mail address such as kim@example.org.')
  .max(254, 'An e-mail address has at most 254 characters.')
  .toLowerCase();

/** A line of text that people read: no line breaks or other control characters. */
export function lineOfText(max: number) {
  return z
    .string()
    .trim()
    .min(1, 'Write at least one character.')
    .max(max, `At most ${max} characters.`)
    .regex(/^\P{Cc}*$/u, 'No line breaks or control characters.');
}

export const personName = lineOfText(120);

export const newPassword = z
  .string()
  .min(PASSWORD_MIN, `At least ${PASSWORD_MIN} characters.`)
  .max(PASSWORD_MAX, `At most ${PASSWORD_MAX} characters.`);

/** A password given to be compared; its length says nothing about the one that is stored. */
export const givenPassword = z
  .string()
  .min(1, 'Write the password.')
  .max(PASSWORD_MAX, `At most ${PASSWORD_MAX} characters.`);

export const linkToken = z.string().min(1).max(200);

export const sessionInfo = z.object({
  user: z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable(),
  workspaces: z.array(z.object({ id: z.string(), name: z.string(), role: z.enum(ROLES), sample: z.boolean() })),
  /** Nobody has an account yet: open the link that was printed at the first start. */
  setupNeeded: z.boolean(),
  /** Whether this server can send mail; without, links are shown to copy. */
  mail: z.boolean(),
});
export type SessionInfo = z.infer<typeof sessionInfo>;

export const signInBody = z.strictObject({ email: emailAddress, password: givenPassword });
export const signInLinkBody = z.strictObject({ email: emailAddress });
export const linkBody = z.strictObject({ token: linkToken });
export const setupBody = z.strictObject({
  token: linkToken,
  name: personName,
  email: emailAddress,
  password: newPassword.optional(),
});
export const accountBody = z.strictObject({ name: personName });
export const passwordBody = z.strictObject({
  /** Needed where there is a password already. */
  current: givenPassword.optional(),
  password: newPassword,
});
export const accepted = z.object({ sent: z.literal(true) });
