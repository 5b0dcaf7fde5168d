import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Problem } from '../http/problem.ts';
import { LIMITS, UnreadableFile } from './unreadable-file.ts';

/** Uploaded files that nobody imported are deleted after this many days. */
const KEPT_DAYS = 7;

/** What was uploaded before this moment is deleted. */
export function keptSince(now: Date): Date {
  return new Date(now.getTime() - KEPT_DAYS * 86_400_000);
}

/** Where an upload lies: named by the id of its import, never by anything that came with it. */
export function uploadPath(dataDir: string, importId: string): string {
  if (!/^[0-9a-f-]{36}$/.test(importId)) throw new Error('an import id is a UUID');
  return path.join(dataDir, 'uploads', importId);
}

/** Streams the body to disk, counting and hashing; leaves nothing behind when it is too large or breaks off. */
export async function receiveUpload(
  dataDir: string,
  importId: string,
  request: Request,
): Promise<{ bytes: number; sha256: string }> {
  if (!request.body) throw new Problem('invalid_request', 'The upload has no body: send the file itself as the body.');
  const target = uploadPath(dataDir, importId);
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 }).catch(refuseToWrite);
  const hash = createHash('sha256');
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > LIMITS.textBytes) return done(new Problem('too_large', 'The file is larger than 2 GB, the limit.'));
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(
      Readable.fromWeb(request.body as never),
      count,
      createWriteStream(target, { flags: 'wx', mode: 0o600 }),
    );
  } catch (error) {
    await rm(target, { force: true });
    if (error instanceof Problem) throw error;
    if (error instanceof Error && 'code' in error && WRITING.has(String(error.code))) refuseToWrite();
    throw new Problem('invalid_request', 'The upload broke off before its end. Send it again.');
  }
  return { bytes, sha256: hash.digest('hex') };
}

const WRITING = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EIO']);

function refuseToWrite(): never {
  throw new Problem(
    'unavailable',
    'The server cannot write the file: its disk is full, or DATA_DIR/uploads is not writable.',
  );
}

export async function deleteUpload(dataDir: string, importId: string): Promise<void> {
  await rm(uploadPath(dataDir, importId), { force: true });
}

export async function hasUpload(dataDir: string, importId: string): Promise<boolean> {
  return (await stat(uploadPath(dataDir, importId)).catch(() => null)) !== null;
}

export function uploadGone(): Problem {
  return new Problem(
    'gone',
    `The uploaded file is not kept any more: it is deleted after its import, or after ${KEPT_DAYS} days. Choose the file again.`,
  );
}

/**
 * Reads an upload for a request. Throws unprocessable for a file that is no table, and gone for one that is not there:
 * looking first would not do, as an import that ends meanwhile deletes it.
 */
export async function readingUpload<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnreadableFile) throw new Problem('unprocessable', error.message);
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw uploadGone();
    throw error;
  }
}

/** Deletes uploads older than seven days. Called with every new upload. */
export async function sweepUploads(dataDir: string, now: Date): Promise<void> {
  const folder = path.join(dataDir, 'uploads');
  for (const name of await readdir(folder).catch(() => [])) {
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => null);
    if (found && found.mtimeMs < keptSince(now).getTime()) await rm(file, { force: true });
  }
}
