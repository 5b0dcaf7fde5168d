import { dateOf, messageIdOf, plainAddress, readHeaders, readReport, returnedHeaders } from './mail-report.ts';

/**
 * Reads the mail by which a mail server says that a mail did not arrive: multipart/report with message/delivery-status
 * (RFC 6522, RFC 3464). The text is of whoever sent it: see mail-report.ts.
 */

export interface DeliveryFailure {
  /** In lower case: the one we wrote to, where it is named, then the one that failed, to which it may have been forwarded. */
  readonly addresses: readonly string[];
  readonly kind: FailureKind;
  /** Such as 5.1.1 (RFC 3463); null where the report has none. */
  readonly status: string | null;
}

/**
 * `hard`: there is no such address. `soft`: it did not arrive, and another mail may. `other`: the mail was refused for
 * its contents, its sender or by a policy, which says nothing of the address.
 */
export type FailureKind = 'hard' | 'soft' | 'other';

export interface DeliveryReport {
  /** When it was written, in milliseconds since 1970; null where the mail doesn't say. */
  readonly at: number | null;
  /** Of the mail that did not arrive, as far as it was returned. */
  readonly returned: { readonly messageId: string | null; readonly to: string | null };
  readonly failures: readonly DeliveryFailure[];
  /** Recipients of whom it says that the mail arrived, was passed on or is delayed. */
  readonly others: number;
}

const MOST_RECIPIENTS = 1000;

/** Undefined when the mail is no delivery report, or one beyond the limits. Never throws. */
export function readDeliveryReport(mail: string): DeliveryReport | undefined {
  const { top, parts } = readReport(mail);
  const status = parts.find(({ type }) => STATUS_TYPES.has(type));
  if (!status) return undefined;
  const groups = groupsOf(status.body);
  if (groups.length > MOST_RECIPIENTS + 1) return undefined;
  const recipients = groups.map(readRecipient).filter((one) => one !== undefined);
  if (recipients.length === 0) return undefined;
  const failures = recipients.filter((one) => one !== 'other');
  const headers = returnedHeaders(parts);
  const to = headers.get('to') ?? '';
  const inAngles = to.endsWith('>') ? to.slice(to.lastIndexOf('<') + 1, -1) : to;
  return {
    at: dateOf(top),
    returned: { messageId: messageIdOf(headers), to: plainAddress(inAngles.trim()) ?? null },
    failures,
    others: recipients.length - failures.length,
  };
}

const STATUS_TYPES = new Set(['message/delivery-status', 'message/global-delivery-status']);

/** Groups of fields between empty lines: one of the mail, then one of each recipient. */
function groupsOf(lines: readonly string[]): ReadonlyMap<string, string>[] {
  const groups: Map<string, string>[] = [];
  let from = 0;
  for (let i = 0; i <= lines.length; i++) {
    if (i < lines.length && lines[i]?.trim() !== '') continue;
    if (i > from && groups.length <= MOST_RECIPIENTS + 1) groups.push(readHeaders(lines.slice(from, i)));
    from = i + 1;
  }
  return groups;
}

/** What the report says of one recipient; undefined for a group that is not about one. */
function readRecipient(fields: ReadonlyMap<string, string>): DeliveryFailure | 'other' | undefined {
  const action = /^[a-z]+/.exec((fields.get('action') ?? '').toLowerCase())?.[0];
  const named = [fields.get('original-recipient'), fields.get('final-recipient')];
  const addresses = [...new Set(named.flatMap((field) => addressOf(field) ?? []))];
  if (!action || addresses.length === 0) return undefined;
  if (action !== 'failed') return 'other';
  const status = statusOf(fields);
  if (status?.startsWith('2.')) return 'other';
  return { addresses, kind: kindOf(status), status };
}

/** `rfc822; ann@example.org`: the type is left out. */
function addressOf(field = ''): string | undefined {
  const text = field.slice(field.indexOf(';') + 1).trim();
  return plainAddress(text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text);
}

/** The status of the report; where that says nothing (x.0.0), what the other server said. */
function statusOf(fields: ReadonlyMap<string, string>): string | null {
  const given = /^([245]\.\d{1,3}\.\d{1,3})\b/.exec(fields.get('status') ?? '')?.[1] ?? null;
  if (given && !/\.0\.0$/.test(given)) return given;
  const said = /^smtp; ?\d{3}[ -]#?([45]\.\d{1,3}\.\d{1,3})\b/i.exec(fields.get('diagnostic-code') ?? '')?.[1];
  return said ?? given;
}

/** Whether a status (RFC 3463) says that the address does not exist, rather than something of the mail or its sender. */
export function saysNoSuchAddress(status: string): boolean {
  return /^5\.(1\.\d+|2\.1)$/.test(status) && status !== '5.1.7' && status !== '5.1.8';
}

function kindOf(status: string | null): FailureKind {
  if (status === null) return 'soft';
  if (saysNoSuchAddress(status)) return 'hard';
  // Too long, or of its contents, the conversation, or a policy; and who is not the recipient.
  return /^[45]\.([5-7]\.\d+|2\.3|3\.4|1\.[78])$/.test(status) ? 'other' : 'soft';
}
