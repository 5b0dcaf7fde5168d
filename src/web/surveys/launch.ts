import type { Audience } from '../../core/perspective.ts';
import { inWorkspace, post } from '../api.ts';
import type { Link } from './queries.ts';

/** Makes an open link for each audience that has none yet, so that a survey that was published can be sent at once. */
export async function makeMissingLinks(
  workspaceId: string,
  surveyId: string,
  audiences: readonly Audience[],
  links: readonly Link[],
): Promise<void> {
  const has = (audience: Audience) =>
    links.some((link) => link.audience === audience && !link.test && link.waveId === null && link.channel === 'link');
  for (const audience of audiences) {
    if (!has(audience)) await post(inWorkspace(workspaceId, 'surveys', surveyId, 'links'), { audience });
  }
}
