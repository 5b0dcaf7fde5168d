import { itemAnswers } from '../../core/survey/item-answers.ts';
import type { Tx } from '../db/connect.ts';
import { inWorkspace } from '../db/transaction.ts';
import { Problem } from '../http/problem.ts';
import type { Services } from '../http/route.ts';
import { markUnused, markUsed } from '../invitations/answering.ts';
import { unknownItems } from '../items/verbs.ts';
import { CountChanges, findStored, nameOf, type StoredResponse, takeOut, writeAnonymous } from '../responses/verbs.ts';
import { mergeAll, namesOf, type Outcomes, type Ready, setApartOf } from './batch.ts';
import { fillQuotas } from './quotas.ts';
import { findSetApart, lockIntake, writeSetApart } from './store.ts';
import { usedAlready } from './ways.ts';

/**
 * Stores parts that came by personal links of leaders and staff. The mark "used" and the response are written in two
 * transactions: what one transaction writes carries its number in every row, and would join the person to the answers.
 * Where the second fails, the links are given back. A link is used with the first part, since nothing but the person
 * may know which response the next one belongs to.
 */
export async function storeAnonymous(
  services: Services,
  workspaceId: string,
  ready: readonly Ready[],
): Promise<Outcomes> {
  const { db } = services.connection;
  const fresh = new Map(
    ready.flatMap(({ way }) =>
      way.personal && !way.personal.used && !way.closed ? [[way.personal.tokenHash.toString('hex'), way.personal]] : [],
    ),
  );
  if (fresh.size === 0) return storeParts(services, workspaceId, ready);
  const marked = await inWorkspace(db, workspaceId, async (tx) => {
    const done: Buffer[] = [];
    for (const { tokenHash } of fresh.values()) if (await markUsed(workspaceId, tx, tokenHash)) done.push(tokenHash);
    return done;
  });
  const giveBack = (tokenHashes: readonly Buffer[]) =>
    inWorkspace(db, workspaceId, async (tx) => {
      for (const tokenHash of tokenHashes) await markUnused(workspaceId, tx, tokenHash);
    });
  try {
    const usable = onePerLink(ready, marked);
    const outcomes = await storeParts(services, workspaceId, usable);
    const refused = usable.filter(({ sending }) => outcomes.get(sending) instanceof Problem);
    const unused = marked.filter((hash) => refused.some(({ way }) => way.personal?.tokenHash.equals(hash)));
    if (unused.length > 0) await giveBack(unused);
    return outcomes;
  } catch (error) {
    await giveBack(marked);
    throw error;
  }
}

/** With one link one response begins: of several at once the first; the others find the link used. */
function onePerLink(ready: readonly Ready[], marked: readonly Buffer[]): Ready[] {
  const begun = new Map<string, string>();
  return ready.map((one) => {
    const { personal } = one.way;
    if (!personal || one.way.closed) return one;
    const hash = personal.tokenHash.toString('hex');
    const key = begun.get(hash) ?? one.sending.body.response;
    begun.set(hash, key);
    const mine = marked.some((tokenHash) => tokenHash.equals(personal.tokenHash)) && key === one.sending.body.response;
    return mine ? one : { ...one, way: { ...one.way, closed: usedAlready() } };
  });
}

/**
 * Stores parts of leaders, staff and anonymous customers, in a transaction that holds nothing else: no contact, no hidden
 * field, no time, no event of its own. They count, and are told of, when their batch is published.
 */
async function storeParts(services: Services, workspaceId: string, ready: readonly Ready[]): Promise<Outcomes> {
  return inWorkspace(services.connection.db, workspaceId, async (tx) => {
    const outcomes: Outcomes = new Map();
    await lockIntake(workspaceId, tx);
    await storeAnonymousParts(workspaceId, tx, ready, outcomes);
    return outcomes;
  });
}

/** The same within a transaction that holds the intake lock. Returns how many responses are new. */
export async function storeAnonymousParts(
  workspaceId: string,
  tx: Tx,
  ready: readonly Ready[],
  outcomes: Outcomes,
): Promise<number> {
  const bound = new Set(ready.flatMap(({ published }) => Object.values(published.bindings).map((to) => to.itemId)));
  const gone = new Set(await unknownItems(workspaceId, tx, [...bound]));
  const surveyIds = [...new Set(ready.map(({ way }) => way.surveyId))];
  let begun = 0;
  await writeAnonymous(workspaceId, tx, surveyIds, async () => {
    const names = namesOf(ready);
    const apart = await findSetApart(workspaceId, tx, names);
    const stored = newest(await findStored(workspaceId, tx, names));
    const changed = mergeAll(ready, stored, apart, outcomes);
    begun = changed.filter((working) => !working.stored && !working.apart).length;
    // Taken out of published numbers, one response could be seen by comparing before and after.
    for (const working of changed) if (working.stored?.published) working.reason = undefined;
    await fillQuotas(
      workspaceId,
      tx,
      changed.filter((working) => !working.stored?.published),
    );
    const out = changed.flatMap(({ reason, stored: there }) => (reason && there ? [there] : []));
    await takeOut(workspaceId, tx, out, new CountChanges());
    await writeSetApart(workspaceId, tx, changed.flatMap(setApartOf));
    return changed
      .filter((working) => !working.reason)
      .map(({ response, stored: there, merged, attributes, language, published }) => ({
        ...response,
        answeredOn: there?.answeredOn ?? response.answeredOn,
        merged,
        language,
        attributes,
        answers: itemAnswers(published.bindings, response.audience, merged).filter((one) => !gone.has(one.itemId)),
        takenBack: [],
      }));
  });
  return begun;
}

/** Of a published response and the one that waits beside it, the waiting one knows more. */
function newest(stored: readonly StoredResponse[]): Map<string, StoredResponse> {
  const found = new Map<string, StoredResponse>();
  for (const row of stored) if (!row.published || !found.has(nameOf(row))) found.set(nameOf(row), row);
  return found;
}
