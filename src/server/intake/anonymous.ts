import { itemAnswers } from '../../core/survey/item-answers.ts';
import type { Tx } from '../db/connect.ts';
import { inWorkspace } from '../db/transaction.ts';
import { Problem } from '../http/problem.ts';
import type { Services } from '../http/route.ts';
import { unknownItems } from '../items/verbs.ts';
import { CountChanges, findStored, nameOf, type StoredResponse, takeOut, writeAnonymous } from '../responses/verbs.ts';
import { mixSetApart } from './apart-store.ts';
import type { Outcomes, Ready } from './batch.ts';
import { mergeAll, setApartOf, type Working } from './merge-batch.ts';
import { fillQuotas } from './quotas.ts';
import { isHandedIn } from './replaceable.ts';
import { findSetApart, lockIntake, writeSetApart } from './store.ts';
import { namesOf } from './store-named.ts';

/**
 * Stores parts of leaders, staff and anonymous customers, in a transaction that holds nothing else: no link, no contact, no
 * hidden field, no time, no event of its own. They count, and are told of, when their batch is published. Who has a
 * personal link answers with a ticket (src/server/tickets): a part that comes with the link itself is refused, because
 * whatever wrote both down would join the two.
 */
export async function storeAnonymous(
  services: Services,
  workspaceId: string,
  ready: readonly Ready[],
): Promise<Outcomes> {
  const outcomes: Outcomes = new Map();
  const unlinked = ready.filter(({ way }) => way.personal === undefined);
  for (const { sending, way } of ready) if (way.personal) outcomes.set(sending, needsTicket());
  if (unlinked.length === 0) return outcomes;
  return inWorkspace(services.connection.db, workspaceId, async (tx) => {
    await lockIntake(workspaceId, tx);
    await storeAnonymousParts(workspaceId, tx, unlinked, outcomes);
    return outcomes;
  });
}

function needsTicket(): Problem {
  return new Problem('unprocessable', 'These answers are anonymous: ask for a ticket with this link, and send that.', {
    fields: [{ field: 'body.token', message: 'Send a ticket (POST /api/v1/tickets) instead.' }],
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
    forgetLanguages(ready, changed);
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
    const setApart = changed.flatMap(setApartOf);
    await writeSetApart(workspaceId, tx, setApart);
    await mixSetApart(workspaceId, tx, setApart);
    return changed
      .filter((working) => !working.reason)
      .map(({ response, stored: there, merged, attributes, language, published }) => ({
        ...response,
        answeredOn: there?.answeredOn ?? response.answeredOn,
        merged,
        handedIn: isHandedIn(merged),
        language,
        attributes,
        answers: itemAnswers(published.bindings, response.audience, merged).filter((one) => !gone.has(one.itemId)),
        takenBack: [],
      }));
  });
  return begun;
}

/** With what is kept of a small group, a language that few of them speak would say whose answers these are. */
function forgetLanguages(ready: readonly Ready[], changed: readonly Working[]): void {
  const names = new Set(namesOf(ready.filter(({ way }) => way.kept)).map(nameOf));
  for (const working of changed) if (names.has(nameOf(working.response))) working.language = null;
}

/** Of a published response and the one that waits beside it, the waiting one knows more. */
function newest(stored: readonly StoredResponse[]): Map<string, StoredResponse> {
  const found = new Map<string, StoredResponse>();
  for (const row of stored) if (!row.published || !found.has(nameOf(row))) found.set(nameOf(row), row);
  return found;
}
