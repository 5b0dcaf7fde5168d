import { queryOptions } from '@tanstack/react-query';
import type { SurveyDefinition } from '../../core/survey/definition.ts';
import type { Journey } from '../../server/journeys/schema.ts';
import type { Draft } from '../../server/surveys/edit-schema.ts';
import type { Link } from '../../server/surveys/link-schema.ts';
import { get, inWorkspace } from '../api.ts';

export type { Draft, Link };

export interface Template {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly definition: SurveyDefinition;
}

const key = (workspaceId: string, surveyId: string, what: string) =>
  ['workspace', workspaceId, 'survey', surveyId, what] as const;

export const draftQuery = (workspaceId: string, surveyId: string) =>
  queryOptions({
    queryKey: key(workspaceId, surveyId, 'draft'),
    queryFn: ({ signal }) => get<Draft>(inWorkspace(workspaceId, 'surveys', surveyId, 'draft'), {}, signal),
  });

export const surveyLinksQuery = (workspaceId: string, surveyId: string) =>
  queryOptions({
    queryKey: key(workspaceId, surveyId, 'links'),
    queryFn: ({ signal }) =>
      get<{ readonly links: readonly Link[] }>(inWorkspace(workspaceId, 'surveys', surveyId, 'links'), {}, signal),
  });

/** What was published under a number; versions never change. */
export const versionQuery = (workspaceId: string, surveyId: string, version: number | null) =>
  queryOptions({
    queryKey: [...key(workspaceId, surveyId, 'version'), version],
    queryFn: ({ signal }) =>
      get<{ readonly version: number; readonly definition: SurveyDefinition }>(
        inWorkspace(workspaceId, 'surveys', surveyId, 'versions', String(version)),
        {},
        signal,
      ),
    enabled: version !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Which versions there are, and which of them was answered last. */
export const versionsQuery = (workspaceId: string, surveyId: string) =>
  queryOptions({
    queryKey: key(workspaceId, surveyId, 'versions'),
    queryFn: ({ signal }) =>
      get<{ readonly answered: number | null }>(inWorkspace(workspaceId, 'surveys', surveyId, 'versions'), {}, signal),
  });

export const redirectHostsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'redirect-hosts'],
    queryFn: ({ signal }) =>
      get<{ readonly hosts: readonly string[] }>(inWorkspace(workspaceId, 'redirect-hosts'), {}, signal),
  });

export const templatesQuery = queryOptions({
  queryKey: ['survey-templates'],
  queryFn: ({ signal }) => get<{ readonly templates: readonly Template[] }>('/survey-templates', {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** An item with the touchpoint where it is asked. */
export type PlacedItem = Journey['stages'][number]['touchpoints'][number]['items'][number] & {
  readonly touchpoint: string;
  readonly touchpointId: string;
};
export const itemsOf = (journeys: readonly Journey[]): PlacedItem[] =>
  journeys.flatMap(({ stages }) =>
    stages.flatMap(({ touchpoints }) =>
      touchpoints.flatMap(({ id, name, items }) =>
        items.filter(({ archived }) => !archived).map((item) => ({ ...item, touchpoint: name, touchpointId: id })),
      ),
    ),
  );
