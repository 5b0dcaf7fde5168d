import { sql } from 'kysely';
import { isAnonymous, lensFor } from '../../core/survey/definition.ts';
import type { Bindings } from '../../core/survey/item-answers.ts';
import { noteAnswered } from '../asks/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { inWorkspacePipeline, type Later } from '../db/pipeline.ts';
import { Problem } from '../http/problem.ts';
import type { Services } from '../http/route.ts';
import { bindPersonal } from '../invitations/answering.ts';
import { unknownItems } from '../items/verbs.ts';
import { holdListeners, writeOutbox } from '../outbox/verbs.ts';
import {
  CountChanges,
  findValues,
  lockStored,
  type MergedResponse,
  nameOf,
  ReadTooEarly,
  type ResponseName,
  type StoredResponse,
  type StoredValues,
  stockIds,
  takeOut,
  writeMerged,
} from '../responses/verbs.ts';
import { lastRead, type Published, requireVersion } from '../surveys/verbs.ts';
import { anyEnabled } from '../webhooks/verbs.ts';
import { eventsOf } from './events.ts';
import { refusalOf } from './guard.ts';
import { mergeAll, mergedOf, setApartOf, type Working } from './merge-batch.ts';
import { fillQuotas } from './quotas.ts';
import type { PartBody, Stored } from './schema.ts';
import { findSetApart, lockIntakeAndPlans, type SetApart, writeSetApart } from './store.ts';
import { findWays, lastSeen, type Way, wayOf } from './ways.ts';

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
 * Stores the parts of one batch in one transaction; the outcomes hold once it has returned. Parts of leaders, staff and
 * anonymous customers are checked and handed back: they are written apart from all others. `committing` is called when
 * the next batch of the workspace may begin: it waits in the database for this one.
 */
export async function storeBatch(
  services: Services,
  workspaceId: string,
  sendings: readonly Sending[],
  committing: () => void,
): Promise<{ outcomes: Outcomes; anonymous: Ready[] }> {
  const work = async (tx: Tx, later: Later) => {
    later(lockIntakeAndPlans(workspaceId, tx), holdListeners(workspaceId, tx), giveUpSoon(tx));
    const beginning = sendings.filter(({ body }) => body.part === 0).length;
    later(stockIds(workspaceId, tx, beginning));
    const early = readEarly(workspaceId, tx, sendings);
    const listened = anyEnabled(workspaceId, tx);
    later(early, listened);
    const { ready, outcomes } = await check(workspaceId, tx, sendings, services.now());
    const named = ready.filter((one) => !one.anonymous);
    const toNobodyAt = (await listened) ? null : services.now();
    if (named.length > 0) await storeNamed(workspaceId, tx, named, outcomes, later, { early: await early, toNobodyAt });
    return { outcomes, anonymous: ready.filter((one) => one.anonymous) };
  };
  return inWorkspacePipeline(services.connection, workspaceId, work, committing);
}

/**
 * For respondents' parts, which are tried again by themselves: rather than wait in a circle with an import, this
 * transaction gives up (55P03) before the database finds the circle and picks a victim, which would be the import. Call it
 * behind the intake lock, whose turn may take longer. Whoever comes once, with whole responses, waits.
 */
async function giveUpSoon(tx: Tx): Promise<void> {
  await sql`SELECT set_config('lock_timeout', '500ms', true)`.execute(tx);
}

/** What is stored of the responses of a batch, locked. */
interface Read {
  readonly names: ReadonlySet<string>;
  readonly apart: ReadonlyMap<string, SetApart>;
  readonly stored: readonly StoredResponse[];
  /** Of the answers that may change. */
  readonly values: StoredValues;
  /** Which items were looked for, and which of them are not there any more. */
  readonly items: ReadonlySet<string>;
  readonly gone: ReadonlySet<string>;
}

/** A part whose response, item and lens are known, or are guessed by what was known a moment ago. */
interface Aimed {
  readonly name: ResponseName;
  readonly body: PartBody;
  readonly bindings: Bindings;
}

/**
 * Reads by what was known of these links a moment ago, so that the question travels together with the one whether they
 * still are what they were. Undefined where one of them is new here.
 */
async function readEarly(workspaceId: string, tx: Tx, sendings: readonly Sending[]): Promise<Read | undefined> {
  const aimed = sendings.flatMap(({ body }): Aimed[] => {
    const way = lastSeen(wayOf(body));
    const published = way && lastRead(workspaceId, way.surveyId, body.version);
    return way && published ? [{ name: { ...way, key: body.response }, body, bindings: published.bindings }] : [];
  });
  return aimed.length === sendings.length ? read(workspaceId, tx, aimed) : undefined;
}

async function read(
  workspaceId: string,
  tx: Tx,
  aimed: readonly Aimed[],
  others: readonly ResponseName[] = [],
): Promise<Read> {
  const unique = new Map([...aimed.map(({ name }) => name), ...others].map((name) => [nameOf(name), name]));
  const each = [...unique.values()];
  const items = itemsOf(aimed.map(({ bindings }) => bindings));
  const [apart, stored, values, gone] = await Promise.all([
    findSetApart(workspaceId, tx, each),
    lockStored(workspaceId, tx, each),
    findValues(workspaceId, tx, aimed.flatMap(placesOf)),
    unknownItems(workspaceId, tx, [...items]),
  ]);
  return { names: new Set(unique.keys()), apart, stored, values, items, gone: new Set(gone) };
}

/** Items that answers of these versions are bound to. */
function itemsOf(bindings: readonly Bindings[]): Set<string> {
  return new Set([...new Set(bindings)].flatMap((each) => Object.values(each).map((to) => to.itemId)));
}

/** Where the answers of a part go; with its first part a response is new, nearly always, and holds none yet. */
function placesOf({ name, body, bindings }: Aimed) {
  if (body.part === 0) return [];
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
 * Stores named customers' parts; what need not be waited for before the commit is handed to `later`. Returns how many
 * responses are new. The caller holds the intake lock, and may have read what is stored and that nobody listens.
 */
export async function storeNamed(
  workspaceId: string,
  tx: Tx,
  ready: readonly Ready[],
  outcomes: Outcomes,
  later: Later,
  { early, toNobodyAt = null }: { early?: Read | undefined; toNobodyAt?: Date | null } = {},
): Promise<number> {
  const aimed = ready.map(({ way, sending: { body }, published: { bindings } }): Aimed => {
    return { name: { surveyId: way.surveyId, audience: way.audience, key: body.response }, body, bindings };
  });
  const others = ready.flatMap(({ way }) =>
    way.personal?.responseKey ? [{ ...way, key: way.personal.responseKey }] : [],
  );
  const covers =
    early &&
    [...aimed.map(({ name }) => name), ...others].every((name) => early.names.has(nameOf(name))) &&
    [...itemsOf(aimed.map(({ bindings }) => bindings))].every((item) => early.items.has(item));
  const there = covers ? early : await read(workspaceId, tx, aimed, others);
  const stored = new Map(there.stored.map((row) => [nameOf(row), row]));
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
  await writeMerged(workspaceId, tx, all, stored, { values: there.values, counts, later });
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
  return changed.filter((working) => !working.stored && !working.apart).length;
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
