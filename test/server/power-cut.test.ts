import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findStrace } from '../../bin/strace.js';
import { responseKey } from '../../src/server/intake/response-key.ts';
import { startEmbedded } from '../../src/server/postgres/embedded.ts';
import { ownerOf, publishRatings, RATINGS, type RatingLink, wholeResponse } from '../answering.ts';
import { rounds } from '../deep.ts';
import { Disk, type Mode } from '../power-cut/disk.ts';
import { type Event, readTrace, TRACED } from '../power-cut/trace.ts';
import { missing, readStored } from '../stored-answers.ts';
import { customerVisit, goOn, inviteStaff, PARTS, poster, staffVisit, type Visit } from '../visits.ts';
import { gone, launch, postgresPid, temporaryFolder } from './launch.ts';

/**
 * The power goes: what was written and not synced may be lost, kept in part, or torn. The real server runs under strace
 * while people answer; the disk is rebuilt as a cut at a random moment would leave it, and PostgreSQL starts on it.
 */
const strace = findStrace();
let place: Awaited<ReturnType<typeof temporaryFolder>>;
let survey: RatingLink;
let events: Event[];
/** Index of the event at which the answer to a post began to be sent, and what it acknowledges; tickets have no answers. */
let acknowledged: (Said & { readonly index: number })[];
interface Said {
  /** Of the response. */
  readonly key: string;
  readonly answers: Readonly<Record<string, number>>;
}
/** Personal links of staff. */
let invited: string[];
const base = () => path.join(place.folder, 'base');
const data = () => path.join(place.folder, 'data');

beforeAll(async () => {
  if (!strace) return;
  place = await temporaryFolder();
  const server = await launch(data());
  await server.ready();
  const token = /#token=(\S+)/.exec(server.output())?.[1] ?? '';
  const ask = await ownerOf(`http://127.0.0.1:${server.port}`, token);
  survey = await publishRatings(ask, ['customer', 'staff']);
  invited = await inviteStaff(ask, survey, STAFF);
  server.child.kill('SIGTERM');
  await server.exit;
  cpSync(path.join(data(), 'postgres'), base(), { recursive: true });
  await recordTrace();
}, 300_000);
afterAll(() => place?.remove());

/** People who send everything at once, on this many connections. */
const CONNECTIONS = 3;
const POSTS = 25;
/** Customers and staff who answer part by part, one after the other. */
const VISITS = 6;
const STAFF = 6;

/** Runs the server under strace, lets people answer, has PostgreSQL write its pages meanwhile, and kills everything. */
async function recordTrace(): Promise<void> {
  const traceFile = path.join(place.folder, 'trace');
  const server = await launch(data(), {}, [
    strace as string,
    '-f',
    '--seccomp-bpf',
    '-yy',
    '-xx',
    '-s',
    '1100000',
    '-e',
    `trace=${TRACED}`,
    '-o',
    traceFile,
  ]);
  await server.ready();
  const byPort = new Map<number, (Said | undefined)[]>();
  const client = await superuser(data());
  const agents: Agent[] = [];
  const posting = (said: (body: Body) => Said | undefined) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agents.push(agent);
    return poster(server.port, agent, (from, body) => {
      byPort.set(from, [...(byPort.get(from) ?? []), said(body as Body)]);
    });
  };
  await Promise.all([
    ...Array.from({ length: CONNECTIONS }, async (_, connection) => {
      const post = posting(({ response = '', answers = {} }) => ({ key: responseKey(response), answers }));
      for (let i = 0; i < POSTS; i++) {
        await post(wholeResponse(survey.link, randomUUID()));
        if (connection === 0 && i % 8 === 7) await client.query('CHECKPOINT');
      }
    }),
    (async () => {
      const post = posting(({ response = '', answers = {} }) => ({ key: responseKey(response), answers }));
      for (let i = 0; i < VISITS; i++) await goOn(post, customerVisit(survey));
    })(),
    (async () => {
      let visit: Visit | undefined;
      // Of a ticket the body does not say which response it is.
      const post = posting(({ answers }) => answers && { key: visit?.key ?? '', answers });
      for (const token of invited) {
        visit = await staffVisit(post, token, () => {});
        await goOn(post, visit);
      }
    })(),
  ]);
  for (const agent of agents) agent.destroy();
  await client.end();
  const pid = postgresPid(data());
  killTree(server.child, pid);
  await server.exit;
  await gone(pid);
  events = await readTrace(traceFile, path.join(data(), 'postgres'));
  rmSync(traceFile);
  const next = new Map<number, number>();
  acknowledged = events.flatMap((event, index) => {
    if (event.kind !== 'sent' || !event.data.subarray(0, 12).equals(Buffer.from('HTTP/1.1 200'))) return [];
    const place = next.get(event.port) ?? 0;
    const said = byPort.get(event.port)?.[place];
    next.set(event.port, place + 1);
    return said ? [{ index, ...said }] : [];
  });
}

