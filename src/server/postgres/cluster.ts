import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartError, syncFolder } from '../data-folder.ts';
import { SYSTEM_PATH } from '../processes.ts';
import type { Binaries } from './binaries.ts';
import { handOver, type RunAs } from './run-as.ts';

const MAJOR = '18';

/** What every PostgreSQL process of ours gets as its environment: nothing of the person who starts us. */
export const POSTGRES_ENVIRONMENT = { PATH: SYSTEM_PATH, LC_ALL: 'C', TZ: 'UTC' };

/**
 * Makes the database folder at `folder` unless it is there, UTF8 with the builtin C.UTF-8 locale on every machine.
 * It is made under another name and renamed when complete, so that a kill during the first start leaves nothing that
 * the next start could trip over.
 */
export async function makeCluster(
  folder: string,
  superuserPassword: string,
  binaries: Binaries,
  as: RunAs,
): Promise<void> {
  if (existsSync(folder)) {
    const version = await readFile(path.join(folder, 'PG_VERSION'), 'utf8').catch(() => 'none');
    if (version.trim() === MAJOR) return;
    throw new StartError(
      `${folder} holds a database of PostgreSQL ${version.trim()}, this Parallax brings ${MAJOR}. Export with the version that made it, then import here.`,
    );
  }
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { mode: 0o700 });
  const passwordFile = path.join(partial, 'password');
  const cluster = path.join(partial, 'cluster');
  await writeFile(passwordFile, `${superuserPassword}\n`, { mode: 0o600 });
  handOver(partial, as);
  await runInitdb(binaries.initdb, as, [
    `--pgdata=${cluster}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ]);
  await rename(cluster, folder);
  await syncFolder(path.dirname(folder));
  await rm(partial, { recursive: true, force: true });
}

async function runInitdb(initdb: string, as: RunAs, options: string[]): Promise<void> {
  const [command = initdb, ...before] = [...as.prefix, initdb];
  const child = spawn(command, [...before, ...options], {
    env: POSTGRES_ENVIRONMENT,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(as.uid !== undefined && { uid: as.uid, gid: as.gid }),
  });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      complaint += error.message;
      resolve('error');
    });
    child.on('close', resolve);
  });
  if (code === 0) return;
  const reason = complaint.trim().split('\n').slice(-3).join(' ');
  throw new StartError(
    as.otherUser ? `${unreachable(initdb, as)} (${reason})` : `The database folder could not be made: ${reason}`,
  );
}

/** Why PostgreSQL may not start as another user, and what to do. */
export function unreachable(program: string, as: RunAs): string {
  return `PostgreSQL does not run as root, and user ${as.uid} could not start ${program} on DATA_DIR. Start Parallax as an ordinary user, or put it and DATA_DIR where that user may enter.`;
}
