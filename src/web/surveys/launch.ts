import type { Audience } from '../../core/perspective.ts';
import { get, inWorkspace, post } from '../api.ts';
import type { Link } from './queries.ts';

/** Makes an open link for each audience that has none yet, so that a survey that was published can be sent at once. */
export async function makeMissingLinks(
  workspaceId: string,
  surveyId: string,
  audiences: readonly Audience[],
): Promise<void> {
  const path = inWorkspace(workspaceId, 'surveys', surveyId, 'links');
  // Read at the last moment, never from what a screen has shown: somebody else may have published meanwhile.
  const { links } = await get<{ readonly links: readonly Link[] }>(path);
  const has = (audience: Audience) =>
    links.some((link) => link.audience === audience && !link.test && link.waveId === null && link.channel === 'link');
  for (const audience of audiences) {
    if (!has(audience)) await post(path, { audience });
  }
}
