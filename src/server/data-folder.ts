import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { processWorld, startTimeOf } from './processes.ts';

/** Something that the person who starts Parallax can mend; `message` says what and how, without a stack. */
export class StartError extends Error {
  override name = 'StartError';
}

export interface FolderLock {
  release(): Promise<void>;
}

const HEARTBEAT_MS = 1_000;
const SILENT_MS = 4_000;

/** Creates the data folder where it is missing and says clearly when that is impossible. */
export async function openDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const probe = path.join(folder, `.probe-${process.pid}`);
    await (await open(probe, 'w')).close();
    await rm(probe);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    throw new StartError(
      code === 'EEXIST' || code === 'ENOTDIR'
        ? `DATA_DIR ${folder} is not a folder. Name a folder, or move that file away.`
        : `DATA_DIR ${folder} cannot be written (${code}). Give this user the right to write there, or name another folder.`,
    );
  }
}

/**
 * Takes the data folder for this process; waits up to `patienceMs` for a holder that is stopping, then throws a
 * StartError that names its PID.
 *
 * Every taker first writes its own claim, then looks: it holds the folder once it sees no other live claim. Of two that
 * ask at once at least one sees the other, so never both hold; the one whose name sorts later steps back, so one gets
 * it. The name of a claim says who made it (PID and start time), so a dead claim can be deleted without a race: nobody
 * else can ever be meant by it. Claims from another container or an earlier boot can't be judged by PID; those live
 * as long as their heartbeat.
 */
export async function lockDataFolder(folder: string, patienceMs = 5_000): Promise<FolderLock> {
  const claims = path.join(folder, 'lock');
  await mkdir(claims, { recursive: true, mode: 0o700 });
  const own = `${process.pid}.${startTimeOf(process.pid)}.${processWorld()}`;
  const ownPath = path.join(claims, own);
  const giveUpAt = performance.now() + patienceMs;
  let asked = false;
  const withdraw = async () => {
    if (asked) await rm(ownPath, { force: true });
    asked = false;
  };
  while (true) {
    if (!asked) {
      try {
        await (await open(ownPath, 'wx', 0o600)).close();
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
        throw new StartError(`DATA_DIR ${folder} is already used by this very process (PID ${process.pid}).`);
      }
      asked = true;
    }
    const others = await otherLiveClaims(claims, own);
    if (others.length === 0) break;
    if (performance.now() >= giveUpAt) {
      await withdraw();
      throw new StartError(
        `DATA_DIR ${folder} is in use by another Parallax, PID ${others[0]?.split('.')[0]}. Stop that one first, or give this one its own DATA_DIR and PORT.`,
      );
    }
    if (others.some((other) => other < own)) await withdraw();
    await sleep(50);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(ownPath, now, now).catch(() => {});
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    async release() {
      clearInterval(heartbeat);
      await withdraw();
    },
  };
}

async function otherLiveClaims(claims: string, own: string): Promise<string[]> {
  const alive: string[] = [];
  for (const name of (await readdir(claims)).sort()) {
    if (name === own) continue;
    if (await isAlive(claims, name)) alive.push(name);
    else await rm(path.join(claims, name), { force: true });
  }
  return alive;
}

async function isAlive(claims: string, name: string): Promise<boolean> {
  const [pid, started, world] = name.split('.');
  if (world === processWorld()) return startTimeOf(Number(pid)) === started;
  const written = await stat(path.join(claims, name)).catch(() => null);
  return written !== null && Math.abs(Date.now() - written.mtimeMs) < SILENT_MS;
}

const secretsSchema = z.object({
  superuserPassword: z.string().min(32),
  ownerPassword: z.string().min(32),
  appPassword: z.string().min(32),
  secretKey: z.string().min(32),
});
export type Secrets = z.output<typeof secretsSchema>;

/**
 * Reads the secrets of this data folder, or makes them on the first start. The file is written whole, synced and then
 * renamed, so that a kill never leaves half of it. Throws a StartError when others than its owner can read it, when it
 * is damaged, or when it is missing while the database that it opens is there.
 */
export async function readOrMakeSecrets(folder: string): Promise<Secrets> {
  const file = path.join(folder, 'secrets.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new StartError(`${file} cannot be read (${error.code}). Start Parallax as the user who owns it.`);
  });
  if (text === null) return makeSecrets(folder, file);
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new StartError(`${file} can be read by other users. Run: chmod 600 '${file}'`);
  }
  try {
    return secretsSchema.parse(JSON.parse(text));
  } catch {
    throw new StartError(`${file} is damaged. Restore it from your backup of DATA_DIR.`);
  }
}

async function makeSecrets(folder: string, file: string): Promise<Secrets> {
  if (await stat(path.join(folder, 'postgres')).catch(() => null)) {
    throw new StartError(
      `${file} is missing, and without it the database beside it can't be opened. Restore it from your backup of DATA_DIR.`,
    );
  }
  const random = () => randomBytes(36).toString('base64url');
  const secrets = { superuserPassword: random(), ownerPassword: random(), appPassword: random(), secretKey: random() };
  const partial = `${file}.partial`;
  await rm(partial, { force: true });
  const handle = openSync(partial, 'wx', 0o600);
  writeSync(handle, `${JSON.stringify(secrets, null, 2)}\n`);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(partial, file);
  await syncFolder(folder);
  return secrets;
}

/** Makes a rename in `folder` survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}
