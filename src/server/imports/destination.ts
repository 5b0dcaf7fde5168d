import { inferScale } from '../../core/detect-scale.ts';
import { customScale, parseScale, SCALES, type Scale } from '../../core/scale.ts';
import { beginning } from '../../core/storable-text.ts';
import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import { refuseBesideTickets } from '../invitations/verbs.ts';
import { addItem, listItems } from '../items/verbs.ts';
import { addStage, addTouchpoint, insertJourney, journeyTree } from '../journeys/verbs.ts';
import { keyInWave, plainKeys } from '../responses/verbs.ts';
import { insertSurvey, listSurveys, listWaves, requireSurvey } from '../surveys/verbs.ts';
import type { Place } from './copy-answers.ts';
import type { ItemTarget, ItemTargets, KnownItem } from './item-targets.ts';
import type { Run } from './schema.ts';

/** Journey and stage of touchpoints that an import makes; from there they can be moved. */
const IMPORTED = 'Imported';

/** The items that answers of a file may belong to, archived ones too. */
export async function knownItems(workspaceId: string, tx: Tx): Promise<KnownItem[]> {
  return listItems(workspaceId, tx, { archived: true });
}

/**
 * Throws unless the survey and wave of a run are there, and the wave takes answers of files; of a new survey, unless its
 * name is free: the answers of one that happens to be called so would be counted together with these.
 */
export async function requireDestination(workspaceId: string, tx: Tx, run: Run): Promise<void> {
  if (run.surveyName !== undefined) await requireFreeName(workspaceId, tx, run.surveyName);
  if (run.surveyId) await requireSurvey(workspaceId, tx, run.surveyId);
  if (run.waveId === undefined) return;
  if (!run.surveyId) throw new Problem('unprocessable', 'A wave belongs to a survey: give surveyId with waveId.');
  await waveOf(workspaceId, tx, run.surveyId, run.waveId);
}

async function requireFreeName(workspaceId: string, tx: Tx, name: string): Promise<void> {
  const taken = (await listSurveys(workspaceId, tx)).find((survey) => survey.name === name);
  if (!taken) return;
  const message = `There is a survey called ${name} already. To import into it, name it by its id (${taken.id}); for a new survey, choose another name.`;
  throw new Problem('conflict', message, { fields: [{ field: 'body.surveyName', message }] });
}

/** The survey of a run: the one that was chosen, or a new one. Somebody may have taken its name meanwhile. */
export async function surveyFor(workspaceId: string, tx: Tx, run: Run): Promise<string> {
  return run.surveyId ?? (await insertSurvey(workspaceId, tx, run.surveyName ?? '')).id;
}

/** Where the responses of a run go: whoever answered in a wave's audience belongs to it, under a key of their own there. */
export async function placeFor(workspaceId: string, tx: Tx, { surveyId, waveId }: Run): Promise<Place> {
  if (surveyId === undefined || waveId === undefined) return (key) => ({ key, waveId: null });
  const { audience: its } = await waveOf(workspaceId, tx, surveyId, waveId);
  const plain = await plainKeys(workspaceId, tx, { surveyId, audience: its, waveId });
  return (id, audience) =>
    audience === its ? { key: plain.has(id) ? id : keyInWave(waveId, id), waveId } : { key: id, waveId: null };
}

/** Asked before a run starts and once more in its own transaction: somebody may have been invited meanwhile. */
async function waveOf(workspaceId: string, tx: Tx, surveyId: string, waveId: string) {
  const wave = (await listWaves(workspaceId, tx, surveyId)).find((candidate) => candidate.id === waveId);
  if (!wave) throw new Problem('unprocessable', 'The survey has no such wave.');
  await refuseBesideTickets(workspaceId, tx, waveId, 'body.waveId');
  return wave;
}

/** Makes the items that the file brings and the workspace lacks, each at its touchpoint. */
export async function makeItems(workspaceId: string, tx: Tx, targets: ItemTargets): Promise<void> {
  const wanted = [...targets.fresh.values()].filter((target) => target.answers > 0);
  if (wanted.length === 0) return;
  const places = await touchpoints(workspaceId, tx);
  for (const target of wanted) {
    const wish = targets.wishFor(target.name, target.key);
    const touchpointId = await places(wish?.touchpoint || wish?.name || target.name);
    await addItem(workspaceId, tx, touchpointId, {
      id: target.id,
      key: target.key,
      name: oneLine(wish?.name || target.name),
      scale: scaleOf(target, wish?.direction),
      servqualDimension: null,
    });
  }
}

/** Finds a touchpoint by id or name; makes it where there is none. */
async function touchpoints(workspaceId: string, tx: Tx): Promise<(idOrName: string) => Promise<string>> {
  const journeys = await journeyTree(workspaceId, tx, true);
  const known = new Map<string, string>();
  for (const journey of journeys) {
    for (const stage of journey.stages) {
      for (const { id, name } of stage.touchpoints) {
        known.set(id, id);
        if (!known.has(name.toLowerCase())) known.set(name.toLowerCase(), id);
      }
    }
  }
  let stageId = journeys
    .find((journey) => journey.name === IMPORTED)
    ?.stages.find((stage) => stage.name === IMPORTED)?.id;
  return async (idOrName) => {
    const name = oneLine(idOrName);
    const found = known.get(idOrName) ?? known.get(name.toLowerCase());
    if (found) return found;
    stageId ??= await importedStage(workspaceId, tx, journeys.find((journey) => journey.name === IMPORTED)?.id);
    const id = await addTouchpoint(workspaceId, tx, stageId, {
      name,
      description: '',
      channels: [],
      ownerTeamId: null,
    });
    known.set(name.toLowerCase(), id);
    return id;
  };
}

async function importedStage(workspaceId: string, tx: Tx, journeyId: string | undefined): Promise<string> {
  return addStage(workspaceId, tx, journeyId ?? (await insertJourney(workspaceId, tx, IMPORTED)), IMPORTED);
}

/** The scale that was said, else the narrowest common one around all values; without points where decimals occur. */
function scaleOf(target: ItemTarget, direction: 'up' | 'down' | undefined): Scale {
  const scale = target.scale ?? scaleAround(target.min, target.max);
  const step = target.whole ? scale.step : null;
  return { ...scale, step, ...(direction === undefined ? {} : turned(scale, direction)) };
}

/** 1–5 where nothing was answered; from or to 0 where a single value lies outside every common scale. */
function scaleAround(min: number, max: number): Scale {
  if (min > max) return SCALES['1-5'];
  const common = inferScale([min, max]);
  return (common && parseScale(common.scale)) ?? customScale(Math.min(0, min), Math.max(0, max));
}

/** Where a lower value is better, the top box is at the lower end. */
function turned(scale: Scale, direction: 'up' | 'down'): Pick<Scale, 'direction' | 'topBox'> {
  if (direction === 'up') return { direction, topBox: scale.topBox };
  return { direction, topBox: scale.min + (scale.max - scale.topBox) };
}

function oneLine(text: string): string {
  return beginning(text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim(), 200) || 'unnamed';
}
