import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, renameSync, statSync } from 'node:fs';
import { readFile, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../data-folder.ts';
import { isNumberTaken, isPostgresOn, postgresOn, startTimeOf } from '../processes.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { makeCluster, POSTGRES_ENVIRONMENT, unreachable } from './cluster.ts';
import { type RunAs, runAs } from './run-as.ts';

export interface EmbeddedPostgres {
  readonly port: number;
  readonly pid: number;
  /** Address of a database for a role, with its password. */
  url(role: string, password: string, database: string): string;
  /** Resolves when the server has ended, asked or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Holds `postgres/` and `postgres.log`. */
  readonly dataDir: string;
  readonly superuserPassword: string;
  /** Server settings over ours. For tests only. */
  readonly overrides?: Record<string, string>;
}

/** Durable, small when idle, sized for one machine with two cores and a pool of ten. */
const SERVER_SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '40',
  shared_buffers: '128MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  wal_level: 'minimal',
  io_workers: '2',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Statements can carry answers and tokens, and so can the rows and texts that details and context name: an error is
  // logged without them.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_line_prefix: '%m [%p] ',
  update_process_title: 'off',
};

const START_MS = 60_000;
const WORKERS_MS = 20_000;

/**
 * Starts the PostgreSQL of this data folder on a free port of 127.0.0.1, after ending one that an earlier process left
 * behind. The caller holds the lock of the folder. The server has its own process group, so that Ctrl-C reaches Node
 * first, and its output goes to a file, so that it never depends on Node being there to read it.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const binaries = findBinaries();
  const folder = path.join(await realpath(options.dataDir), 'postgres');
  const as = runAs(folder);
  await makeCluster(folder, options.superuserPassword, binaries, as);
  await endOrphan(folder);
  const log = path.join(options.dataDir, 'postgres.log');
  // Another program can take the port between our looking and PostgreSQL's binding.
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = launch(binaries, as, folder, log, { ...SERVER_SETTINGS, ...options.overrides, port: String(port) });
    const outcome = await ready(child, folder, port);
    if (outcome === 'ready') return handle(child, port);
    if (attempt < 3 && /could not bind|could not create any TCP/.test(await tail(log))) continue;
    throw new StartError(
      as.otherUser && outcome === 'not started'
        ? unreachable(binaries.postgres, as)
        : `The embedded PostgreSQL did not start (${outcome}). Its last lines in ${log}:\n${await tail(log)}`,
    );
  }
}

function launch(
  binaries: Binaries,
  as: RunAs,
  folder: string,
  log: string,
  settings: Record<string, string>,
): ChildProcess {
  const [command = binaries.postgres, ...before] = [...as.prefix, binaries.postgres];
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const output = openLog(log);
  const child = spawn(command, [...before, '-D', folder, ...options], {
    env: POSTGRES_ENVIRONMENT,
    cwd: '/',
    detached: true,
    stdio: ['ignore', output, output],
    ...(as.uid !== undefined && { uid: as.uid, gid: as.gid }),
  });
  closeSync(output);
  return child;
}

function openLog(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 10_000_000) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/** Waits until the server says "ready" in its PID file, which is quicker than knocking and needs no password. */
async function ready(
  child: ChildProcess,
  folder: string,
  port: number,
): Promise<'ready' | 'not started' | 'ended' | 'too slow'> {
  let failed: 'not started' | 'ended' | null = null;
  child.on('error', () => {
    failed = 'not started';
  });
  child.on('exit', () => {
    failed ??= 'ended';
  });
  const giveUpAt = performance.now() + START_MS;
  while (performance.now() < giveUpAt) {
    if (failed !== null) return failed;
    const lines = (await readPidFile(folder)) ?? [];
    if (Number(lines[0]) === child.pid && Number(lines[3]) === port && lines[7]?.trim() === 'ready') return 'ready';
    await sleep(15);
  }
  child.kill('SIGQUIT');
  return 'too slow';
}

function handle(child: ChildProcess, port: number): EmbeddedPostgres {
  const pid = child.pid as number;
  const ended = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.on('exit', () => resolve());
  });
  let stopping: Promise<void> | null = null;
  return {
    port,
    pid,
    ended,
    url: (role, password, database) => localUrl(port, role, password, database),
    stop() {
      stopping ??= endServer(pid, () => child.exitCode !== null || child.signalCode !== null);
      return stopping;
    },
  };
}

export function localUrl(port: number, role: string, password: string, database: string): string {
  return `postgres://${encodeURIComponent(role)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/** Fast shutdown first (clients are sent away, everything is written), immediate shutdown if that hangs. */
async function endServer(pid: number, gone: () => boolean): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const giveUpAt = performance.now() + patienceMs;
    while (performance.now() < giveUpAt) {
      if (gone()) return;
      await sleep(10);
    }
  }
}

/**
 * After `kill -9` of Node alone its PostgreSQL lives on: it is ended here, so that the new one has our settings and is
 * our child. After `kill -9` of everything only the PID file is left. Where its number is taken by a stranger by now, or
 * by remains that nobody has collected yet, the file has to go, else PostgreSQL would take that for its predecessor and
 * refuse; not before the last worker of the dead server is gone, which PostgreSQL would have checked.
 */
async function endOrphan(folder: string): Promise<void> {
  const lines = await readPidFile(folder);
  if (lines === null) return;
  const pid = Number(lines[0]);
  const started = startTimeOf(pid);
  if (started !== null && isPostgresOn(pid, folder)) await endServer(pid, () => startTimeOf(pid) !== started);
  const giveUpAt = performance.now() + WORKERS_MS;
  let left = postgresOn(folder);
  while (left.length > 0) {
    if (performance.now() > giveUpAt) {
      throw new StartError(
        `An earlier PostgreSQL (PID ${left.join(', ')}) still works on ${folder} and does not end. End it, then start again.`,
      );
    }
    await sleep(20);
    left = postgresOn(folder);
  }
  if (isNumberTaken(pid)) await rm(path.join(folder, 'postmaster.pid'), { force: true });
}

/** The port of a server that some process has running on this data folder; null when there is none. */
export async function runningPort(dataDir: string): Promise<number | null> {
  const folder = path.join(await realpath(dataDir).catch(() => dataDir), 'postgres');
  const lines = await readPidFile(folder);
  return lines !== null && isPostgresOn(Number(lines[0]), folder) ? Number(lines[3]) : null;
}

async function readPidFile(folder: string): Promise<string[] | null> {
  const text = await readFile(path.join(folder, 'postmaster.pid'), 'utf8').catch(() => null);
  return text === null ? null : text.split('\n');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

async function tail(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-8).join('\n');
}
