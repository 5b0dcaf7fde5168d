import { z } from 'zod';
import { findContact, unsubscribeContact } from '../contacts/verbs.ts';
import { inWorkspace } from '../db/transaction.ts';
import { anyone } from '../http/policy.ts';
import { Problem } from '../http/problem.ts';
import { type Route, route, type Services } from '../http/route.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { mailLanguage } from './mail-words.ts';
import { readUnsubscribeToken } from './personal-tokens.ts';
import { mailSettings } from './schedule-store.ts';
import { unsubscribedSchema, unsubscribeSchema } from './schema.ts';
import { type UnsubscribePage, unsubscribePageSchema } from './unsubscribe-schema.ts';

const tag = 'Unsubscribe';
const tokenPath = z.object({ token: z.string().max(200) });

export const unsubscribeRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/api/v1/unsubscribe',
      summary: 'The person whose mail it was is not asked again; called by the page behind the link in the mail',
      tag,
      policy: anyone,
      public: true,
      body: unsubscribeSchema,
      answer: unsubscribedSchema,
    },
    async (context, { body }) => {
      await unsubscribe(context, body.token);
      return { unsubscribed: true as const };
    },
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/unsubscribe-page',
      summary: 'Whose mail it was and in which language, for the page behind the link in the mail; changes nothing',
      tag,
      policy: anyone,
      public: true,
      body: unsubscribeSchema,
      answer: unsubscribePageSchema,
    },
    async (context, { body }) => pageOf(context, body.token),
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/unsubscribe/{token}',
      summary: 'The same, called by the mail program itself (RFC 8058)',
      tag,
      policy: anyone,
      public: true,
      params: tokenPath,
      upload: 'application/x-www-form-urlencoded',
      maxBody: 4096,
      produces: 'text/plain',
    },
    async (context, { params }) => {
      await unsubscribe(context, params.token);
      return new Response('Unsubscribed.\n', { headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
    },
  ),
  route(
    {
      method: 'get',
      path: '/api/v1/unsubscribe/{token}',
      summary:
        'Leads to the page that asks for a confirmation; looking alone changes nothing, for scanners look at every link',
      tag,
      policy: anyone,
      public: true,
      params: tokenPath,
      produces: 'text/html',
    },
    async (context, { params }) => {
      const page = `${context.config.publicUrl}/unsubscribe#token=${encodeURIComponent(params.token)}`;
      return new Response(`<!DOCTYPE html><title>Unsubscribe</title><a href="${page}">Unsubscribe</a>\n`, {
        headers: { 'Content-Type': 'text/html; charset=utf-8', Refresh: `0; url=${page}` },
      });
    },
  ),
];

/** The same answer for a contact that is gone: whoever was erased is not asked again anyway. */
async function unsubscribe({ connection, config, now }: Services, token: string): Promise<void> {
  const found = sealedIn(config.secretKey, token);
  await inWorkspace(connection.db, found.workspaceId, (tx) =>
    unsubscribeContact(found.workspaceId, tx, found.contactId, now()),
  );
}

/** Also for a contact that is gone: it is not asked again anyway. */
async function pageOf({ connection, config }: Services, token: string): Promise<UnsubscribePage> {
  const { workspaceId, contactId } = sealedIn(config.secretKey, token);
  return inWorkspace(connection.db, workspaceId, async (tx) => {
    const { name } = await workspaceSettings(workspaceId, tx);
    const contact = await findContact(workspaceId, tx, contactId);
    const { language } = await mailSettings(workspaceId, tx);
    return { organisation: name, language: mailLanguage(contact?.language, language) };
  });
}

function sealedIn(secretKey: string, token: string) {
  const found = readUnsubscribeToken(secretKey, token);
  if (!found) throw new Problem('not_found', 'This link is not known. Copy the whole link from the mail.');
  return found;
}
