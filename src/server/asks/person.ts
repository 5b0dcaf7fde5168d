import { createHash } from 'node:crypto';
import type { Asked } from './store.ts';

/** What is stored of a browser: the id that it keeps is random, so there is nothing to guess behind a plain hash. */
export function hashVisitor(visitor: string): string {
  return createHash('sha256').update(`visitor\n${visitor}`).digest('hex');
}

/** The id of the ask of a person in one round of a wave: always the same, so that there is one. */
export function waveAskId({ waveId, round }: { waveId: string; round: number }, contactId: string): string {
  const bytes = createHash('sha256').update(`ask\n${waveId}\n${round}\n${contactId}`).digest().subarray(0, 16);
  // Version 8 of RFC 9562: made by rules of one's own.
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A number from 0 up to 1 that is always the same for one person, survey and period, and otherwise as good as random. */
export function drawOf({ contactId, visitor }: Asked, surveyId: string, period: number): number {
  const text = `draw\n${contactId ?? visitor}\n${surveyId}\n${period}`;
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** Reads a person as the why-log names one; the form was checked. */
export function readPerson(text: string): Asked {
  const [kind, id = ''] = text.split(':');
  return kind === 'contact' ? { contactId: id.toLowerCase(), visitor: null } : { contactId: null, visitor: id };
}
