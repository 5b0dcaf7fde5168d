import { createHash, createHmac, randomInt } from 'node:crypto';
import { hashToken, workspaceOfToken } from '../accounts/tokens.ts';
import type { Tx } from '../db/connect.ts';
import { inWorkspace } from '../db/transaction.ts';
import { Problem } from '../http/problem.ts';
import type { Services } from '../http/route.ts';
import { countGroup, findTicketed, markAllUsed, type Ticketed } from '../invitations/ticketed.ts';
import { isArchived, isProtected, refuseOutsideWave, requireWave, unknownLink } from '../surveys/verbs.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { signBlinded } from './keys.ts';
import { findMarks, lockMarks, type Mark, writeMarks } from './store.ts';
import { leaveNoTrace } from './vacuum.ts';

/**
 * Signs one blinded number for whoever has a personal link of leaders, staff or anonymous customers. What is written down is
 * that the invitation has its ticket; the answers come later, with the ticket and in another transaction, and nobody here
 * can tell which of the tickets it is. The same number is signed again as often as it is sent; another one is refused.
 *
 * Throws not_found for an unknown link, gone for one that has its ticket and outside the days of the wave, and conflict
 * where answers are given with the link itself.
 */
export async function issueTicket(
  services: Services,
  { token, blinded }: { readonly token: string; readonly blinded: string },
): Promise<{ signed: string }> {
  const { connection, config, now } = services;
  const workspaceId = workspaceOfToken('ans', token);
  if (!workspaceId) throw unknownLink();
  const issued = await inWorkspace(connection.db, workspaceId, async (tx) => {
    const invitation = await findTicketed(workspaceId, tx, hashToken(token));
    if (!invitation) throw unknownLink();
    const wave = await requireWave(workspaceId, tx, invitation.waveId);
    if (!(await isProtected(workspaceId, tx, wave.surveyId, wave.audience))) {
      throw new Problem('conflict', 'This survey needs no ticket: send the answers with the link itself.');
    }
    if (await isArchived(workspaceId, tx, wave.surveyId)) {
      throw new Problem('gone', 'This survey is closed. Answers are no longer taken.');
    }
    refuseOutsideWave(wave, now());
    const signed = await signBlinded(workspaceId, tx, config, invitation, blinded);
    const blindedHash = createHash('sha256').update(blinded).digest();
    const wrote = await writeDown(workspaceId, tx, config.secretKey, { ...invitation, wanted: blindedHash });
    return { signed, wrote };
  });
  if (issued.wrote !== 'nothing') await leaveNoTrace(workspaceId, connection, issued.wrote === 'batch');
  return { signed: issued.signed };
}

async function writeDown(
  workspaceId: string,
  tx: Tx,
  secretKey: string,
  { waveId, tokenHash, wanted }: Pick<Ticketed, 'waveId' | 'tokenHash'> & { readonly wanted: Buffer },
): Promise<'nothing' | 'mark' | 'batch'> {
  await lockMarks(workspaceId, tx, waveId);
  // Read anew: somebody may have got this ticket while we waited.
  const invitation = await findTicketed(workspaceId, tx, tokenHash);
  if (!invitation) throw unknownLink();
  const marks = await findMarks(workspaceId, tx, waveId);
  const mark = markOf(secretKey, tokenHash);
  const marked = marks.find((one) => one.mark.equals(mark))?.blindedHash;
  const given = marked ?? invitation.blindedHash;
  if (given?.equals(wanted)) return 'nothing';
  if (marked || invitation.used) {
    throw new Problem('gone', 'This link has been used: the answers given with it are stored, and it works only once.');
  }
  const { group } = invitation;
  const all = shuffled([...marks, { mark, blindedHash: wanted, group }]);
  const alike = all.filter((one) => one.group === group);
  const { made, used } = await countGroup(workspaceId, tx, { waveId, group });
  const { anonymityThreshold } = await workspaceSettings(workspaceId, tx);
  if (!isBatch(alike.length, { made, left: made - used - alike.length, threshold: anonymityThreshold })) {
    await writeMarks(workspaceId, tx, waveId, all);
    return 'mark';
  }
  const byMark = new Map(alike.map((one) => [one.mark.toString('hex'), one.blindedHash]));
  await markAllUsed(workspaceId, tx, waveId, (hash) => byMark.get(markOf(secretKey, hash).toString('hex')));
  await writeMarks(
    workspaceId,
    tx,
    waveId,
    all.filter((one) => one.group !== group),
  );
  return 'batch';
}

/**
 * Whether "used" is told of so many of one group now. Those of whom it is not told stay at least as many as the threshold,
 * or are nobody: of fewer it would follow whose answers came last. Marking a batch writes all invitations of the wave anew:
 * of many, about a hundred batches are enough.
 */
const isBatch = (
  marks: number,
  { made, left, threshold }: { readonly made: number; readonly left: number; readonly threshold: number },
): boolean => marks >= Math.max(threshold, Math.ceil(made / 100)) && (left <= 0 || left >= threshold);

const markOf = (secretKey: string, tokenHash: Buffer): Buffer =>
  createHmac('sha256', secretKey).update('ticket mark').update(tokenHash).digest();

function shuffled(marks: readonly Mark[]): Mark[] {
  const order = [...marks];
  for (let i = order.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [order[i], order[j]] = [order[j] as Mark, order[i] as Mark];
  }
  return order;
}
