import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { DeliveryAnswer, DeliveryList, EndpointAnswer, EndpointType } from '../../server/webhooks/schema.ts';
import { get, inWorkspace } from '../api.ts';
import { dateTime } from '../ui/format.ts';

export type Endpoint = EndpointAnswer;
export type Delivery = DeliveryAnswer;

const WAITING_MS = 5_000;

export const webhooksQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'webhooks'],
    queryFn: ({ signal }) =>
      get<{ readonly endpoints: readonly Endpoint[] }>(inWorkspace(workspaceId, 'webhooks'), {}, signal),
    refetchInterval: (query) => (query.state.data?.endpoints.some(({ waiting }) => waiting > 0) ? WAITING_MS : false),
  });

export const deliveriesQuery = (workspaceId: string, webhookId: string, state: Delivery['state'] | undefined) =>
  infiniteQueryOptions({
    queryKey: ['workspace', workspaceId, 'webhooks', webhookId, state ?? 'all'],
    queryFn: ({ pageParam, signal }) =>
      get<DeliveryList>(
        inWorkspace(workspaceId, 'webhooks', webhookId, 'deliveries'),
        { state, before: pageParam },
        signal,
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: (query) =>
      query.state.data?.pages.some(({ deliveries }) => deliveries.some((one) => one.state === 'waiting'))
        ? WAITING_MS
        : false,
  });

export const TYPE_NAMES: Record<EndpointType, string> = {
  webhook: 'Webhook',
  slack: 'Slack channel',
  teams: 'Teams channel',
};

export const EVENT_MEANINGS: Readonly<Record<string, string>> = {
  'response.started': 'a customer began to answer',
  'response.finished': 'a customer finished answering',
  'response.changed': 'a customer added to finished answers',
  'response.imported': 'an import of a table brought a customer’s answers, one event each',
  'responses.published': 'a batch of answers of leaders, staff or an anonymous survey now counts',
};

export const STATE_NAMES: Record<Delivery['state'], string> = {
  waiting: 'waiting',
  delivered: 'delivered',
  dead: 'given up',
};

const FAILURES: Readonly<Record<string, string>> = {
  bad_address: 'the address is not valid',
  not_https: 'the address is not https',
  name_not_found: 'its name was not found',
  private_address: 'its name leads into a private network',
  unreachable: 'nothing answered at its address',
  bad_certificate: 'its certificate is not valid',
  broken_off: 'the connection was cut off',
  timeout: 'no answer in 15 seconds',
  stopped: 'the server was stopping',
  sealed: 'its address or secret was sealed with another SECRET_KEY',
};

/** How the last attempt went, in words. */
export function lastAttempt({ log }: Delivery): string {
  const last = log.at(-1);
  if (!last) return 'not tried yet';
  if (last.status !== undefined) return `answered ${last.status} in ${last.ms} ms`;
  return FAILURES[last.failed ?? ''] ?? 'failed';
}

/** What holds for an endpoint now, and whether that is bad. */
export function stateOf(endpoint: Endpoint): { readonly text: string; readonly bad: boolean } {
  if (!endpoint.enabled) {
    if (endpoint.disabledBecause === 'gone') return { text: 'off: the receiver said that it is gone (410)', bad: true };
    if (endpoint.disabledBecause === 'failing') return { text: 'off: every attempt of five days failed', bad: true };
    return { text: 'off', bad: false };
  }
  if (endpoint.failingSince) return { text: `failing since ${dateTime(endpoint.failingSince)}`, bad: true };
  return { text: 'on', bad: false };
}
