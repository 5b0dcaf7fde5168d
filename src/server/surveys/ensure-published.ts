import { BLANK } from '../../core/survey/blank.ts';
import type { Page, Question, SurveyDefinition, Wording } from '../../core/survey/definition.ts';
import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import type { Journey } from '../journeys/schema.ts';
import { journeyTree } from '../journeys/verbs.ts';
import { requireDraft, saveDraft } from './drafts.ts';
import { publish } from './publish.ts';
import { latestVersion } from './versions.ts';

/**
 * Sees to it that a survey can be answered. One that was never published is: its draft as it stands, or, where nobody wrote
 * questions, one rating for every item of the workspace, asked of all three audiences in the items' own wording.
 */
export async function ensurePublished(workspaceId: string, tx: Tx, surveyId: string, now: Date): Promise<void> {
  if (await latestVersion(workspaceId, tx, surveyId)) return;
  const { name, definition, revision } = await requireDraft(workspaceId, tx, surveyId);
  if (!definition?.pages.some((page) => page.questions.length > 0)) {
    const made = askEverything(name, await journeyTree(workspaceId, tx));
    await saveDraft(workspaceId, tx, surveyId, { definition: made, revision, savedBy: null, savedAt: now });
  }
  await publish(workspaceId, tx, surveyId, { publishedBy: null, publishedAt: now });
}

function askEverything(title: string, journeys: readonly Journey[]): SurveyDefinition {
  let asked = 0;
  const pages = journeys
    .flatMap((journey) => journey.stages)
    .flatMap((stage, i): Page[] => {
      const items = stage.touchpoints.flatMap((touchpoint) => touchpoint.items);
      const questions = items.map((item) => {
        asked += 1;
        return questionFor(`q${asked}`, item);
      });
      return questions.length === 0 ? [] : [{ id: `p${i + 1}`, title: { customer: { en: stage.name } }, questions }];
    });
  if (asked === 0) {
    throw new Problem('conflict', 'This survey has no questions, and the workspace no items to ask about. Add some.');
  }
  return {
    ...BLANK,
    title: { customer: { en: title } },
    audiences: ['leadership', 'staff', 'customer'],
    pages,
  };
}

type AskedItem = Journey['stages'][number]['touchpoints'][number]['items'][number];

function questionFor(id: string, { key, name, wording, scale }: AskedItem): Question {
  const { min, max, step } = scale;
  const text: Wording = {
    customer: { en: wording.customer || name },
    ...(wording.staff ? { staff: { en: wording.staff } } : {}),
    ...(wording.leadership ? { leadership: { en: wording.leadership } } : {}),
  };
  const bound = { id, text, item: key, notApplicable: true };
  return step === 1 && max - min <= 10
    ? { ...bound, type: 'rating', min, max }
    : { ...bound, type: 'slider', min, max, step: step ?? (max - min) / 100 };
}
