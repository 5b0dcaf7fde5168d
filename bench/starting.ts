import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clock, type Figure, median } from './measure.ts';
import { freePort } from './server.ts';

/** Time until it answers (with the sample workspace on the first start), memory of all its processes, size on disk. */
export async function starting(): Promise<Figure[]> {
  const first: number[] = [];
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
  return [
    {
      name: 'first start, built, with the sample',
      unit: 's',
      ours: cold,
      bare: null,
      promise: '< 120 s',
      kept: cold < 120,
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
