import type { AskRule } from '../../core/survey/ask-rules.ts';
import { hashToken } from '../accounts/tokens.ts';
import { noteNotAsked } from '../asks/not-asked.ts';
import { askPerson } from '../asks/verbs.ts';
import type { Contact } from '../contacts/schema.ts';
import { findContacts } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import type { Services } from '../http/route.ts';
import { usedAmong } from '../invitations/personal.ts';
import type { Mailing } from './compose.ts';
import { personalToken } from './personal-tokens.ts';
import type { QueuedMail } from './queue-store.ts';
import { whyNotMail } from './reach.ts';
import type { StoredSchedule } from './schedule-store.ts';
import { noteNotMailed } from './unreachable.ts';
import { filterOf } from './waves.ts';

interface Due {
  readonly mail: QueuedMail;
  readonly schedule: StoredSchedule;
  readonly contact: Contact;
  readonly mailing: Mailing;
}

interface Skip {
  readonly rule: string;
  readonly because: string;
  /** Where it is a matter of time: when it is over, in milliseconds since 1970. */
  readonly notBefore?: number;
}

/**
 * Why a mail that is due is not sent (now); undefined when it is. Of an invitation it asks the ledger, so that the ask
 * stands in it when the mail goes out, and whatever is decided stands in the why-log.
 */
export async function whySkip(
  workspaceId: string,
  tx: Tx,
  { config, now }: Pick<Services, 'config' | 'now'>,
  due: Due,
): Promise<Skip | undefined> {
  const { mail, schedule, contact, mailing } = due;
  const { waveId, contactId, round, number, attempts } = mail;
  const { surveyId } = mailing.wave;
  const why = whyNotMail(contact, schedule.needsConsent);
  if (why) {
    if (number === 0) await noteNotMailed(workspaceId, tx, surveyId, { contactId, why, now: now() });
    return why;
  }
  // Of an invitation to somebody who is anonymous it would be written down: whoever has the link from a file gets the mail, too.
  if (number > 0 || !mailing.isProtected) {
    const token = personalToken(config.secretKey, workspaceId, waveId, contactId, round);
    const used = await usedAmong(workspaceId, tx, [hashToken(token)]);
    if (used.size > 0) return { rule: 'answered', because: 'This person has answered already.' };
  }
  const attempt = { surveyId, channel: 'mail', now: now(), ...triggerOf(due) };
  if (number > 0 || attempts > 0) return whyNoMore(workspaceId, tx, due, attempt);
  const outside = await whyOutside(workspaceId, tx, due);
  if (outside) {
    await noteNotAsked(workspaceId, tx, attempt, [{ contactId, ...outside }]);
    return outside;
  }
  const { repeatDays: againAfterDays } = schedule;
  const decision = await askPerson(workspaceId, tx, {
    ...attempt,
    person: { contactId },
    wave: { waveId, round },
    againAfterDays,
    record: true,
  });
  return decision.ask ? undefined : decision;
}

/**
 * A reminder, and another try, are parts of the ask that was granted already: no clock holds for them, but what the person
 * said since, and quarantine. Of reminders nothing stands in the why-log: nobody gets one who has answered, so that of
 * anonymous people it would say who has not.
 */
async function whyNoMore(
  workspaceId: string,
  tx: Tx,
  { mail: { contactId, number } }: Due,
  attempt: { readonly surveyId: string; readonly channel: string; readonly now: Date; readonly trigger?: string },
): Promise<Skip | undefined> {
  const person = { contactId };
  const no = await askPerson(workspaceId, tx, { ...attempt, person, granted: true, record: false });
  if (no.ask) return undefined;
  // Put off, a reminder might come together with the next round.
  if (number > 0) return { rule: no.rule, because: no.because };
  await noteNotAsked(workspaceId, tx, attempt, [{ contactId, rule: no.rule, because: no.because }]);
  return no;
}

/** As the why-log names it; a wave that asks once needs no name. */
function triggerOf({ schedule, mail, mailing }: Due): { trigger?: string } {
  return schedule.repeatDays === null
    ? {}
    : { trigger: `round ${schedule.round + mail.round - 1} of “${mailing.wave.name}”` };
}

/** Why a repeating wave does not ask somebody (any more) whom it drew once; undefined when it does. */
async function whyOutside(
  workspaceId: string,
  tx: Tx,
  { mail, schedule, mailing }: Due,
): Promise<{ rule: AskRule; because: string } | undefined> {
  if (schedule.repeatDays === null) return undefined;
  // In one wave a batch of five answers might be of three people.
  if (mailing.isProtected && mail.round > 1) {
    return { rule: 'off', because: 'Answers have become anonymous since. Start a wave anew to ask again.' };
  }
  const filter = await filterOf(workspaceId, tx, mailing.wave, schedule);
  const [member] = await findContacts(workspaceId, tx, { ...filter, ids: [mail.contactId], limit: 1 });
  return member
    ? undefined
    : { rule: 'segment', because: 'Does not belong to the audience and segment of the wave any more.' };
}
