import { itemAnswers } from '../../core/survey/item-answers.ts';
import { inWorkspace } from '../db/transaction.ts';
import type { Services } from '../http/route.ts';
import { unknownItems } from '../items/verbs.ts';
import { CountChanges, findStored, nameOf, type StoredResponse, takeOut, writeAnonymous } from '../responses/verbs.ts';
import { fillQuotas, mergeAll, namesOf, type Outcomes, type Ready, setApartOf } from './batch.ts';
import { findSetApart, lockIntake, writeSetApart } from './store.ts';

/**
 * Stores parts of leaders, staff and anonymous customers, in a transaction that holds nothing else: no contact, no hidden
 * field, no time, no event of its own. They count, and are told of, when their batch is published.
 */
export async function storeAnonymous(
  services: Services,
  workspaceId: string,
  ready: readonly Ready[],
): Promise<Outcomes> {
  return inWorkspace(services.connection.db, workspaceId, async (tx) => {
    const outcomes: Outcomes = new Map();
    await lockIntake(workspaceId, tx);
    const bound = new Set(ready.flatMap(({ published }) => Object.values(published.bindings).map((to) => to.itemId)));
    const gone = new Set(await unknownItems(workspaceId, tx, [...bound]));
    const surveyIds = [...new Set(ready.map(({ way }) => way.surveyId))];
    await writeAnonymous(workspaceId, tx, surveyIds, async () => {
      const names = namesOf(ready);
      const apart = await findSetApart(workspaceId, tx, names);
      const stored = newest(await findStored(workspaceId, tx, names));
      const changed = mergeAll(ready, stored, apart, outcomes);
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
        .map(({ response, stored: there, merged, language, published }) => ({
          ...response,
          answeredOn: there?.answeredOn ?? response.answeredOn,
          merged,
          language,
          attributes: {},
          answers: itemAnswers(published.bindings, response.audience, merged).filter((one) => !gone.has(one.itemId)),
          takenBack: [],
        }));
    });
    return outcomes;
  });
}

/** Of a published response and the one that waits beside it, the waiting one knows more. */
function newest(stored: readonly StoredResponse[]): Map<string, StoredResponse> {
  const found = new Map<string, StoredResponse>();
  for (const row of stored) if (!row.published || !found.has(nameOf(row))) found.set(nameOf(row), row);
  return found;
}
