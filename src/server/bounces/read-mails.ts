import { readComplaint } from '../../core/complaint.ts';
import { readDeliveryReport } from '../../core/delivery-report.ts';
import type { Bounce } from './take-bounces.ts';
import type { Complaint } from './take-complaints.ts';

/** A report returns the mail at most once; whatever is longer is no report, or not worth its reading. */
const MOST_CHARACTERS = 1024 * 1024;

export interface MailsRead {
  readonly bounces: readonly Bounce[];
  readonly complaints: readonly Complaint[];
  readonly other: number;
  readonly noReport: number;
}

/** One mail, or a file with several as mailboxes store them (mbox). */
export function readMails(text: string, now: Date): MailsRead {
  const bounces: Bounce[] = [];
  const complaints: Complaint[] = [];
  let other = 0;
  let noReport = 0;
  for (const mail of mailsOf(text)) {
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
  return text.startsWith('From ') ? text.split(/(?<=\n\r?\n)(?=From )/) : [text];
}

const mailIdOf = (messageId: string) =>
  /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@/i.exec(messageId)?.[1]?.toLowerCase() ?? null;
