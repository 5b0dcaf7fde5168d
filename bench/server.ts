import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { loadSettings } from '../src/server/config.ts';
import { readOrMakeSecrets } from '../src/server/data-folder.ts';
import type { Limits } from '../src/server/http/rate-limit.ts';
import { start } from '../src/server/main.ts';

/** A server with an empty workspace in a folder of its own, its owner's cookie, and a bare connection to its database. */
export interface BenchServer {
  readonly url: string;
  readonly workspaceId: string;
  readonly dataDir: string;
  get(address: string): Promise<unknown>;
  send(method: string, address: string, body?: NonNullable<RequestInit['body']>, type?: string): Promise<unknown>;
  /** Address of its database for a superuser. */
  bareUrl: string;
  /** As the owner of the tables: no row-level security setting is needed, because it is set here. */
  bare: pg.Client;
  restart(): Promise<void>;
  remove(): Promise<void>;
}

export async function benchServer(limits?: Limits): Promise<BenchServer> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parallax-bench-'));
  const port = await freePort();
  const settings = loadSettings({ PORT: String(port), DATA_DIR: dataDir, SAMPLE: 'off', LOG_LEVEL: 'error' });
  const options = limits ? { limits } : {};
  let running = await start(settings, options);
  const base = `http://127.0.0.1:${port}/api/v1`;
  let cookie = '';
  const request = async (
    method: string,
    address: string,
    body?: NonNullable<RequestInit['body']>,
    type = 'application/json',
  ) => {
    const answer = await fetch(base + address, {
      method,
      headers: { cookie, origin: settings.publicUrl, ...(body ? { 'content-type': type } : {}) },
      ...(body ? { body } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${address}: ${answer.status} ${text}`);
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return text ? JSON.parse(text) : undefined;
  };
  const token = new URL(running.signInLink ?? '').hash.split('=')[1];
  await request('POST', '/setup', JSON.stringify({ token, name: 'Bench', email: 'bench@example.org' }));
  const workspace = (await request('POST', '/workspaces', JSON.stringify({ name: 'Bench' }))) as { id: string };

  const bareUrl = async () => {
    const secrets = await readOrMakeSecrets(dataDir);
    const [, , , dbPort] = (await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
    return `postgres://postgres:${encodeURIComponent(secrets.superuserPassword)}@127.0.0.1:${dbPort}/parallax`;
  };
  const connectBare = async () => {
    const client = new pg.Client(await bareUrl());
    await client.connect();
    return client;
  };
  const server: BenchServer = {
    url: settings.publicUrl,
    workspaceId: workspace.id,
    dataDir,
    bareUrl: await bareUrl(),
    bare: await connectBare(),
    get: (address) => request('GET', address),
    send: request,
    async restart() {
      await server.bare.end();
      await running.stop();
      running = await start(settings, options);
      server.bareUrl = await bareUrl();
      server.bare = await connectBare();
    },
    async remove() {
      await server.bare.end();
      await running.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return server;
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
