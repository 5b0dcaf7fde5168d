import { sql } from 'kysely';
import type { Audience } from '../../core/perspective.ts';
import { isAnonymous } from '../../core/survey/definition.ts';
import type { Connection, Tx } from '../db/connect.ts';
import { areItems } from '../items/verbs.ts';
import { isNoneStored, nameOf, RecentResponses, type ResponseName, type StoredResponse } from '../responses/verbs.ts';
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
  /** Names of responses that began a while ago, each after its workspace: their first part comes once more. */
  readonly begun: Set<string>;
  /** Items that versions name and that were deleted: nothing can be taken for granted of those versions. */
  readonly gone: Set<string>;
  /** Workspaces in which somebody listens to events. */
  readonly listening: Set<string>;
  /** How many steps did not hold. */
  failed: number;
}

const memories = new WeakMap<Connection, Memory>();

export function memoryOf(connection: Connection): Memory {
  const known = memories.get(connection);
  if (known) return known;
  const empty = { begun: new Set<string>(), gone: new Set<string>(), listening: new Set<string>() };
  const made: Memory = { responses: new RecentResponses(), ...empty, failed: 0 };
  memories.set(connection, made);
  return made;
}

const MOST_NAMES = 20_000;

/** Adds to a set that forgets the oldest when it is full. */
export function note(names: Set<string>, name: string): void {
  names.add(name);
  for (const oldest of names) {
    if (names.size <= MOST_NAMES) break;
    names.delete(oldest);
  }
}

/** Parts about which everything is known that a batch otherwise reads first, if it still holds. */
export interface Recalled {
  readonly ready: readonly Ready[];
  readonly outcomes: Outcomes;
  readonly stored: ReadonlyMap<string, StoredResponse>;
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

/** Nobody is anonymous, nothing depends on how many others have answered, and all items are there as far as is known. */
function isSimple({ gone }: Memory, { definition, bindings }: Published, audience: Audience): boolean {
  if (definition.quotas.length > 0 || isAnonymous(definition, audience)) return false;
  return gone.size === 0 || !Object.values(bindings).some((to) => gone.has(to.itemId));
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
    const name = { surveyId: way.surveyId, audience: way.audience, key: sending.key };
    if (!published || !isSimple(memory, published, way.audience)) {
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
    const known = unknown.has(name) ? undefined : memory.responses.take(workspaceId, name);
    const begun = `${workspaceId} ${name}`;
    if (known) stored.set(name, known);
    else if (begins && !unknown.has(name) && !memory.begun.has(begun) && aimed[0]) {
      fresh.push(aimed[0].name);
      note(memory.begun, begun);
    } else {
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
  const listening = memory.listening.has(workspaceId);
  return { ready, outcomes, stored, listening, fresh, ways, items };
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
    AND ${fresh.length > 0 ? sql`${isNoneStored(workspaceId, fresh)} AND ${isNoneApart(workspaceId, fresh)}` : sql`true`})`.execute(
    tx,
  );
}

/** What a batch has written, once it is committed. */
export interface Written {
  readonly all: readonly Working[];
  /** Of the new ones, by name. */
  readonly ids: ReadonlyMap<string, number>;
  /** Number of the transaction. */
  readonly writtenBy: string;
}

/**
 * Remembers unfinished responses that came by an open link and that this process has known since they began. Others hold
 * perhaps what a file said. `before` is what was remembered.
 */
export function remember(
  memory: Memory,
  workspaceId: string,
  { all, ids, writtenBy }: Written,
  before: ReadonlyMap<string, StoredResponse>,
): void {
  for (const { response, published, stored, merged, attributes, reason } of all) {
    const name = nameOf(response);
    const last = memory.responses.take(workspaceId, name) ?? before.get(name);
    const id = stored?.id ?? ids.get(name);
    const named = response.waveId !== null || response.contactId !== null;
    const ours = !stored || last?.writtenBy === stored.writtenBy;
    if (!id || reason || merged.finished || named || !ours || !isSimple(memory, published, response.audience)) {
      note(memory.begun, `${workspaceId} ${name}`);
      continue;
    }
    memory.responses.put(workspaceId, {
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
export function untouched({ stored }: Recalled, written: readonly Working[]): StoredResponse[] {
  const names = new Set(written.map(({ response }) => nameOf(response)));
  return [...stored].flatMap(([name, response]) => (names.has(name) ? [] : [response]));
}
