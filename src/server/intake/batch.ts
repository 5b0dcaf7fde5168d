import { isAnonymous } from '../../core/survey/definition.ts';
import type { Tx } from '../db/connect.ts';
import { inWorkspacePipeline, type Later } from '../db/pipeline.ts';
import { Problem } from '../http/problem.ts';
import type { Services } from '../http/route.ts';
import { expectWritten, ReadTooEarly, type StoredResponse, StoredValues } from '../responses/verbs.ts';
import { type Published, requireVersion } from '../surveys/verbs.ts';
import { anyEnabled } from '../webhooks/verbs.ts';
import { refusalOf } from './guard.ts';
import { expectSame, type Memory, memoryOf, note, type Recalled, recall, remember, untouched } from './recall.ts';
import type { PartBody, Stored } from './schema.ts';
import { enterIntake } from './store.ts';
import { storeNamed } from './store-named.ts';
import { findWays, type Way, wayOf } from './ways.ts';

/** One part on its way in. */
export interface Sending {
  readonly body: PartBody;
  /** The name of the response within survey and audience: what comes under the same one belongs together, for ever. */
  readonly key: string;
  readonly fingerprint: string;
  /** The day on which it arrived, YYYY-MM-DD: our clock holds, never the sender's. */
  readonly day: string;
  /** Counts a new response of this network that came this way, and says whether there were too many. */
  readonly flooding: (way: Way) => boolean;
  /** Takes the last counting back: the response is not new after all. */
  readonly forgive?: () => void;
}

/** A part that may be stored: its way is open, its version known, its answers fit. */
export interface Ready {
  readonly sending: Sending;
  /** Leaders, staff and customers of an anonymous survey. */
  readonly anonymous: boolean;
  readonly way: Way;
  readonly published: Published;
}

export type Outcomes = Map<Sending, Stored | Problem>;

/** What happens to a batch while it is stored. */
export interface Steps {
  /** The next batch of the workspace may begin: it waits in the database for this one. */
  committing(): void;
  /** These outcomes hold already. */
  acknowledge(outcomes: Outcomes): void;
}

/**
 * Stores the parts of one batch; the outcomes hold once it has returned. What this process knows of already is written in
 * one step, in which the database checks that it still holds; the others, and all of them where it does not, after
 * reading. Parts of leaders, staff and anonymous customers are checked and handed back: they are written apart from all
 * others.
 */
export async function storeBatch(
  services: Services,
  workspaceId: string,
  sendings: readonly Sending[],
  { committing, acknowledge }: Steps,
): Promise<{ outcomes: Outcomes; anonymous: Ready[] }> {
  const memory = memoryOf(services.connection);
  const { recalled, others } = recall(memory, workspaceId, sendings);
  const mixed = others.length > 0;
  const done =
    recalled && (await storeRecalled(services, workspaceId, memory, recalled, mixed ? () => {} : committing));
  if (done && !mixed) return { outcomes: done, anonymous: [] };
  if (done) acknowledge(done);
  const { outcomes, anonymous } = await storeAfterReading(services, workspaceId, done ? others : sendings, {
    committing,
    memory,
    before: done ? undefined : recalled?.stored,
  });
  return { outcomes: new Map([...(done ?? []), ...outcomes]), anonymous };
}

/** Returns undefined, and has stored nothing, where something is not as it was remembered. */
async function storeRecalled(
  { connection, now }: Services,
  workspaceId: string,
  memory: Memory,
  recalled: Recalled,
  committing: () => void,
): Promise<Outcomes | undefined> {
  const { ready, stored } = recalled;
  const outcomes: Outcomes = new Map(recalled.outcomes);
  const work = async (tx: Tx, later: Later) => {
    const number = enterIntake(workspaceId, tx);
    later(number, expectSame(workspaceId, tx, recalled));
    const read = { apart: new Map(), stored, values: new StoredValues(), gone: new Set<string>() };
    const toNobodyAt = recalled.listening ? null : now();
    const written = await storeNamed(workspaceId, tx, ready, outcomes, later, { read, toNobodyAt });
    const same = untouched(recalled, written.all);
    later(expectWritten(workspaceId, tx, same));
    return { ...written, same, number };
  };
  try {
    const { all, ids, same, number } = await inWorkspacePipeline(connection, workspaceId, work, committing);
    remember(memory, workspaceId, { all, ids: await ids, writtenBy: await number }, stored);
    for (const response of same) memory.responses.put(workspaceId, response);
    return outcomes;
  } catch (error) {
    // What is remembered goes with the number of the transaction that wrote it: if it was not so, the next step tells.
    for (const response of stored.values()) memory.responses.put(workspaceId, response);
    for (const { sending } of ready) sending.forgive?.();
    memory.failed += 1;
    if (error instanceof ReadTooEarly || (error instanceof Error && 'code' in error && error.code === '40001'))
      return undefined;
    throw error;
  }
}

async function storeAfterReading(
  services: Services,
  workspaceId: string,
  sendings: readonly Sending[],
  {
    committing,
    memory,
    before = new Map(),
  }: { committing: () => void; memory: Memory; before: ReadonlyMap<string, StoredResponse> | undefined },
): Promise<{ outcomes: Outcomes; anonymous: Ready[] }> {
  const work = async (tx: Tx, later: Later) => {
    const number = enterIntake(workspaceId, tx);
    const listened = anyEnabled(workspaceId, tx);
    later(number, listened);
    const { ready, outcomes } = await check(workspaceId, tx, sendings, services.now());
    if (await listened) memory.listening.add(workspaceId);
    else memory.listening.delete(workspaceId);
    const toNobodyAt = (await listened) ? null : services.now();
    const named = ready.filter((one) => !one.anonymous);
    const written = await storeNamed(workspaceId, tx, named, outcomes, later, { toNobodyAt });
    return { ...written, outcomes, anonymous: ready.filter((one) => one.anonymous), number };
  };
  const stored = await inWorkspacePipeline(services.connection, workspaceId, work, committing);
  const { read, all, outcomes, anonymous } = stored;
  for (const item of read.gone) note(memory.gone, item);
  for (const name of [...read.stored.keys(), ...read.apart.keys()]) note(memory.begun, `${workspaceId} ${name}`);
  remember(memory, workspaceId, { all, ids: await stored.ids, writtenBy: await stored.number }, before);
  return { outcomes, anonymous };
}

async function check(
  workspaceId: string,
  tx: Tx,
  sendings: readonly Sending[],
  now: Date,
): Promise<{ ready: Ready[]; outcomes: Outcomes }> {
  const outcomes: Outcomes = new Map();
  const ready: Ready[] = [];
  const ways = await findWays(
    workspaceId,
    tx,
    sendings.map((sending) => sending.body),
    now,
  );
  for (const sending of sendings) {
    const way = ways.get(wayOf(sending.body));
    if (!way || way instanceof Problem) {
      if (way) outcomes.set(sending, way);
      continue;
    }
    const published = await requireVersion(workspaceId, tx, way.surveyId, sending.body.version).catch(asProblem);
    const refusal = published instanceof Problem ? published : refusalOf(published.definition, way, sending.body);
    if (refusal) outcomes.set(sending, refusal);
    else if (!(published instanceof Problem))
      ready.push({ sending, way, published, anonymous: isAnonymous(published.definition, way.audience) });
  }
  return { ready, outcomes };
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}
