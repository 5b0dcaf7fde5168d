/**
 * Reads reports that come as mails: multipart/report (RFC 6522). The text is of whoever sent it, so every step is one pass
 * over it and everything that can grow has a most. Only the report itself is read, never a report inside the mail that it
 * returns.
 */

const MOST_DEPTH = 4;
const MOST_PARTS = 50;
const MOST_HEADERS = 300;
/** Characters of one header, unfolded; what is longer is cut. */
const MOST_HEADER = 2000;

interface Budget {
  parts: number;
}

/** A mail and the parts of the report that it is; of a mail that is none, its own parts count as no report. */
export function readReport(mail: string): { readonly top: Entity; readonly parts: readonly Entity[] } {
  const top = readMail(mail);
  const budget = { parts: MOST_PARTS };
  const report = findReport(top, 0, budget);
  return { top, parts: report ? partsOf(report, budget) : [] };
}

/** The parts of a mail that is no report, such as one with another mail attached. */
export function attachedParts(top: Entity): readonly Entity[] {
  return top.type.startsWith('multipart/') && top.type !== 'multipart/report'
    ? partsOf(top, { parts: MOST_PARTS })
    : [];
}

/** When a mail was written, in milliseconds since 1970; null where it doesn't say. */
export function dateOf({ headers }: Entity): number | null {
  const at = Date.parse((headers.get('date') ?? '').slice(0, 60).replace(/\([^()]*\)/g, ''));
  return Number.isFinite(at) ? at : null;
}

/** The headers of the mail that a report returns, as far as it does. */
export function returnedHeaders(parts: readonly Entity[]): ReadonlyMap<string, string> {
  const part = parts.find(({ type }) => MAIL_TYPES.has(type) || HEADER_TYPES.has(type));
  return part ? readEntity(part.body).headers : new Map<string, string>();
}

export function messageIdOf(headers: ReadonlyMap<string, string>): string | null {
  return /^<([^<>\s]{1,200})>$/.exec(headers.get('message-id') ?? '')?.[1] ?? null;
}

/** One address and nothing else, in lower case. */
export function plainAddress(text: string): string | undefined {
  const isAddress = text.length <= 254 && /^[^\s\p{Cc}<>()[\]",;:@]+@[^\s\p{Cc}<>()[\]",;:@]+$/u.test(text);
  return isAddress ? text.toLowerCase() : undefined;
}

const MAIL_TYPES = new Set(['message/rfc822', 'message/global']);
const HEADER_TYPES = new Set(['text/rfc822-headers', 'message/global-headers']);

function readMail(mail: string): Entity {
  const lines = mail.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  // As mailboxes in one file begin each mail.
  if (lines[0]?.startsWith('From ')) lines.shift();
  return readEntity(lines);
}

/** A mail, or a part of one. */
export interface Entity {
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
export function readHeaders(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  let name = '';
  let count = 0;
  for (const line of lines) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      const before = headers.get(name);
      if (before !== undefined && before.length < MOST_HEADER) {
        headers.set(name, `${before} ${line.trim()}`.trimStart().slice(0, MOST_HEADER));
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
function findReport(entity: Entity, depth: number, budget: Budget): Entity | undefined {
  if (entity.type === 'multipart/report') return entity;
  if (!entity.type.startsWith('multipart/') || depth >= MOST_DEPTH) return undefined;
  for (const part of partsOf(entity, budget)) {
    const found = findReport(part, depth + 1, budget);
    if (found) return found;
  }
  return undefined;
}

function partsOf({ headers, body }: Entity, budget: Budget): Entity[] {
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
