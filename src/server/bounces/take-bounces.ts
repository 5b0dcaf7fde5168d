import { type Addressed, addressedBy, type BounceState, findContacts, saveBounceStates } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { mailedDays, markReturned, recipientsOf } from '../mailings/verbs.ts';
import type { BouncesTaken } from './schema.ts';
import { nextRun, RUN, RUN_DAYS } from './soft-bounces.ts';

/** A mail that came back. */
export interface Bounce {
  /** Whom it was for; the first that fits. */
  readonly addresses: readonly string[];
  readonly kind: 'hard' | 'soft';
  readonly status: string | null;
  readonly at: Date;
  /**
   * Of a report that came by mail, which anybody may write: it counts for the recipient of the mail that it names or,
   * where it names none of ours, for an address that was mailed lately. Undefined where the caller vouches for it.
   */
  readonly mail?: { readonly id: string | null; readonly to: string | null };
}

const DAY_MS = 86_400_000;
const FIRST_DAY = new Date('2000-01-01');

/** Counts bounces and marks addresses that do not work, each for every contact that has it. */
export async function takeBounces(
  workspaceId: string,
  tx: Tx,
  bounces: readonly Bounce[],
  now: Date,
): Promise<Pick<BouncesTaken, 'bounced' | 'counted' | 'known' | 'unknown'>> {
  const people = await peopleOf(workspaceId, tx, bounces, now);
  const taken = { bounced: 0, counted: 0, known: 0, unknown: 0 };
  const changed = new Map<string, BounceState>();
  const returned = new Map<string, { ids: string[]; lastOf: string[] }>();
  const dated = bounces.map((bounce) => ({ ...bounce, at: believable(bounce.at, now) }));
  for (const bounce of dated.sort((a, b) => a.at.getTime() - b.at.getTime())) {
    const contacts = people.contactsOf(bounce);
    if (contacts.length === 0) taken.unknown++;
    else {
      const outcomes = contacts.map((contact) => {
        const before = { ...contact, ...changed.get(contact.id) };
        const after = afterBounce(before, bounce, people.mailed.get(contact.id) ?? []);
        if (after) changed.set(contact.id, after);
        if (!after) return 'known';
        if (!after.bouncedAt) return 'counted';
        if (bounce.kind === 'hard') {
          const mails = returned.get(after.bouncedBecause ?? '') ?? { ids: [], lastOf: [] };
          returned.set(after.bouncedBecause ?? '', mails);
          const mailId = bounce.mail?.id;
          if (mailId && people.recipients.get(mailId) === contact.id) mails.ids.push(mailId);
          else mails.lastOf.push(contact.id);
        }
        return 'bounced';
      });
      taken[(['bounced', 'counted', 'known'] as const).find((one) => outcomes.includes(one)) ?? 'known']++;
    }
  }
  await saveBounceStates(workspaceId, tx, [...changed.values()]);
  const since = new Date(now.getTime() - RUN_DAYS * DAY_MS);
  for (const [because, mails] of returned) await markReturned(workspaceId, tx, { ...mails, since }, because);
  return taken;
}

/** Anybody may write any date into a report: what lies ahead, or before there were such mails, counts as of now. */
export const believable = (at: Date, now: Date) => (at > now || at < FIRST_DAY ? now : at);

/** What is known of the address after it; undefined when nothing changes. */
function afterBounce(contact: Addressed, bounce: Bounce, mailed: readonly string[]): BounceState | undefined {
  const { id, addressWorksSince, softBounces } = contact;
  const { at } = bounce;
  if (contact.bouncedAt || (addressWorksSince && at <= addressWorksSince)) return undefined;
  if (bounce.kind === 'hard') {
    const status = bounce.status ? ` (${bounce.status})` : '';
    return { id, bouncedAt: at, bouncedBecause: `A mail came back: there is no such address${status}.`, softBounces };
  }
  const run = nextRun(softBounces, at.toISOString().slice(0, 10), mailed);
  if (run === softBounces) return undefined;
  if (run.length < RUN) return { id, bouncedAt: null, bouncedBecause: null, softBounces: run };
  const bouncedBecause = `${RUN} mails in a row came back within ${RUN_DAYS} days.`;
  return { id, bouncedAt: at, bouncedBecause, softBounces: run };
}

/** The contacts that bounces may be about, the mails that they name, and when somebody was mailed. */
async function peopleOf(workspaceId: string, tx: Tx, bounces: readonly Bounce[], now: Date) {
  const recipients = await recipientsOf(
    workspaceId,
    tx,
    bounces.flatMap(({ mail }) => mail?.id ?? []),
  );
  const ids = [...new Set(recipients.values())];
  const named = ids.length > 0 ? await findContacts(workspaceId, tx, { ids, limit: ids.length }) : [];
  const emailOf = new Map(named.map(({ id, email }) => [id, email]));
  const wanted = bounces.flatMap(({ addresses, mail }) => [...addresses, mail?.to ?? []].flat());
  const found = await addressedBy(workspaceId, tx, [...new Set(wanted)]);
  const byEmail = new Map<string, Addressed[]>();
  for (const contact of found) byEmail.set(contact.email, [...(byEmail.get(contact.email) ?? []), contact]);
  const mailed = await mailedDays(
    workspaceId,
    tx,
    found.map(({ id }) => id),
    new Date(now.getTime() - 2 * RUN_DAYS * DAY_MS),
  );
  const lately = new Date(now.getTime() - RUN_DAYS * DAY_MS).toISOString().slice(0, 10);
  const mailedLately = (email: string) =>
    byEmail.get(email)?.some(({ id }) => mailed.get(id)?.some((day) => day >= lately)) ?? false;
  const addressOf = ({ addresses, mail }: Bounce): string | undefined => {
    if (!mail) return addresses.find((one) => byEmail.has(one));
    const recipient = mail.id ? recipients.get(mail.id) : undefined;
    if (recipient === undefined) return addresses.find(mailedLately);
    // The contact may have another address by now.
    return [...addresses, mail.to].find((one) => one !== null && one === emailOf.get(recipient)) ?? undefined;
  };
  return { recipients, mailed, contactsOf: (bounce: Bounce) => byEmail.get(addressOf(bounce) ?? '') ?? [] };
}
