import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { expansionGuard, LIMITS, UnreadableFile } from './unreadable-file.ts';

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  /** As declared; what really comes out is counted while it streams. */
  readonly declared: number;
  readonly offset: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const END_OF_DIRECTORY_64 = 0x06064b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LARGEST_DIRECTORY = 8 * 1024 ** 2;

/** Reads the directory at the end of a ZIP archive. Names are labels here and never become paths. */
export async function zipEntries(path: string, bytes: number): Promise<Map<string, ZipEntry>> {
  const file = await open(path);
  try {
    const tailLength = Math.min(bytes, 65_557 + 76);
    const tail = (await file.read(Buffer.alloc(tailLength), 0, tailLength, bytes - tailLength)).buffer;
    const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
    if (end < 0 || end + 22 > tail.length || tail.readUInt32LE(end) !== END_OF_DIRECTORY) throw cutOff();
    let count = tail.readUInt16LE(end + 10);
    let size = tail.readUInt32LE(end + 12);
    let start = tail.readUInt32LE(end + 16);
    if (count === 0xffff || size === 0xffffffff || start === 0xffffffff) {
      const end64 = tail.lastIndexOf(Buffer.from('PK\x06\x06', 'latin1'));
      if (end64 < 0 || end64 + 56 > tail.length || tail.readUInt32LE(end64) !== END_OF_DIRECTORY_64) throw cutOff();
      count = Number(tail.readBigUInt64LE(end64 + 32));
      size = Number(tail.readBigUInt64LE(end64 + 40));
      start = Number(tail.readBigUInt64LE(end64 + 48));
    }
    if (count > LIMITS.zipEntries || size > LARGEST_DIRECTORY) {
      throw new UnreadableFile(
        `The workbook consists of more than ${LIMITS.zipEntries.toLocaleString('en')} parts, which no workbook does.`,
      );
    }
    if (start + size > bytes) throw cutOff();
    const directory = (await file.read(Buffer.alloc(size), 0, size, start)).buffer;
    return parseDirectory(directory, count, bytes);
  } finally {
    await file.close();
  }
}

function parseDirectory(directory: Buffer, count: number, bytes: number): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== DIRECTORY_ENTRY) throw cutOff();
    if (directory.readUInt16LE(at + 8) & 1)
      throw new UnreadableFile('The workbook has a password. Save it without one.');
    const nameLength = directory.readUInt16LE(at + 28);
    const extraLength = directory.readUInt16LE(at + 30);
    const commentLength = directory.readUInt16LE(at + 32);
    const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const sizes = zip64Sizes(extra, [
      directory.readUInt32LE(at + 24),
      directory.readUInt32LE(at + 20),
      directory.readUInt32LE(at + 42),
    ]);
    if (sizes[1] + sizes[2] > bytes) throw cutOff();
    const name = directory
      .toString('utf8', at + 46, at + 46 + nameLength)
      .replaceAll('\\', '/')
      .replace(/^\//, '');
    entries.set(name, {
      name,
      method: directory.readUInt16LE(at + 10),
      declared: sizes[0],
      packed: sizes[1],
      offset: sizes[2],
    });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

/** Sizes beyond 4 GB stand in an extra field, in the order of those that did not fit. */
function zip64Sizes(extra: Buffer, sizes: [number, number, number]): [number, number, number] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const id = extra.readUInt16LE(at);
    const length = extra.readUInt16LE(at + 2);
    if (id === 1) {
      let field = at + 4;
      const read = (size: number) => {
        if (size !== 0xffffffff || field + 8 > Math.min(extra.length, at + 4 + length)) return size;
        field += 8;
        return Number(extra.readBigUInt64LE(field - 8));
      };
      return [read(sizes[0]), read(sizes[1]), read(sizes[2])];
    }
    at += 4 + length;
  }
  return sizes;
}

/**
 * Streams one entry unpacked. Counts what really comes out against `limit`, whatever the archive declares, and tells
 * `seen` how many packed bytes went in.
 */
export async function* zipEntryBytes(
  path: string,
  entry: ZipEntry,
  limit: number,
  seen: (packed: number) => void = () => {},
): AsyncGenerator<Buffer> {
  if (entry.method !== 0 && entry.method !== 8) {
    throw new UnreadableFile(
      'The workbook is packed in an unusual way. Open it in a spreadsheet program and save it again as .xlsx.',
    );
  }
  const guard = expansionGuard('The workbook', limit);
  guard(Math.min(entry.declared, limit + 1), Math.max(entry.packed, LIMITS.expansionFrom));
  const file = createReadStream(path, { ...(await dataRange(path, entry)), highWaterMark: 64 * 1024 });
  const stream = entry.method === 8 ? pipeline(file, createInflateRaw({ chunkSize: 64 * 1024 }), () => {}) : file;
  let unpacked = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      unpacked += chunk.length;
      guard(unpacked, file.bytesRead);
      seen(file.bytesRead);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) throw cutOff();
    throw error;
  } finally {
    file.destroy();
  }
}

async function dataRange(path: string, entry: ZipEntry): Promise<{ start: number; end: number }> {
  const file = await open(path);
  try {
    const header = (await file.read(Buffer.alloc(30), 0, 30, entry.offset)).buffer;
    if (header.readUInt32LE(0) !== 0x04034b50) throw cutOff();
    const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    return { start, end: start + Math.max(0, entry.packed - 1) };
  } finally {
    await file.close();
  }
}

function cutOff(): UnreadableFile {
  return new UnreadableFile('The workbook is cut off or damaged. Download or copy it again.');
}
