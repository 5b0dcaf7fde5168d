import { queryOptions } from '@tanstack/react-query';
import type { Estimate, MailList, Plan, PlanChange, Rendered, WaveProgress } from '../../server/mailings/schema.ts';
import { get, inWorkspace, post } from '../api.ts';

export type { Estimate, MailList, Plan, PlanChange, Rendered, WaveProgress };

export const planQuery = (workspaceId: string, waveId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'plan', waveId],
    queryFn: ({ signal }) => get<Plan>(inWorkspace(workspaceId, 'waves', waveId, 'plan'), {}, signal),
  });

export const estimateQuery = (workspaceId: string, waveId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'estimate', waveId],
    queryFn: ({ signal }) => get<Estimate>(inWorkspace(workspaceId, 'waves', waveId, 'estimate'), {}, signal),
  });

/** Nothing, all segments, or the values of the attribute behind `a:`. */
export const progressQuery = (workspaceId: string, waveId: string, by: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'progress', waveId, by],
    queryFn: ({ signal }) =>
      get<WaveProgress>(inWorkspace(workspaceId, 'waves', waveId, 'progress'), groupsOf(by), signal),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? 3_000 : false),
    placeholderData: (before) => before,
  });

const groupsOf = (by: string) =>
  by === 'segments' ? { segments: 'true' } : by.startsWith('a:') ? { by: by.slice(2) } : {};

export const mailsQuery = (workspaceId: string, waveId: string, state: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'mails', waveId, state],
    queryFn: ({ signal }) => get<MailList>(inWorkspace(workspaceId, 'waves', waveId, 'mails'), { state }, signal),
  });

export interface Look {
  readonly kind: 'invitation' | 'reminder';
  readonly language: string;
  readonly text?: { readonly subject: string; readonly body: string };
}

export const previewQuery = (workspaceId: string, waveId: string, look: Look) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'mail-preview', waveId, look],
    queryFn: () => post<Rendered>(inWorkspace(workspaceId, 'waves', waveId, 'mail-preview'), look),
    placeholderData: (before) => before,
    retry: false,
  });
