import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'vite';
import { afterAll, expect, test } from 'vitest';
import { deliverDue } from '../../src/server/mailings/deliver.ts';
import { rounds } from '../deep.ts';
import { addSurvey, DAY } from './asks-world.ts';
import { openMailWorld } from './mail-world.ts';

/**
 * Whatever moment the sending process dies at: every mail that it was to send arrives, nobody gets two, and of at most
 * one for each death nobody knows.
 */
const LEASE_MS = 6 * 60_000;
const mail = await openMailWorld();
const { mails, world, tern, close } = mail;
afterAll(close);

const ok = (method: string, at: string, body?: unknown) => mail.ok(tern.people.owner, method, at, body);

/** Builds the sending process once; each one launched has the world's clock. */
async function childFor() {
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
  return { launch, remove: () => rm(folder, { recursive: true, force: true }) };
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
  await ok('PUT', `/waves/${id}/schedule`, { segmentId, reminders: 0 });
  await ok('PATCH', '/mail-settings', { perMinute: 100_000 });
  await ok('POST', `/waves/${id}/start`);
  const states = async (): Promise<Record<string, number>> => (await ok('GET', `/waves/${id}/progress`)).invitations;

  const { launch, remove } = await childFor();
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
    await remove();
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

test('a wave that repeats, killed in every round: one mail for each person and round, and each round of staff begins once', {
  timeout: 600_000,
}, async () => {
  const n = rounds(40, 1_000);
  const repeats = 3;
  mails.reset();
  // From the morning on: rounds keep the time of day of the first, and three late ones would reach into the next day.
  const today = world.services.now().getTime() % DAY;
  world.advance(DAY - today + 8 * 3_600_000);
  const surveyId = await addSurvey(world, tern.id, { audiences: ['customer', 'staff'] });
  const ids: string[] = [];
  for (const audience of ['customer', 'staff']) {
    const contacts = Array.from({ length: n }, (_, i) => ({
      key: `${audience}-${i}`,
      email: `p${i}@${audience}.example`,
      audience,
      attributes: { again: 'yes' },
    }));
    await ok('POST', '/contact-batches', { contacts });
  }
  const condition = { of: 'attribute', key: 'again', is: 'eq', value: 'yes' };
  const { id: segmentId } = await ok('POST', '/segments', { name: 'Again', condition });
  await ok('PUT', '/asking-settings', { ...(await ok('GET', '/asking-settings')), anySurveyDays: 0 });
  for (const audience of ['customer', 'staff']) {
    const { id } = await ok('POST', `/surveys/${surveyId}/waves`, { name: audience, audience });
    await ok('PUT', `/waves/${id}/schedule`, { segmentId, reminders: 0, repeatDays: 2, repeatMost: repeats });
    await ok('POST', `/waves/${id}/start`);
    ids.push(id);
  }
  const { launch, remove } = await childFor();
  let killed = 0;
  try {
    for (let round = 1; round <= repeats; round++) {
      for (let death = 0; death < rounds(2, 20); death++) {
        const child = await launch();
        const before = mails.received.length;
        for (let i = 0; i < 3_000 && mails.received.length === before; i++) await sleep(1);
        await sleep(Math.random() * 30);
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
        killed++;
        world.advance(LEASE_MS);
      }
      for (let i = 0; i < 30; i++) {
        await deliverDue(world.services, tern.id, new AbortController().signal);
        world.advance(61_000);
      }
      // Two days from when the last ones were asked.
      world.advance(2 * 86_400_000 + 3 * 3_600_000);
    }
  } finally {
    await remove();
  }
  await deliverDue(world.services, tern.id, new AbortController().signal);
  const links = mails.received.map(({ raw }) => /#token=3?D?(ans_[\w-]+)/.exec(unfolded(raw))?.[1]);
  expect(links).not.toContain(undefined);
  expect(new Set(links).size).toBe(links.length);
  for (const id of ids) {
    const seen = await ok('GET', `/waves/${id}/progress`);
    expect(seen.rounds.map(({ round }: { round: number }) => round)).toEqual([3, 2, 1]);
    expect(seen.rounds.map(({ invited }: { invited: number }) => invited)).toEqual([n, n, n]);
  }
  expect((await ok('GET', `/surveys/${surveyId}/waves`)).waves).toHaveLength(1 + repeats);
  // Each person once in each round, but for those of whom nobody knows.
  const most = 2 * n * repeats;
  expect(links.length).toBeLessThanOrEqual(most);
  expect(links.length).toBeGreaterThanOrEqual(most - killed);
});

const unfolded = (raw: Buffer) => raw.toString().replaceAll('=\r\n', '').replaceAll('=3D', '=');
