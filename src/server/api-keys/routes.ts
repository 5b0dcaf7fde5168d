import { userIdOf } from '../accounts/routes.ts';
import { hashToken, newWorkspaceToken } from '../accounts/tokens.ts';
import { leads } from '../http/policy.ts';
import { notFound, Problem } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import { apiKeyBody, apiKeyList, apiKeyParams, newApiKey } from './schema.ts';
import { apiKeysOf, insertApiKey, revokeApiKey } from './store.ts';

const tag = 'API keys';
const PATH = '/api/v1/workspaces/{workspaceId}/api-keys';

export const apiKeyRoutes: readonly Route[] = [
  route(
    { method: 'get', path: PATH, summary: 'API keys that work', tag, policy: leads, answer: apiKeyList },
    (context) =>
      context.inWorkspace(async (tx) => {
        const keys = await apiKeysOf(context.workspaceId, tx);
        return {
          apiKeys: keys.map((key) => ({
            ...key,
            createdAt: key.createdAt.toISOString(),
            expiresAt: key.expiresAt?.toISOString() ?? null,
          })),
        };
      }),
  ),
  route(
    {
      method: 'post',
      path: PATH,
      summary: 'Make an API key; it is shown once',
      tag,
      policy: leads,
      body: apiKeyBody,
      status: 201,
      answer: newApiKey,
      secretAnswer: true,
    },
    (context, { body }) => {
      const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt);
      if (expiresAt && expiresAt <= context.now()) {
        const message = 'This moment has passed.';
        throw new Problem('invalid_request', message, { fields: [{ field: 'body.expiresAt', message }] });
      }
      return context.inWorkspace(async (tx) => {
        const key = newWorkspaceToken('plx', context.workspaceId);
        const id = await insertApiKey(context.workspaceId, tx, {
          name: body.name,
          scopes: body.scopes,
          tokenHash: hashToken(key),
          createdBy: userIdOf(context),
          expiresAt,
        });
        await context.audit(tx, 'api_key.create', { kind: 'api_key', id }, { name: body.name, scopes: body.scopes });
        return { id, key };
      });
    },
  ),
  route(
    {
      method: 'delete',
      path: `${PATH}/{keyId}`,
      summary: 'Revoke an API key, at once',
      tag,
      policy: leads,
      params: apiKeyParams,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        if (!(await revokeApiKey(context.workspaceId, tx, params.keyId, context.now()))) {
          throw notFound('This API key');
        }
        await context.audit(tx, 'api_key.revoke', { kind: 'api_key', id: params.keyId });
        return undefined;
      }),
  ),
];
