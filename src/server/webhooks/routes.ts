import { wake } from '../background/background.ts';
import { leads } from '../http/policy.ts';
import { notFound } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import { requireReachable } from './address.ts';
import { deliverNow } from './deliver.ts';
import { addTest, deliveriesOf, replayOne, replaySpan, requireDelivery } from './deliveries.ts';
import { deleteEndpoint } from './endpoint-store.ts';
import { changeEndpoint, endpointsForPeople, makeEndpoint, requireEndpoint, rotateSecret } from './endpoints.ts';
import {
  deliveryAnswer,
  deliveryList,
  deliveryParams,
  deliveryQuery,
  endpointChange,
  endpointList,
  endpointParams,
  madeEndpoint,
  newEndpointBody,
  replayBody,
  replayed,
  rotatedSecret,
} from './schema.ts';

const tag = 'Webhooks';
const PATH = '/api/v1/workspaces/{workspaceId}/webhooks';
const ONE = `${PATH}/{webhookId}`;

const endpointRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: PATH,
      summary: 'Webhooks, Slack and Teams channels',
      tag,
      policy: leads,
      answer: endpointList,
    },
    (context) => context.inWorkspace(async (tx) => ({ endpoints: await endpointsForPeople(context.workspaceId, tx) })),
  ),
  route(
    {
      method: 'post',
      path: PATH,
      summary: 'Add a webhook, or a channel of Slack or Teams; its secret is shown once',
      tag,
      policy: leads,
      body: newEndpointBody,
      status: 201,
      answer: madeEndpoint,
      secretAnswer: true,
    },
    async (context, { body }) => {
      await requireReachable(context.config, body.url);
      return context.inWorkspace(async (tx) => {
        const made = await makeEndpoint(context.config, context.workspaceId, tx, body, context.now());
        const { type, name, events } = body;
        await context.audit(tx, 'webhook.create', { kind: 'webhook', id: made.id }, { type, name, events });
        return made;
      });
    },
  ),
  route(
    {
      method: 'patch',
      path: ONE,
      summary: 'Change a webhook, switch it on or off',
      tag,
      policy: leads,
      params: endpointParams,
      body: endpointChange,
      status: 204,
    },
    async (context, { params, body }) => {
      if (body.url !== undefined) await requireReachable(context.config, body.url);
      const { url, ...said } = body;
      await context.inWorkspace(async (tx) => {
        const change = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
        await changeEndpoint(context.config, context.workspaceId, tx, params.webhookId, change);
        const detail = { ...said, ...(url === undefined ? {} : { url: 'changed' }) };
        await context.audit(tx, 'webhook.change', { kind: 'webhook', id: params.webhookId }, detail);
      });
      wake(context.workspaceId);
      return undefined;
    },
  ),
  route(
    {
      method: 'delete',
      path: ONE,
      summary: 'Delete a webhook with its deliveries',
      tag,
      policy: leads,
      params: endpointParams,
      status: 204,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        if (!(await deleteEndpoint(context.workspaceId, tx, params.webhookId))) throw notFound('This webhook');
        await context.audit(tx, 'webhook.delete', { kind: 'webhook', id: params.webhookId });
        return undefined;
      }),
  ),
  route(
    {
      method: 'post',
      path: `${ONE}/rotate`,
      summary: 'Make a new secret, shown once; the old one signs as well for a day',
      tag,
      policy: leads,
      params: endpointParams,
      answer: rotatedSecret,
      secretAnswer: true,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        const rotated = await rotateSecret(context.config, context.workspaceId, tx, params.webhookId, context.now());
        await context.audit(tx, 'webhook.rotate', { kind: 'webhook', id: params.webhookId });
        return rotated;
      }),
  ),
];

const deliveryRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: `${ONE}/test`,
      summary: 'Send a test event now and say how it went',
      tag,
      policy: leads,
      params: endpointParams,
      answer: deliveryAnswer,
    },
    async (context, { params: { webhookId } }) => {
      const { workspaceId } = context;
      const id = await context.inWorkspace((tx) => addTest(workspaceId, tx, webhookId, context.now()));
      await deliverNow(context, workspaceId, webhookId, id);
      return context.inWorkspace((tx) => requireDelivery(workspaceId, tx, webhookId, id));
    },
  ),
  route(
    {
      method: 'get',
      path: `${ONE}/deliveries`,
      summary: 'Deliveries of the last 30 days, newest first; dead letters by state=dead',
      tag,
      policy: leads,
      params: endpointParams,
      query: deliveryQuery,
      answer: deliveryList,
    },
    (context, { params, query }) =>
      context.inWorkspace((tx) => deliveriesOf(context.workspaceId, tx, params.webhookId, query)),
  ),
  route(
    {
      method: 'post',
      path: `${ONE}/deliveries/{deliveryId}/replay`,
      summary: 'Deliver once more, under the same webhook-id',
      tag,
      policy: leads,
      params: deliveryParams,
      answer: deliveryAnswer,
    },
    async (context, { params }) => {
      const delivery = await context.inWorkspace(async (tx) => {
        const { webhookId, deliveryId } = params;
        const again = await replayOne(context.workspaceId, tx, webhookId, deliveryId, context.now());
        await context.audit(tx, 'webhook.replay', { kind: 'webhook', id: webhookId }, { delivery: deliveryId });
        return again;
      });
      wake(context.workspaceId);
      return delivery;
    },
  ),
  route(
    {
      method: 'post',
      path: `${ONE}/replay`,
      summary: 'Deliver the events of a span of time once more',
      tag,
      policy: leads,
      params: endpointParams,
      body: replayBody,
      answer: replayed,
    },
    async (context, { params: { webhookId }, body }) => {
      const count = await context.inWorkspace(async (tx) => {
        await requireEndpoint(context.workspaceId, tx, webhookId);
        const put = await replaySpan(context.workspaceId, tx, webhookId, {
          from: new Date(body.from),
          to: new Date(body.to),
          deliveredToo: body.what === 'all',
          now: context.now(),
        });
        await context.audit(tx, 'webhook.replay', { kind: 'webhook', id: webhookId }, { ...body, count: put });
        return put;
      });
      wake(context.workspaceId);
      return { count };
    },
  ),
];

export const webhookRoutes: readonly Route[] = [...endpointRoutes, ...deliveryRoutes];
