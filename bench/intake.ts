import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type BareIntake, startBareIntake } from './bare-intake.ts';
import type { Load, Sent } from './intake-load.ts';
import { type Figure, median } from './measure.ts';
import { type BenchServer, benchServer } from './server.ts';

const QUESTIONS = 10;
const CONNECTIONS = 64;
const ROUNDS = 5;
const SECONDS = 4;
const ANY = { burst: 1e12, perSecond: 1e12 };
export const NO_LIMITS = { address: ANY, public: ANY, parts: ANY, responses: ANY, account: ANY, attempts: ANY };

interface Listening {
  readonly surveyId: string;
  readonly link: string;
  readonly items: readonly string[];
}

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

function percentile(values: Float64Array, share: number): number {
  const sorted = values.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}

/** A published survey with ten ratings, each bound to an item. */
async function publish(server: BenchServer): Promise<Listening> {
  const ask = (method: string, address: string, body?: unknown) =>
    server.send(
      method,
      `/workspaces/${server.workspaceId}${address}`,
      body === undefined ? undefined : JSON.stringify(body),
    ) as Promise<{ id: string; revision: number; token: string }>;
  const journey = await ask('POST', '/journeys', { name: 'Journey' });
  const stage = await ask('POST', `/journeys/${journey.id}/stages`, { name: 'Stage' });
  const touchpoint = await ask('POST', `/stages/${stage.id}/touchpoints`, { name: 'Touchpoint' });
  const items: string[] = [];
  for (let i = 0; i < QUESTIONS; i++) {
    const scale = { min: 1, max: 5, step: 1, direction: 'up', topBox: 5 };
    items.push(
      (await ask('POST', `/touchpoints/${touchpoint.id}/items`, { key: `item_${i}`, name: `Item ${i}`, scale })).id,
    );
  }
  const survey = await ask('POST', '/surveys', { name: 'Bench' });
  const { revision } = await ask('GET', `/surveys/${survey.id}/draft`);
  await ask('PUT', `/surveys/${survey.id}/draft`, { definition: definition(), revision });
  await ask('POST', `/surveys/${survey.id}/publish`, {});
  const made = await ask('POST', `/surveys/${survey.id}/links`, { audience: 'customer', channel: 'web' });
  return { surveyId: survey.id, link: made.token, items };
}

function definition() {
  return {
    format: 'parallax-survey/1',
    title: { customer: { en: 'Bench' } },
    languages: ['en'],
    audiences: ['customer'],
    pages: [
      {
        id: 'p1',
        questions: Array.from({ length: QUESTIONS }, (_, i) => ({
          id: `q${i}`,
          type: 'rating',
          min: 1,
          max: 5,
          item: `item_${i}`,
          text: { customer: { en: `How was part ${i}?` } },
        })),
      },
    ],
    endings: [{ id: 'thanks', title: { customer: { en: 'Thank you' } } }],
    hidden: [],
    quotas: [],
    theme: {},
    settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
  };
}
