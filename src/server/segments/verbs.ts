import { holds } from '../../core/survey/flow.ts';
import type { Contact, ReachCount } from '../contacts/schema.ts';
import { type ContactFilter, countByFilter, countReach, drawContacts, findContact } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import type { Segment } from './schema.ts';
import { listSegments, requireSegment } from './store.ts';

export { listSegments, requireSegment } from './store.ts';

/** A segment as a filter of contacts, with its audience where it has one. */
export async function segmentFilter(workspaceId: string, tx: Tx, segmentId: string): Promise<ContactFilter> {
  return filterOf(await requireSegment(workspaceId, tx, segmentId));
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

interface SegmentAmong {
  readonly id: string;
  readonly name: string;
  readonly people: number;
  readonly answered: number;
}

/** How many of these people (SQL: contact_id, answered) are in each segment just now. */
export async function segmentsAmong(
  workspaceId: string,
  tx: Tx,
  people: Parameters<typeof countByFilter>[2],
): Promise<SegmentAmong[]> {
  const segments = await listSegments(workspaceId, tx);
  const filters = segments.map(filterOf);
  const counts = await countByFilter(workspaceId, tx, people, filters);
  return segments.map(({ id, name }, i) => ({ id, name, ...(counts[i] ?? { people: 0, answered: 0 }) }));
}

const filterOf = ({ condition, audience }: Pick<Segment, 'condition' | 'audience'>): ContactFilter => ({
  condition,
  ...(audience && { audience }),
});

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
  segment: Pick<Segment, 'condition' | 'audience'>,
): Promise<ReachCount> {
  return countReach(workspaceId, tx, filterOf(segment));
}
