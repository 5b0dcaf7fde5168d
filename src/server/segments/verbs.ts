import { holds } from '../../core/survey/flow.ts';
import type { Contact, ReachCount } from '../contacts/schema.ts';
import { type ContactFilter, countReach, drawContacts, findContact, findContacts } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import type { Segment } from './schema.ts';
import { listSegments, requireSegment } from './store.ts';

export { requireSegment } from './store.ts';

/** A segment as a filter of contacts, with its audience where it has one. */
export async function segmentFilter(workspaceId: string, tx: Tx, segmentId: string): Promise<ContactFilter> {
  const { condition, audience } = await requireSegment(workspaceId, tx, segmentId);
  return { condition, ...(audience && { audience }) };
}

/** Ids of all contacts of a segment that can be reached by mail, in no order that means anything. */
export async function contactsOfSegment(workspaceId: string, tx: Tx, segmentId: string): Promise<string[]> {
  const filter = await segmentFilter(workspaceId, tx, segmentId);
  return (await drawContacts(workspaceId, tx, filter, { kind: 'all' }, 0)).map(({ id }) => id);
}

/** Whether a contact is in a segment just now; false for an unknown contact. Throws not_found for an unknown segment. */
export async function isInSegment(workspaceId: string, tx: Tx, segmentId: string, contactId: string): Promise<boolean> {
  const segment = await requireSegment(workspaceId, tx, segmentId);
  const contact = await findContact(workspaceId, tx, contactId);
  return contact !== undefined && belongs(segment, contact);
}

/** Names of the segments that a contact is in just now. */
export async function segmentsOfContact(workspaceId: string, tx: Tx, contactId: string): Promise<string[]> {
  const contact = await findContact(workspaceId, tx, contactId);
  if (!contact) return [];
  return (await listSegments(workspaceId, tx)).filter((each) => belongs(each, contact)).map(({ name }) => name);
}

/** Of each segment those of these contacts that are in it just now. */
export async function membersAmong(
  workspaceId: string,
  tx: Tx,
  contactIds: readonly string[],
): Promise<{ id: string; name: string; contactIds: string[] }[]> {
  const segments = await listSegments(workspaceId, tx);
  if (contactIds.length === 0 || segments.length === 0) return [];
  const contacts = await findContacts(workspaceId, tx, { ids: contactIds, limit: contactIds.length });
  return segments.map((segment) => ({
    id: segment.id,
    name: segment.name,
    contactIds: contacts.filter((contact) => belongs(segment, contact)).map(({ id }) => id),
  }));
}

function belongs(segment: Segment, { audience, attributes }: Contact): boolean {
  return (
    (segment.audience === null || segment.audience === audience) &&
    holds(segment.condition, { answers: {}, hidden: {}, attributes })
  );
}

/** How many contacts a condition holds for, and how many of them can be asked by mail. */
export function countSegment(
  workspaceId: string,
  tx: Tx,
  { condition, audience }: Pick<Segment, 'condition' | 'audience'>,
): Promise<ReachCount> {
  return countReach(workspaceId, tx, { condition, ...(audience && { audience }) });
}
