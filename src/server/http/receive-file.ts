import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Problem } from './problem.ts';

/**
 * Writes an upload to disk, hands its path to `work`, and deletes it whatever happens: the whole file is looked at before
 * any of it is believed, and no transaction waits for a thin line. Throws invalid_request where it breaks off.
 */
export async function withUploadedFile<T>(
  dataDir: string,
  request: Request,
  work: (file: string) => Promise<T>,
): Promise<T> {
  if (!request.body) throw new Problem('invalid_request', 'Send the file itself as the body.');
  const folder = path.join(dataDir, 'uploads');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, randomUUID());
  try {
    try {
      await pipeline(Readable.fromWeb(request.body as never), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw new Problem('invalid_request', 'The upload broke off before its end. Send it again.');
    }
    return await work(file);
  } finally {
    await rm(file, { force: true });
  }
}
