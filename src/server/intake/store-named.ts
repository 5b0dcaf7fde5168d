import { lensFor } from '../../core/survey/definition.ts';
import { noteAnswered } from '../asks/verbs.ts';
import type { Tx } from '../db/connect.ts';
import type { Later } from '../db/pipeline.ts';
import { bindPersonal } from '../invitations/answering.ts';
import { unknownItems } from '../items/verbs.ts';
import { writeOutbox } from '../outbox/verbs.ts';
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
  takeOut,
  writeMerged,
} from '../responses/verbs.ts';
import type { Outcomes, Ready } from './batch.ts';
import { eventsOf } from './events.ts';
import { mergeAll, mergedOf, setApartOf, type Working } from './merge-batch.ts';
import { fillQuotas } from './quotas.ts';
import { findSetApart, type SetApart, writeSetApart } from './store.ts';

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
function placesOf({ way, sending: { body, key }, published: { bindings } }: Ready) {
  if (body.part === 0) return [];
  const name = { surveyId: way.surveyId, audience: way.audience, key };
  return Object.keys(body.answers).flatMap((question) => {
    const to = Object.hasOwn(bindings, question) ? bindings[question] : undefined;
    return to ? [{ name, itemId: to.itemId, lens: lensFor(name.audience, to.lens) }] : [];
  });
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
 * intake lock, and may know what is stored (`read`) and that nobody listens (`toNobodyAt`). Returns all that was written, the
 * ids of the new ones once they are written, how many responses are new, and what was read.
 */
export async function storeNamed(
  workspaceId: string,
  tx: Tx,
  ready: readonly Ready[],
  outcomes: Outcomes,
  later: Later,
  known: { read?: Read; toNobodyAt?: Date | null } = {},
): Promise<{ all: Working[]; ids: Promise<ReadonlyMap<string, number>>; begun: number; read: Read }> {
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
  const { toNobodyAt = null } = known;
  const { ids } = await writeMerged(workspaceId, tx, all, stored, { values: there.values, counts, later });
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
  const begun = changed.filter((working) => !working.stored && !working.apart).length;
  return { all: changed, ids, begun, read: there };
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
    key: sending.key,
  }));
  return [...new Map(names.map((name) => [nameOf(name), name])).values()];
}

/** What was stored of it before; a response that was imported counts as one that had not been finished. */
const beforeOf = ({ stored, before }: Working) => (stored ? before : undefined);
