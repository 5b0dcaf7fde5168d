import { LINK_HOURS, newSignInLink } from '../accounts/links.ts';
import { personById } from '../accounts/people.ts';
import { asPerson, inWorkspace } from '../db/transaction.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Services } from '../http/route.ts';
import { activeRole } from './active-role.ts';
import { membershipsOf } from './memberships-store.ts';

/**
 * A sign-in link for a member, to be copied by an owner where there is no mail. It opens the whole account, so the
 * owner must own every workspace that the account opens: otherwise inviting someone would be a way into theirs.
 */
export async function memberSignInLink(
  services: Services,
  workspaceId: string,
  ownerId: string,
  userId: string,
): Promise<string> {
  const { db } = services.connection;
  const theirs = await inWorkspace(db, workspaceId, (tx) => activeRole(workspaceId, tx, userId));
  if (!theirs) throw notFound('This active member');
  const elsewhere = await asPerson(db, userId, (tx) => membershipsOf(tx, userId));
  const owned = await asPerson(db, ownerId, (tx) => membershipsOf(tx, ownerId));
  const mine = new Set(owned.filter((own) => own.role === 'owner').map((own) => own.workspaceId));
  if (elsewhere.some((membership) => !mine.has(membership.workspaceId))) {
    throw new Problem(
      'forbidden',
      'This person is also a member of a workspace that you do not own, which the link would open too. They can sign in with their password, by mail, or with `parallax sign-in-link` on the server.',
    );
  }
  return db.transaction().execute(async (tx) => {
    const person = await personById(tx, userId);
    if (!person || person.disabled) throw notFound('This active member');
    return newSignInLink(tx, services.config, person, services.now(), LINK_HOURS.copied);
  });
}
