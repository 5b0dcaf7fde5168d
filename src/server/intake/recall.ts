import { sql } from 'kysely';
import type { Audience } from '../../core/perspective.ts';
import { isAnonymous } from '../../core/survey/definition.ts';
import type { Connection, Tx } from '../db/connect.ts';
import { areItems } from '../items/verbs.ts';
import { nameOf, newIds, RecentResponses, type ResponseName, type StoredResponse } from '../responses/verbs.ts';
import { areOpenLinks, lastRead, type Published } from '../surveys/verbs.ts';
import { isAnyEnabled } from '../webhooks/verbs.ts';
import type { Outcomes, Ready, Sending } from './batch.ts';
import { refusalOf } from './guard.ts';
import type { Working } from './merge-batch.ts';
import { isNoneApart } from './store.ts';
import { lastSeen, type Way, wayOf } from './ways.ts';

/** What this process remembers from one batch to the next. Nothing of it decides: the database checks all that is used. */
export interface Memory {
  readonly responses: RecentResponses;
  /** For new responses, fetched by an earlier batch. */
  readonly ids: number[];
  fetching: boolean;
  /** Workspaces in which somebody listens to events. */
  readonly listening: Set<string>;
}

const memories = new WeakMap<Connection, Memory>();

export function memoryOf(connection: Connection): Memory {
  const known = memories.get(connection);
  if (known) return known;
  const made: Memory = { responses: new RecentResponses(), ids: [], fetching: false, listening: new Set() };
  memories.set(connection, made);
  return made;
}

/** Parts about which everything is known that a batch otherwise reads first, if it still holds. */
export interface Recalled {
  readonly ready: readonly Ready[];
  readonly outcomes: Outcomes;
  readonly stored: ReadonlyMap<string, StoredResponse>;
  readonly ids: number[];
  readonly listening: boolean;
  /** What has to hold: responses that are new, ways that are open, items that are there. */
  readonly fresh: readonly ResponseName[];
  readonly ways: ReadonlyMap<string, Way>;
  readonly items: ReadonlySet<string>;
}

interface Aimed {
  readonly name: ResponseName;
  readonly one: Ready;
}

/** Nobody is anonymous, and nothing depends on how many others have answered. */
function isSimple({ definition }: Published, audience: Audience): boolean {
  return definition.quotas.length === 0 && !isAnonymous(definition, audience);
}

/**
 * Sorts out the parts of customers who come by an open link and whose response was begun at this process or begins now;
 * `others` have to be asked for in the database. Those without a name, with quotas or of a wave always are. A response that
 * is recalled is taken out of memory: a part of it that comes before the commit goes the other way.
 */
export function recall(
  memory: Memory,
  workspaceId: string,
  sendings: readonly Sending[],
): { recalled: Recalled | undefined; others: readonly Sending[] } {
  const others = new Set<Sending>();
  const byResponse = new Map<string, Aimed[]>();
  const unknown = new Set<string>();
  for (const sending of sendings) {
    const way = sending.body.link === undefined ? undefined : lastSeen(sending.body.link);
    const published = way && lastRead(workspaceId, way.surveyId, sending.body.version);
    if (!way) {
      others.add(sending);
      continue;
    }
    const name = { surveyId: way.surveyId, audience: way.audience, key: sending.body.response };
    if (!published || !isSimple(published, way.audience)) {
      others.add(sending);
      unknown.add(nameOf(name));
      continue;
    }
    const aimed = byResponse.get(nameOf(name));
    const one = { sending, way, published, anonymous: false };
    if (aimed) aimed.push({ name, one });
    else byResponse.set(nameOf(name), [{ name, one }]);
  }
  const stored = new Map<string, StoredResponse>();
  const fresh: ResponseName[] = [];
  for (const [name, aimed] of byResponse) {
    const begins = aimed.some(({ one }) => one.sending.body.part === 0);
    const known = unknown.has(name) ? undefined : memory.responses.take(name);
    if (known) stored.set(name, known);
    else if (begins && !unknown.has(name) && fresh.length < memory.ids.length && aimed[0]) fresh.push(aimed[0].name);
    else {
      byResponse.delete(name);
      for (const { one } of aimed) others.add(one.sending);
    }
  }
  const recalled =
    byResponse.size > 0 ? recalledOf(memory, workspaceId, [...byResponse.values()].flat(), stored, fresh) : undefined;
  return { recalled, others: sendings.filter((sending) => others.has(sending)) };
}

