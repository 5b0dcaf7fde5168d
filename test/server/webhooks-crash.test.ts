import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CamelCasePlugin, Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tables } from '../../src/server/db/tables.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import type { Services } from '../../src/server/http/route.ts';
import { sendOut } from '../../src/server/outbound/send-out.ts';
import { writeOutbox } from '../../src/server/outbox/verbs.ts';
import { startDue } from '../../src/server/webhooks/deliver.ts';
import { dispatchEvents } from '../../src/server/webhooks/dispatch.ts';
import { rounds } from '../deep.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { addWebhook, deliverAll, LOOPBACK, type Receiver, receiver, responseEvent, tell } from './webhooks-world.ts';

/**
 * Whatever moment the sender dies at, between the change, the handing over, the sending and the mark: every event that
 * was stored arrives at every endpoint, under one webhook-id, in the order of its subject.
 */
const KINDS = ['response.started', 'response.finished', 'response.changed'] as const;
const LEASE_MS = 61_000;
const never = new AbortController().signal;
let world: World;
let tern: Company;
let targets: Receiver[];
beforeAll(async () => {
  world = await openWorld({ config: LOOPBACK });
});
afterAll(async () => {
  for (const target of targets ?? []) target.close();
  await world.close();
});

async function begin(): Promise<void> {
  for (const target of targets ?? []) target.close();
  tern = await world.company(TERN_FERRIES);
  targets = [await receiver(), await receiver()];
  for (const target of targets) await addWebhook(world, tern, target.url);
}

/** What a receiver keeps that drops ids it has seen, in the order of their first arrival. */
function kept(target: Receiver): Map<string, string[]> {
  const seen = new Set<string>();
  const bySubject = new Map<string, string[]>();
  for (const { id, json } of target.arrived) {
    if (seen.has(id)) continue;
    seen.add(id);
    const subject = json.data.response ?? '';
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), json.type]);
  }
  return bySubject;
}

function expectExactlyOnce(stored: readonly string[]): void {
  for (const target of targets) {
    const delivered = kept(target);
    for (const subject of stored) expect([subject, delivered.get(subject)]).toEqual([subject, [...KINDS]]);
    for (const kinds of delivered.values()) expect(kinds).toEqual([...KINDS]);
  }
}

class Killed extends Error {}

/** Services that die after so many steps: before or after any statement or request. From then on nothing works. */
function dyingServices(steps: number): { services: Services; step: () => void; end: () => Promise<void> } {
  let left = steps;
  const step = () => {
    if (left-- <= 0) throw new Killed();
  };
  const pool = new pg.Pool({ connectionString: world.database.appUrl, max: 4 });
  pool.on('error', () => {});
  const dying: PostgresPool = {
    async connect() {
      step();
      const client = await pool.connect();
      const query = async (statement: string, values: readonly unknown[]) => {
        step();
        const result = await client.query(statement, [...values]);
        step();
        return result;
      };
      // A dead process keeps no connection: its open transaction is rolled back.
      const mortal: PostgresPoolClient = Object.create(client);
      return Object.assign(mortal, { query, release: () => client.release(left <= 0) });
    },
    end: () => pool.end(),
  };
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: dying }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  const connection = { db, pool, writers: pool, close: () => db.destroy() };
  return { services: { ...world.services, connection }, step, end: () => pool.end() };
}

test('died at any statement or request, 200 rounds', { timeout: 120_000 }, async () => {
  await begin();
  const stored: string[] = [];
  let deaths = 0;
  const total = rounds(200, 2_000);
  for (let round = 0; round < total; round++) {
    // A round takes about 60 steps; the seed is the round itself, so that each step is met.
    const dying = dyingServices((round * 37) % 67);
    const response = `round-${round}`;
    const events = KINDS.map((kind) => responseEvent(response, kind));
    const send: typeof sendOut = async (...request) => {
      dying.step();
      const answer = await sendOut(...request);
      dying.step();
      return answer;
    };
    const dies = (error: unknown) => {
      if (!(error instanceof Killed)) throw error;
      deaths++;
    };
    try {
      await inWorkspace(dying.services.connection.db, tern.id, (tx) => writeOutbox(tern.id, tx, events));
      stored.push(response);
      for (let i = 0; i < 4; i++) {
        await dispatchEvents(dying.services, tern.id, never);
        const lines = await Promise.allSettled(await startDue(dying.services, tern.id, never, send));
        for (const line of lines) if (line.status === 'rejected') throw line.reason;
      }
    } catch (error) {
      dies(error);
    }
    await dying.end();
    world.advance(LEASE_MS);
  }
  await deliverAll(world.services, tern.id);
  world.advance(LEASE_MS);
  await deliverAll(world.services, tern.id);
  expect(deaths).toBeGreaterThan(total / 2);
  expect(stored.length).toBeGreaterThan(total / 2);
  expectExactlyOnce(stored);
  // Some requests were sent and not marked: without the webhook-id they would count twice.
  expect(targets.some(({ arrived }) => new Set(arrived.map(({ id }) => id)).size < arrived.length)).toBe(true);
});

test('a process killed by SIGKILL while it delivers, 20 rounds', { timeout: 240_000 }, async () => {
  await begin();
  const root = path.resolve(import.meta.dirname, '../..');
  // Below the project, so that the packages are found.
  const folder = await mkdtemp(path.join(root, 'node_modules', '.parallax-test-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    root,
    build: { ssr: path.join(import.meta.dirname, 'webhooks-child.ts'), outDir: folder, target: 'node20' },
  });
  const stored: string[] = [];
  let ahead = 0;
  const launch = async (): Promise<ChildProcess> => {
    const config = JSON.stringify(world.services.config);
    const file = path.join(folder, 'webhooks-child.js');
    const args = [file, world.database.appUrl, tern.id, String(ahead), config];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout ?? child, 'data');
    return child;
  };
  try {
    const total = rounds(20, 200);
    for (let round = 0; round < total; round++) {
      const child = await launch();
      const before = targets[0]?.arrived.length ?? 0;
      for (let i = 0; i < 10; i++) {
        const response = `kill-${round}-${i}`;
        await tell(
          world,
          tern.id,
          KINDS.map((kind) => responseEvent(response, kind)),
        );
        stored.push(response);
      }
      // In the middle of it: not before the first has arrived.
      while ((targets[0]?.arrived.length ?? 0) === before && child.exitCode === null) await sleep(1);
      await sleep(Math.random() * 30);
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      expect((await ended)[1]).toBe('SIGKILL');
      ahead += LEASE_MS;
      world.advance(LEASE_MS);
    }
    await deliverAll(world.services, tern.id);
    expectExactlyOnce(stored);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
