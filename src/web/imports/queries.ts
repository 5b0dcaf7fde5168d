import { queryOptions } from '@tanstack/react-query';
import type { Mapping } from '../../core/mapping.ts';
import type {
  Detected,
  Import,
  ImportMode,
  ImportSummary,
  Preview,
  Rejection,
  SavedMapping,
} from '../../server/imports/schema.ts';
import { get, inWorkspace } from '../api.ts';

export type { Detected, Import, ImportMode, ImportSummary, Mapping, Preview, Rejection, SavedMapping };
export type DetectedColumn = Detected['columns'][number];

const POLL_MS = 700;

export const importsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'imports'],
    queryFn: ({ signal }) =>
      get<{ readonly imports: readonly ImportSummary[] }>(inWorkspace(workspaceId, 'imports'), {}, signal),
  });

/** One import; asked again and again while it runs. */
export const importQuery = (workspaceId: string, importId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'import', importId],
    queryFn: ({ signal }) => get<Import>(inWorkspace(workspaceId, 'imports', importId), {}, signal),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? POLL_MS : false),
  });

export const savedMappingsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'import-mappings'],
    queryFn: ({ signal }) =>
      get<{ readonly mappings: readonly SavedMapping[] }>(inWorkspace(workspaceId, 'import-mappings'), {}, signal),
  });

export const rejectionsQuery = (workspaceId: string, importId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'import', importId, 'rejections'],
    queryFn: ({ signal }) =>
      get<{ readonly total: number; readonly kept: number; readonly rejections: readonly Rejection[] }>(
        inWorkspace(workspaceId, 'imports', importId, 'rejections'),
        {},
        signal,
      ),
  });
