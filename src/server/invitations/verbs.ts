import { linkTo } from '../accounts/links.ts';
import { hashToken, newWorkspaceToken } from '../accounts/tokens.ts';
import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import type { Services } from '../http/route.ts';
import { isInviting } from '../mailings/verbs.ts';
import { countResponses } from '../responses/verbs.ts';
import type { Wave } from '../surveys/schema.ts';
import { ensurePublished, isProtected, linksOf, requireWave } from '../surveys/verbs.ts';
import { lockWave } from '../tickets/groups.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import type { InvitationCount } from './schema.ts';
import { countInvitations, findInvitation, insertInvitations, kindsOfLinks } from './store.ts';

/**
 * Makes `count` links for a wave, each for one person and one response. Nothing says afterwards which is whose. A survey
 * that was never published is published with it, so that there is something to answer.
 */
export async function makeLinks(
  workspaceId: string,
  tx: Tx,
  { config, now }: Pick<Services, 'config' | 'now'>,
  waveId: string,
  count: number,
): Promise<string[]> {
  const wave = await requireWave(workspaceId, tx, waveId);
  if (wave.simulated) {
    throw new Problem('conflict', 'The answers of this wave are simulated. Make a wave of its own for real people.');
  }
  if (await takesOtherAnswers(workspaceId, tx, waveId)) throw new Problem('conflict', TAKES_OTHERS);
  await ensurePublished(workspaceId, tx, wave.surveyId, now());
  await refuseBesideContacts(workspaceId, tx, wave);
  const tokens = Array.from({ length: count }, () => newWorkspaceToken('ans', workspaceId));
  await insertInvitations(workspaceId, tx, waveId, tokens.map(hashToken));
  return tokens.map((token) => linkTo(config, 's', token));
}

/** Refuses links for whoever gets them in a wave whose people are invited by mail or in a file and answer with tickets. */
async function refuseBesideContacts(workspaceId: string, tx: Tx, { id, surveyId, audience }: Wave): Promise<void> {
  if (!(await isProtected(workspaceId, tx, surveyId, audience))) return;
  // Nobody starts the wave, or makes a file, before these links are there.
  await lockWave(workspaceId, tx, id);
  const { ofContacts } = await kindsOfLinks(workspaceId, tx, id);
  if (!ofContacts && !(await isInviting(workspaceId, tx, id))) return;
  throw new Problem(
    'conflict',
    'The people of this wave are invited by mail or in a file. Whoever has further links could answer with them and so read off what one of these people says. Make a wave of its own for these links.',
  );
}

const HAS_MINTED =
  'This wave has personal links that name nobody. Whoever keeps some of them could answer with them and so read off what one of the people says whom it would invite. Make another wave for mails or a file.';

/**
 * Why contacts can't be invited by a wave whose people answer with tickets; undefined where they can. Whoever invites them
 * holds the wave (`lockWave`), so that nobody makes such links meanwhile.
 */
export async function whyNotInvite(workspaceId: string, tx: Tx, wave: Wave): Promise<string | undefined> {
  if (!(await isProtected(workspaceId, tx, wave.surveyId, wave.audience))) return undefined;
  if (await takesOtherAnswers(workspaceId, tx, wave.id)) return TAKES_OTHERS;
  return (await kindsOfLinks(workspaceId, tx, wave.id)).minted ? HAS_MINTED : undefined;
}

/**
 * The wave that a personal link leads to, whether it has been used, and whom of the customers it was sent to; undefined for
 * an unknown one.
 */
export function waveOfToken(
  workspaceId: string,
  tx: Tx,
  tokenHash: Buffer,
): Promise<{ waveId: string; used: boolean; contactId: string | null } | undefined> {
  return findInvitation(workspaceId, tx, tokenHash);
}

/**
 * Refuses answers from elsewhere in a wave whose invited people answer with tickets: whoever adds all others of a batch knows
 * the one that is left. `field` names the wave in what was sent.
 */
export async function refuseBesideTickets(workspaceId: string, tx: Tx, waveId: string, field: string): Promise<void> {
  const { surveyId, audience } = await requireWave(workspaceId, tx, waveId);
  if (!(await isProtected(workspaceId, tx, surveyId, audience))) return;
  // Mails of a wave that was started make their invitations when they are due.
  const made = (await countInvitations(workspaceId, tx, waveId)).made > 0;
  if (!made && !(await isInviting(workspaceId, tx, waveId))) return;
  const message =
    'The people of this wave are invited one by one, and other answers beside theirs could show which is whose. Make a wave of its own for these.';
  throw new Problem('unprocessable', message, { fields: [{ field, message }] });
}

const TAKES_OTHERS =
  'Answers of this wave come from elsewhere, such as a file or an open link, and could show which are whose. Make a wave of its own for invitations.';

/** Whether a wave whose people would answer with tickets, before anybody is invited, holds answers from elsewhere or an open link. */
async function takesOtherAnswers(workspaceId: string, tx: Tx, waveId: string): Promise<boolean> {
  const { surveyId, audience } = await requireWave(workspaceId, tx, waveId);
  if (!(await isProtected(workspaceId, tx, surveyId, audience))) return false;
  if ((await countInvitations(workspaceId, tx, waveId)).made > 0) return false;
  if ((await countResponses(workspaceId, tx, { waveId })) > 0) return true;
  return (await linksOf(workspaceId, tx, surveyId)).some((link) => link.waveId === waveId && !link.closedAt);
}

/**
 * Of leaders, staff and anonymous customers the number used moves in steps of the anonymity threshold: one step more tells
 * of no one person.
 */
export async function linkCount(workspaceId: string, tx: Tx, waveId: string): Promise<InvitationCount> {
  const { surveyId, audience } = await requireWave(workspaceId, tx, waveId);
  const { made, used } = await countInvitations(workspaceId, tx, waveId);
  if (!(await isProtected(workspaceId, tx, surveyId, audience))) return { made, used, usedInStepsOf: null };
  const { anonymityThreshold: step } = await workspaceSettings(workspaceId, tx);
  return { made, used: Math.floor(used / step) * step, usedInStepsOf: step };
}
