import { type NotAsked, noteNotAsked } from '../asks/not-asked.ts';
import { type ContactFilter, findContacts } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { whyNotMail } from './reach.ts';

const ROWS_AT_ONCE = 5000;
/** A list of a million people without consent says nothing more by a million lines. */
const MOST_NOTED = 20_000;

/**
 * Writes into the why-log whom a wave that starts now does not ask, because mail does not or must not reach them. People
 * without an address are left out: there was never a way to mail them.
 */
export async function noteUnreachable(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  filter: ContactFilter,
  now: Date,
): Promise<void> {
  const unreached = { ...filter, reach: ['unsubscribed', 'refused', 'bounced'] as const };
  let after: string | undefined;
  for (let noted = 0; noted < MOST_NOTED; noted += ROWS_AT_ONCE) {
    const people = await findContacts(workspaceId, tx, { ...unreached, limit: ROWS_AT_ONCE, after });
    const entries = people.flatMap((person) => {
      const why = whyNotMail(person, filter.needsConsent ?? false);
      return why ? { contactId: person.id, ...asRule(why) } : [];
    });
    await noteNotAsked(workspaceId, tx, { surveyId, channel: 'mail', now }, entries);
    after = people.at(-1)?.id;
    if (people.length < ROWS_AT_ONCE) return;
  }
}

/** Somebody whose invitation was due and can't be sent any more. */
export async function noteNotMailed(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  { contactId, why, now }: { readonly contactId: string; readonly why: WhyNot; readonly now: Date },
): Promise<void> {
  await noteNotAsked(workspaceId, tx, { surveyId, channel: 'mail', now }, [{ contactId, ...asRule(why) }]);
}

type WhyNot = NonNullable<ReturnType<typeof whyNotMail>>;

/** As the why-log names it: whoever unsubscribed or refused is asked on no channel. */
function asRule({ rule, because }: WhyNot): Pick<NotAsked, 'rule' | 'because'> {
  return { rule: rule === 'bounced' || rule === 'no_address' ? rule : 'opted_out', because };
}
