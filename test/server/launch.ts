import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startTimeOf } from '../../src/server/processes.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Launched {
  readonly child: ChildProcess;
  readonly port: number;
  /** Everything printed so far. */
  output(): string;
  /** Resolves when the server answers, rejects with its output when it ends instead. */
  ready(): Promise<void>;
  /** Exit code; null when a signal ended it. */
  readonly exit: Promise<number | null>;
}

/** Starts the real program as a person does, on a port of its own, without the sample; `below`: under another program. */
export async function launch(
  dataDir: string,
  environment: Record<string, string> = {},
  below: readonly string[] = [],
): Promise<Launched> {
  const port = Number(environment.PORT ?? (await freePort()));
  const [program = process.execPath, ...before] = [...below, process.execPath];
  const child = spawn(program, [...before, path.join(ROOT, 'bin/parallax.js'), 'start'], {
    env: {
      PATH: process.env.PATH,
      // Nothing of this may reach the database.
      LANG: 'tr_TR.ISO-8859-9',
      LC_ALL: 'C',
      PGDATA: '/nowhere',
      PGPORT: '1',
      SAMPLE: 'off',
      LOG_LEVEL: 'warn',
      DATA_DIR: dataDir,
      ...environment,
      PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      text += chunk;
    });
  }
  const exit = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  return {
    child,
    port,
    output: () => text,
    exit,
    async ready() {
      while (child.exitCode === null && child.signalCode === null) {
        const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
        await answer?.arrayBuffer();
        if (answer && answer.status < 500 && text.includes('is running at')) return;
        await sleep(25);
      }
      throw new Error(`ended before it was ready:\n${text}`);
    },
  };
}

export function postgresPid(dataDir: string): number {
  return Number(readFileSync(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
}

export function isRunning(pid: number): boolean {
  return startTimeOf(pid) !== null;
}

export async function gone(pid: number): Promise<void> {
  while (isRunning(pid)) await sleep(20);
}

/** Looks into the database of a running data folder with the superuser's password from its secrets file. */
export async function query(dataDir: string, statement: string): Promise<Record<string, unknown>[]> {
  const { superuserPassword } = JSON.parse(readFileSync(path.join(dataDir, 'secrets.json'), 'utf8'));
  const port = readFileSync(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[3];
  const client = new pg.Client(`postgres://postgres:${superuserPassword}@127.0.0.1:${port}/parallax`);
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

export async function temporaryFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parallax lifecycle '));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address && typeof address === 'object' ? address.port : 0));
    });
  });
}
