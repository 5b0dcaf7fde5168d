import { hashToken } from '../accounts/tokens.ts';
import { findContacts } from '../contacts/verbs.ts';
import { Problem } from '../http/problem.ts';
import type { RequestContext } from '../http/route.ts';
import { ensureInvitations } from '../invitations/personal.ts';
import { inviteInGroups } from '../tickets/groups.ts';
import { mailingOf, personalLink } from './compose.ts';
import { keptOf } from './invite.ts';
import { personalToken } from './personal-tokens.ts';
import { roundsOf } from './queue-store.ts';
import { drawnFor } from './waves.ts';

const MOST_LINKS = 20_000;

/**
 * Key, name, address, language, link and round of everybody whom a wave's schedule draws. Asked twice in one round of a person,
 * it gives the same link. No link is given to those who would be alone with what the answers keep.
 */
export async function linksOfWave(context: RequestContext, waveId: string): Promise<(string | null)[][]> {
  const { workspaceId, config } = context;
  const { people, mailing, rounds } = await context.inWorkspace(async (tx) => {
    const mailing = await mailingOf(workspaceId, tx, waveId);
    if (mailing.wave.simulated) {
      throw new Problem('conflict', 'The answers of this wave are simulated. Make a wave of its own for real people.');
    }
    const ids = await drawnFor(workspaceId, tx, waveId);
    if (ids.length > MOST_LINKS) {
      throw new Problem(
        'unprocessable',
        `${ids.length} people are drawn; at most ${MOST_LINKS} links are made at once.`,
      );
    }
    const found = await findContacts(workspaceId, tx, { ids, limit: MOST_LINKS });
    await context.audit(tx, 'wave.links', { kind: 'wave', id: waveId }, { links: found.length });
    const rounds = await roundsOf(workspaceId, tx, waveId, context.now());
    return { people: found, mailing, rounds };
  });
  const roundOf = (id: string) => rounds.get(id) ?? 1;
  const hashOf = (id: string) => hashToken(personalToken(config.secretKey, workspaceId, waveId, id, roundOf(id)));
  const alone = await context.inWorkspace(async (tx): Promise<ReadonlySet<string>> => {
    const names = keptOf(mailing);
    if (names.length > 0) {
      const invited = people.map(({ id, attributes }) => ({ tokenHash: hashOf(id), attributes }));
      const everybody = async () => invited;
      return inviteInGroups(workspaceId, tx, { waveId, names, people: invited, everybody, again: true });
    }
    const contactOf = (id: string) => (mailing.isProtected ? null : id);
    const invitations = people.map(({ id }) => ({
      tokenHash: hashOf(id),
      contactId: contactOf(id),
      round: roundOf(id),
    }));
    await ensureInvitations(workspaceId, tx, waveId, invitations);
    return new Set();
  });
  return people.map((person) => [
    person.key,
    person.name,
    person.email,
    person.language,
    alone.has(hashOf(person.id).toString('hex'))
      ? null
      : personalLink(config, workspaceId, { waveId, round: roundOf(person.id) }, person),
    String(roundOf(person.id)),
  ]);
}
