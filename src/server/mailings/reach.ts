import type { Contact } from '../contacts/schema.ts';

/** Why a contact can't be asked by mail, as a rule and a sentence; undefined when it can. */
export function whyNotMail(
  contact: Pick<
    Contact,
    'email' | 'unsubscribedAt' | 'unsubscribedBecause' | 'bouncedAt' | 'bouncedBecause' | 'consent'
  >,
  needsConsent: boolean,
): { rule: string; because: string } | undefined {
  if (contact.unsubscribedAt && contact.unsubscribedBecause) {
    return { rule: 'complained', because: contact.unsubscribedBecause };
  }
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
