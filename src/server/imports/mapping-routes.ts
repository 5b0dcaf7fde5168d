import { z } from 'zod';
import type { Mapping } from '../../core/mapping.ts';
import { importers } from '../http/policy.ts';
import { notFound } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import { mappingSchema, type SavedMapping, savedMappingSchema } from './schema.ts';
import { deleteMapping, listMappings, upsertMapping } from './store.ts';

const BASE = '/api/v1/workspaces/{workspaceId}/import-mappings';
const tag = 'Imports';
const policy = importers;

export const mappingRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: BASE,
      summary: 'Saved mappings',
      tag,
      policy,
      answer: z.object({ mappings: z.array(savedMappingSchema) }),
    },
    async (context) => {
      const mappings = await context.inWorkspace((tx) => listMappings(context.workspaceId, tx));
      return {
        mappings: mappings.map(({ mapping, createdAt, ...rest }) => ({
          ...rest,
          mapping: mapping as SavedMapping['mapping'],
          createdAt: createdAt.toISOString(),
        })),
      };
    },
  ),
  route(
    {
      method: 'post',
      path: BASE,
      summary: 'Save a mapping for further files; a known name is replaced',
      tag,
      policy,
      body: z.strictObject({ name: z.string().trim().min(1).max(200), mapping: mappingSchema }),
      maxBody: 2 * 1024 * 1024,
      status: 201,
      answer: savedMappingSchema,
    },
    async (context, { body: { name, mapping } }) => {
      const { id, createdAt } = await context.inWorkspace(async (tx) => {
        const saved = await upsertMapping(context.workspaceId, tx, name, mapping as Mapping);
        await context.audit(tx, 'import_mapping.saved', { kind: 'import_mapping', id: saved.id }, { name });
        return saved;
      });
      return { id, name, mapping, createdAt: createdAt.toISOString() };
    },
  ),
  route(
    {
      method: 'delete',
      path: `${BASE}/{mappingId}`,
      summary: 'Delete a saved mapping',
      tag,
      policy,
      params: z.object({ mappingId: z.guid() }),
      status: 204,
    },
    async (context, { params: { mappingId } }) => {
      await context.inWorkspace(async (tx) => {
        if (!(await deleteMapping(context.workspaceId, tx, mappingId))) throw notFound('The mapping');
        await context.audit(tx, 'import_mapping.deleted', { kind: 'import_mapping', id: mappingId });
      });
      return undefined;
    },
  ),
];
