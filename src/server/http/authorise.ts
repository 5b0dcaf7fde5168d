import { z } from 'zod';
import { inWorkspace } from '../db/transaction.ts';
import { activeRole } from '../members/active-role.ts';
import type { Policy, Role } from './policy.ts';
import { notFound, Problem } from './problem.ts';
import type { Caller, Services } from './route.ts';

const uuid = z.guid();

/**
 * Decides whether the caller may call a route. Throws not_signed_in, forbidden, or not_found: a workspace that is
 * foreign, deleted, never was or is not even an id all look the same. The role is read from the database at every
 * request, so that a change holds for the very next one.
 */
export async function authorise(
  services: Services,
  policy: Policy,
  caller: Caller,
  workspaceId: string | undefined,
): Promise<{ workspaceId: string; role: Role | undefined }> {
  if (policy.who === 'anyone') return { workspaceId: '', role: undefined };
  if (caller.kind === 'anonymous') throw new Problem('not_signed_in', 'Sign in, or send an API key.');
  if (policy.who === 'signed_in') {
    if (caller.kind === 'api_key') throw new Problem('forbidden', 'An API key cannot do this; a signed-in person can.');
    return { workspaceId: '', role: undefined };
  }
  if (workspaceId === undefined || !uuid.safeParse(workspaceId).success) throw notFound('This workspace');
  const id = workspaceId.toLowerCase();
  if (caller.kind === 'api_key') {
    if (caller.workspaceId !== id) throw notFound('This workspace');
    if (!policy.scope) throw new Problem('forbidden', 'An API key cannot do this; a signed-in person can.');
    if (!caller.scopes.includes(policy.scope)) {
      throw new Problem('forbidden', `This API key lacks the scope "${policy.scope}".`);
    }
    return { workspaceId: id, role: undefined };
  }
  const role = await inWorkspace(services.connection.db, id, (tx) => activeRole(id, tx, caller.userId));
  if (!role) throw notFound('This workspace');
  if (!policy.roles.includes(role)) {
    throw new Problem('forbidden', `Your role (${words(role)}) may not do this; ${listed(policy.roles)} may.`);
  }
  return { workspaceId: id, role };
}

const words = (role: Role) => role.replace('_', ' ');

function listed(roles: readonly Role[]): string {
  return roles.map(words).join(roles.length === 2 ? ' and ' : ', ');
}
