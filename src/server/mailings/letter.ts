import MailComposer from 'nodemailer/lib/mail-composer';
import type { Config } from '../config.ts';
import { asHeader } from '../mail-header.ts';
import type { RenderedMail } from './render-mail.ts';
import type { Letter } from './smtp.ts';

export interface LetterParts {
  readonly to: string;
  readonly mail: RenderedMail;
  /** The same for every try of one mail, so that a receiving server can tell a double. */
  readonly messageId: string;
  readonly oneClick?: string;
  /** Instead of the name in MAIL_FROM. */
  readonly senderName: string | null;
  readonly replyTo: string | null;
  readonly date: Date;
}

/** Nothing in it that could end a header or begin another address. */
export function isOneAddress(address: string): boolean {
  return /^[^\s\p{Cc}<>,;:"@]+@[^\s\p{Cc}<>,;:"@]+$/u.test(address);
}

/** A mail as it goes over the line. Throws when an address holds a line break or more than one address. */
export async function letterOf(config: Config, parts: LetterParts): Promise<Letter> {
  if (!config.mailFrom) throw new Error('MAIL_FROM is not set');
  for (const address of [parts.to, parts.replyTo ?? 'nobody@example.org']) {
    if (!isOneAddress(address)) throw new Error('a mail needs one address');
  }
  const from = /<([^<>]+)>$/.exec(config.mailFrom)?.[1] ?? config.mailFrom;
  const host = from.split('@')[1] ?? 'localhost';
  const raw = await new MailComposer({
    // As an object: a name with a comma or an address in it stays a name.
    from: parts.senderName ? { name: parts.senderName, address: from } : config.mailFrom,
    // As an object the address is taken as it is; as text it would be parsed into several.
    to: { name: '', address: parts.to },
    ...(parts.replyTo && { replyTo: { name: '', address: parts.replyTo } }),
    subject: asHeader(parts.mail.subject),
    text: parts.mail.text,
    html: parts.mail.html,
    date: parts.date,
    messageId: `<${parts.messageId}@${host}>`,
    headers: {
      ...(parts.oneClick && {
        'List-Unsubscribe': `<${parts.oneClick}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }),
      // Vacation notices stay away.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
  return { from, to: parts.to, raw };
}
