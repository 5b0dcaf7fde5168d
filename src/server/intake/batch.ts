import { sql } from 'kysely';
import { isAnonymous, lensFor } from '../../core/survey/definition.ts';
import { type Bindings, itemAnswers } from '../../core/survey/item-answers.ts';
import { mergePart } from '../../core/survey/merge-parts.ts';
import { type Merged, NOTHING_MERGED } from '../../core/survey/parts.ts';
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
import { otherContent, otherVersion, reasonFor, refusalOf } from './guard.ts';
import { withMarks } from './mark-left.ts';
import { fillQuotas } from './quotas.ts';
import type { PartBody, Stored } from './schema.ts';
import { findSetApart, lockIntakeAndPlans, type Reason, type SetApart, writeSetApart } from './store.ts';
import { findWays, lastSeen, type PersonalWay, usedAlready, type Way, wayOf } from './ways.ts';

/** One part on its way in. */
export interface Sending {
  readonly body: PartBody;
  readonly fingerprint: string;
  /** The day on which it arrived, YYYY-MM-DD: our clock holds, never the sender's. */
  readonly day: string;
  /** Counts a new response of this network at this link, and says whether there were too many. */
  readonly flooding: () => boolean;
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

/** A response that the batch works on. */
export interface Working {
  readonly response: Omit<MergedResponse, 'merged' | 'answers' | 'takenBack' | 'attributes' | 'language'>;
  readonly published: Published;
  readonly stored: StoredResponse | undefined;
  readonly apart: SetApart | undefined;
  readonly before: Merged;
  merged: Merged;
  attributes: Readonly<Record<string, string>>;
  /** Of the contact, as they are now. */
  attributesNow: Readonly<Record<string, string>>;
  language: string | null;
  reason: Reason | undefined;
}

/** Merges each part into its response, in the order of arrival; what can't be merged gets its outcome at once. */
export function mergeAll(
  ready: readonly Ready[],
  stored: ReadonlyMap<string, StoredResponse>,
  apart: ReadonlyMap<string, SetApart>,
  outcomes: Outcomes,
): Working[] {
  const all = new Map<string, Working>();
  const displaced = new Map<string, Ready>();
  for (const one of ready) {
    const { sending, way } = one;
    const { body } = sending;
    const name = nameOf({ surveyId: way.surveyId, audience: way.audience, key: body.response });
    const known = all.get(name) ?? begin(one, stored.get(name), apart.get(name));
    if (known instanceof Problem) {
      outcomes.set(sending, known);
      continue;
    }
    if (way.personal?.used && !one.anonymous && way.personal.responseKey !== body.response) {
      outcomes.set(sending, usedAlready());
      continue;
    }
    const merged = known.response.version === body.version ? mergePart(known.merged, body, sending.fingerprint) : null;
    if (merged === null || merged === 'conflict') {
      outcomes.set(sending, merged === null ? otherVersion(known.response.version) : otherContent(body.part));
      continue;
    }
    const isNew = !all.has(name) && !known.stored && !known.apart;
    all.set(name, known);
    if (way.personal && !one.anonymous) {
      const before = bindTo(way.personal, body.response, isNew, merged.finished);
      if (before) displaced.set(nameOf({ ...way, key: before }), one);
    }
    if (merged !== known.merged) {
      known.merged = merged;
      known.attributesNow = way.attributes;
      if (!one.anonymous) known.attributes = { ...hiddenOf(one), ...known.attributes };
      known.language = body.language ?? known.language;
      // A late part of a finished response is no reason to doubt it any more; somebody may even have accepted it.
      if (!known.before.finished) known.reason ??= reasonFor(way, body, merged, isNew && sending.flooding());
    }
    outcomes.set(sending, { stored: true, finished: merged.finished });
  }
  for (const working of all.values()) if (working.merged !== working.before) working.merged = withMarks(working);
  for (const [name, one] of displaced) {
    const there = all.get(name) ?? (stored.has(name) ? begin(one, stored.get(name), undefined) : undefined);
    if (!there || there instanceof Problem || there.merged.finished || there.reason) continue;
    there.reason = 'duplicate';
    all.set(name, there);
  }
  return [...all.values()].filter((working) => working.merged !== working.before || working.reason === 'duplicate');
}

/**
 * A customer's personal link belongs to one response: the one that was finished with it, before that the one that was
 * begun last, such as on another device. Returns the key of the one that it belonged to until now.
 */
function bindTo(personal: PersonalWay, key: string, isNew: boolean, finished: boolean): string | undefined {
  const before = personal.responseKey;
  if (!isNew && !(finished && !personal.used)) return undefined;
  personal.responseKey = key;
  personal.used ||= finished;
  personal.changed = true;
  return before !== null && before !== key ? before : undefined;
}

/** Writes down which responses personal links belong to from now on. */
async function bindLinks(workspaceId: string, tx: Tx, ready: readonly Ready[]): Promise<void> {
  const changed = new Set(ready.flatMap(({ way }) => (way.personal?.changed ? [way.personal] : [])));
  const bound = [...changed].map(({ tokenHash, responseKey, used }) =>
    bindPersonal(workspaceId, tx, tokenHash, { responseKey: responseKey ?? '', used }),
  );
  if ((await Promise.all(bound)).includes(false)) throw new ReadTooEarly();
}

function begin(
  { sending, way, published, anonymous }: Ready,
  stored: StoredResponse | undefined,
  apart: SetApart | undefined,
): Working | Problem {
  const closed = way.closed ?? (anonymous && way.personal?.used ? usedAlready() : undefined);
  if (!stored && !apart && closed) return closed;
  const before = stored?.merged ?? apart?.merged ?? NOTHING_MERGED;
  return {
    response: {
      surveyId: way.surveyId,
      audience: way.audience,
      key: stored?.key ?? sending.body.response,
      version: stored?.version ?? apart?.version ?? sending.body.version,
      waveId: way.waveId,
      contactId: way.contactId,
      channel: way.channel,
      answeredOn: apart?.answeredOn ?? sending.day,
    },
    published,
    stored,
    apart,
    before,
    merged: before,
    attributes: apart?.attributes ?? stored?.attributes ?? way.kept ?? (anonymous ? {} : way.attributes),
    attributesNow: way.attributes,
    language: apart?.language ?? null,
    reason: apart?.reason,
  };
}

/** Of the values that came with the address, only those that the survey names. */
function hiddenOf({ sending, published }: Ready): Record<string, string> {
  const { hidden } = published.definition;
  return Object.fromEntries(Object.entries(sending.body.hidden ?? {}).filter(([name]) => hidden.includes(name)));
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

/** The response as it is stored from now on, with the item answers that this batch changes. */
function mergedOf(working: Working, goneItems: ReadonlySet<string>): MergedResponse {
  const { response, merged, before, attributes, language, published } = working;
  if (before === NOTHING_MERGED) {
    const all = itemAnswers(published.bindings, response.audience, merged);
    const answers = goneItems.size === 0 ? all : all.filter((one) => !goneItems.has(one.itemId));
    return { ...response, merged, attributes, language, answers, takenBack: [] };
  }
  // Merging keeps the very objects of answers that stay, and no two answers of a response are values of one item.
  const changed = Object.entries(merged.answers).filter(([key, answer]) => before.answers[key] !== answer);
  const held = changed.flatMap(([key]) => {
    const old = Object.hasOwn(before.answers, key) ? before.answers[key] : undefined;
    return old ? [[key, old] as const] : [];
  });
  const now = itemAnswers(published.bindings, response.audience, { answers: Object.fromEntries(changed) });
  const then = new Map(
    itemAnswers(published.bindings, response.audience, { answers: Object.fromEntries(held) }).map((one) => [
      `${one.itemId} ${one.lens}`,
      one,
    ]),
  );
  const answers = now.filter((one) => {
    const old = then.get(`${one.itemId} ${one.lens}`);
    then.delete(`${one.itemId} ${one.lens}`);
    return !goneItems.has(one.itemId) && !(old && old.value === one.value);
  });
  return { ...response, merged, attributes, language, answers, takenBack: [...then.values()] };
}

export function setApartOf(working: Working): SetApart[] {
  if (!working.reason) return [];
  const { response, merged, attributes, language, reason } = working;
  return [{ ...response, merged, attributes, language, reason, answers: [], takenBack: [] }];
}

/** What was stored of it before; a response that was imported counts as one that had not been finished. */
const beforeOf = ({ stored, before }: Working) => (stored ? before : undefined);
