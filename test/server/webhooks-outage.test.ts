import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { type OutboundRequest, sendOut } from '../../src/server/outbound/send-out.ts';
import { startDue } from '../../src/server/webhooks/deliver.ts';
import { claimDue } from '../../src/server/webhooks/delivery-store.ts';
import { dispatchEvents } from '../../src/server/webhooks/dispatch.ts';
import { tellOwnersTask } from '../../src/server/webhooks/tell-owners.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { MailServer } from './mail-server.ts';
import {
  type Arrived,
  addWebhook,
  deliverAll,
  deliverRound,
  LOOPBACK,
  type Receiver,
  receiver,
  responseEvent,
  tell,
} from './webhooks-world.ts';

/**
 * Three days in simulated time: a receiver that works beside receivers that are down, flapping, slow, gone, or want to
 * send us elsewhere.
 */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const never = new AbortController().signal;
let world: World;
let tern: Company;
const open: Receiver[] = [];
beforeAll(async () => {
  world = await openWorld({ config: LOOPBACK });
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
afterAll(() => world.close());

async function listening(...behave: Parameters<typeof receiver>): Promise<Receiver> {
  const one = await receiver(...behave);
  open.push(one);
  return one;
}
const subjects = (arrived: readonly Arrived[]) => arrived.map(({ json }) => json.data.response);
const got = (target: Receiver) => target.arrived.filter(({ status }) => status >= 200 && status < 300);
const endpoint = async (id: string) => {
  const row = await inWorkspace(world.services.connection.db, tern.id, (tx) =>
    tx.selectFrom('webhookEndpoints').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
  );
  return row;
};
const states = (id: string) =>
  inWorkspace(world.services.connection.db, tern.id, (tx) =>
    tx
      .selectFrom('webhookDeliveries')
      .select(['subject', 'state', 'attempts'])
      .where('endpointId', '=', id)
      .orderBy('eventId')
      .execute(),
  );

test('72 hours: nothing is lost, each arrives once, in order, and nobody waits for another', {
  timeout: 60_000,
}, async () => {
  tern = await world.company(TERN_FERRIES);
  let hours = 0;
  const tries = new Map<string, number>();
  const well = await listening();
  const down = await listening(() => (hours < 72 ? 503 : 200));
  const flapping = await listening(({ id }) => {
    tries.set(id, (tries.get(id) ?? 0) + 1);
    return (tries.get(id) ?? 0) <= 4 ? 500 : 204;
  });
  // Keeps the event, but its answer is lost now and then: the sender can't know, so it sends once more.
  let lost = 0;
  const forgetful = await listening((_, response) => {
    if (lost++ % 2) return 200;
    response.socket?.destroy();
    return 0;
  });
  const ids = await Promise.all(
    [well, down, flapping, forgetful].map(async (target) => (await addWebhook(world, tern, target.url)).id),
  );
  const responses: string[] = [];
  for (; hours < 72; hours += 8) {
    const response = `response-${hours}`;
    responses.push(response);
    await tell(world, tern.id, [
      responseEvent(response, 'response.started'),
      responseEvent(response, 'response.finished'),
    ]);
    await deliverAll(world.services, tern.id);
    // Each hour of the receiver that works brings what happened in it.
    expect(got(well)).toHaveLength(responses.length * 2);
    world.advance(8 * HOUR);
  }
  const all = responses.length * 2;
  for (let rounds = 0; [down, flapping, forgetful].some((one) => got(one).length < all) && rounds < 200; rounds++) {
    await deliverAll(world.services, tern.id);
    world.advance(HOUR);
  }
  for (const [i, target] of [well, down, flapping].entries()) {
    const delivered = got(target);
    expect(delivered).toHaveLength(responses.length * 2);
    expect(new Set(delivered.map(({ id }) => id)).size).toBe(responses.length * 2);
    for (const response of responses) {
      const kinds = delivered.filter(({ json }) => json.data.response === response).map(({ json }) => json.type);
      expect(kinds).toEqual(['response.started', 'response.finished']);
    }
    expect((await endpoint(ids[i] ?? '')).enabled).toBe(true);
  }
  // Deduplicated by webhook-id, as the standard asks receivers to, it is once each.
  expect(new Set(forgetful.arrived.map(({ id }) => id)).size).toBe(responses.length * 2);
  expect((await states(ids[1] ?? '')).every(({ state, attempts }) => state === 'delivered' && attempts <= 10)).toBe(
    true,
  );
});

test('410 switches an endpoint off, a redirect is a failure that leads nowhere', async () => {
  tern = await world.company(TERN_FERRIES);
  const gone = await listening(() => 410);
  const moved = await listening(() => 301);
  const well = await listening();
  const { id } = await addWebhook(world, tern, gone.url);
  const { id: movedId } = await addWebhook(world, tern, moved.url);
  await addWebhook(world, tern, well.url);
  await tell(world, tern.id, [responseEvent('a')]);
  await deliverAll(world.services, tern.id);
  await tell(world, tern.id, [responseEvent('b')]);
  world.advance(HOUR);
  await deliverAll(world.services, tern.id);
  expect(await endpoint(id)).toMatchObject({ enabled: false, disabledBecause: 'gone' });
  expect(gone.arrived).toHaveLength(1);
  expect((await states(movedId))[0]).toMatchObject({ state: 'waiting' });
  expect(subjects(got(well))).toEqual(['a', 'b']);
  const audit = await world.ask(tern.people.owner, 'GET', `/api/v1/workspaces/${tern.id}/audit`);
  expect(audit.text).toContain('webhook.disable');

  // The owners are told once, and as soon as the mail server can be used.
  const mails = new MailServer();
  const port = await mails.listen();
  const config = { ...world.services.config, smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: 'cx@tern.example' };
  const services = { ...world.services, config };
  mails.greetingRefusal = '421 4.3.2 too busy';
  await tellOwnersTask.run(services, tern.id, never);
  mails.reset();
  await tellOwnersTask.run(services, tern.id, never);
  expect(mails.received).toEqual([]);
  world.advance(2 * MINUTE);
  await Promise.all([tellOwnersTask.run(services, tern.id, never), tellOwnersTask.run(services, tern.id, never)]);
  await mails.close();
  expect(mails.received.map(({ to }) => to)).toEqual([tern.people.owner.email]);
  const told = mails.received[0]?.raw.toString().replaceAll('=\r\n', '') ?? '';
  expect(told).toContain(`/w/${tern.id}/settings/webhooks/${id}`);
  expect(told).toContain('gone (410)');
});

test('after ten attempts a delivery is a dead letter, which can be replayed; after five days of failure the endpoint is off', async () => {
  tern = await world.company(TERN_FERRIES);
  let up = false;
  const target = await listening(() => (up ? 200 : 500));
  const { id } = await addWebhook(world, tern, target.url);
  await tell(world, tern.id, [responseEvent('dead')]);
  for (let hours = 0; hours < 90; hours++) {
    await deliverAll(world.services, tern.id);
    world.advance(HOUR);
  }
  expect(await states(id)).toEqual([{ subject: 'dead', state: 'dead', attempts: 10 }]);
  expect(target.arrived).toHaveLength(10);
  expect(new Set(target.arrived.map((one) => one.id)).size).toBe(1);
  expect((await endpoint(id)).enabled).toBe(true);
  world.advance(48 * HOUR);
  await tell(world, tern.id, [responseEvent('later')]);
  await deliverAll(world.services, tern.id);
  expect(await endpoint(id)).toMatchObject({ enabled: false, disabledBecause: 'failing' });
  up = true;
  const path = `/api/v1/workspaces/${tern.id}/webhooks/${id}`;
  await world.ask(tern.people.owner, 'PATCH', path, { enabled: true });
  const span = { from: new Date(Date.now() - HOUR).toISOString(), to: new Date(Date.now() + HOUR).toISOString() };
  expect(
    (await world.ask(tern.people.owner, 'POST', `${path}/replay`, { ...span, what: 'undelivered' })).json.count,
  ).toBe(1);
  world.advance(MINUTE);
  await deliverAll(world.services, tern.id);
  expect(subjects(got(target)).toSorted()).toEqual(['dead', 'later']);
});

test('Retry-After is honoured, for the endpoint as a whole', async () => {
  tern = await world.company(TERN_FERRIES);
  let busy = true;
  const target = await listening((_, response) => {
    if (!busy) return 200;
    response.setHeader('retry-after', '3600');
    return 429;
  });
  await addWebhook(world, tern, target.url);
  await tell(world, tern.id, [responseEvent('a')]);
  await deliverAll(world.services, tern.id);
  busy = false;
  await tell(world, tern.id, [responseEvent('b')]);
  world.advance(59 * MINUTE);
  await deliverAll(world.services, tern.id);
  expect(target.arrived).toHaveLength(1);
  world.advance(2 * MINUTE);
  await deliverAll(world.services, tern.id);
  expect(subjects(got(target)).toSorted()).toEqual(['a', 'b']);
});

test('a receiver that hangs holds up nobody but itself', async () => {
  tern = await world.company(TERN_FERRIES);
  const hanging = await listening(() => 0);
  const well = await listening();
  await addWebhook(world, tern, hanging.url);
  await addWebhook(world, tern, well.url);
  await tell(
    world,
    tern.id,
    Array.from({ length: 40 }, (_, i) => responseEvent(`hang-${i}`)),
  );
  const stop = new AbortController();
  await dispatchEvents(world.services, tern.id, stop.signal);
  const lines = await startDue(world.services, tern.id, stop.signal);
  expect(lines).toHaveLength(2);
  await Promise.race(lines);
  expect(got(well)).toHaveLength(40);
  // It still hangs, and gets no second line of work meanwhile.
  expect(await startDue(world.services, tern.id, stop.signal)).toHaveLength(0);
  // Stopping gives back what was under way, without counting it as an attempt.
  stop.abort();
  await Promise.all(lines);
  const { endpoints } = (await world.ask(tern.people.owner, 'GET', `/api/v1/workspaces/${tern.id}/webhooks`)).json;
  const left = await states(endpoints[0].id);
  expect(left.filter(({ state, attempts }) => state === 'waiting' && attempts === 0)).toHaveLength(40);
});

test('two processes at once: no event is sent twice, and none before an earlier one about the same response', async () => {
  tern = await world.company(TERN_FERRIES);
  const target = await listening();
  await addWebhook(world, tern, target.url);
  const responses = Array.from({ length: 60 }, () => randomUUID());
  for (const kind of ['response.started', 'response.finished', 'response.changed'] as const) {
    await tell(
      world,
      tern.id,
      responses.map((response) => responseEvent(response, kind)),
    );
  }
  const never = new AbortController().signal;
  // The second process: an own copy of the modules' state is what a lease must stand in for.
  const sent: OutboundRequest[] = [];
  const other = async (...[config, request, options]: Parameters<typeof sendOut>) => {
    sent.push(request);
    return sendOut(config, request, options);
  };
  const modules = await import('../../src/server/webhooks/deliver.ts?second' as string);
  await Promise.all([dispatchEvents(world.services, tern.id, never), dispatchEvents(world.services, tern.id, never)]);
  await dispatchEvents(world.services, tern.id, never);
  for (let rounds = 0; got(target).length < 180 && rounds < 50; rounds++) {
    const [mine, theirs] = await Promise.all([
      startDue(world.services, tern.id, never),
      modules.startDue(world.services, tern.id, never, other),
    ]);
    await Promise.all([...mine, ...theirs]);
  }
  expect(target.arrived).toHaveLength(180);
  expect(new Set(target.arrived.map(({ id }) => id)).size).toBe(180);
  expect(sent.length).toBeGreaterThan(0);
  for (const response of responses) {
    const kinds = target.arrived.filter(({ json }) => json.data.response === response).map(({ json }) => json.type);
    expect(kinds).toEqual(['response.started', 'response.finished', 'response.changed']);
  }
});

test('an endpoint that fails is tried one event at a time', async () => {
  tern = await world.company(TERN_FERRIES);
  const target = await listening(() => 500);
  await addWebhook(world, tern, target.url);
  await tell(
    world,
    tern.id,
    Array.from({ length: 20 }, (_, i) => responseEvent(`one-${i}`)),
  );
  await deliverRound(world.services, tern.id);
  expect(target.arrived).toHaveLength(8);
  await deliverRound(world.services, tern.id);
  expect(target.arrived).toHaveLength(9);
});

test('no more are taken than are sent at a time, whatever plan the database makes', async () => {
  tern = await world.company(TERN_FERRIES);
  const { id } = await addWebhook(world, tern, 'http://127.0.0.1:9/x');
  await tell(
    world,
    tern.id,
    Array.from({ length: 20 }, (_, i) => responseEvent(`taken-${i}`)),
  );
  await dispatchEvents(world.services, tern.id, never);
  const taken = await inWorkspace(world.services.connection.db, tern.id, async (tx) => {
    // What a planner without fresh statistics may choose: the rows to take are looked for once per row.
    for (const way of ['hashjoin', 'mergejoin', 'hashagg', 'sort', 'material', 'memoize'])
      await sql.raw(`SET LOCAL enable_${way} = off`).execute(tx);
    const now = world.services.now();
    const until = new Date(now.getTime() + MINUTE);
    return claimDue(tern.id, tx, id, { lease: randomUUID(), now, until, limit: 8 });
  });
  expect(taken).toHaveLength(8);
});
