import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import { CountChanges, findAccepted, findStored, takeOut } from '../responses/verbs.ts';
import { isProtected, requireSurvey, requireVersion } from '../surveys/verbs.ts';
import { markDismissed } from './inspect-store.ts';
import { countInQuotas } from './quotas.ts';
import { lockIntake, REASONS, type SetApart, writeSetApart } from './store.ts';

/**
 * Takes back that customers' responses were let count: they are set apart for the reason that they had, with everything
 * that came since, and in no number or quota. What was never set apart stays, so that nobody can pick what counts; so does
 * what an import replaced. Returns the keys of those that it was done for.
 *
 * Throws forbidden where customers are anonymous: their answers are published together, and one taken out could be seen by
 * comparing the numbers.
 */
export async function setApartAgain(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  keys: readonly string[],
): Promise<string[]> {
  await requireSurvey(workspaceId, tx, surveyId);
  if (await isProtected(workspaceId, tx, surveyId, 'customer')) {
    throw new Problem('forbidden', 'Customers were promised that nobody sees or picks their single answers.');
  }
  await lockIntake(workspaceId, tx);
  const accepted = new Map((await findAccepted(workspaceId, tx, surveyId, keys)).map((one) => [one.key, one]));
  const names = [...accepted.keys()].map((key) => ({ surveyId, audience: 'customer' as const, key }));
  const stored = (await findStored(workspaceId, tx, names)).filter((one) => one.published);
  const back = stored.flatMap((one): { apart: SetApart; dismissedAt: Date | null }[] => {
    const before = accepted.get(one.key);
    const reason = REASONS.find((each) => each === before?.reason);
    const { merged, version, answeredOn } = one;
    if (!before || !reason || !merged || version === null || answeredOn === null) return [];
    const { waveId, contactId, language, dismissedAt } = before;
    const { key, channel, attributes } = one;
    const where = { surveyId, audience: 'customer' as const, key, channel, attributes, waveId, contactId, language };
    return [{ apart: { ...where, merged, version, answeredOn, reason, answers: [], takenBack: [] }, dismissedAt }];
  });
  const done = back.map(({ apart }) => apart);
  const gone = new Set(done.map(({ key }) => key));
  const counts = new CountChanges();
  await takeOut(
    workspaceId,
    tx,
    stored.filter(({ key }) => gone.has(key)),
    counts,
  );
  await counts.merge(workspaceId, tx);
  for (const response of done.filter(({ merged }) => merged.finished)) {
    const { definition } = await requireVersion(workspaceId, tx, surveyId, response.version);
    await countInQuotas(workspaceId, tx, definition, response, -1);
  }
  await writeSetApart(workspaceId, tx, done);
  for (const { apart, dismissedAt } of back)
    if (dismissedAt)
      await markDismissed(workspaceId, tx, { surveyId, audience: 'customer', keys: [apart.key] }, dismissedAt);
  return done.map(({ key }) => key);
}
