import { chatMessage } from '../chat-messages/message.ts';
import { slackBody } from '../chat-messages/slack.ts';
import { teamsBody } from '../chat-messages/teams.ts';
import type { Config } from '../config.ts';
import type { OutboundRequest } from '../outbound/send-out.ts';
import type { StoredEvent } from '../outbox/verbs.ts';
import type { Endpoint } from './endpoint-store.ts';
import { unseal } from './seal.ts';
import { signedHeaders } from './sign.ts';

interface Facts {
  readonly workspaceId: string;
  readonly deliveryId: string;
  readonly now: Date;
  readonly surveyName: string | undefined;
}

/** What is sealed belongs to one endpoint: a value copied to another does not open there. */
export const belongsTo = (workspaceId: string, endpointId: string) => `webhook ${workspaceId} ${endpointId}`;

/** The request that tells an endpoint of an event; undefined when its secrets were sealed with another SECRET_KEY. */
export function requestFor(
  config: Config,
  endpoint: Endpoint,
  event: StoredEvent,
  facts: Facts,
): OutboundRequest | undefined {
  const open = (sealed: Buffer | null) =>
    sealed === null ? undefined : unseal(config.secretKey, belongsTo(facts.workspaceId, endpoint.id), sealed);
  const url = open(endpoint.sealedUrl);
  if (url === undefined) return undefined;
  const headers = { 'content-type': 'application/json', 'user-agent': 'Parallax' };
  if (endpoint.type !== 'webhook') {
    const message = chatMessage(config.publicUrl, facts.workspaceId, { ...event, surveyName: facts.surveyName });
    const body = endpoint.type === 'slack' ? slackBody(message) : teamsBody(message);
    return { url, method: 'POST', headers, body };
  }
  const secret = open(endpoint.sealedSecret);
  if (secret === undefined) return undefined;
  const previous =
    endpoint.previousUntil && endpoint.previousUntil > facts.now ? open(endpoint.sealedPrevious) : undefined;
  const body = webhookBody(event);
  return {
    url,
    method: 'POST',
    headers: {
      ...headers,
      ...signedHeaders(previous === undefined ? [secret] : [secret, previous], facts.deliveryId, facts.now, body),
    },
    body,
  };
}

/** The same bytes in every attempt. */
function webhookBody(event: StoredEvent): string {
  return JSON.stringify({ type: event.kind, timestamp: event.createdAt.toISOString(), data: event.payload });
}
