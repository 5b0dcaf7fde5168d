import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Audience } from '../../core/perspective.ts';
import type { Answers } from '../../core/survey/definition.ts';
import { get, inWorkspace } from '../api.ts';
import type { Reason } from './reasons.ts';

export interface ListedResponse {
  readonly id: number;
  readonly key: string;
  readonly waveId: string | null;
  readonly channel: string;
  readonly language: string | null;
  readonly answeredOn: string | null;
  readonly version: number | null;
  readonly finished: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  readonly answers: Answers | null;
  /** What it was set apart for before somebody let it count. */
  readonly acceptedReason: Reason | null;
  /** Keys of answers that don't count. */
  readonly left: readonly string[];
}
export interface ResponseList {
  readonly responses: readonly ListedResponse[];
  readonly next: number | null;
  readonly withheld: readonly { readonly audience: Audience; readonly published: number; readonly because: string }[];
}

export interface SetApartCount {
  readonly audience: Audience;
  readonly reason: Reason;
  readonly waiting: number;
  readonly dismissed: number;
}
export interface SetApartResponse {
  readonly key: string;
  readonly reason: Reason;
  readonly channel: string;
  readonly language: string | null;
  readonly answeredOn: string;
  readonly version: number;
  readonly finished: boolean;
  readonly answers: Answers;
}
interface SetApartList {
  readonly counts: readonly SetApartCount[];
  readonly responses: readonly SetApartResponse[];
  readonly next: string | null;
}

export const responsesQuery = (workspaceId: string, surveyId: string) =>
  infiniteQueryOptions({
    queryKey: ['workspace', workspaceId, 'survey', surveyId, 'responses'],
    queryFn: ({ signal, pageParam }) =>
      get<ResponseList>(inWorkspace(workspaceId, 'surveys', surveyId, 'responses'), { before: pageParam }, signal),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
  });

/** How many are set apart for which reason. */
export const setApartQuery = (workspaceId: string, surveyId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'survey', surveyId, 'set-apart'],
    queryFn: ({ signal }) =>
      get<SetApartList>(inWorkspace(workspaceId, 'surveys', surveyId, 'set-apart'), { limit: 1 }, signal),
  });

/** Customers' responses that are set apart for a reason, one by one. */
export const setApartOnesQuery = (workspaceId: string, surveyId: string, reason: Reason, dismissed: boolean) =>
  infiniteQueryOptions({
    queryKey: ['workspace', workspaceId, 'survey', surveyId, 'set-apart', reason, dismissed],
    queryFn: ({ signal, pageParam }) =>
      get<SetApartList>(
        inWorkspace(workspaceId, 'surveys', surveyId, 'set-apart'),
        { reason, dismissed: String(dismissed), after: pageParam },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
