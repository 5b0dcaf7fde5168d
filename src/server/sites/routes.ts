import { editors, leads, readers } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import { publicSiteRoutes } from './public-routes.ts';
import {
  newSiteSchema,
  type Site,
  siteChangeSchema,
  siteListSchema,
  sitePathSchema,
  siteSchema,
  siteSecretSchema,
} from './schema.ts';
import { newKeyEnd, siteKey, siteSecret } from './site-key.ts';
import { deleteSite, insertSite, listSites, requireSite, type SiteRow, updateSite } from './store.ts';

const tag = 'Moments';
const SITES = '/api/v1/workspaces/{workspaceId}/sites';
const ONE = `${SITES}/{siteId}`;

function toSite(workspaceId: string, row: SiteRow): Site {
  const { keyEnd, secretVersion: _, lastSeenAt, lastRefusedAt, origins, ...site } = row;
  return {
    ...site,
    key: siteKey(workspaceId, keyEnd),
    origins: [...origins],
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
    lastRefusedAt: lastRefusedAt?.toISOString() ?? null,
  };
}

const dashboardRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: SITES,
      summary: 'Websites and apps that carry the script tag',
      tag,
      policy: readers,
      answer: siteListSchema,
    },
    (context) =>
      context.inWorkspace(async (tx) => ({
        sites: (await listSites(context.workspaceId, tx)).map((row) => toSite(context.workspaceId, row)),
      })),
  ),
  route(
    {
      method: 'post',
      path: SITES,
      summary: 'Add a site',
      tag,
      policy: editors,
      body: newSiteSchema,
      status: 201,
      answer: siteSchema,
    },
    (context, { body }) =>
      context.inWorkspace(async (tx) => {
        const site = await insertSite(context.workspaceId, tx, newKeyEnd(), body);
        await context.audit(tx, 'site.create', { kind: 'site', id: site.id }, body);
        return toSite(context.workspaceId, site);
      }),
  ),
  route(
    {
      method: 'patch',
      path: ONE,
      summary: 'Change a site',
      tag,
      policy: editors,
      params: sitePathSchema,
      body: siteChangeSchema,
      answer: siteSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        const { workspaceId } = context;
        await requireSite(workspaceId, tx, params.siteId);
        await updateSite(workspaceId, tx, params.siteId, body);
        await context.audit(tx, 'site.change', { kind: 'site', id: params.siteId }, body);
        return toSite(workspaceId, await requireSite(workspaceId, tx, params.siteId));
      }),
  ),
  route(
    {
      method: 'delete',
      path: ONE,
      summary: 'Delete a site: its script tag asks nobody any more; the ledger and the log stay',
      tag,
      policy: editors,
      params: sitePathSchema,
      status: 204,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        const { name } = await requireSite(context.workspaceId, tx, params.siteId);
        await deleteSite(context.workspaceId, tx, params.siteId);
        await context.audit(tx, 'site.delete', { kind: 'site', id: params.siteId }, { name });
        return undefined;
      }),
  ),
  route(
    {
      method: 'get',
      path: `${ONE}/secret`,
      summary: 'The secret that signs the names of persons',
      tag,
      policy: leads,
      params: sitePathSchema,
      answer: siteSecretSchema,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        const { id, secretVersion } = await requireSite(context.workspaceId, tx, params.siteId);
        await context.audit(tx, 'site.secret.read', { kind: 'site', id });
        return { secret: siteSecret(context.config, id, secretVersion) };
      }),
  ),
  route(
    {
      method: 'post',
      path: `${ONE}/secret`,
      summary: 'Another secret; signatures under the one before are worth nothing any more',
      tag,
      policy: leads,
      params: sitePathSchema,
      answer: siteSecretSchema,
      secretAnswer: true,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        const { id, secretVersion } = await requireSite(context.workspaceId, tx, params.siteId);
        await updateSite(context.workspaceId, tx, id, { secretVersion: secretVersion + 1 });
        await context.audit(tx, 'site.secret.change', { kind: 'site', id });
        return { secret: siteSecret(context.config, id, secretVersion + 1) };
      }),
  ),
];

export const siteRoutes: readonly Route[] = [...dashboardRoutes, ...publicSiteRoutes];
