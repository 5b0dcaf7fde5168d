import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';

/**
 * A backup is an ordinary .gz file: the compressed text, and behind it a second, tiny gzip member that holds the
 * SHA-256 of every byte before it. gzip's own checksum covers the text only, so that a changed header or padding bit
 * would pass; with the seal any changed, missing or added byte is noticed before anything is read.
 */
export function seal(sha256: Buffer): Buffer {
  const text = Buffer.from(`\n${JSON.stringify({ seal: sha256.toString('hex') })}\n`);
  const member = Buffer.alloc(10 + 5 + text.length + 8);
  // Header: gzip, deflate, no flags, no time, no level, unknown system.
  member.set([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], 0);
  // One stored (uncompressed) block, so that every installation writes exactly the same bytes.
  member[10] = 1;
  member.writeUInt16LE(text.length, 11);
  member.writeUInt16LE(~text.length & 0xffff, 13);
  text.copy(member, 15);
  member.writeUInt32LE(crc32(text), 15 + text.length);
  member.writeUInt32LE(text.length, 19 + text.length);
  return member;
}

const SEAL_LENGTH = seal(Buffer.alloc(32)).length;

/** Why a file is no whole backup; the message says what to do. */
export class DamagedBackup extends Error {}

/** Checks the seal. Returns how many bytes of compressed text come before it. Throws DamagedBackup. */
export async function verifySeal(file: string): Promise<number> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const length = size - SEAL_LENGTH;
    if (length <= 0) throw new DamagedBackup('The file is too short to be an export of a workspace.');
    const first = Buffer.alloc(2);
    await handle.read(first, 0, 2, 0);
    if (first[0] !== 0x1f || first[1] !== 0x8b) {
      throw new DamagedBackup('This is no export of a workspace: it is not a .gz file.');
    }
    const found = Buffer.alloc(SEAL_LENGTH);
    await handle.read(found, 0, SEAL_LENGTH, length);
    const hash = createHash('sha256');
    await pipeline(createReadStream(file, { end: length - 1 }), hash);
    if (!seal(hash.digest()).equals(found)) {
      throw new DamagedBackup(
        'The export is damaged or cut off: its seal does not fit. Nothing was restored; use another copy.',
      );
    }
    return length;
  } finally {
    await handle.close();
  }
}
