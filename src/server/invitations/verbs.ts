import { randomUUID } from 'node:crypto';
import { defaultLens } from '../../core/perspective.ts';
import { isOnScale } from '../../core/scale.ts';
import { linkTo } from '../accounts/links.ts';
import { hashToken, newWorkspaceToken, workspaceOfToken } from '../accounts/tokens.ts';
import type { Config } from '../config.ts';
import type { Tx } from '../db/connect.ts';
import { inWorkspace } from '../db/transaction.ts';
import { refuseUnknown } from '../db/violation.ts';
import { Problem } from '../http/problem.ts';
import type { Services } from '../http/route.ts';
import { journeyTree } from '../journeys/verbs.ts';
import { addResponses } from '../responses/verbs.ts';
import type { Wave } from '../surveys/schema.ts';
import { latestVersion, requireSurvey, requireWave } from '../surveys/verbs.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import type { GivenAnswer, InvitationCount, Questions } from './schema.ts';
import { countInvitations, findInvitation, insertInvitations, markUnused, markUsed } from './store.ts';

/** Makes `count` links for a wave, each for one person and one submission. Nothing says afterwards which is whose. */
export async function makeLinks(
  workspaceId: string,
  tx: Tx,
  config: Config,
  waveId: string,
  count: number,
): Promise<string[]> {
  const wave = await requireWave(workspaceId, tx, waveId);
  if (wave.simulated) {
    throw new Problem('conflict', 'The answers of this wave are simulated. Make a wave of its own for real people.');
  }
  const tokens = Array.from({ length: count }, () => newWorkspaceToken('ans', workspaceId));
  await insertInvitations(workspaceId, tx, waveId, tokens.map(hashToken));
  const published = await latestVersion(workspaceId, tx, wave.surveyId);
  return tokens.map((token) => linkTo(config, published ? 's' : 'answer', token));
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

/** Of leaders and staff the number used moves in steps of the anonymity threshold: one step more tells of no one person. */
export async function linkCount(workspaceId: string, tx: Tx, waveId: string): Promise<InvitationCount> {
  const { audience } = await requireWave(workspaceId, tx, waveId);
  const { made, used } = await countInvitations(workspaceId, tx, waveId);
  if (audience === 'customer') return { made, used, usedInStepsOf: null };
  const { anonymityThreshold: step } = await workspaceSettings(workspaceId, tx);
  return { made, used: Math.floor(used / step) * step, usedInStepsOf: step };
}

/** What the person with this link is asked. Throws not_found for an unknown link and gone for a used one. */
export async function questionsOf(services: Services, token: string): Promise<Questions> {
  const workspaceId = workspaceOf(token);
  return inWorkspace(services.connection.db, workspaceId, async (tx) => {
    const wave = await openWave(workspaceId, tx, hashToken(token), services.now());
    const { name, anonymityThreshold } = await workspaceSettings(workspaceId, tx);
    return {
      workspace: name,
      survey: (await requireSurvey(workspaceId, tx, wave.surveyId)).name,
      audience: wave.audience,
      protected: wave.audience !== 'customer',
      threshold: anonymityThreshold,
      items: await itemsFor(workspaceId, tx, wave),
    };
  });
}

/**
 * Takes the answers of the person with this link, once. The mark "used" and the response are written in two
 * transactions: what one transaction writes carries its number in every row, and would join the person to the answers.
 * Where the second fails, the link is given back.
 */
export async function giveAnswers(services: Services, token: string, answers: readonly GivenAnswer[]): Promise<void> {
  const workspaceId = workspaceOf(token);
  const tokenHash = hashToken(token);
  const { db } = services.connection;
  const wave = await inWorkspace(db, workspaceId, async (tx) => {
    const open = await openWave(workspaceId, tx, tokenHash, services.now());
    checkAnswers(answers, await itemsFor(workspaceId, tx, open));
    if (!(await markUsed(workspaceId, tx, tokenHash))) throw usedAlready();
    return open;
  });
  const { id: waveId, surveyId, audience } = wave;
  const response = {
    // Chance alone: derived from the token, it would be the name of the person.
    key: randomUUID(),
    audience,
    waveId,
    answeredOn: services.now().toISOString().slice(0, 10),
    answers: answers.map((answer) => ({ ...answer, lens: defaultLens(audience) })),
  };
  try {
    await inWorkspace(db, workspaceId, (tx) =>
      refuseUnknown(addResponses(workspaceId, tx, surveyId, [response]), unknownLink()),
    );
  } catch (error) {
    await inWorkspace(db, workspaceId, (tx) => markUnused(workspaceId, tx, tokenHash));
    throw error;
  }
}

function workspaceOf(token: string): string {
  const workspaceId = workspaceOfToken('ans', token);
  if (!workspaceId) throw unknownLink();
  return workspaceId;
}

/** The wave of an invitation that may still be used. */
async function openWave(workspaceId: string, tx: Tx, tokenHash: Buffer, now: Date): Promise<Wave> {
  const found = await findInvitation(workspaceId, tx, tokenHash);
  if (!found) throw unknownLink();
  if (found.used) throw usedAlready();
  const wave = await requireWave(workspaceId, tx, found.waveId);
  // The last day lasts until it is over everywhere on Earth, 12 hours after it is over in UTC.
  const today = new Date(now.getTime() - 12 * 3_600_000).toISOString().slice(0, 10);
  if (wave.endsOn && wave.endsOn < today) {
    throw new Problem('gone', `This survey ended on ${wave.endsOn}. Answers are no longer taken.`);
  }
  return wave;
}

async function itemsFor(workspaceId: string, tx: Tx, { audience }: Wave): Promise<Questions['items']> {
  const journeys = await journeyTree(workspaceId, tx);
  const touchpoints = journeys.flatMap((journey) => journey.stages.flatMap((stage) => stage.touchpoints));
  return touchpoints.flatMap((touchpoint) =>
    touchpoint.items.map(({ id, name, wording, scale }) => ({
      id,
      touchpoint: touchpoint.name,
      wording: wording[audience] || name,
      scale,
    })),
  );
}

/** Throws with every field that is wrong: an item not asked about or named twice, a value off its scale. */
function checkAnswers(answers: readonly GivenAnswer[], items: Questions['items']): void {
  const asked = new Map(items.map((item) => [item.id, item]));
  const seen = new Set<string>();
  const fields = answers.flatMap(({ itemId, value }, i) => {
    const item = asked.get(itemId.toLowerCase());
    if (!item) return [{ field: `body.answers.${i}.itemId`, message: 'This question is not asked (any more).' }];
    if (seen.has(item.id)) return [{ field: `body.answers.${i}.itemId`, message: 'This question is answered twice.' }];
    seen.add(item.id);
    if (value === null || isOnScale(item.scale, value)) return [];
    const { min, max, step } = item.scale;
    const points = `from ${min} to ${max}${step === null ? '' : ` in steps of ${step}`}`;
    return [{ field: `body.answers.${i}.value`, message: `The scale goes ${points}.` }];
  });
  if (fields.length > 0) throw new Problem('unprocessable', 'Some answers do not fit their questions.', { fields });
}

function unknownLink(): Problem {
  return new Problem('not_found', 'This link is not known. Copy the whole link, or ask whoever sent it for a new one.');
}

function usedAlready(): Problem {
  return new Problem('gone', 'This link has been used: the answers given with it are stored, and it works only once.');
}
