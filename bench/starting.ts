import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readOrMakeSecrets } from '../src/server/data-folder.ts';
import { startEmbedded } from '../src/server/postgres/embedded.ts';
import { startTimeOf } from '../src/server/processes.ts';
import { clock, type Figure, median } from './measure.ts';
import { freePort } from './server.ts';

/**
 * Time until it answers (with the sample workspace on the first start; again after all of it was killed), memory of all its
 * processes, size on disk.
 */
export async function starting(): Promise<Figure[]> {
  const first: number[] = [];
  const killed: number[] = [];
  const recovery: number[] = [];
  const second: number[] = [];
  const memory: number[] = [];
  let disk = 0;
  for (let round = 0; round < 5; round++) {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'parallax-bench-'));
    let child: ChildProcess | undefined;
    try {
      const run = async () => {
        child = await startAndAwait(dataDir);
      };
      first.push((await clock(run)) / 1000);
      // Right after the sample was stored: PostgreSQL has all of it to read again from its log.
      await kill(child, dataDir);
      recovery.push((await bareRecovery(dataDir)) / 1000);
      killed.push((await clock(run)) / 1000);
      await stop(child);
      second.push((await clock(run)) / 1000);
      await sleep(3000);
      memory.push(memoryOf(child?.pid as number) / 1e6);
      disk = sizeOf(dataDir) / 1e6;
    } finally {
      await stop(child);
      await rm(dataDir, { recursive: true, force: true });
    }
  }
  const [cold, warm, idle] = [median(first), median(second), median(memory)];
  const [again, bare] = [median(killed), median(recovery)];
  return [
    {
      name: 'first start, built, with the sample',
      unit: 's',
      ours: cold,
      bare: null,
      promise: '< 120 s',
      kept: cold < 120,
    },
    {
      name: 'ready again after kill -9 of everything',
      unit: 's',
      ours: again,
      bare,
      promise: '< 3 s',
      kept: again < 3,
    },
    { name: 'second start, ready', unit: 's', ours: warm, bare: null, promise: '< 3 s', kept: warm < 3 },
    {
      name: 'idle memory of all processes',
      unit: 'MB',
      ours: idle,
      bare: null,
      promise: '≤ 350 MB',
      kept: idle <= 350,
    },
    { name: 'data folder with the sample', unit: 'MB', ours: disk, bare: null, promise: '–', kept: true },
    {
      name: 'installed packages',
      unit: 'MB',
      ours: sizeOf('node_modules') / 1e6,
      bare: null,
      promise: '–',
      kept: true,
    },
  ];
}

async function startAndAwait(dataDir: string): Promise<ChildProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, ['bin/parallax.js', 'start'], {
    env: { ...process.env, PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'error' },
    stdio: 'ignore',
  });
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    const ready = await fetch(`http://127.0.0.1:${port}/api/v1/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return child;
    await sleep(20);
  }
  throw new Error('the server was not ready within two minutes');
}

async function stop(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** As a machine ends that hangs: Node and all of PostgreSQL at once, without a word. */
async function kill(child: ChildProcess | undefined, dataDir: string): Promise<void> {
  const postgres = Number(readFileSync(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
  const ended = new Promise((resolve) => child?.once('exit', resolve));
  child?.kill('SIGKILL');
  process.kill(-postgres, 'SIGKILL');
  await ended;
  while (startTimeOf(postgres) !== null) await sleep(10);
}

/** What PostgreSQL alone needs to recover a copy of the same folder and answer. */
async function bareRecovery(dataDir: string): Promise<number> {
  const copy = await mkdtemp(path.join(tmpdir(), 'parallax-bench-'));
  try {
    await cp(path.join(dataDir, 'postgres'), path.join(copy, 'postgres'), { recursive: true });
    await rm(path.join(copy, 'postgres/postmaster.pid'), { force: true });
    const { superuserPassword } = await readOrMakeSecrets(dataDir);
    let postgres: Awaited<ReturnType<typeof startEmbedded>> | undefined;
    const took = await clock(async () => {
      postgres = await startEmbedded({ dataDir: copy, superuserPassword });
    });
    if (postgres) {
      process.kill(-postgres.pid, 'SIGKILL');
      await postgres.ended;
    }
    return took;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** Proportional set size of a process and everything it started: shared pages are counted once. Linux only. */
function memoryOf(pid: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended while we looked.
    }
  }
  const belongs = (process: number): boolean =>
    process === pid || (parents.has(process) && belongs(parents.get(process) as number));
  return [...parents.keys()].filter(belongs).reduce((sum, process) => {
    const rollup = readFileSync(`/proc/${process}/smaps_rollup`, 'utf8');
    return sum + Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) * 1024;
  }, 0);
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
    (sum, entry) => (entry.isFile() ? sum + statSync(path.join(entry.parentPath, entry.name)).size : sum),
    0,
  );
}
