import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { InvitationCount } from '../../server/invitations/schema.ts';
import type { Item } from '../../server/items/schema.ts';
import type { Journey, JourneyList, Stage, Touchpoint } from '../../server/journeys/schema.ts';
import type { ListedSurvey as Survey, Wave } from '../../server/surveys/schema.ts';
import type { Team } from '../../server/teams/schema.ts';
import { get, inWorkspace } from '../api.ts';
import { useOnce } from '../ui/once.ts';

export type { Item, Journey, Stage, Survey, Team, Touchpoint, Wave };

export const journeysQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'journeys'],
    queryFn: ({ signal }) => get<JourneyList>(inWorkspace(workspaceId, 'journeys'), {}, signal),
  });

export const teamsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'teams'],
    queryFn: ({ signal }) => get<{ readonly teams: readonly Team[] }>(inWorkspace(workspaceId, 'teams'), {}, signal),
  });

export const surveysQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'surveys'],
    queryFn: ({ signal }) =>
      get<{ readonly surveys: readonly Survey[] }>(inWorkspace(workspaceId, 'surveys'), {}, signal),
  });

/**
 * A change inside a workspace, done once however often its button is pressed in one go; afterwards everything read of the
 * workspace is read again, so that all views agree.
 */
export function useChange<Input, Result = unknown>(workspaceId: string, change: (input: Input) => Promise<Result>) {
  const client = useQueryClient();
  const once = useOnce(async (input: Input) => {
    const answer = await change(input);
    await client.invalidateQueries({ queryKey: ['workspace', workspaceId] });
    return answer;
  });
  return useMutation({ mutationFn: once });
}

export const wavesQuery = (workspaceId: string, surveyId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'waves', surveyId],
    queryFn: ({ signal }) =>
      get<{ readonly waves: readonly Wave[] }>(inWorkspace(workspaceId, 'surveys', surveyId, 'waves'), {}, signal),
  });

export const linkCountQuery = (workspaceId: string, waveId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'links', waveId],
    queryFn: ({ signal }) => get<InvitationCount>(inWorkspace(workspaceId, 'waves', waveId, 'invitations'), {}, signal),
  });
