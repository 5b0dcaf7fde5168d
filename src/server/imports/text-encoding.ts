import { isUtf8 } from 'node:buffer';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface SniffedEncoding {
  readonly encoding: Encoding;
  /** Bytes of the byte order mark, to be skipped. */
  readonly mark: number;
}

/**
 * Tells the encoding from the first bytes: by byte order mark, by the zero bytes of UTF-16, else UTF-8 as long as the
 * sample holds any valid UTF-8 beyond ASCII or no foreign byte at all, else Windows-1252.
 */
export function sniffEncoding(sample: Buffer): SniffedEncoding {
  if (sample.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) return { encoding: 'utf-8', mark: 3 };
  if (sample[0] === 0xff && sample[1] === 0xfe) return { encoding: 'utf-16le', mark: 2 };
  if (sample[0] === 0xfe && sample[1] === 0xff) return { encoding: 'utf-16be', mark: 2 };
  const zeros = zerosByParity(sample.subarray(0, 4096));
  if (zeros.odd > 0.4 && zeros.even < 0.05) return { encoding: 'utf-16le', mark: 0 };
  if (zeros.even > 0.4 && zeros.odd < 0.05) return { encoding: 'utf-16be', mark: 0 };
  if (isUtf8(sample.subarray(0, wholeCharacters(sample)))) return { encoding: 'utf-8', mark: 0 };
  return { encoding: hasUtf8BeyondAscii(sample) ? 'utf-8' : 'windows-1252', mark: 0 };
}

function zerosByParity(sample: Buffer): { even: number; odd: number } {
  const zeros = { even: 0, odd: 0 };
  for (let i = 0; i + 1 < sample.length; i += 2) {
    if (sample[i] === 0) zeros.even++;
    if (sample[i + 1] === 0) zeros.odd++;
  }
  const pairs = Math.max(1, sample.length >> 1);
  return { even: zeros.even / pairs, odd: zeros.odd / pairs };
}

function hasUtf8BeyondAscii(sample: Buffer): boolean {
  for (let start = 0; start < sample.length; ) {
    const end = lineEnd(sample, start);
    const line = sample.subarray(start, end);
    if (line.some((byte) => byte > 0x7f) && isUtf8(line)) return true;
    start = end;
  }
  return false;
}

/** How many bytes from the start don't end in the middle of a UTF-8 character. */
export function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

function lineEnd(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(0x0a, from);
  return at < 0 ? bytes.length : at + 1;
}

export interface DecodedPiece {
  readonly text: string;
  /** The line was no UTF-8 and was read as Windows-1252. */
  readonly mended: boolean;
}

/**
 * Decodes a stream of bytes piece by piece. A line of a UTF-8 file that is no UTF-8 (files glued together from two
 * programs) comes out alone, read as Windows-1252 and marked, so that the reader knows its row.
 */
export class TextPieces {
  private readonly encoding: Encoding;
  private rest: Buffer = Buffer.alloc(0);
  private toSkip: number;
  private readonly decoder: InstanceType<typeof TextDecoder>;

  constructor(sniffed: SniffedEncoding) {
    this.encoding = sniffed.encoding;
    this.toSkip = sniffed.mark;
    this.decoder = new TextDecoder(sniffed.encoding, { ignoreBOM: true });
  }

  *push(chunk: Buffer): Generator<DecodedPiece> {
    const bytes = this.toSkip > 0 ? chunk.subarray(this.toSkip) : chunk;
    this.toSkip = Math.max(0, this.toSkip - chunk.length);
    if (this.encoding !== 'utf-8') {
      yield { text: this.decoder.decode(bytes, { stream: true }), mended: false };
      return;
    }
    const all = this.rest.length > 0 ? Buffer.concat([this.rest, bytes]) : bytes;
    const whole = wholeCharacters(all);
    if (isUtf8(all.subarray(0, whole))) {
      this.rest = all.subarray(whole);
      yield { text: all.toString('utf8', 0, whole), mended: false };
      return;
    }
    // Only whole lines are judged: the last, unfinished one waits for its end (or for 1 MB without one).
    const lastLine = all.lastIndexOf(0x0a) + 1;
    const upTo = lastLine > 0 || all.length < 1_000_000 ? lastLine : all.length;
    this.rest = all.subarray(upTo);
    yield* mendedLines(all.subarray(0, upTo));
  }

  *end(): Generator<DecodedPiece> {
    if (this.encoding !== 'utf-8') yield { text: this.decoder.decode(), mended: false };
    else if (this.rest.length > 0) yield* mendedLines(this.rest);
  }
}

const windows1252 = new TextDecoder('windows-1252');

function* mendedLines(bytes: Buffer): Generator<DecodedPiece> {
  let good = 0;
  for (let start = 0; start < bytes.length; ) {
    const end = lineEnd(bytes, start);
    const line = bytes.subarray(start, end);
    if (!isUtf8(line)) {
      if (start > good) yield { text: bytes.toString('utf8', good, start), mended: false };
      yield { text: windows1252.decode(line), mended: true };
      good = end;
    }
    start = end;
  }
  if (good < bytes.length) yield { text: bytes.toString('utf8', good), mended: false };
}
