import { editors } from '../http/policy.ts';
import { notFound, Problem } from '../http/problem.ts';
import { type RequestContext, type Route, route } from '../http/route.ts';
import { refuseUnaskedScale } from './asked-scale.ts';
import {
  commitmentChangeSchema,
  commitmentPathSchema,
  deletionSchema,
  itemChangeSchema,
  itemPathSchema,
  itemSchema,
  newItemSchema,
  toleranceChangeSchema,
  touchpointPathSchema,
} from './schema.ts';
import { deleteCommitment } from './store.ts';
import { addItem, changeItem, removeItems, requireItem, setCommitment, setTolerance } from './verbs.ts';

const tag = 'Items';
const PATH = '/api/v1/workspaces/{workspaceId}/items/{itemId}';

/** Whether the caller asked for the answers to go too, and may. Throws forbidden for everybody but owners and leads. */
export function deletesAnswers(
  context: RequestContext,
  query: { withAnswers?: 'true' | 'false' | undefined },
): boolean {
  if (query.withAnswers !== 'true') return false;
  if (context.role === 'owner' || context.role === 'lead') return true;
  throw new Problem('forbidden', 'Only owners and leads may delete answers.');
}

/** The person behind a decision; null for an API key. */
function decidedBy({ caller }: RequestContext): string | null {
  return caller.kind === 'user' ? caller.userId : null;
}

export const itemRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/api/v1/workspaces/{workspaceId}/touchpoints/{touchpointId}/items',
      summary: 'Add an item to a touchpoint',
      tag,
      policy: editors,
      params: touchpointPathSchema,
      body: newItemSchema,
      status: 201,
      answer: itemSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        const item = await addItem(context.workspaceId, tx, params.touchpointId, body);
        await context.audit(tx, 'item.create', { kind: 'item', id: item.id }, { key: item.key, name: item.name });
        return item;
      }),
  ),
  route(
    {
      method: 'patch',
      path: PATH,
      summary: 'Change, move or archive an item',
      tag,
      policy: editors,
      params: itemPathSchema,
      body: itemChangeSchema,
      answer: itemSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        await refuseUnaskedScale(context.workspaceId, tx, params.itemId, body);
        const item = await changeItem(context.workspaceId, tx, params.itemId, body);
        await context.audit(tx, 'item.change', { kind: 'item', id: params.itemId }, body);
        return item;
      }),
  ),
  route(
    {
      method: 'delete',
      path: PATH,
      summary: 'Delete an item; refuses while it has answers, unless withAnswers=true',
      tag,
      policy: editors,
      params: itemPathSchema,
      query: deletionSchema,
      status: 204,
    },
    (context, { params, query }) =>
      context.inWorkspace(async (tx) => {
        const item = await requireItem(context.workspaceId, tx, params.itemId);
        const gone = await removeItems(context.workspaceId, tx, [item.id], deletesAnswers(context, query));
        const detail = { key: item.key, answers: gone.answers };
        await context.audit(tx, 'item.delete', { kind: 'item', id: item.id }, detail);
        return undefined;
      }),
  ),
  route(
    {
      method: 'put',
      path: `${PATH}/tolerance`,
      summary: 'Set the tolerance of an item, in points of its scale',
      tag,
      policy: editors,
      params: itemPathSchema,
      body: toleranceChangeSchema,
      answer: itemSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        const item = await setTolerance(context.workspaceId, tx, params.itemId, body.value, decidedBy(context));
        await context.audit(tx, 'item.tolerance', { kind: 'item', id: params.itemId }, body);
        return item;
      }),
  ),
  route(
    {
      method: 'put',
      path: `${PATH}/commitments/{lens}`,
      summary: 'Write down a standard or a promise for an item',
      tag,
      policy: editors,
      params: commitmentPathSchema,
      body: commitmentChangeSchema,
      answer: itemSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        const item = await setCommitment(context.workspaceId, tx, { ...params, ...body, setBy: decidedBy(context) });
        await context.audit(tx, `item.${params.lens}`, { kind: 'item', id: params.itemId }, body);
        return item;
      }),
  ),
  route(
    {
      method: 'delete',
      path: `${PATH}/commitments/{lens}`,
      summary: 'Take back a standard or a promise',
      tag,
      policy: editors,
      params: commitmentPathSchema,
      status: 204,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        await requireItem(context.workspaceId, tx, params.itemId);
        if (!(await deleteCommitment(context.workspaceId, tx, params.itemId, params.lens))) {
          throw notFound(`A ${params.lens} for this item`);
        }
        await context.audit(tx, `item.${params.lens}_delete`, { kind: 'item', id: params.itemId });
        return undefined;
      }),
  ),
];
