import { linkTo } from '../accounts/links.ts';
import { hashPassword } from '../accounts/password.ts';
import { createPerson, type Person, personByEmail } from '../accounts/people.ts';
import { openSession } from '../accounts/sessions.ts';
import { hashToken, newWorkspaceToken, workspaceOfToken } from '../accounts/tokens.ts';
import { recordAudit } from '../audit/record.ts';
import type { Tx } from '../db/connect.ts';
import { inWorkspace } from '../db/transaction.ts';
import type { Role } from '../http/policy.ts';
import { Problem } from '../http/problem.ts';
import type { Caller, Services } from '../http/route.ts';
import { sendMail } from '../mail.ts';
import { mayGrant } from './change-members.ts';
import type { NewInvite } from './schema.ts';
import { insertInvite, insertMember, inviteByToken, lockMembers, markAccepted, memberOf } from './store.ts';

export const INVITE_DAYS = 7;

/**
 * Writes an invitation for one address and role. Returns its token; whoever has it and, where the address has an
 * account already, can sign in to that account, may accept.
 */
export async function invite(
  workspaceId: string,
  tx: Tx,
  by: { userId: string; role: Role },
  invitation: { email: string; role: Role },
  now: Date,
): Promise<{ id: string; token: string }> {
  if (!mayGrant(by.role, invitation.role)) throw new Problem('forbidden', 'You cannot grant a role above your own.');
  await lockMembers(workspaceId, tx);
  const person = await personByEmail(tx, invitation.email);
  if (person && (await memberOf(workspaceId, tx, person.id))) {
    throw new Problem('conflict', 'This person is a member already. Change their role in the list of members.');
  }
  const token = newWorkspaceToken('inv', workspaceId);
  const id = await insertInvite(workspaceId, tx, {
    tokenHash: hashToken(token),
    email: invitation.email,
    role: invitation.role,
    invitedBy: by.userId,
    expiresAt: new Date(now.getTime() + INVITE_DAYS * 86_400_000),
  });
  return { id, token };
}

/** Mails the invitation where that is possible; otherwise the link goes back to the one who invites, to hand over. */
export async function deliverInvite(
  services: Services,
  made: { id: string; token: string; email: string; workspaceName: string },
): Promise<NewInvite> {
  const link = linkTo(services.config, 'invite', made.token);
  try {
    const mailed = await sendMail(services.config, {
      to: made.email,
      subject: 'You are invited to Parallax',
      text: `You are invited to the workspace "${made.workspaceName}".\n\nOpen this link within ${INVITE_DAYS} days; it works once:\n\n${link}\n`,
    });
    return { id: made.id, link: mailed ? null : link, mailed };
  } catch (error) {
    services.log.warn({ err: error, inviteId: made.id }, 'invitation not mailed');
    return { id: made.id, link, mailed: false };
  }
}

export interface Accepted {
  readonly workspaceId: string;
  readonly userId: string;
  /** Set when a new account was made, which is signed in at once. */
  readonly sessionToken: string | undefined;
}

/**
 * Turns an invitation into a membership. An address that has an account must be signed in as that account: having the
 * link, which may have been copied, does not prove that.
 */
export async function acceptInvite(
  services: Services,
  caller: Caller,
  input: { token: string; name?: string | undefined; password?: string | undefined },
): Promise<Accepted> {
  const workspaceId = workspaceOfToken('inv', input.token);
  if (!workspaceId) throw noLongerValid();
  const now = services.now();
  return inWorkspace(services.connection.db, workspaceId, async (tx) => {
    await lockMembers(workspaceId, tx);
    const found = await inviteByToken(workspaceId, tx, hashToken(input.token), now);
    if (!found) throw noLongerValid();
    const known = await personByEmail(tx, found.email);
    const person = known ? requireSignedIn(known, caller) : await createInvited(tx, found.email, input);
    if (await memberOf(workspaceId, tx, person.id)) {
      throw new Problem('conflict', 'You are a member of this workspace already.');
    }
    await insertMember(workspaceId, tx, person.id, found.role);
    await markAccepted(workspaceId, tx, found.id, now);
    await recordAudit(
      workspaceId,
      tx,
      { kind: 'user', userId: person.id },
      'invite.accept',
      { kind: 'invite', id: found.id },
      { role: found.role },
    );
    const sessionToken = known ? undefined : await openSession(tx, person, now);
    return { workspaceId, userId: person.id, sessionToken };
  });
}

function requireSignedIn(person: Person, caller: Caller): Person {
  if (person.disabled) throw noLongerValid();
  if (caller.kind !== 'user') {
    throw new Problem('not_signed_in', 'This address has an account. Sign in to it, then open the invitation again.');
  }
  if (caller.userId !== person.id) {
    throw new Problem('forbidden', 'This invitation is for another address. Sign out, then open it again.');
  }
  return person;
}

async function createInvited(
  tx: Tx,
  email: string,
  input: { name?: string | undefined; password?: string | undefined },
): Promise<Person> {
  if (input.name === undefined) {
    const message = 'Write your name: this address has no account yet.';
    throw new Problem('invalid_request', message, { fields: [{ field: 'body.name', message }] });
  }
  const passwordHash = input.password === undefined ? null : await hashPassword(input.password);
  return createPerson(tx, { email, name: input.name, passwordHash });
}

function noLongerValid(): Problem {
  return new Problem('gone', 'This invitation was accepted already, was withdrawn or has expired. Ask for a new one.');
}
