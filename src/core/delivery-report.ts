/**
 * Reads the mail by which a mail server says that a mail did not arrive: multipart/report with message/delivery-status
 * (RFC 6522, RFC 3464). The text is of whoever sent it, so every step is one pass over it and everything that can grow
 * has a most. Only the report itself is read, never a report inside the mail that it returns.
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

const MOST_DEPTH = 4;
const MOST_PARTS = 50;
const MOST_HEADERS = 300;
const MOST_RECIPIENTS = 1000;
/** Characters of one header, unfolded; what is longer is cut. */
const MOST_HEADER = 2000;

/** Undefined when the mail is no delivery report, or one beyond the limits. Never throws. */
export function readDeliveryReport(mail: string): DeliveryReport | undefined {
  const lines = mail.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  // As mailboxes in one file begin each mail.
  if (lines[0]?.startsWith('From ')) lines.shift();
  const budget = { parts: MOST_PARTS };
  const top = readEntity(lines);
  const report = findReport(top, 0, budget);
  if (!report) return undefined;
  const parts = partsOf(report, budget);
  const status = parts.find(({ type }) => STATUS_TYPES.has(type));
  if (!status) return undefined;
  const groups = groupsOf(status.body);
  if (groups.length > MOST_RECIPIENTS + 1) return undefined;
  const recipients = groups.map(readRecipient).filter((one) => one !== undefined);
  if (recipients.length === 0) return undefined;
  const failures = recipients.filter((one) => one !== 'other');
  const at = Date.parse((top.headers.get('date') ?? '').slice(0, 60).replace(/\([^)]*\)/g, ''));
  return {
    at: Number.isFinite(at) ? at : null,
    returned: returnedMail(parts),
    failures,
    others: recipients.length - failures.length,
  };
}

const STATUS_TYPES = new Set(['message/delivery-status', 'message/global-delivery-status']);
const MAIL_TYPES = new Set(['message/rfc822', 'message/global']);
const HEADER_TYPES = new Set(['text/rfc822-headers', 'message/global-headers']);

interface Entity {
  readonly headers: ReadonlyMap<string, string>;
  readonly type: string;
  readonly body: readonly string[];
}

function readEntity(lines: readonly string[]): Entity {
  const end = lines.findIndex((line) => line.trim() === '');
  const headers = readHeaders(end < 0 ? lines : lines.slice(0, end));
  const type = (headers.get('content-type') ?? 'text/plain').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return { headers, type, body: end < 0 ? [] : lines.slice(end + 1) };
}

/** By name in lower case; of headers that stand there twice the first one holds. */
function readHeaders(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  let name = '';
  let count = 0;
  for (const line of lines) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      const before = headers.get(name);
      if (before !== undefined && before.length < MOST_HEADER) {
        headers.set(name, `${before} ${line.trim()}`.slice(0, MOST_HEADER));
      }
      continue;
    }
    const colon = line.indexOf(':');
    name = colon > 0 && colon <= 100 ? line.slice(0, colon).trim().toLowerCase() : '';
    if (name === '' || headers.has(name)) name = '';
    else if (++count > MOST_HEADERS) break;
    else headers.set(name, line.slice(colon + 1, colon + 1 + MOST_HEADER).trim());
  }
  return headers;
}

/** The outermost report; a gateway may have wrapped it. Never looks into a returned mail. */
function findReport(entity: Entity, depth: number, budget: { parts: number }): Entity | undefined {
  if (entity.type === 'multipart/report') return entity;
  if (!entity.type.startsWith('multipart/') || depth >= MOST_DEPTH) return undefined;
  for (const part of partsOf(entity, budget)) {
    const found = findReport(part, depth + 1, budget);
    if (found) return found;
  }
  return undefined;
}

function partsOf({ headers, body }: Entity, budget: { parts: number }): Entity[] {
  const boundary = parameterOf(headers.get('content-type') ?? '', 'boundary');
  if (boundary === '' || boundary.length > 70) return [];
  const parts: Entity[] = [];
  let from = -1;
  const close = (at: number) => {
    if (from >= 0 && budget.parts-- > 0) parts.push(readEntity(body.slice(from, at)));
  };
  for (const [i, line] of body.entries()) {
    if (!line.startsWith(`--${boundary}`)) continue;
    const rest = line.slice(boundary.length + 2).trimEnd();
    if (rest !== '' && rest !== '--') continue;
    close(i);
    from = i + 1;
    if (rest === '--' || budget.parts <= 0) return parts;
  }
  // Cut off on its way: what is there counts.
  close(body.length);
  return parts;
}

/** A parameter of a header such as Content-Type, quoted or not; empty where it isn't there. */
function parameterOf(header: string, wanted: string): string {
  let name = '';
  let value = '';
  let isValue = false;
  let isQuoted = false;
  for (let i = 0; i <= header.length; i++) {
    const sign = header[i] ?? ';';
    if (isQuoted && i < header.length) {
      if (sign === '"') isQuoted = false;
      else if (sign === '\\') value += header[++i] ?? '';
      else value += sign;
    } else if (sign === ';') {
      if (isValue && name.trim().toLowerCase() === wanted) return value.trim();
      name = '';
      value = '';
      isValue = false;
    } else if (sign === '=' && !isValue) isValue = true;
    else if (sign === '"' && isValue) isQuoted = true;
    else if (isValue) value += sign;
    else name += sign;
  }
  return '';
}

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

function plainAddress(text: string): string | undefined {
  const isAddress = text.length <= 254 && /^[^\s\p{Cc}<>()[\]",;:]+$/u.test(text) && text.split('@').length === 2;
  return isAddress ? text.toLowerCase() : undefined;
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

function returnedMail(parts: readonly Entity[]): DeliveryReport['returned'] {
  const part = parts.find(({ type }) => MAIL_TYPES.has(type) || HEADER_TYPES.has(type));
  const headers = part ? readEntity(part.body).headers : new Map<string, string>();
  const to = headers.get('to') ?? '';
  const inAngles = to.endsWith('>') ? to.slice(to.lastIndexOf('<') + 1, -1) : to;
  const messageId = /^<([^<>\s]{1,200})>$/.exec(headers.get('message-id') ?? '')?.[1];
  return { messageId: messageId ?? null, to: plainAddress(inAngles.trim()) ?? null };
}
