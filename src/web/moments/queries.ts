import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { AskingSettings, Preview, QuarantineList, SurveyAsking } from '../../server/asks/schema.ts';
import type { Segment } from '../../server/segments/schema.ts';
import type { Site } from '../../server/sites/schema.ts';
import { get, inWorkspace, post } from '../api.ts';

export type { AskingSettings, Preview, Segment, Site, SurveyAsking };
export type Moments = SurveyAsking['moments'];
export type Trigger = Moments['triggers'][number];
export type Quarantined = QuarantineList['quarantined'][number];

export const askingQuery = (workspaceId: string, surveyId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'asking', surveyId],
    queryFn: ({ signal }) => get<SurveyAsking>(inWorkspace(workspaceId, 'surveys', surveyId, 'asking'), {}, signal),
    // What others save is merged into what is being edited (merge.ts), so that it may come at any time.
    refetchInterval: 20_000,
  });

export const previewQuery = (workspaceId: string, surveyId: string, moments: Moments) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'asking-preview', surveyId, moments],
    queryFn: () => post<Preview>(inWorkspace(workspaceId, 'surveys', surveyId, 'asking', 'preview'), { moments }),
    placeholderData: keepPreviousData,
    retry: false,
  });

export const sitesQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'sites'],
    queryFn: ({ signal }) => get<{ readonly sites: readonly Site[] }>(inWorkspace(workspaceId, 'sites'), {}, signal),
    refetchInterval: 30_000,
  });

export const segmentsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'segments'],
    queryFn: ({ signal }) =>
      get<{ readonly segments: readonly Segment[] }>(inWorkspace(workspaceId, 'segments'), {}, signal),
  });

export const askingSettingsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'asking-settings'],
    queryFn: ({ signal }) => get<AskingSettings>(inWorkspace(workspaceId, 'asking-settings'), {}, signal),
  });

export const quarantineQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'quarantine'],
    queryFn: ({ signal }) => get<QuarantineList>(inWorkspace(workspaceId, 'quarantine'), {}, signal),
  });
