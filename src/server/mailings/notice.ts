import type { Services } from '../http/route.ts';
import { mailServerProblem, pauseMailServer } from './deliver.ts';
import { isOneAddress, letterOf } from './letter.ts';
import { SmtpLine } from './smtp.ts';

export interface Notice {
  readonly to: string;
  /** The same for every try, so that a receiving server can tell a double. */
  readonly id: string;
  readonly subject: string;
  /** Plain text, one paragraph each. */
  readonly paragraphs: readonly string[];
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * A mail of the product itself to somebody who has an account. False when it certainly did not go out and may be tried
 * again; whoever sends it keeps in mind that it is due.
 */
export async function sendNotice({ config, now, log }: Services, notice: Notice): Promise<boolean> {
  if (!config.smtpUrl || !config.mailFrom || !isOneAddress(notice.to)) return true;
  if (mailServerProblem(config, now())) return false;
  const { to, id, subject, paragraphs } = notice;
  const line = new SmtpLine(config.smtpUrl);
  try {
    const html = paragraphs.map((one) => `<p>${escaped(one)}</p>`).join('\n');
    const mail = { subject, text: `${paragraphs.join('\n\n')}\n`, html: `<!DOCTYPE html>\n${html}\n` };
    const letter = await letterOf(config, {
      to,
      mail,
      messageId: id,
      senderName: null,
      replyTo: null,
      date: now(),
    });
    const delivery = await line.deliver(letter);
    if (delivery.kind === 'unreachable' || delivery.kind === 'later') {
      pauseMailServer(config, now(), delivery.because);
      return false;
    }
    if (delivery.kind !== 'sent') log.warn({ kind: delivery.kind }, 'a mail to an owner did not arrive');
    return true;
  } finally {
    line.close();
  }
}
