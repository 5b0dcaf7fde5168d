import { queryOptions, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import type { SessionInfo } from '../server/accounts/schema.ts';
import type { Role } from '../server/http/policy.ts';
import { get } from './api.ts';
export type Session = SessionInfo;
export type Membership = SessionInfo['workspaces'][number];

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => get<Session>('/session', {}, signal),
  staleTime: 60_000,
});

export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** Everything read so far belonged to the person before: forget it all when who is signed in changes. */
export function useForgetEverything() {
  const client = useQueryClient();
  return async () => {
    // The session itself is read anew in place: whoever shows it keeps watching.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
    await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
  };
}

const EDITORS: readonly Role[] = ['owner', 'lead', 'analyst'];

/** What the person may do here: the screens offer only that; the server decides. */
export function useRights(workspaceId: string) {
  const role = useSession().workspaces.find(({ id }) => id === workspaceId)?.role;
  return {
    role,
    mayEdit: role !== undefined && EDITORS.includes(role),
    mayLead: role === 'owner' || role === 'lead',
    isOwner: role === 'owner',
  };
}
