import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type BareIntake, startBareIntake } from './bare-intake.ts';
import type { Load, Sent } from './intake-load.ts';
import { type Figure, median } from './measure.ts';
import { benchServer } from './server.ts';
import { type Listening, publish, QUESTIONS } from './survey.ts';

export const CONNECTIONS = 64;
export const ROUNDS = 5;
const SECONDS = 4;
const ANY = { burst: 1e12, perSecond: 1e12 };
export const NO_LIMITS = {
  address: ANY,
  public: ANY,
  parts: ANY,
  responses: ANY,
  visits: ANY,
  account: ANY,
  attempts: ANY,
};

/**
 * Answers over HTTP at 64 connections, each acknowledged after its commit with fsync: whole responses with 10 answers,
 * and visits that send each of 10 answers as it is given.
 */
export async function intake(): Promise<Figure[]> {
  const server = await benchServer(NO_LIMITS);
  let bare: BareIntake | undefined;
  try {
    const survey = await publish(server);
    bare = await startBareIntake(server.bareUrl, { workspaceId: server.workspaceId, ...survey });
    const ports = { ours: Number(new URL(server.url).port), bare: bare.port };
    return [
      ...(await compare(survey, ports, 'whole responses', 1)),
      ...(await compare(survey, ports, 'visits in 10 parts', QUESTIONS)),
    ];
  } finally {
    await bare?.close();
    await server.remove();
  }
}

async function compare(
  { link }: Listening,
  ports: { ours: number; bare: number },
  what: string,
  partsPerResponse: number,
): Promise<Figure[]> {
  const load = { link, connections: CONNECTIONS, partsPerResponse, questions: QUESTIONS };
  const rates = { ours: [] as number[], bare: [] as number[] };
  const p99s = { ours: [] as number[], bare: [] as number[] };
  for (const side of ['ours', 'bare'] as const) await send({ ...load, port: ports[side], seconds: 2 });
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of ['ours', 'bare'] as const) {
      const sent = await send({ ...load, port: ports[side], seconds: SECONDS });
      rates[side].push(sent.responses / sent.seconds);
      p99s[side].push(percentile(sent.latencies, 0.99));
    }
  }
  const rate = { ours: median(rates.ours), bare: median(rates.bare) };
  const p99 = { ours: median(p99s.ours), bare: median(p99s.bare) };
  return [
    { name: `intake, ${what}`, unit: '/s', ...rate, promise: '≥ 0.7 ×', kept: rate.ours >= 0.7 * rate.bare },
    { name: `intake, ${what}, p99 of a request`, unit: 'ms', ...p99, promise: '≤ 2 ×', kept: p99.ours <= 2 * p99.bare },
  ];
}

/** Runs the sender in a thread of its own. */
export function send(load: Load): Promise<Sent> {
  const file = fileURLToPath(import.meta.url).replace(/intake(\.\w+)$/, 'intake-load$1');
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: load });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

export function percentile(values: Float64Array, share: number): number {
  const sorted = values.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}
