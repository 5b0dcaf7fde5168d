import { peopleByIds } from '../accounts/people.ts';
import { leads } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import { auditPage, auditQuery } from './schema.ts';
import { auditEntries } from './store.ts';

export const auditRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/api/v1/workspaces/{workspaceId}/audit',
      summary: 'What was changed, by whom and when; newest first',
      tag: 'Audit log',
      policy: leads,
      query: auditQuery,
      answer: auditPage,
    },
    (context, { query }) =>
      context.inWorkspace(async (tx) => {
        const entries = await auditEntries(context.workspaceId, tx, query);
        const ids = entries.flatMap((entry) => (entry.actorKind === 'user' && entry.actorId ? [entry.actorId] : []));
        const people = await peopleByIds(tx, [...new Set(ids)]);
        return {
          entries: entries.map((entry) => ({
            id: entry.id,
            at: entry.at.toISOString(),
            actor: {
              kind: entry.actorKind as 'user' | 'api_key' | 'system',
              id: entry.actorId,
              name: (entry.actorId && people.get(entry.actorId)?.name) || entry.actorKind.replace('_', ' '),
            },
            action: entry.action,
            subject: { kind: entry.subjectKind, id: entry.subjectId },
            detail: entry.detail as Record<string, unknown>,
          })),
          next: entries.length === query.limit ? (entries.at(-1)?.id ?? null) : null,
        };
      }),
  ),
];
