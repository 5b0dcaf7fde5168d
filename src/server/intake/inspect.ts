import { AUDIENCES } from '../../core/perspective.ts';
import { itemAnswers } from '../../core/survey/item-answers.ts';
import type { Tx } from '../db/connect.ts';
import { notFound, Problem } from '../http/problem.ts';
import { unknownItems } from '../items/verbs.ts';
import { notYetTold, writeOutbox } from '../outbox/verbs.ts';
import {
  CountChanges,
  customersResponses,
  lockStored,
  markAccepted,
  nameOf,
  publishedByAudience,
  writeAnonymous,
  writeMerged,
} from '../responses/verbs.ts';
import { isProtected, latestVersion, requireSurvey, requireVersion } from '../surveys/verbs.ts';
import { eventsOf } from './events.ts';
import type { Pick } from './inspect-schema.ts';
import { deleteSetApart, dismissals, markDismissed, pickKeys } from './inspect-store.ts';
import { countInQuotas } from './quotas.ts';
import { removeCounted } from './remove-counted.ts';
import { isHandedIn } from './replaceable.ts';
import { findSetApart, lockIntake, type SetApart } from './store.ts';

const AT_ONCE = 1_000;

/** Lets responses count that were set apart, as if they had just been stored. Returns the keys. */
export async function acceptSetApart(workspaceId: string, tx: Tx, surveyId: string, pick: Pick): Promise<string[]> {
  await requireSurvey(workspaceId, tx, surveyId);
  await lockIntake(workspaceId, tx);
  const keys = await pickKeys(workspaceId, tx, surveyId, pick, AT_ONCE);
  const names = keys.map((key) => ({ surveyId, audience: pick.audience, key }));
  const accepted = [...(await findSetApart(workspaceId, tx, names)).values()];
  if (accepted.length === 0) return [];
  const protectedOnes = await isProtected(workspaceId, tx, surveyId, pick.audience);
  const responses = await withAnswers(workspaceId, tx, accepted);
  if (protectedOnes) {
    const anonymous = responses.map((response) => ({ ...response, handedIn: isHandedIn(response.merged) }));
    await writeAnonymous(workspaceId, tx, [surveyId], async () => anonymous);
  } else {
    const counts = new CountChanges();
    const stored = new Map((await lockStored(workspaceId, tx, names)).map((row) => [nameOf(row), row]));
    const tail: Promise<unknown>[] = [];
    await writeMerged(workspaceId, tx, responses, stored, { counts, later: (...started) => tail.push(...started) });
    await Promise.all(tail);
    await counts.merge(workspaceId, tx);
    const dismissed = await dismissals(workspaceId, tx, { surveyId, audience: pick.audience, keys });
    const fresh = accepted.filter((one) => !stored.has(nameOf(one)));
    const before = fresh.map(({ key, reason }) => ({ key, reason, dismissedAt: dismissed.get(key) ?? null }));
    await markAccepted(workspaceId, tx, surveyId, before);
    const events = responses.flatMap((response) => eventsOf(response, undefined));
    // They may have been let count before, and set apart again.
    await writeOutbox(workspaceId, tx, await notYetTold(workspaceId, tx, events));
  }
  for (const response of accepted.filter((one) => one.merged.finished)) {
    const { definition } = await requireVersion(workspaceId, tx, surveyId, response.version);
    await countInQuotas(workspaceId, tx, definition, response, 1);
  }
  await deleteSetApart(workspaceId, tx, { surveyId, audience: pick.audience, keys });
  return keys;
}

async function withAnswers(workspaceId: string, tx: Tx, accepted: readonly SetApart[]) {
  const responses = [];
  for (const { reason: _, ...response } of accepted) {
    const { bindings } = await requireVersion(workspaceId, tx, response.surveyId, response.version);
    responses.push({ ...response, answers: itemAnswers(bindings, response.audience, response.merged) });
  }
  const bound = new Set(responses.flatMap(({ answers }) => answers.map((answer) => answer.itemId)));
  const gone = new Set(await unknownItems(workspaceId, tx, [...bound]));
  return responses.map((one) => ({ ...one, answers: one.answers.filter(({ itemId }) => !gone.has(itemId)) }));
}

/** Says of responses that they stay apart. Returns the keys. */
export async function dismissSetApart(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  pick: Pick,
  now: Date,
): Promise<string[]> {
  await requireSurvey(workspaceId, tx, surveyId);
  await lockIntake(workspaceId, tx);
  const keys = await pickKeys(workspaceId, tx, surveyId, { ...pick, dismissed: false }, AT_ONCE);
  await markDismissed(workspaceId, tx, { surveyId, audience: pick.audience, keys }, now);
  return keys;
}

/** Customers' responses, one by one; of all others only how many, and why. */
export async function listResponses(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  page: { before?: number | undefined; limit: number },
) {
  await requireSurvey(workspaceId, tx, surveyId);
  const anonymous = await isProtected(workspaceId, tx, surveyId, 'customer');
  const rows = anonymous ? [] : await customersResponses(workspaceId, tx, surveyId, page);
  const counts = new Map(
    (await publishedByAudience(workspaceId, tx, surveyId)).map(({ audience, n }) => [audience, n]),
  );
  const asked = (await latestVersion(workspaceId, tx, surveyId))?.definition.audiences ?? [];
  return {
    responses: rows.map(({ given, ...row }) => ({
      ...row,
      answers: given && Object.fromEntries(Object.entries(given).map(([key, { value }]) => [key, value])),
      left: Object.entries(given ?? {}).flatMap(([key, answer]) => (answer.left ? [key] : [])),
    })),
    next: rows.length === page.limit ? (rows.at(-1)?.id ?? null) : null,
    // Also those of whom nothing is published yet: their answers may be there, and wait.
    withheld: AUDIENCES.filter(
      (audience) => (audience !== 'customer' || anonymous) && (counts.has(audience) || asked.includes(audience)),
    ).map((audience) => ({
      audience,
      published: counts.get(audience) ?? 0,
      because: 'They were promised that their answers show only together with those of others.',
    })),
  };
}

/** Deletes one customer's response, also from the quotas. Throws not_found when there is none. */
export async function deleteResponse(workspaceId: string, tx: Tx, surveyId: string, key: string): Promise<number> {
  await requireSurvey(workspaceId, tx, surveyId);
  if (await isProtected(workspaceId, tx, surveyId, 'customer')) {
    throw new Problem('forbidden', 'Customers were promised that nobody sees or picks their single answers.');
  }
  const removed = await removeCounted(workspaceId, tx, { surveyId, key, audience: 'customer' });
  if (removed === 0) throw notFound('This response');
  return removed;
}
