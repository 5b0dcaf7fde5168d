import { sameScale } from '../../core/scale.ts';
import { beginning } from '../../core/storable-text.ts';
import type { SurveyDefinition } from '../../core/survey/definition.ts';
import type { Tx } from '../db/connect.ts';
import { addItem, listItems } from '../items/verbs.ts';
import { addStage, addTouchpoint, insertJourney, journeyTree } from '../journeys/verbs.ts';
import { requireDefinition, requireDraft } from './drafts.ts';
import type { FileItem, MadeFromFile, SurveyFile } from './file-schema.ts';
import { insertSurvey, listSurveys, type SurveyRow } from './store.ts';
import { updateDraft } from './version-store.ts';

export interface Saver {
  readonly savedBy: string | null;
  readonly savedAt: Date;
}

/** Makes a survey with a first draft. Refuses a name that is taken. */
export async function makeSurvey(
  workspaceId: string,
  tx: Tx,
  name: string,
  definition: SurveyDefinition,
  saver: Saver,
): Promise<SurveyRow> {
  const survey = await insertSurvey(workspaceId, tx, name);
  await updateDraft(workspaceId, tx, survey.id, { definition, revision: 0, ...saver });
  return survey;
}

/** A survey with the same draft and none of the answers, links and versions. */
export async function duplicateSurvey(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  name: string,
  saver: Saver,
): Promise<SurveyRow> {
  const definition = await requireDefinition(workspaceId, tx, surveyId);
  return makeSurvey(workspaceId, tx, name, definition, saver);
}

/** The draft and the items that it names, as they are now. */
export async function surveyFile(workspaceId: string, tx: Tx, surveyId: string): Promise<SurveyFile> {
  const { name } = await requireDraft(workspaceId, tx, surveyId);
  const definition = await requireDefinition(workspaceId, tx, surveyId);
  const named = itemKeysOf(definition);
  const items = (await journeyTree(workspaceId, tx)).flatMap((journey) =>
    journey.stages.flatMap((stage) =>
      stage.touchpoints.flatMap((touchpoint) =>
        touchpoint.items
          .filter((item) => named.has(item.key))
          .map(({ key, name, scale, wording, servqualDimension }) => {
            const place = { journey: journey.name, stage: stage.name, touchpoint: touchpoint.name };
            return { key, name, scale, wording, servqualDimension, ...place };
          }),
      ),
    ),
  );
  return { format: 'parallax-survey-file/1', name, definition, items };
}

/**
 * Makes a survey from a file, with the items that are missing here. An item of the same key is used where its scale is the
 * same; where it is not, that is said, and the check before publishing will ask for a decision. A name that is taken gets a
 * number behind it.
 */
export async function surveyFromFile(
  workspaceId: string,
  tx: Tx,
  file: SurveyFile,
  saver: Saver,
): Promise<MadeFromFile> {
  const report = await ensureItems(workspaceId, tx, file.items);
  const listed = new Set(file.items.map(({ key }) => key));
  const there = new Set((await listItems(workspaceId, tx)).map(({ key }) => key));
  const missing = [...itemKeysOf(file.definition)].filter((key) => !listed.has(key) && !there.has(key));
  const survey = await makeSurvey(workspaceId, tx, await freeName(workspaceId, tx, file.name), file.definition, saver);
  const problems = [
    ...report.problems,
    ...missing.map((item) => ({
      item,
      message: 'The file names this item and does not describe it. Bind another one.',
    })),
  ];
  return { id: survey.id, name: survey.name, ...report, problems };
}

/** Makes the items that are missing, at touchpoints of the given names, which are made where they are missing, too. */
export async function ensureItems(
  workspaceId: string,
  tx: Tx,
  items: readonly FileItem[],
): Promise<Pick<MadeFromFile, 'created' | 'used' | 'problems'>> {
  const there = new Map((await listItems(workspaceId, tx, { archived: true })).map((item) => [item.key, item]));
  const report = { created: [] as string[], used: [] as string[], problems: [] as MadeFromFile['problems'] };
  const places = await touchpointPlaces(workspaceId, tx);
  for (const item of items) {
    const own = there.get(item.key);
    if (!own) {
      const { journey, stage, touchpoint, wording, ...made } = item;
      const touchpointId = await places(journey, stage, touchpoint);
      await addItem(workspaceId, tx, touchpointId, { ...made, ...(wording ? { wording } : {}) });
      report.created.push(item.key);
    } else if (own.archived) {
      report.problems.push({
        item: item.key,
        message: `“${own.name}” is archived here. Bring it back, or bind another item.`,
      });
    } else if (!sameScale(own.scale, item.scale)) {
      report.problems.push({
        item: item.key,
        message: `“${own.name}” has another scale here (${own.scale.min} to ${own.scale.max}, not ${item.scale.min} to ${item.scale.max}). Ask on that scale, or bind another item.`,
      });
    } else report.used.push(item.key);
  }
  return report;
}

/** Finds touchpoints by the names of journey, stage and touchpoint, and makes what is not there. */
async function touchpointPlaces(workspaceId: string, tx: Tx) {
  const ids = new Map<string, string>();
  for (const journey of await journeyTree(workspaceId, tx)) {
    const path = [journey.name];
    if (!ids.has(keyOf(path))) ids.set(keyOf(path), journey.id);
    for (const stage of journey.stages) {
      if (!ids.has(keyOf([...path, stage.name]))) ids.set(keyOf([...path, stage.name]), stage.id);
      for (const touchpoint of stage.touchpoints) {
        const at = keyOf([...path, stage.name, touchpoint.name]);
        if (!ids.has(at)) ids.set(at, touchpoint.id);
      }
    }
  }
  const ensure = async (path: readonly string[], make: () => Promise<string>) => {
    const id = ids.get(keyOf(path)) ?? (await make());
    ids.set(keyOf(path), id);
    return id;
  };
  return async (journey: string, stage: string, touchpoint: string) => {
    const journeyId = await ensure([journey], () => insertJourney(workspaceId, tx, journey));
    const stageId = await ensure([journey, stage], () => addStage(workspaceId, tx, journeyId, stage));
    const made = { name: touchpoint, description: '', channels: [], ownerTeamId: null };
    return ensure([journey, stage, touchpoint], () => addTouchpoint(workspaceId, tx, stageId, made));
  };
}

const keyOf = (path: readonly string[]) => JSON.stringify(path);

/** Keys of all items that questions and rows are bound to. */
export function itemKeysOf(definition: SurveyDefinition): Set<string> {
  return new Set(
    definition.pages.flatMap((page) =>
      page.questions.flatMap((question) => [
        ...('item' in question && question.item !== undefined ? [question.item] : []),
        ...('rows' in question ? question.rows.flatMap((row) => row.item ?? []) : []),
      ]),
    ),
  );
}

async function freeName(workspaceId: string, tx: Tx, wanted: string): Promise<string> {
  const taken = new Set((await listSurveys(workspaceId, tx)).map(({ name }) => name));
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? wanted : `${beginning(wanted, 190)} (${n})`;
    if (!taken.has(name)) return name;
  }
}
