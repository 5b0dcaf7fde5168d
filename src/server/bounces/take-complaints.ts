import { findContacts, unsubscribeContact } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { readUnsubscribeToken, recipientsOf } from '../mailings/verbs.ts';
import type { BouncesTaken } from './schema.ts';
import { believable } from './take-bounces.ts';

/** Somebody reported a mail as spam. */
export interface Complaint {
  readonly at: Date;
  /** Of the mail, where the report returns its `Message-ID` and it is one of ours. */
  readonly mailId: string | null;
  /** What the mail's `List-Unsubscribe` says, or nothing. */
  readonly unsubscribe: string;
}

const BECAUSE = 'The person reported a mail as spam.';

/**
 * Whoever reported a mail is not asked any more, on any channel. Anybody can write such a report and only a new consent
 * takes it back, so it counts for whom the returned mail itself proves: by its `Message-ID`, or by the sealed link of its
 * `List-Unsubscribe`, as providers of mail put an id of their own in place of the first. Never by an address.
 */
export async function takeComplaints(
  workspaceId: string,
  tx: Tx,
  complaints: readonly Complaint[],
  { secretKey, now }: { readonly secretKey: string; readonly now: Date },
): Promise<Pick<BouncesTaken, 'complained' | 'known' | 'unknown'>> {
  const ids = complaints.flatMap(({ mailId }) => mailId ?? []);
  const recipients = await recipientsOf(workspaceId, tx, ids);
  const personOf = ({ mailId, unsubscribe }: Complaint) =>
    recipients.get(mailId ?? '') ?? sealedIn(secretKey, workspaceId, unsubscribe);
  const named = complaints.map((one) => ({ contactId: personOf(one), at: believable(one.at, now) }));
  const lastOf = new Map<string, Date>();
  for (const { contactId, at } of named) {
    const other = contactId && lastOf.get(contactId);
    if (contactId && (!other || other < at)) lastOf.set(contactId, at);
  }
  const people = [...lastOf.keys()];
  const contacts = people.length > 0 ? await findContacts(workspaceId, tx, { ids: people, limit: people.length }) : [];
  const taken = { complained: 0, known: 0, unknown: 0 };
  const done = new Set<string>();
  // In one order, so that two requests do not wait for each other.
  for (const { id, unsubscribedAt, consent } of contacts.sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const last = lastOf.get(id) ?? now;
    const agreedSince = consent?.given && consent.at !== null && new Date(consent.at) >= last;
    if (unsubscribedAt || agreedSince) continue;
    await unsubscribeContact(workspaceId, tx, id, last, BECAUSE);
    done.add(id);
  }
  const known = new Set(contacts.map(({ id }) => id));
  for (const { contactId } of named) {
    if (contactId === undefined || !known.has(contactId)) taken.unknown++;
    else if (done.delete(contactId)) taken.complained++;
    else taken.known++;
  }
  return taken;
}

/** The contact of a link for unsubscribing that this server made for the workspace. */
function sealedIn(secretKey: string, workspaceId: string, header: string): string | undefined {
  const token = /\/unsubscribe\/([A-Za-z0-9_-]{64})(?![A-Za-z0-9_-])/.exec(header)?.[1];
  const found = token ? readUnsubscribeToken(secretKey, token) : undefined;
  return found?.workspaceId === workspaceId ? found.contactId : undefined;
}