interface Body {
  readonly response?: string;
  readonly answers?: Readonly<Record<string, number>>;
}

function killTree(tracer: ChildProcess, postgres: number): void {
  process.kill(-postgres, 'SIGKILL');
  tracer.kill('SIGKILL');
}

async function superuser(dataDir: string): Promise<pg.Client> {
  const { superuserPassword } = JSON.parse(readFileSync(path.join(dataDir, 'secrets.json'), 'utf8'));
  const port = readFileSync(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[3];
  const client = new pg.Client(`postgres://postgres:${superuserPassword}@127.0.0.1:${port}/parallax`);
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Rebuilds the disk as a cut before `at` leaves it, starts PostgreSQL on it, and says what of the acknowledged is missing. */
async function lostAfter(at: number, mode: Mode, random: () => number): Promise<string[]> {
  const folder = path.join(place.folder, 'cut');
  const cluster = path.join(folder, 'postgres');
  mkdirSync(folder, { recursive: true });
  cpSync(base(), cluster, { recursive: true });
  const root = path.join(data(), 'postgres') + path.sep;
  const disk = new Disk(base(), mode, random);
  for (let i = 0; i < at; i++) {
    disk.apply(events[i] as Event, i, (file) => (file.startsWith(root) ? file.slice(root.length) : undefined));
  }
  disk.cut(cluster);
  rmSync(path.join(cluster, 'postmaster.pid'), { force: true });
  cpSync(path.join(data(), 'secrets.json'), path.join(folder, 'secrets.json'));
  const { superuserPassword } = JSON.parse(readFileSync(path.join(folder, 'secrets.json'), 'utf8'));
  const postgres = await startEmbedded({ dataDir: folder, superuserPassword });
  try {
    const client = new pg.Client(postgres.url('postgres', superuserPassword, 'parallax'));
    client.on('error', () => {});
    await client.connect();
    const stored = await readStored(async (statement) => (await client.query(statement)).rows);
    await client.end();
    const torn = [...stored.values()].filter(({ given }) => Object.keys(given).length % (RATINGS / PARTS) !== 0);
    expect(torn).toEqual([]);
    return acknowledged.filter(({ index }) => index < at).flatMap(({ key, answers }) => missing(stored, key, answers));
  } finally {
    process.kill(-postgres.pid, 'SIGKILL');
    await postgres.ended;
    await gone(postgres.pid);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Moments of the second half of the trace's life of answers: before the first one there is nothing to lose. */
function randomCut(random: () => number): number {
  const first = acknowledged[0]?.index ?? 0;
  return first + 1 + Math.floor(random() * (events.length - first - 1));
}

function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test.runIf(strace)('the trace holds what it needs: every answer, syncs of the log and of pages', () => {
  const sent = PARTS + Math.floor(PARTS / 3);
  expect(acknowledged).toHaveLength(CONNECTIONS * POSTS + (VISITS + STAFF) * sent);
  const synced = new Set(
    events.filter((event) => event.kind === 'sync').map((event) => path.basename(path.dirname(event.file))),
  );
  expect(synced).toContain('pg_wal');
  expect(synced.size).toBeGreaterThan(1);
});

test.runIf(strace)(
  'whenever the power goes: nothing acknowledged is lost, nothing is half stored',
  async () => {
    const seed = Date.now() >>> 0;
    const random = seeded(seed);
    const modes: Mode[] = ['drop', 'some', 'torn'];
    for (let round = 0; round < rounds(60, 2_000); round++) {
      const mode = modes[round % modes.length] as Mode;
      const at = randomCut(random);
      expect(await lostAfter(at, mode, random), `seed ${seed}, round ${round}, ${mode} before event ${at}`).toEqual([]);
    }
  },
  rounds(3_600_000, 14_400_000),
);

test.runIf(strace)(
  'the simulator itself: keeping every write loses nothing, ignoring every sync loses answers',
  async () => {
    const random = seeded(1);
    const end = events.length;
    expect(await lostAfter(end, 'all', random)).toEqual([]);
    let lost = 0;
    for (const share of [0.5, 0.75, 1]) {
      const at = acknowledged[Math.floor((acknowledged.length - 1) * share)]?.index ?? end;
      lost += (await lostAfter(at + 1, 'unsynced', random).catch(() => ['does not start'])).length;
    }
    expect(lost).toBeGreaterThan(0);
  },
  600_000,
);
