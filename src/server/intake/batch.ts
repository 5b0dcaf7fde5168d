import { isAnonymous, lensFor } from '../../core/survey/definition.ts';
import { noteAnswered } from '../asks/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { inWorkspacePipeline, type Later } from '../db/pipeline.ts';
import { Problem } from '../http/problem.ts';
import type { Services } from '../http/route.ts';
import { bindPersonal } from '../invitations/answering.ts';
import { unknownItems } from '../items/verbs.ts';
import { writeOutbox } from '../outbox/verbs.ts';
import {
  CountChanges,
  expectWritten,
  findValues,
  lockStored,
  type MergedResponse,
  nameOf,
  ReadTooEarly,
  type ResponseName,
  type StoredResponse,
  StoredValues,
  takeOut,
  writeMerged,
} from '../responses/verbs.ts';
import { type Published, requireVersion } from '../surveys/verbs.ts';
import { anyEnabled } from '../webhooks/verbs.ts';
import { eventsOf } from './events.ts';
import { refusalOf } from './guard.ts';
import { mergeAll, mergedOf, setApartOf, type Working } from './merge-batch.ts';
import { fillQuotas } from './quotas.ts';
import {
  expectSame,
  type Memory,
  memoryOf,
  type Recalled,
  recall,
  remember,
  stockIds,
  untouched,
  type Written,
} from './recall.ts';
import type { PartBody, Stored } from './schema.ts';
import { enterIntake, findSetApart, type SetApart, writeSetApart } from './store.ts';
import { findWays, type Way, wayOf } from './ways.ts';

