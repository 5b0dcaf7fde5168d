import type { Contact } from '../contacts/schema.ts';
import { findContacts } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import type { Mailing } from './compose.ts';
import type { StoredPlan } from './plan-store.ts';
import type { QueuedMail } from './queue-store.ts';
import { filterOf } from './waves.ts';

/** Why a contact can't be asked by mail, as a rule and a sentence; undefined when it can. */
export function whyNotMail(
  contact: Pick<Contact, 'email' | 'unsubscribedAt' | 'bouncedAt' | 'bouncedBecause' | 'consent'>,
  needsConsent: boolean,
): { rule: string; because: string } | undefined {
  if (contact.unsubscribedAt) return { rule: 'unsubscribed', because: 'This person asked not to be asked.' };
  if (contact.consent && !contact.consent.given)
    return { rule: 'refused', because: 'Consent was refused or taken back.' };
  if (needsConsent && !contact.consent) return { rule: 'refused', because: 'No consent is recorded.' };
  if (!contact.email) return { rule: 'no_address', because: 'There is no e-mail address.' };
  if (contact.bouncedAt) {
    const since = contact.bouncedAt.slice(0, 10);
    const because = `Mail to the address does not arrive since ${since}. ${contact.bouncedBecause ?? ''}`.trim();
    return { rule: 'bounced', because };
  }
  return undefined;
}

/** Why a repeating wave does not ask somebody (any more) whom it drew once; undefined when it does. */
export async function whyOutside(
  workspaceId: string,
  tx: Tx,
  { contactId, round }: Pick<QueuedMail, 'contactId' | 'round'>,
  { plan, wave, isProtected }: { readonly plan: StoredPlan } & Pick<Mailing, 'wave' | 'isProtected'>,
): Promise<{ rule: string; because: string } | undefined> {
  if (plan.repeatDays === null) return undefined;
  // In one wave a batch of five answers might be of three people.
  if (isProtected && round > 1) {
    return { rule: 'anonymous', because: 'Answers have become anonymous since. Start a wave anew to ask again.' };
  }
  const filter = await filterOf(workspaceId, tx, wave, plan);
  const [member] = await findContacts(workspaceId, tx, { ...filter, ids: [contactId], limit: 1 });
  return member ? undefined : { rule: 'segment', because: 'Does not belong to the segment of the wave any more.' };
}