function recalledOf(
  memory: Memory,
  workspaceId: string,
  aimed: readonly Aimed[],
  stored: ReadonlyMap<string, StoredResponse>,
  fresh: readonly ResponseName[],
): Recalled {
  const outcomes: Outcomes = new Map();
  const ready: Ready[] = [];
  const ways = new Map<string, Way>();
  for (const { one } of aimed) {
    const { sending, way, published } = one;
    ways.set(wayOf(sending.body), way);
    const refusal = refusalOf(published.definition, way, sending.body);
    if (refusal) outcomes.set(sending, refusal);
    else ready.push(one);
  }
  const versions = new Set(aimed.map(({ one }) => one.published.bindings));
  const items = new Set([...versions].flatMap((bindings) => Object.values(bindings).map((to) => to.itemId)));
  const ids = memory.ids.splice(0, fresh.length);
  const listening = memory.listening.has(workspaceId);
  return { ready, outcomes, stored, ids, listening, fresh, ways, items };
}

/** Asks the database whether all of it holds; where it does not, the transaction fails with 40001. */
export async function expectSame(
  workspaceId: string,
  tx: Tx,
  { fresh, ways, items, listening }: Recalled,
): Promise<void> {
  const links = [...ways].map(([token, { channel, work }]) => ({ token, channel, work }));
  await sql`SELECT expect(${areOpenLinks(workspaceId, links)} AND ${areItems(workspaceId, [...items])}
    AND ${isAnyEnabled(workspaceId)} = ${listening}::boolean
    AND ${fresh.length > 0 ? isNoneApart(workspaceId, fresh) : sql`true`})`.execute(tx);
}

/** Ids that are kept for new responses. */
const IDS = 512;

/** Fetches ids for batches to come, without waiting for them. */
export async function stockIds(memory: Memory, workspaceId: string, tx: Tx): Promise<void> {
  if (memory.fetching || memory.ids.length >= IDS / 2) return;
  memory.fetching = true;
  try {
    memory.ids.push(...(await newIds(workspaceId, tx, IDS)));
  } finally {
    memory.fetching = false;
  }
}

/** A response as a batch has written it. */
export interface Written {
  readonly working: Working;
  readonly id: number;
}

/**
 * Remembers what was committed, by the transaction `writtenBy`: unfinished responses that came by an open link and that this
 * process has known since they began. Others hold perhaps what a file said. `before` is what was remembered.
 */
export function remember(
  memory: Memory,
  written: readonly Written[],
  writtenBy: string,
  before: ReadonlyMap<string, StoredResponse>,
): void {
  for (const { working, id } of written) {
    const { response, published, stored, merged, attributes, reason } = working;
    const last = memory.responses.take(nameOf(response)) ?? before.get(nameOf(response));
    if (reason || merged.finished || !isSimple(published, response.audience)) continue;
    if (response.waveId !== null || response.contactId !== null) continue;
    if (stored && last?.writtenBy !== stored.writtenBy) continue;
    memory.responses.put({
      surveyId: response.surveyId,
      audience: response.audience,
      key: response.key,
      version: response.version,
      id,
      published: true,
      writtenBy,
      ours: true,
      channel: (stored ?? response).channel,
      answeredOn: (stored ?? response).answeredOn,
      weight: stored?.weight ?? '1',
      merged,
      attributes,
    });
  }
}

/** Those that were recalled and to which nothing was added, such as when a part came twice. */
export function untouched({ stored }: Recalled, written: readonly Written[]): StoredResponse[] {
  const names = new Set(written.map(({ working }) => nameOf(working.response)));
  return [...stored].flatMap(([name, response]) => (names.has(name) ? [] : [response]));
}
