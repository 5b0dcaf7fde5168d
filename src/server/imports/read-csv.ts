import { createReadStream } from 'node:fs';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { RecordSplitter } from './split-records.ts';
import { type DecodedPiece, type SniffedEncoding, TextPieces } from './text-encoding.ts';
import { expansionGuard, LIMITS, UnreadableFile } from './unreadable-file.ts';

export interface Row {
  /** As a person counts in the file: the first line is row 1. */
  readonly rowNumber: number;
  readonly cells: string[];
}

export interface TextForm {
  readonly gzip: boolean;
  readonly delimiter: string;
  readonly newline: '\n' | '\r';
  readonly encoding: SniffedEncoding;
}

/** Large enough to be quick, small enough that other requests are served between two pieces. */
const READ_AT_ONCE = 128 * 1024;

/** The bytes of a text file, unpacked where it is gzip; `seen` is told how many bytes of the file were read. */
export async function* fileBytes(path: string, gzip: boolean, seen: (bytes: number) => void): AsyncGenerator<Buffer> {
  let packed = 0;
  const file = createReadStream(path, { highWaterMark: READ_AT_ONCE });
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      packed += chunk.length;
      seen(packed);
      done(null, chunk);
    },
  });
  const guard = expansionGuard('The file', LIMITS.textBytes);
  const stream = gzip
    ? pipeline(file, count, createGunzip({ chunkSize: READ_AT_ONCE }), () => {})
    : pipeline(file, count, () => {});
  let unpacked = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      unpacked += chunk.length;
      if (gzip) guard(unpacked, packed);
      else if (unpacked > LIMITS.textBytes)
        throw new UnreadableFile('The file grew beyond 2 GB, the limit, while it was read.');
      yield chunk;
    }
  } catch (error) {
    throw gzip ? readableGzipError(error, unpacked) : error;
  } finally {
    file.destroy();
  }
}

function readableGzipError(error: unknown, unpacked: number): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  if (error.code === 'Z_BUF_ERROR') {
    return new UnreadableFile(
      `The gzip file is cut off: it breaks off after ${unpacked.toLocaleString('en')} unpacked bytes. Download or copy it again.`,
    );
  }
  return error.code.startsWith('Z_')
    ? new UnreadableFile(
        `The gzip file is damaged after ${unpacked.toLocaleString('en')} unpacked bytes. Download or copy it again.`,
      )
    : error;
}

/** Rows of a delimited text file as they come off the disk, header rows included, empty lines left out (but counted). */
export async function* textRows(
  path: string,
  form: TextForm,
  seen: (bytes: number) => void,
  mended: (rowNumber: number) => void,
): AsyncGenerator<Row[]> {
  const pieces = new TextPieces(form.encoding);
  const splitter = new RecordSplitter(form.delimiter, form.newline);
  const rowsOf = (records: string[][]): Row[] => {
    const rows: Row[] = [];
    let rowNumber = splitter.records - records.length;
    for (const cells of records) {
      rowNumber++;
      if (cells.length > 1 || cells[0]?.trim()) rows.push({ rowNumber, cells });
    }
    return rows;
  };
  function* split(decoded: Iterable<DecodedPiece>): Generator<Row[]> {
    for (const piece of decoded) {
      if (piece.mended) mended(splitter.records + 1);
      // Decoders leave no half of a pair; NUL they leave.
      yield rowsOf(splitter.push(piece.text.replaceAll('\0', '\ufffd')));
    }
  }
  for await (const chunk of fileBytes(path, form.gzip, seen)) yield* split(pieces.push(chunk));
  yield* split(pieces.end());
  yield rowsOf(splitter.end());
}
