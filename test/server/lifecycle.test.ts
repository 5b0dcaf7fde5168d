import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gone, isRunning, type Launched, launch, postgresPid, query, temporaryFolder } from './launch.ts';

let folder: string;
let remove: () => Promise<void>;
let dataDir: string;
const launched: Launched[] = [];

async function begin(environment: Record<string, string> = {}): Promise<Launched> {
  const one = await launch(dataDir, environment);
  launched.push(one);
  return one;
}

async function beginAndWait(): Promise<Launched> {
  const one = await begin();
  await one.ready();
  return one;
}

beforeEach(async () => {
  ({ folder, remove } = await temporaryFolder());
  dataDir = path.join(folder, 'data with spaces');
});
afterEach(async () => {
  for (const { child, exit } of launched.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exit;
  }
  await remove();
});

test('starts in a path with spaces, keeps secrets to itself, and SIGTERM ends the database too', async () => {
  const server = await beginAndWait();
  expect(server.output()).toContain(`http://localhost:${server.port}`);
  expect(statSync(path.join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(statSync(dataDir).mode & 0o077).toBe(0);
  const [shown] = await query(
    dataDir,
    `SELECT current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync, datlocprovider, datlocale,
       current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets
     FROM pg_database WHERE datname = 'parallax'`,
  );
  expect(shown).toEqual({
    encoding: 'UTF8',
    fsync: 'on',
    datlocprovider: 'b',
    datlocale: 'C.UTF-8',
    addresses: '127.0.0.1',
    sockets: '',
  });
  const pid = postgresPid(dataDir);
  server.child.kill('SIGTERM');
  expect(await server.exit).toBe(0);
  expect(isRunning(pid)).toBe(false);
  expect(readdirSync(path.join(dataDir, 'lock'))).toEqual([]);
});

test('after kill -9 of Node alone the next start ends the orphan and has every row', async () => {
  const first = await beginAndWait();
  const orphan = postgresPid(dataDir);
  await query(dataDir, "INSERT INTO users (email, name) VALUES ('kept@example.org', 'Kept')");
  first.child.kill('SIGKILL');
  await first.exit;
  expect(isRunning(orphan)).toBe(true);
  const second = await beginAndWait();
  expect(isRunning(orphan)).toBe(false);
  expect(postgresPid(dataDir)).not.toBe(orphan);
  expect(await query(dataDir, "SELECT name FROM users WHERE email = 'kept@example.org'")).toEqual([{ name: 'Kept' }]);
  second.child.kill('SIGINT');
  expect(await second.exit).toBe(0);
});

test('after kill -9 of everything it recovers by itself', async () => {
  const first = await beginAndWait();
  const pid = postgresPid(dataDir);
  await query(dataDir, "INSERT INTO users (email, name) VALUES ('kept@example.org', 'Kept')");
  first.child.kill('SIGKILL');
  process.kill(pid, 'SIGKILL');
  await Promise.all([first.exit, gone(pid)]);
  await beginAndWait();
  expect(await query(dataDir, "SELECT name FROM users WHERE email = 'kept@example.org'")).toEqual([{ name: 'Kept' }]);
});

test('a PID file whose number belongs to a stranger by now does not block', async () => {
  const first = await beginAndWait();
  const pid = postgresPid(dataDir);
  const pidFile = path.join(dataDir, 'postgres/postmaster.pid');
  const content = readFileSync(pidFile, 'utf8');
  first.child.kill('SIGKILL');
  process.kill(pid, 'SIGKILL');
  await Promise.all([first.exit, gone(pid)]);
  writeFileSync(pidFile, content.replace(String(pid), String(process.pid)));
  await beginAndWait();
  expect(isRunning(process.pid)).toBe(true);
});

test('a second process on the folder is refused with the PID of the first', async () => {
  const first = await beginAndWait();
  const second = await begin();
  expect(await second.exit).toBe(1);
  expect(second.output()).toContain(`PID ${first.child.pid}`);
  expect(second.output()).not.toContain('    at ');
  expect((await fetch(`http://127.0.0.1:${first.port}/`)).status).toBeLessThan(500);
});

test('sign-in-link reaches the running server, and says so when there is none', async () => {
  const call = promisify(execFile);
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir };
  const link = () => call(process.execPath, ['bin/parallax.js', 'sign-in-link', 'Kim@example.org'], { env });
  await expect(link()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('No Parallax is running') });
  await beginAndWait();
  await expect(link()).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('Kim@example.org') });
  await query(dataDir, "INSERT INTO users (email, name) VALUES ('kim@example.org', 'Kim')");
  expect((await link()).stdout).toMatch(/^http:\/\/localhost:4300\/sign-in#token=[\w-]{43}\n$/);
});

test('of four that start at the same moment one runs and the others name it', async () => {
  const all = await Promise.all([begin(), begin(), begin(), begin()]);
  const winner = await Promise.any(all.map(async (one) => one.ready().then(() => one)));
  const losers = all.filter((one) => one !== winner);
  for (const loser of losers) {
    expect(await loser.exit).toBe(1);
    expect(loser.output()).toMatch(/in use by another Parallax, PID \d+/);
  }
  expect(winner.child.exitCode).toBeNull();
});

test('a second process waits for one that is stopping', async () => {
  const first = await beginAndWait();
  first.child.kill('SIGTERM');
  const second = await beginAndWait();
  expect(await first.exit).toBe(0);
  expect(second.child.exitCode).toBeNull();
});

test('a taken port is one sentence, and no database stays behind', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const address = other.address();
  const port = address && typeof address === 'object' ? address.port : 0;
  const server = await begin({ PORT: String(port) });
  expect(await server.exit).toBe(1);
  expect(server.output()).toContain(`Port ${port} is taken`);
  expect(
    server
      .output()
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('Building')),
  ).toHaveLength(1);
  expect(() => postgresPid(dataDir)).toThrow();
  expect(readdirSync(path.join(dataDir, 'lock'))).toEqual([]);
  other.close();
});

test('a signal while starting ends everything that had started', async () => {
  const server = await begin();
  while (server.child.exitCode === null) {
    try {
      postgresPid(dataDir);
      break;
    } catch {
      await sleep(2);
    }
  }
  server.child.kill('SIGTERM');
  expect(await server.exit).toBe(0);
  expect(() => postgresPid(dataDir)).toThrow();
});

test('what a kill during the first start left behind is cleared away', async () => {
  mkdirSync(path.join(dataDir, 'postgres.partial/cluster'), { recursive: true, mode: 0o700 });
  writeFileSync(path.join(dataDir, 'postgres.partial/cluster/PG_VERSION'), '18\n');
  writeFileSync(path.join(dataDir, 'secrets.json.partial'), '{"super');
  await beginAndWait();
  expect(readdirSync(dataDir).filter((name) => name.endsWith('.partial'))).toEqual([]);
});

test('the database ending by itself ends the server with a sentence', async () => {
  const server = await beginAndWait();
  process.kill(postgresPid(dataDir), 'SIGQUIT');
  expect(await server.exit).toBe(1);
  expect(server.output()).toContain('PostgreSQL ended by itself');
});

test('bad settings are sentences that name the setting', async () => {
  const server = await begin({ TRUSTED_PROXY_HOPS: 'many', SECRET_KEY: 'changeme' });
  expect(await server.exit).toBe(1);
  expect(server.output()).toMatch(/^TRUSTED_PROXY_HOPS must be a whole number/m);
  expect(server.output()).toMatch(/^SECRET_KEY must have at least 32 bytes/m);
  expect(server.output()).not.toContain('changeme');
});