/** One part on its way in. */
export interface Sending {
  readonly body: PartBody;
  readonly fingerprint: string;
  /** The day on which it arrived, YYYY-MM-DD: our clock holds, never the sender's. */
  readonly day: string;
  /** Counts a new response of this network that came this way, and says whether there were too many. */
  readonly flooding: (way: Way) => boolean;
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

/**
 * Stores the parts of one batch; the outcomes hold once it has returned. What this process knows of already is written in
 * one step, in which the database checks that it still holds; the others, and all of them where it does not, after
 * reading. Parts of leaders, staff and anonymous customers are checked and handed back: they are written apart from all
 * others. `committing` is called when the next batch of the workspace may begin: it waits in the database for this one.
 */
export async function storeBatch(
  services: Services,
  workspaceId: string,
  sendings: readonly Sending[],
  committing: () => void,
): Promise<{ outcomes: Outcomes; anonymous: Ready[] }> {
  const memory = memoryOf(services.connection);
  const { recalled, others } = recall(memory, workspaceId, sendings);
  const done =
    recalled &&
    (await storeRecalled(services, workspaceId, memory, recalled, others.length > 0 ? () => {} : committing));
  if (done && others.length === 0) return { outcomes: done, anonymous: [] };
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
  const { stored, ids } = recalled;
  const outcomes: Outcomes = new Map(recalled.outcomes);
  const work = async (tx: Tx, later: Later) => {
    const number = enterIntake(workspaceId, tx);
    later(number, expectSame(workspaceId, tx, recalled), stockIds(memory, workspaceId, tx));
    const read = { apart: new Map(), stored, values: new StoredValues(), gone: new Set<string>() };
    const toNobodyAt = recalled.listening ? null : now();
    const { written } = await storeNamed(workspaceId, tx, recalled.ready, outcomes, later, { read, toNobodyAt, ids });
    const same = untouched(recalled, written);
    later(expectWritten(workspaceId, tx, same));
    return { written, same, number };
  };
  try {
    const { written, same, number } = await inWorkspacePipeline(connection, workspaceId, work, committing);
    remember(memory, written, await number, stored);
    for (const response of same) memory.responses.put(response);
    return outcomes;
  } catch (error) {
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
    later(number, stockIds(memory, workspaceId, tx));
    const listened = anyEnabled(workspaceId, tx);
    later(listened);
    const { ready, outcomes } = await check(workspaceId, tx, sendings, services.now());
    if (await listened) memory.listening.add(workspaceId);
    else memory.listening.delete(workspaceId);
    const toNobodyAt = (await listened) ? null : services.now();
    const named = ready.filter((one) => !one.anonymous);
    const { written, gone } = await storeNamed(workspaceId, tx, named, outcomes, later, {
      toNobodyAt,
      ids: memory.ids,
    });
    const anonymous = ready.filter((one) => one.anonymous);
    return { outcomes, anonymous, written: gone.size > 0 ? [] : written, number };
  };
  const result = await inWorkspacePipeline(services.connection, workspaceId, work, committing);
  remember(memory, result.written, await result.number, before);
  return result;
}

/** What is stored of the responses of a batch. */
interface Read {
  readonly apart: ReadonlyMap<string, SetApart>;
  readonly stored: ReadonlyMap<string, StoredResponse>;
  /** Of the answers that may change. */
  readonly values: StoredValues;
  /** Items that are not there any more. */
  readonly gone: ReadonlySet<string>;
}

/** Reads and locks it. */
async function read(workspaceId: string, tx: Tx, ready: readonly Ready[]): Promise<Read> {
  const others = ready.flatMap(({ way }) =>
    way.personal?.responseKey ? [{ ...way, key: way.personal.responseKey }] : [],
  );
  const names = [...new Map([...namesOf(ready), ...others].map((name) => [nameOf(name), name])).values()];
  const bindings = new Set(ready.map(({ published }) => published.bindings));
  const items = new Set([...bindings].flatMap((each) => Object.values(each).map((to) => to.itemId)));
  const [apart, stored, values, gone] = await Promise.all([
    findSetApart(workspaceId, tx, names),
    lockStored(workspaceId, tx, names),
    findValues(workspaceId, tx, ready.flatMap(placesOf)),
    unknownItems(workspaceId, tx, [...items]),
  ]);
  return { apart, stored: new Map(stored.map((row) => [nameOf(row), row])), values, gone: new Set(gone) };
}

/** Where the answers of a part go; with its first part a response is new, nearly always, and holds none yet. */
function placesOf({ way, sending: { body }, published: { bindings } }: Ready) {
  if (body.part === 0) return [];
  const name = { surveyId: way.surveyId, audience: way.audience, key: body.response };
  return Object.keys(body.answers).flatMap((key) => {
    const to = Object.hasOwn(bindings, key) ? bindings[key] : undefined;
    return to ? [{ name, itemId: to.itemId, lens: lensFor(name.audience, to.lens) }] : [];
  });
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

/** Writes down which responses personal links belong to from now on. */
async function bindLinks(workspaceId: string, tx: Tx, ready: readonly Ready[]): Promise<void> {
  const changed = new Set(ready.flatMap(({ way }) => (way.personal?.changed ? [way.personal] : [])));
  const bound = [...changed].map(({ tokenHash, responseKey, used }) =>
    bindPersonal(workspaceId, tx, tokenHash, { responseKey: responseKey ?? '', used }),
  );
  if ((await Promise.all(bound)).includes(false)) throw new ReadTooEarly();
}

/**
 * Stores named customers' parts; what need not be waited for before the commit is handed to `later`. The caller holds the
 * intake lock, and may know what is stored (`read`), that nobody listens (`toNobodyAt`) and `ids` for new responses. Returns
 * what was written, how many responses are new, and which items are gone.
 */
export async function storeNamed(
  workspaceId: string,
  tx: Tx,
  ready: readonly Ready[],
  outcomes: Outcomes,
  later: Later,
  known: { read?: Read; toNobodyAt?: Date | null; ids?: number[] } = {},
): Promise<{ written: Written[]; begun: number; gone: ReadonlySet<string> }> {
  const there = known.read ?? (await read(workspaceId, tx, ready));
  const { stored } = there;
  const changed = mergeAll(ready, stored, there.apart, outcomes);
  await fillQuotas(workspaceId, tx, changed);

  const counts = new CountChanges();
  const counting = changed.filter((working) => !working.reason);
  const leaving = changed.filter((working) => working.reason && working.stored);
  const merged = counting.map((working) => mergedOf(working, there.gone));
  // Those that leave the numbers are locked in one pass with the others, in the order of their keys.
  const all = [
    ...merged,
    ...leaving.map((working) => ({ ...mergedOf(working, there.gone), answers: [], takenBack: [] })),
  ];
  const { ids = [], toNobodyAt = null } = known;
  const places = await writeMerged(workspaceId, tx, all, stored, { values: there.values, counts, later, ids });
  await takeOut(
    workspaceId,
    tx,
    leaving.flatMap((working) => (working.stored ? [working.stored] : [])),
    counts,
  );
  const events = counting.flatMap((working, i) => eventsOf(merged[i] as MergedResponse, beforeOf(working)));
  later(
    writeSetApart(workspaceId, tx, changed.flatMap(setApartOf)),
    counts.merge(workspaceId, tx),
    writeOutbox(workspaceId, tx, events, toNobodyAt),
    noteAnswered(workspaceId, tx, counting.flatMap(answeredAsk)),
  );
  // A link that was used otherwise meanwhile is no error of the database: only whoever waits can keep it from the commit.
  await bindLinks(workspaceId, tx, ready);
  const written = changed.map((working) => ({ working, id: places.get(nameOf(working.response)) ?? 0 }));
  const begun = changed.filter((working) => !working.stored && !working.apart).length;
  return { written, begun, gone: there.gone };
}

/** A known customer who finishes has answered what they were asked for. */
function answeredAsk({ response, merged, before }: Working) {
  const { surveyId, contactId, answeredOn } = response;
  return contactId !== null && merged.finished && !before.finished ? [{ surveyId, contactId, on: answeredOn }] : [];
}

/** The responses that parts belong to, each once. */
export function namesOf(ready: readonly Ready[]): ResponseName[] {
  const names = ready.map(({ way, sending }) => ({
    surveyId: way.surveyId,
    audience: way.audience,
    key: sending.body.response,
  }));
  return [...new Map(names.map((name) => [nameOf(name), name])).values()];
}

/** What was stored of it before; a response that was imported counts as one that had not been finished. */
const beforeOf = ({ stored, before }: Working) => (stored ? before : undefined);
