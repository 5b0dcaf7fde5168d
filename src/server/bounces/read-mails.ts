import { setImmediate as nextTurn } from 'node:timers/promises';
import { readComplaint } from '../../core/complaint.ts';
import { readDeliveryReport } from '../../core/delivery-report.ts';
import { Problem } from '../http/problem.ts';
import type { Bounce } from './take-bounces.ts';
import type { Complaint } from './take-complaints.ts';

/** A mailbox of 4 MB with real mails has a few hundred. */
const MOST_MAILS = 5_000;
/** Reading goes on for so long before others have their turn, in ms. */
const TURN = 15;
/** A report returns the mail at most once; whatever is longer is no report, or not worth its reading. */
const MOST_CHARACTERS = 1024 * 1024;

export interface MailsRead {
  readonly bounces: readonly Bounce[];
  readonly complaints: readonly Complaint[];
  readonly other: number;
  readonly noReport: number;
}

/**
 * One mail, or a file with several as mailboxes store them (mbox). Other requests are answered in between. Throws too_large
 * for more mails than are read in one go.
 */
export async function readMails(text: string, now: Date): Promise<MailsRead> {
  const bounces: Bounce[] = [];
  const complaints: Complaint[] = [];
  let other = 0;
  let noReport = 0;
  let since = performance.now();
  for (const mail of mailsOf(text)) {
    if (performance.now() - since > TURN) {
      await nextTurn();
      since = performance.now();
    }
    const isShort = mail.length <= MOST_CHARACTERS;
    const report = isShort ? readDeliveryReport(mail) : undefined;
    const complaint = isShort && !report ? readComplaint(mail) : undefined;
    if (complaint?.isUnwanted) {
      const { at, returned } = complaint;
      const mailId = mailIdOf(returned.messageId ?? '');
      complaints.push({ at: at ? new Date(at) : now, mailId, unsubscribe: returned.unsubscribe ?? '' });
    } else if (complaint) other++;
    else if (!report) noReport++;
    const { failures = [], others = 0, returned, at } = report ?? {};
    other += others;
    for (const { addresses, kind, status } of failures) {
      if (kind === 'other') other++;
      else {
        const mail = { id: mailIdOf(returned?.messageId ?? ''), to: returned?.to ?? null };
        bounces.push({ addresses, kind, status, at: at ? new Date(at) : now, mail });
      }
    }
  }
  return { bounces, complaints, other, noReport };
}

/** A file of several begins with "From "; such a line after an empty one begins the next mail. */
function mailsOf(text: string): string[] {
  if (!text.startsWith('From ')) return [text];
  const mails: string[] = [];
  let from = 0;
  for (const { 0: emptyLine, index } of text.matchAll(/\n\r?\n(?=From )/g)) {
    mails.push(text.slice(from, index + emptyLine.length));
    from = index + emptyLine.length;
    if (mails.length >= MOST_MAILS) {
      throw new Problem(
        'too_large',
        `The file holds more than ${MOST_MAILS.toLocaleString('en')} mails. Split it before a line that begins with “From ”, and send the parts one after the other.`,
      );
    }
  }
  return [...mails, text.slice(from)];
}

const mailIdOf = (messageId: string) =>
  /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@/i.exec(messageId)?.[1]?.toLowerCase() ?? null;
