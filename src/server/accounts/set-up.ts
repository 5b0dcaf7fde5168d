import { sql } from 'kysely';
import { recordAudit } from '../audit/record.ts';
import { enterWorkspace } from '../db/transaction.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Services } from '../http/route.ts';
import { addMember } from '../members/change-members.ts';
import { createWorkspace } from '../workspaces/create.ts';
import { workspacesWithoutOwner } from '../workspaces/mine.ts';
import { hashPassword } from './password.ts';
import { openSession } from './sessions.ts';
import { anyUserExists, insertUser, takeTurns, useOneTimeToken } from './store.ts';
import { hashToken } from './tokens.ts';

/**
 * Makes the first person, owner of every workspace that is there already, or of a new one. Of two who open the link at
 * the same moment one becomes the owner; from then on this address does not exist.
 */
export async function setUpOwner(
  services: Services,
  input: { token: string; name: string; email: string; password?: string | undefined },
): Promise<{ userId: string; sessionToken: string }> {
  const now = services.now();
  return services.connection.db.transaction().execute(async (tx) => {
    await takeTurns(tx, 'setup');
    if (await anyUserExists(tx)) throw notFound('This address');
    if (!(await useOneTimeToken(tx, hashToken(input.token), 'setup', now))) {
      throw new Problem('gone', 'This link is not valid. Restart Parallax: it prints a new one.');
    }
    await sql`SELECT set_config('parallax.first_start', 'on', true)`.execute(tx);
    const workspaceIds = await workspacesWithoutOwner(tx);
    const passwordHash = input.password === undefined ? null : await hashPassword(input.password);
    const user = await insertUser(tx, { email: input.email, name: input.name, passwordHash });
    const caller = { kind: 'user', userId: user.id } as const;
    for (const workspaceId of workspaceIds) {
      await enterWorkspace(tx, workspaceId);
      await addMember(workspaceId, tx, user.id, 'owner');
      await recordAudit(workspaceId, tx, caller, 'member.first_owner', { kind: 'user', id: user.id });
    }
    if (workspaceIds.length === 0) await createWorkspace(tx, 'My workspace', user.id);
    return { userId: user.id, sessionToken: await openSession(tx, user, now) };
  });
}
