import type { Audience } from '../../core/perspective.ts';
import type { SurveyDefinition, Text } from '../../core/survey/definition.ts';
import { type SurveyTemplate, TEMPLATES, type TemplateItem } from '../../core/survey/templates.ts';
import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import { journeyTree } from '../journeys/verbs.ts';
import type { FileItem } from './file-schema.ts';
import { ensureItems, makeSurvey, type Saver } from './make-survey.ts';
import type { SurveyRow } from './store.ts';

const JOURNEY: Text = {
  en: 'Customer journey',
  de: 'Kundenreise',
  es: 'Recorrido del cliente',
  fr: 'Parcours client',
  nl: 'Klantreis',
};

/**
 * Makes a survey from a template, with the items that are missing, named in `language`. An item stands at the touchpoint of
 * its name where there is one, otherwise in a stage that is called like the survey. Refuses an item of the same key on
 * another scale: then the survey would measure something else than it says.
 */
export async function surveyFromTemplate(
  workspaceId: string,
  tx: Tx,
  survey: { name: string; template: string; language: string },
  saver: Saver,
): Promise<{ survey: SurveyRow; created: readonly string[] }> {
  const template = TEMPLATES.find(({ id }) => id === survey.template);
  if (!template) {
    const message = `There is no such template. There are: ${TEMPLATES.map(({ id }) => id).join(', ')}.`;
    throw new Problem('unprocessable', message, { fields: [{ field: 'body.template', message }] });
  }
  const { languages } = template.definition;
  const language = languages.find((one) => one === survey.language.split('-')[0]) ?? languages[0] ?? 'en';
  const definition = { ...template.definition, languages: [...new Set([language, ...languages])] };
  const { created, problems } = await ensureItems(workspaceId, tx, await placed(workspaceId, tx, template, language));
  if (problems.length > 0) {
    const fields = problems.map(({ item, message }) => ({ field: `item ${item}`, message }));
    throw new Problem('conflict', 'Some items of this template are here already and do not fit.', { fields });
  }
  return { survey: await makeSurvey(workspaceId, tx, survey.name, definition, saver), created };
}

async function placed(
  workspaceId: string,
  tx: Tx,
  { definition, items }: SurveyTemplate,
  language: string,
): Promise<FileItem[]> {
  const there = (await journeyTree(workspaceId, tx)).flatMap((journey) =>
    journey.stages.flatMap((stage) =>
      stage.touchpoints.map(({ name }) => ({ journey: journey.name, stage: stage.name, touchpoint: name })),
    ),
  );
  const stage = textIn(definition.title.customer, language) || definition.title.customer?.en || 'Survey';
  return items.map((item) => {
    const touchpoint = textIn(item.touchpoint, language);
    const place = there.find((one) => one.touchpoint === touchpoint);
    return {
      key: item.key,
      name: textIn(item.name, language),
      scale: item.scale,
      wording: wordingOf(definition, item, language),
      servqualDimension: item.dimension ?? null,
      ...(place ?? { journey: textIn(JOURNEY, language), stage, touchpoint }),
    };
  });
}

/** The item is worded as the survey asks for it; in a table of questions that is its row. */
function wordingOf(definition: SurveyDefinition, item: TemplateItem, language: string): Record<Audience, string> {
  const [asked] = definition.pages
    .flatMap((page) => page.questions)
    .filter((one) => !('lens' in one) || (one.lens ?? 'experience') === 'experience')
    .flatMap((one) => (one.type === 'matrix' ? one.rows : 'item' in one ? [one] : []))
    .filter((one) => one.item === item.key);
  const read = (audience: Audience) => textIn(asked?.text[audience], language);
  return { customer: read('customer'), staff: read('staff'), leadership: read('leadership') };
}

const textIn = (text: Text | undefined, language: string): string => text?.[language] ?? text?.en ?? '';
