import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { GapReport } from '../../core/gap.ts';
import type { Audience } from '../../core/perspective.ts';
import type { Scale } from '../../core/scale.ts';
import { get, inWorkspace } from '../api.ts';
import { apiFilters, type GapSearch } from './search.ts';

export interface ReportedItem {
  readonly itemId: string;
  readonly key: string;
  readonly name: string;
  readonly touchpointId: string;
  readonly touchpointName: string;
  readonly stageName: string;
  readonly journeyId: string;
  readonly ownerTeam: string | null;
  readonly lead: boolean;
  readonly scale: Scale;
}
export interface GapsAnswer extends GapReport {
  readonly workspace: { readonly id: string; readonly name: string };
  readonly items: readonly ReportedItem[];
  readonly simulated: readonly Audience[];
  readonly answeredBetween: readonly [string, string] | null;
  readonly targetPomp: number;
  readonly toleranceShare: number;
  readonly held: readonly { readonly audience: Audience; readonly sentence: string }[];
}
export interface Filters {
  readonly channels: readonly string[];
  readonly months: readonly string[];
  readonly attributes: readonly {
    readonly name: string;
    readonly audiences: readonly Audience[];
    readonly values: readonly { readonly value: string; readonly n?: number }[];
  }[];
}

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
