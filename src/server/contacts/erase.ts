import { createHash } from 'node:crypto';
import type { Tx } from '../db/connect.ts';
import { notFound } from '../http/problem.ts';
import { removeCounted } from '../intake/remove-counted.ts';
import { eraseSetApart, lockIntake } from '../intake/verbs.ts';
import { forgetEventsAbout } from '../outbox/verbs.ts';
import { responseKeys } from '../responses/verbs.ts';
import { deleteContact, insertErasures, lockContact } from './store.ts';
import { suppress } from './suppressions-store.ts';

/** What the ledger keeps of an erased person. The same text is hashed in SQL when a backup is restored. */
function hashOf(...parts: readonly string[]): Buffer {
  return createHash('sha256').update(parts.join('\n')).digest();
}

/**
 * Erases a person: the contact, the responses and their share of every count. What stays is a hash in the ledger of
 * erasures, that of the address, so that no later list brings the person back, and the number of responses in the audit
 * log. Mails, invitations and asks go with the contact. Returns the number of responses.
 */
export async function eraseContact(workspaceId: string, tx: Tx, contactId: string, now: Date): Promise<number> {
  // Before the contact's row, on which those who store an answer of theirs wait while they hold it.
  await lockIntake(workspaceId, tx);
  const contact = await lockContact(workspaceId, tx, contactId);
  if (!contact) throw notFound('This contact');
  if (contact.email) await suppress(workspaceId, tx, contact.email, 'erased', now);
  const removed = await eraseResponses(workspaceId, tx, { contactId });
  await deleteContact(workspaceId, tx, contactId);
  await insertErasures(workspaceId, tx, 'contact', [hashOf('contact', contactId)]);
  return removed;
}

/** Erases every response that was given or imported under an original id, in all waves. Throws not_found when there is none. */
export async function eraseRespondent(
  workspaceId: string,
  tx: Tx,
  where: { key: string; surveyId?: string; audience?: 'leadership' | 'staff' | 'customer' },
): Promise<number> {
  const { key, ...within } = where;
  const removed = await eraseResponses(workspaceId, tx, { ...within, originalId: key });
  if (removed === 0) throw notFound('A response under this id');
  return removed;
}

async function eraseResponses(
  workspaceId: string,
  tx: Tx,
  where: Parameters<typeof removeCounted>[2],
): Promise<number> {
  await lockIntake(workspaceId, tx);
  const apart = await eraseSetApart(workspaceId, tx, where);
  const keys = [...(await responseKeys(workspaceId, tx, where)), ...apart];
  await insertErasures(
    workspaceId,
    tx,
    'respondent',
    keys.map(({ surveyId, audience, key }) => hashOf('respondent', surveyId, audience, key)),
  );
  await forgetEventsAbout(
    workspaceId,
    tx,
    keys.map(({ key }) => key),
  );
  return apart.length + (await removeCounted(workspaceId, tx, where));
}
