import { randomUUID } from 'node:crypto';
import type { Config } from '../config.ts';
import type { Tx } from '../db/connect.ts';
import { notFound, Problem } from '../http/problem.ts';
import { awaitWriters } from '../outbox/verbs.ts';
import { shownUrl } from './address.ts';
import { countDeliveries } from './delivery-store.ts';
import {
  type Endpoint,
  type EndpointChange,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  updateEndpoint,
} from './endpoint-store.ts';
import { belongsTo } from './request-for.ts';
import type { EndpointAnswer, EndpointType, MadeEndpoint, RotatedSecret } from './schema.ts';
import { seal } from './seal.ts';
import { newSecret } from './sign.ts';

const MAX_ENDPOINTS = 50;
/** Long enough to bring the new secret to every receiver. */
const BOTH_VALID_MS = 24 * 3_600_000;

export async function requireEndpoint(workspaceId: string, tx: Tx, id: string): Promise<Endpoint> {
  const endpoint = await findEndpoint(workspaceId, tx, id);
  if (!endpoint) throw notFound('This webhook');
  return endpoint;
}

export async function endpointsForPeople(workspaceId: string, tx: Tx): Promise<EndpointAnswer[]> {
  const counts = await countDeliveries(workspaceId, tx);
  const endpoints = await listEndpoints(workspaceId, tx);
  return endpoints.map((endpoint) => ({
    id: endpoint.id,
    type: endpoint.type as EndpointType,
    name: endpoint.name,
    url: endpoint.shownUrl,
    events: endpoint.events,
    surveyIds: endpoint.surveyIds,
    enabled: endpoint.enabled,
    disabledBecause: endpoint.disabledBecause as EndpointAnswer['disabledBecause'],
    failingSince: endpoint.failingSince?.toISOString() ?? null,
    pausedUntil: endpoint.pausedUntil?.toISOString() ?? null,
    previousSecretUntil: endpoint.previousUntil?.toISOString() ?? null,
    waiting: counts.get(endpoint.id)?.waiting ?? 0,
    dead: counts.get(endpoint.id)?.dead ?? 0,
    createdAt: endpoint.createdAt.toISOString(),
  }));
}

interface EndpointToMake {
  readonly type: EndpointType;
  readonly name: string;
  readonly url: string;
  readonly events: string[];
  readonly surveyIds: string[];
  readonly secret?: string | undefined;
}

/** Stores an endpoint whose address was checked; the secret is given back this once. */
export async function makeEndpoint(
  config: Config,
  workspaceId: string,
  tx: Tx,
  { secret: brought, url, ...endpoint }: EndpointToMake,
  now: Date,
): Promise<MadeEndpoint> {
  if ((await listEndpoints(workspaceId, tx)).length >= MAX_ENDPOINTS) {
    throw new Problem('unprocessable', `A workspace has at most ${MAX_ENDPOINTS} webhooks. Delete one first.`);
  }
  if (brought !== undefined && endpoint.type !== 'webhook') {
    const message = 'Only a webhook has a secret; messages to Slack and Teams are not signed.';
    throw new Problem('unprocessable', message, { fields: [{ field: 'body.secret', message }] });
  }
  await awaitWriters(workspaceId, tx);
  const id = randomUUID();
  const secret = endpoint.type === 'webhook' ? (brought ?? newSecret()) : null;
  const sealed = (text: string) => seal(config.secretKey, belongsTo(workspaceId, id), text);
  await insertEndpoint(workspaceId, tx, {
    id,
    ...endpoint,
    sealedUrl: sealed(url),
    shownUrl: shownUrl(endpoint.type, url),
    sealedSecret: secret === null ? null : sealed(secret),
    createdAt: now,
  });
  return { id, secret };
}

/** Changes what was given; switching on forgets why it was off. */
export async function changeEndpoint(
  config: Config,
  workspaceId: string,
  tx: Tx,
  id: string,
  {
    url,
    enabled,
    ...rest
  }: { url?: string | undefined; enabled?: boolean | undefined } & Pick<
    EndpointChange,
    'name' | 'events' | 'surveyIds'
  >,
): Promise<void> {
  const endpoint = await requireEndpoint(workspaceId, tx, id);
  const change: EndpointChange = { ...rest };
  if (url !== undefined) {
    change.sealedUrl = seal(config.secretKey, belongsTo(workspaceId, id), url);
    change.shownUrl = shownUrl(endpoint.type as EndpointType, url);
    change.pausedUntil = null;
  }
  if (enabled !== undefined) {
    change.enabled = enabled;
    change.disabledBecause = enabled ? null : 'person';
    if (enabled) {
      await awaitWriters(workspaceId, tx);
      change.failingSince = null;
      change.pausedUntil = null;
    }
  }
  if (Object.keys(change).length > 0) await updateEndpoint(workspaceId, tx, id, change);
}

/** A new secret; the one before signs as well for a day, the one before that no longer. */
export async function rotateSecret(
  config: Config,
  workspaceId: string,
  tx: Tx,
  id: string,
  now: Date,
): Promise<RotatedSecret> {
  const endpoint = await requireEndpoint(workspaceId, tx, id);
  if (endpoint.sealedSecret === null) throw new Problem('unprocessable', 'Only a webhook has a secret.');
  const secret = newSecret();
  const until = new Date(now.getTime() + BOTH_VALID_MS);
  await updateEndpoint(workspaceId, tx, id, {
    sealedSecret: seal(config.secretKey, belongsTo(workspaceId, id), secret),
    sealedPrevious: endpoint.sealedSecret,
    previousUntil: until,
  });
  return { secret, previousSecretUntil: until.toISOString() };
}
