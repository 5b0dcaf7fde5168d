import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CONNECTIONS, NO_LIMITS } from './intake.ts';
import type { Load } from './intake-load.ts';
import type { Figure } from './measure.ts';
import { benchServer } from './server.ts';
import { publish, QUESTIONS } from './survey.ts';

const SECONDS = 180;
const SAMPLE_MS = 3_000;
const MB = 1024 * 1024;

/**
 * Three minutes of visits as fast as they are taken: more parts than a hundred a second are in an hour. Whatever was kept
 * per part or per response would make the memory after a full collection rise; over the last third it must not; a fall breaks no promise.
 */
export async function intakeMemory(): Promise<Figure[]> {
  const server = await benchServer(NO_LIMITS);
  try {
    const { link } = await publish(server);
    const port = Number(new URL(server.url).port);
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heap: number[] = [];
    const resident: number[] = [];
    const sampling = setInterval(() => {
      collect();
      const { heapUsed, external, rss } = process.memoryUsage();
      heap.push((heapUsed + external) / MB);
      resident.push(rss / MB);
    }, SAMPLE_MS);
    const parts = await sendApart({
      link,
      port,
      connections: CONNECTIONS,
      partsPerResponse: QUESTIONS,
      questions: QUESTIONS,
      seconds: SECONDS,
    });
    clearInterval(sampling);
    return [
      flat(`heap after ${parts} parts, rise over the last minute`, heap),
      flat(`resident memory after ${parts} parts, rise over the last minute`, resident),
    ];
  } finally {
    await server.remove();
  }
}

/** Sends from a process of its own, whose memory is not ours. */
function sendApart(load: Load): Promise<number> {
  const file = fileURLToPath(import.meta.url).replace(/intake-memory(\.\w+)$/, 'intake-load$1');
  return new Promise((resolve, reject) => {
    const child = fork(file, [JSON.stringify(load)]);
    child.once('message', (requests) => resolve(Number(requests)));
    child.once('error', reject);
    child.once('exit', (code) => (code ? reject(new Error(`the sender ended with ${code}`)) : undefined));
  });
}

/** The straight line through the last third of the samples, from its beginning to its end. */
function flat(name: string, samples: readonly number[]): Figure {
  const last = samples.slice(-Math.floor(samples.length / 3));
  const n = last.length;
  const meanX = (n - 1) / 2;
  const mean = last.reduce((sum, each) => sum + each, 0) / n;
  let products = 0;
  let squares = 0;
  for (const [x, y] of last.entries()) {
    products += (x - meanX) * (y - mean);
    squares += (x - meanX) ** 2;
  }
  const rise = (products / squares) * (n - 1);
  const at = [samples[0], samples[samples.length >> 1], samples[samples.length - 1]]
    .map((mb) => mb?.toFixed(0))
    .join(' → ');
  return {
    name: `${name} (${at} MB)`,
    unit: 'MB',
    ours: rise,
    bare: null,
    promise: 'rise ≤ 10 %',
    kept: rise <= 0.1 * mean,
  };
}
