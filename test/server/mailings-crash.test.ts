import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliverDue } from '../../src/server/mailings/deliver.ts';
import { rounds } from '../deep.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { addSurvey } from './asks-world.ts';
import { MailServer } from './mail-server.ts';

/**
 * Whatever moment the sending process dies at: every mail that it was to send arrives, nobody gets two, and of at most
 * one for each death nobody knows.
 */
const LEASE_MS = 6 * 60_000;
const mails = new MailServer();
let world: World;
let tern: Company;
beforeAll(async () => {
  const port = await mails.listen();
  world = await openWorld({ config: { smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: 'cx@tern.example' } });
  tern = await world.company(TERN_FERRIES);
});
afterAll(async () => {
  await mails.close();
  await world.close();
});

async function ok(method: string, at: string, body?: unknown) {
  const reply = await world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${at}`, body);
  if (reply.status >= 300) throw new Error(`${method} ${at}: ${reply.status} ${reply.text}`);
  return reply.json;
}

test('a process killed by SIGKILL while it sends: none lost, none doubled, at most one in question', {
  timeout: 600_000,
}, async () => {
  const deaths = rounds(5, 100);
  const n = rounds(250, 10_000);
  const surveyId = await addSurvey(world, tern.id);
  for (let from = 0; from < n; from += 1000) {
    const contacts = Array.from({ length: Math.min(1000, n - from) }, (_, i) => ({
      key: `guest-${from + i}`,
      email: `p${from + i}@guests.example`,
      attributes: { crash: 'yes' },
    }));
    await ok('POST', '/contact-batches', { contacts });
  }
  const condition = { of: 'attribute', key: 'crash', is: 'eq', value: 'yes' };
  const { id: segmentId } = await ok('POST', '/segments', { name: 'Guests', condition });
  const { id } = await ok('POST', `/surveys/${surveyId}/waves`, { name: 'Guests', audience: 'customer' });
  await ok('PUT', `/waves/${id}/plan`, { segmentId, reminders: 0 });
  await ok('PATCH', '/mail-settings', { perMinute: 100_000 });
  await ok('POST', `/waves/${id}/start`);
  const states = async (): Promise<Record<string, number>> => (await ok('GET', `/waves/${id}/progress`)).invitations;

  const root = path.resolve(import.meta.dirname, '../..');
  // Below the project, so that the packages are found.
  const folder = await mkdtemp(path.join(root, 'node_modules', '.parallax-test-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    root,
    build: { ssr: path.join(import.meta.dirname, 'mailings-child.ts'), outDir: folder, target: 'node20' },
  });
  const launch = async (): Promise<ChildProcess> => {
    const config = JSON.stringify(world.services.config);
    const ahead = String(world.services.now().getTime() - Date.now());
    const args = [path.join(folder, 'mailings-child.js'), world.database.appUrl, tern.id, ahead, config];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout ?? child, 'data');
    return child;
  };
  let killed = 0;
  try {
    for (let round = 0; round < deaths && ((await states()).waiting ?? 0) > 0; round++) {
      const child = await launch();
      const before = mails.received.length;
      // In the middle of it: not before the first has arrived.
      while (mails.received.length === before && child.exitCode === null) await sleep(1);
      await sleep(Math.random() * 60);
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      expect((await ended)[1]).toBe('SIGKILL');
      killed++;
      // What the dead process held is free again; before that nobody touches it.
      world.advance(LEASE_MS);
      expect((await states()).unclear ?? 0).toBeLessThanOrEqual(killed);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  expect(killed).toBeGreaterThan(2);
  const rest = (await states()).waiting;
  expect(rest).toBeGreaterThan(0);
  for (let i = 0; i < 100 && ((await states()).waiting ?? 0) > 0; i++) {
    await deliverDue(world.services, tern.id, new AbortController().signal);
    world.advance(61_000);
  }
  const { sent = 0, unclear = 0, ...others } = await states();
  expect(Object.values(others).every((one) => one === 0)).toBe(true);
  expect(sent + unclear).toBe(n);
  expect(unclear).toBeLessThanOrEqual(killed);
  // Nobody got two, and only what is in question may be missing.
  const arrived = mails.received.map(({ to }) => to);
  expect(new Set(arrived).size).toBe(arrived.length);
  expect(arrived.length).toBeGreaterThanOrEqual(sent);
});
