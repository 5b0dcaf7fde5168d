import type { Tx } from '../db/connect.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Contact, ContactChange, NewContact, Upserted } from './schema.ts';
import { createPeople, stagePeople } from './staged-people.ts';
import { mergePeople } from './staged-people-store.ts';
import { findContacts, insertContact, markUnsubscribed, updateContact } from './store.ts';
import { liftSuppression, suppress, suppressedSince } from './suppressions-store.ts';

export {
  type AskedContact,
  askedContacts,
  countCustomers,
  customerByKey,
  customersInOrder,
} from './asked-contacts-store.ts';
export { type Addressed, addressedBy, type BounceState, saveBounceStates } from './bounces-store.ts';
export { countByAttribute, countByFilter, countUnsubscribed } from './count-among-store.ts';
export { contactsOfStaged } from './staged-people-store.ts';
export {
  type ContactFilter,
  countReach,
  drawContacts,
  findContacts,
  markBounced,
  namesOf,
} from './store.ts';

export async function findContact(workspaceId: string, tx: Tx, contactId: string): Promise<Contact | undefined> {
  return (await findContacts(workspaceId, tx, { id: contactId, limit: 1 }))[0];
}

/** Finds each person by key, then by e-mail address, and changes or makes the contact; at most some thousands at once. */
export async function upsertContacts(
  workspaceId: string,
  tx: Tx,
  people: readonly NewContact[],
  now: Date,
): Promise<Upserted> {
  await createPeople(tx);
  await stagePeople(tx, people, 1, now);
  return mergePeople(workspaceId, tx);
}

/** Adds a contact; one whose address unsubscribed or was erased earlier is added as unsubscribed. */
export async function addContact(workspaceId: string, tx: Tx, contact: NewContact, now: Date): Promise<string> {
  const id = await insertContact(workspaceId, tx, contact, now);
  const since = contact.email ? await suppressedSince(workspaceId, tx, contact.email) : undefined;
  if (since) await updateContact(workspaceId, tx, id, { unsubscribed: true }, since);
  return id;
}

/** Changes a contact. Throws not_found when it is not of this workspace. */
export async function changeContact(
  workspaceId: string,
  tx: Tx,
  contactId: string,
  change: ContactChange,
  now: Date,
): Promise<Contact> {
  const before = await findContact(workspaceId, tx, contactId);
  if (before && !before.email && change.bounced) {
    throw new Problem('unprocessable', 'This contact has no e-mail address that mail could fail to reach.');
  }
  if (!before) throw notFound('This contact');
  // Forms send the address along; only another one has not failed yet.
  const { email: _, ...others } = change;
  const changed = change.email === before.email ? others : change;
  if (!(await updateContact(workspaceId, tx, contactId, changed, now))) throw notFound('This contact');
  const email = change.email === undefined ? before.email : change.email;
  if (email && change.unsubscribed === true) await unsubscribeAddress(workspaceId, tx, email, { now, because: null });
  if (email && change.unsubscribed === false) await liftSuppression(workspaceId, tx, email);
  if (email && change.unsubscribed === undefined) {
    const since = await suppressedSince(workspaceId, tx, email);
    if (since && !before.unsubscribedAt) await updateContact(workspaceId, tx, contactId, { unsubscribed: true }, since);
  }
  const after = await findContact(workspaceId, tx, contactId);
  if (!after) throw notFound('This contact');
  return after;
}

/**
 * The person asks not to be asked again: true when the contact is there. Holds for every contact with the same address,
 * and for those that a later list brings. `because`: how we know, where they did not say so themselves.
 */
export async function unsubscribeContact(
  workspaceId: string,
  tx: Tx,
  contactId: string,
  now: Date,
  because: string | null = null,
): Promise<boolean> {
  const contact = await findContact(workspaceId, tx, contactId);
  if (!contact) return false;
  if (contact.unsubscribedAt) return true;
  if (contact.email) await unsubscribeAddress(workspaceId, tx, contact.email, { now, because });
  else await markUnsubscribed(workspaceId, tx, { id: contactId }, { now, because });
  return true;
}

async function unsubscribeAddress(
  workspaceId: string,
  tx: Tx,
  email: string,
  why: { readonly now: Date; readonly because: string | null },
): Promise<void> {
  await markUnsubscribed(workspaceId, tx, { email }, why);
  await suppress(workspaceId, tx, email, 'unsubscribed', why.now);
}
