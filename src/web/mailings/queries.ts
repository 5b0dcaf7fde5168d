import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  Estimate,
  MailList,
  Rendered,
  Schedule,
  ScheduleChange,
  WaveProgress,
} from '../../server/mailings/schema.ts';
import { get, inWorkspace, post } from '../api.ts';

export type { Estimate, MailList, Rendered, Schedule, ScheduleChange, WaveProgress };

export const scheduleQuery = (workspaceId: string, waveId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'schedule', waveId],
    queryFn: ({ signal }) => get<Schedule>(inWorkspace(workspaceId, 'waves', waveId, 'schedule'), {}, signal),
  });

export const estimateQuery = (workspaceId: string, waveId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'estimate', waveId],
    queryFn: ({ signal }) => get<Estimate>(inWorkspace(workspaceId, 'waves', waveId, 'estimate'), {}, signal),
  });

/** What a file of the wave's links would hold now; asked anew each time, for it goes by what was saved. */
export const linksEstimateQuery = (workspaceId: string, waveId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'estimate', waveId, 'link'],
    queryFn: ({ signal }) =>
      get<Estimate>(inWorkspace(workspaceId, 'waves', waveId, 'estimate'), { by: 'link' }, signal),
    gcTime: 0,
  });

/** Nothing, all segments, or the values of the attribute behind `a:`. */
export const progressQuery = (workspaceId: string, waveId: string, by: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'progress', waveId, by],
    queryFn: ({ signal }) =>
      get<WaveProgress>(inWorkspace(workspaceId, 'waves', waveId, 'progress'), groupsOf(by), signal),
    refetchInterval: ({ state }) => refreshAfter(state.data),
    placeholderData: (before) => before,
  });

/** Often while mails go out; a wave that repeats runs for months. */
function refreshAfter(progress: WaveProgress | undefined): number | false {
  if (progress?.status !== 'running') return false;
  const isSending = progress.nextAt !== null && Date.parse(progress.nextAt) < Date.now() + 60_000;
  return isSending ? 3_000 : 30_000;
}

const groupsOf = (by: string) =>
  by === 'segments' ? { segments: 'true' } : by.startsWith('a:') ? { by: by.slice(2) } : {};

/** `total`: how many there are by now; the list is read again when it changes while a wave runs. */
export const mailsQuery = (workspaceId: string, waveId: string, state: string, total: number) =>
  infiniteQueryOptions({
    queryKey: ['workspace', workspaceId, 'mails', waveId, state, total],
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      get<MailList>(inWorkspace(workspaceId, 'waves', waveId, 'mails'), { state, after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
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
