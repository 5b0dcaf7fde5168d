import { z } from 'zod';
import { reachCountSchema } from '../contacts/schema.ts';
import { editors, exporters } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import {
  countSegmentSchema,
  newSegmentSchema,
  segmentChangeSchema,
  segmentListSchema,
  segmentPathSchema,
  segmentSchema,
} from './schema.ts';
import { deleteSegment, insertSegment, listSegments, requireSegment, updateSegment } from './store.ts';
import { countSegment } from './verbs.ts';

const tag = 'Segments';
const BASE = '/api/v1/workspaces/{workspaceId}/segments';
const ONE = `${BASE}/{segmentId}`;

export const segmentRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: BASE,
      summary: 'Saved conditions on attributes of contacts',
      tag,
      policy: exporters,
      answer: segmentListSchema,
    },
    (context) => context.inWorkspace(async (tx) => ({ segments: await listSegments(context.workspaceId, tx) })),
  ),
  route(
    {
      method: 'post',
      path: BASE,
      summary: 'Save a segment',
      tag,
      policy: editors,
      body: newSegmentSchema,
      status: 201,
      answer: z.object({ id: z.guid() }),
    },
    (context, { body }) =>
      context.inWorkspace(async (tx) => {
        const id = await insertSegment(context.workspaceId, tx, body);
        await context.audit(tx, 'segment.create', { kind: 'segment', id }, { name: body.name });
        return { id };
      }),
  ),
  route(
    {
      method: 'get',
      path: `${ONE}/count`,
      summary: 'How many contacts are in a segment just now, and how many of them can be asked by mail',
      tag,
      policy: exporters,
      params: segmentPathSchema,
      answer: reachCountSchema,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) =>
        countSegment(context.workspaceId, tx, await requireSegment(context.workspaceId, tx, params.segmentId)),
      ),
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/workspaces/{workspaceId}/segment-counts',
      summary: 'How many contacts a condition holds for, before it is saved',
      tag,
      policy: exporters,
      body: countSegmentSchema,
      answer: reachCountSchema,
    },
    (context, { body }) => context.inWorkspace((tx) => countSegment(context.workspaceId, tx, body)),
  ),
  route(
    {
      method: 'patch',
      path: ONE,
      summary: 'Change a segment',
      tag,
      policy: editors,
      params: segmentPathSchema,
      body: segmentChangeSchema,
      answer: segmentSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        await requireSegment(context.workspaceId, tx, params.segmentId);
        await updateSegment(context.workspaceId, tx, params.segmentId, body);
        await context.audit(tx, 'segment.change', { kind: 'segment', id: params.segmentId });
        return requireSegment(context.workspaceId, tx, params.segmentId);
      }),
  ),
  route(
    {
      method: 'delete',
      path: ONE,
      summary: 'Delete a segment; its contacts stay',
      tag,
      policy: editors,
      params: segmentPathSchema,
      status: 204,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        const { name } = await requireSegment(context.workspaceId, tx, params.segmentId);
        await deleteSegment(context.workspaceId, tx, params.segmentId);
        await context.audit(tx, 'segment.delete', { kind: 'segment', id: params.segmentId }, { name });
        return undefined;
      }),
  ),
];
