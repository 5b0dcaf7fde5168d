import { queryOptions } from '@tanstack/react-query';
import type { WorkspaceSettings } from '../../server/workspaces/schema.ts';
import { get, inWorkspace } from '../api.ts';

export const settingsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'settings'],
    queryFn: ({ signal }) => get<WorkspaceSettings>(inWorkspace(workspaceId), {}, signal),
  });
