import {
  attachedParts,
  dateOf,
  type Entity,
  messageIdOf,
  readHeaders,
  readReport,
  returnedHeaders,
} from './mail-report.ts';

/**
 * Reads the mail by which a provider of mailboxes says that somebody reported a mail as spam: multipart/report with
 * message/feedback-report (RFC 5965), or what Microsoft sends in its place. The text is of whoever sent it: see
 * mail-report.ts. Addresses in it are not read, because providers black them out and anybody can write some.
 */
export interface Complaint {
  /** When it was written, in milliseconds since 1970; null where the mail doesn't say. */
  readonly at: number | null;
  /** False where it says something else of the mail: that it is no spam, holds a virus or fails a check of its sender. */
  readonly isUnwanted: boolean;
  /** Of the mail that was reported, as far as it was returned. */
  readonly returned: {
    readonly messageId: string | null;
    /** What stands in List-Unsubscribe. */
    readonly unsubscribe: string | null;
  };
}

/** The types of RFC 5965 by which a person says so; `opt-out` is one of its drafts. */
const UNWANTED = new Set(['abuse', 'fraud', 'opt-out']);

/** Undefined when the mail is no such report, or one beyond the limits. Never throws. */
export function readComplaint(mail: string): Complaint | undefined {
  const { top, parts } = readReport(mail);
  const report = parts.find(({ type }) => type === 'message/feedback-report');
  if (!report) return microsoftComplaint(top);
  // An empty line ends the report, and some write one before it.
  const from = report.body.findIndex((line) => line.trim() !== '');
  const fields = readHeaders(from < 0 ? [] : untilEmpty(report.body.slice(from)));
  const type = /^[a-z-]{1,40}/.exec((fields.get('feedback-type') ?? '').toLowerCase())?.[0];
  if (!type) return undefined;
  return { at: dateOf(top), isUnwanted: UNWANTED.has(type), returned: returnedOf(returnedHeaders(parts)) };
}

/** Microsoft's programme for senders attaches the mail itself, with a header of its own that names whoever reported it. */
function microsoftComplaint(top: Entity): Complaint | undefined {
  const headers = returnedHeaders(attachedParts(top));
  if (!headers.has('x-hmxmroriginalrecipient')) return undefined;
  return { at: dateOf(top), isUnwanted: true, returned: returnedOf(headers) };
}

function returnedOf(headers: ReadonlyMap<string, string>): Complaint['returned'] {
  return { messageId: messageIdOf(headers), unsubscribe: headers.get('list-unsubscribe') ?? null };
}

function untilEmpty(lines: readonly string[]): readonly string[] {
  const end = lines.findIndex((line) => line.trim() === '');
  return end < 0 ? lines : lines.slice(0, end);
}
