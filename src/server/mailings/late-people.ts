import { hashToken } from '../accounts/tokens.ts';
import type { Config } from '../config.ts';
import type { Tx } from '../db/connect.ts';
import { hashesOfWave } from '../invitations/ticketed.ts';
import type { Wave } from '../surveys/schema.ts';
import { isProtected } from '../surveys/verbs.ts';
import { wasOpened } from '../tickets/groups.ts';
import { personalToken } from './personal-tokens.ts';
import { plannedContacts } from './queue-store.ts';

/**
 * Of these people those whom a wave does not ask any more. Whom a wave asks anonymously is settled when its mails are planned
 * or the first link is opened: somebody who is added while answers wait, and is known or made up, would fill their batch.
 *
 * @param isStarted whether its mails are planned
 */
export async function latePeople(
  workspaceId: string,
  tx: Tx,
  { secretKey }: Pick<Config, 'secretKey'>,
  { wave, ids, isStarted }: { readonly wave: Wave; readonly ids: readonly string[]; readonly isStarted: boolean },
): Promise<ReadonlySet<string>> {
  if (!(await isProtected(workspaceId, tx, wave.surveyId, wave.audience))) return new Set();
  if (!isStarted && !(await wasOpened(workspaceId, tx, wave.id))) return new Set();
  const there = new Set((await hashesOfWave(workspaceId, tx, wave.id)).map((hash) => hash.toString('hex')));
  const planned = new Set((await plannedContacts(workspaceId, tx, wave.id)).map(({ contactId }) => contactId));
  // Anonymous people have one round in a wave.
  const hashOf = (id: string) => hashToken(personalToken(secretKey, workspaceId, wave.id, id, 1)).toString('hex');
  return new Set(ids.filter((id) => !planned.has(id) && !there.has(hashOf(id))));
}

/** For the why-log. */
export const lateBecause = ({ name }: Pick<Wave, 'name'>) =>
  ({ rule: 'not_drawn', because: `Not drawn: whom “${name}” asks was settled before.` }) as const;
