import nodemailer from 'nodemailer';
import type { Config } from './config.ts';
import { asHeader } from './mail-header.ts';

export interface Mail {
  /** One address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/**
 * Sends one mail by the server of SMTP_URL; false when none is set. Throws when the server refuses or cannot be
 * reached within 15 seconds, and when a header value holds a line break: text of users must never become a header.
 */
export async function sendMail(config: Config, mail: Mail): Promise<boolean> {
  if (config.smtpUrl === null || config.mailFrom === null) return false;
  for (const value of [mail.to, mail.subject]) {
    if (/\p{Cc}/u.test(value)) throw new Error('a mail header must be one line');
  }
  const transport = nodemailer.createTransport(
    {
      url: config.smtpUrl,
      connectionTimeout: 15_000,
      greetingTimeout: 15_000,
      socketTimeout: 15_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from: config.mailFrom },
  );
  try {
    // As an object the address is taken as it is; as text it would be parsed into several.
    await transport.sendMail({ to: { name: '', address: mail.to }, subject: asHeader(mail.subject), text: mail.text });
    return true;
  } finally {
    transport.close();
  }
}
