import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBackground, wake } from '../../src/server/background/background.ts';
import { openWorld, TERN_FERRIES, type World } from '../world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test('a task that hangs or throws holds up no other; stopping waits for what runs', async () => {
  const tern = await world.company(TERN_FERRIES);
  const ran: string[] = [];
  let ended = false;
  const background = startBackground(world.services, [
    {
      name: 'hangs',
      run: (_, __, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            ended = true;
            resolve();
          });
        }),
    },
    { name: 'throws', run: () => Promise.reject(new Error('on purpose')) },
    {
      name: 'works',
      async run(_, workspaceId) {
        ran.push(workspaceId);
      },
    },
  ]);
  while (!ran.includes(tern.id)) await sleep(10);
  ran.length = 0;
  wake(tern.id);
  while (ran.length === 0) await sleep(10);
  expect(ran[0]).toBe(tern.id);
  expect(ended).toBe(false);
  await background.stop();
  expect(ended).toBe(true);
});
