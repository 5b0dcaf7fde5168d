import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { GapReport } from '../../core/gap.ts';
import type { FilterValues, GapAnswer } from '../../server/gaps/schema.ts';
import { get, inWorkspace } from '../api.ts';
import { apiFilters, type GapSearch } from './search.ts';

export type ReportedItem = GapAnswer['items'][number];
/** The report as core computes it, with what the workspace adds to it. */
export type GapsAnswer = GapReport & Omit<GapAnswer, keyof GapReport>;
export type Filters = FilterValues;

export function gapsQuery(workspaceId: string, search: GapSearch) {
  const filters = apiFilters(search);
  return queryOptions({
    queryKey: ['workspace', workspaceId, 'gaps', filters],
    queryFn: ({ signal }) => get<GapsAnswer>(inWorkspace(workspaceId, 'gaps'), filters, signal),
    // The old figures stay in sight, dimmed, until the new ones are here.
    placeholderData: keepPreviousData,
  });
}

export function filtersQuery(workspaceId: string) {
  return queryOptions({
    queryKey: ['workspace', workspaceId, 'filters'],
    queryFn: ({ signal }) => get<Filters>(inWorkspace(workspaceId, 'filters'), {}, signal),
    staleTime: 5 * 60_000,
  });
}
