import type { Scale } from '../scale.ts';
import { type Question, type SurveyDefinition, scaleOf } from '../survey/definition.ts';
import { cut } from './make.ts';

/** An item that a survey from another tool could ask about. */
export interface ProposedItem {
  readonly key: string;
  readonly name: string;
  readonly scale: Scale;
}

/**
 * An item for every question with a scale, and for every row of a matrix, so that its answers compare; the survey with these
 * items bound. Sliders of more than 101 points and yes/no get none.
 */
export function withItems(
  definition: SurveyDefinition,
  prefix: string,
): { definition: SurveyDefinition; items: ProposedItem[] } {
  const items: ProposedItem[] = [];
  const language = definition.languages[0] ?? 'en';
  const propose = (question: Question, id: string, text: Question['text'], before = '') => {
    const points = scaleOf(question);
    if (!points || question.type === 'yesno' || (points.max - points.min) / points.step > 100) return undefined;
    const key = cut(`${prefix}.${id}`, 100);
    const name = oneLine(`${before}${text.customer?.[language] ?? id}`) || id;
    const { min, max, step } = points;
    items.push({
      key,
      name: cut(name, 200),
      scale: { min, max, step, direction: 'up', topBox: topBox(question, max) },
    });
    return key;
  };
  const pages = definition.pages.map((page) => ({
    ...page,
    questions: page.questions.map((question): Question => {
      if (question.type === 'matrix') {
        const before = `${oneLine(question.text.customer?.[language] ?? '')}: `;
        const rows = question.rows.map((row) => {
          const item = propose(question, `${question.id}.${row.id}`, row.text, before);
          return item === undefined ? row : { ...row, item };
        });
        return { ...question, rows };
      }
      const item = 'choices' in question ? undefined : propose(question, question.id, question.text);
      return item === undefined ? question : ({ ...question, item } as Question);
    }),
  }));
  return { definition: { ...definition, pages }, items };
}

const topBox = ({ type }: Question, max: number) => (type === 'nps' ? 9 : max);

/** Letters on one line. */
function oneLine(text: string): string {
  return text.replace(/[\s\u2028\u2029]+/g, ' ').trim();
}
