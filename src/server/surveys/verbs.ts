import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import { mailedWaves } from '../mailings/verbs.ts';
import { countResponses, forgetKept, removeResponses, responsesBySurvey, responsesByWave } from '../responses/verbs.ts';
import type { ListedSurvey, Wave, WaveChange } from './schema.ts';
import { deleteSurvey, deleteWave, listSurveys, lockSurvey, requireSurvey, requireWave, updateWave } from './store.ts';
import { surveyStates } from './version-store.ts';

export { isArchived } from './drafts.ts';
export { ensurePublished } from './ensure-published.ts';
export { areOpenLinks, findLink, linksOf } from './link-store.ts';
export { newLinkToken, workspaceOfLink } from './link-token.ts';
export { addLink, ensureTestLinks, linkAddress, refuseOutsideWave, unknownLink } from './links.ts';
export { makeSurvey } from './make-survey.ts';
export { isProtected } from './protection.ts';
export { publish } from './publish.ts';
export { insertSurvey, insertWave, listSurveys, listWaves, requireSurvey, requireWave } from './store.ts';
export { askedOnOtherScale, findVersion, type Published } from './version-store.ts';
export { lastRead, latestVersion, requireVersion } from './versions.ts';

/** How each survey stands. Its last wave is one that was started: mails went out, answers came, or its first day has come. */
export async function surveysWithResponses(workspaceId: string, tx: Tx, now: Date): Promise<ListedSurvey[]> {
  const counts = new Map<string, number>();
  const { begun, planned } = await mailedWaves(workspaceId, tx);
  for (const { surveyId, waveId, n } of await responsesByWave(workspaceId, tx)) {
    counts.set(surveyId, (counts.get(surveyId) ?? 0) + n);
    if (waveId !== null) begun.push(waveId);
  }
  const today = now.toISOString().slice(0, 10);
  const states = await surveyStates(workspaceId, tx, { begun, planned, today });
  return (await listSurveys(workspaceId, tx)).map((survey) => {
    const state = states.get(survey.id);
    return {
      ...survey,
      responses: counts.get(survey.id) ?? 0,
      version: state?.version ?? null,
      audiences: state?.audiences ?? null,
      changed: state?.changed ?? false,
      lastWave: state?.lastWave ?? null,
    };
  });
}

/**
 * Deletes a survey with its waves and responses; refuses while it has responses, unless these are meant to go too.
 * Returns how many responses went, for the audit log.
 */
export async function removeSurvey(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  withAnswers: boolean,
): Promise<{ name: string; responses: number }> {
  const { name } = await requireSurvey(workspaceId, tx, surveyId);
  await lockSurvey(workspaceId, tx, surveyId);
  const there = await countResponses(workspaceId, tx, { surveyId });
  if (there > 0 && !withAnswers) {
    const shown = (await responsesBySurvey(workspaceId, tx)).get(surveyId);
    const many = shown === undefined ? 'responses that wait' : shown === 1 ? '1 response' : `${shown} responses`;
    throw new Problem('conflict', `This survey has ${many}. Ask again with ?withAnswers=true to delete them too.`);
  }
  const responses = there > 0 ? await removeResponses(workspaceId, tx, { surveyId }) : 0;
  await deleteSurvey(workspaceId, tx, surveyId);
  return { name, responses };
}

/** Changes a wave. Throws where its end would come before its start. */
export async function changeWave(workspaceId: string, tx: Tx, waveId: string, change: WaveChange): Promise<Wave> {
  const before = await requireWave(workspaceId, tx, waveId);
  const startsOn = change.startsOn === undefined ? before.startsOn : change.startsOn;
  const endsOn = change.endsOn === undefined ? before.endsOn : change.endsOn;
  if (startsOn && endsOn && startsOn > endsOn) {
    const message = `The wave would end on ${endsOn}, before its first day, ${startsOn}.`;
    throw new Problem('unprocessable', message, { fields: [{ field: 'body.endsOn', message }] });
  }
  await updateWave(workspaceId, tx, waveId, change);
  return requireWave(workspaceId, tx, waveId);
}

/**
 * Deletes a wave; its responses stay in the survey, without a wave, and those that wait without what they keep. Refuses
 * where they would lose "simulated".
 */
export async function removeWave(workspaceId: string, tx: Tx, waveId: string): Promise<{ name: string }> {
  const wave = await requireWave(workspaceId, tx, waveId);
  const there = wave.simulated ? await countResponses(workspaceId, tx, { waveId }) : 0;
  if (there > 0) {
    throw new Problem(
      'conflict',
      `The ${there} responses of this wave are simulated, and only the wave says so. Delete the survey instead.`,
    );
  }
  await forgetKept(workspaceId, tx, { surveyId: wave.surveyId, waveId });
  await deleteWave(workspaceId, tx, waveId);
  return { name: wave.name };
}
