import type { SurveyDefinition } from '../../core/survey/definition.ts';
import { type SurveyText, surveyTexts } from '../../core/survey/survey-texts.ts';
import { AUDIENCE_NAMES } from '../ui/format.ts';
import { questionsOf } from './edit.ts';
import { languageName } from './languages.ts';
import { same } from './merge.ts';
import { nameOfQuestion, SIDE_BY_SIDE } from './names.ts';

/** What changed from one definition to the next, in sentences; a text with what it was before. Empty: nothing. */
export function changesBetween(before: SurveyDefinition, after: SurveyDefinition): string[] {
  const was = new Map(questionsOf(before).map((question) => [question.id, question]));
  const is = new Map(questionsOf(after).map((question) => [question.id, question]));
  const changes: string[] = [];
  const reworded = rewordedTexts(before, after);
  for (const [id, question] of is) {
    const old = was.get(id);
    if (!old) changes.push(`Added: ${nameOfQuestion(after, question)}`);
    else if (!same(old, question)) {
      changes.push(`Changed: ${inSentences(reworded.get(id) ?? [], nameOfQuestion(after, question))}`);
    }
  }
  for (const [id, question] of was) {
    if (!is.has(id)) changes.push(`Removed: ${nameOfQuestion(before, question)}`);
  }
  const order = (survey: SurveyDefinition, other: ReadonlyMap<string, unknown>) =>
    survey.pages.map((page) => page.questions.map(({ id }) => id).filter((id) => other.has(id)));
  if (!same(order(before, is).flat(), order(after, was).flat())) changes.push('The order of questions');
  const frame = (survey: SurveyDefinition) => survey.pages.map(({ questions: _, ...page }) => page);
  if (!same(frame(before), frame(after))) changes.push('Pages: their titles, conditions or jumps');
  const parts: [keyof SurveyDefinition, string][] = [
    ['title', `The title: ${inSentences(reworded.get(TITLE) ?? [], 'other languages or audiences')}`],
    ['audiences', 'Whom it asks'],
    ['languages', `Languages: ${after.languages.join(', ')}`],
    ['endings', 'Thank-you pages'],
    ['hidden', 'Hidden fields'],
    ['quotas', 'Quotas'],
    ['appearance', 'The appearance'],
    ['settings', 'Settings'],
  ];
  for (const [part, sentence] of parts) if (!same(before[part], after[part])) changes.push(sentence);
  return changes;
}

/** No question's id: those have no spaces. */
const TITLE = 'the title';

interface Reworded {
  /** Whose text in which language; empty for the one that names the question. */
  readonly label: string;
  readonly then: string;
  readonly now: string;
}

/** By question id (or the title): the texts that both have and that read otherwise, the one that gives the name first. */
function rewordedTexts(before: SurveyDefinition, after: SurveyDefinition): Map<string, Reworded[]> {
  const nameOf = ({ role, question, part }: SurveyText) => JSON.stringify([role, question?.id, part]);
  const was = new Map(surveyTexts(before).map((text) => [nameOf(text), text.wording]));
  const found = new Map<string, Reworded[]>();
  for (const text of surveyTexts(after)) {
    if (!text.question && text.role !== 'title') continue;
    const of = text.question?.id ?? TITLE;
    const names = text.role === 'question' || text.role === 'title';
    for (const audience of SIDE_BY_SIDE) {
      for (const language of after.languages) {
        const then = was.get(nameOf(text))?.[audience]?.[language]?.trim();
        const now = text.wording[audience]?.[language]?.trim();
        if (!then || !now || then === now) continue;
        const label = [
          ...(audience === 'customer' ? [] : [AUDIENCE_NAMES[audience]]),
          ...(language === after.languages[0] ? [] : [languageName(language)]),
          ...(names ? [] : [ROLES[text.role] ?? 'text']),
        ].join(', ');
        const list = found.get(of);
        if (list) list.push({ label, then, now });
        else found.set(of, [{ label, then, now }]);
      }
    }
  }
  return found;
}

const ROLES: Partial<Record<SurveyText['role'], string>> = {
  help: 'help',
  end: 'end of the scale',
  row: 'row',
  choice: 'choice',
};

/** So many texts of one question are shown with what they were. */
const MOST_SHOWN = 6;

/** `“old” is now “new”; German: …`, after the name where the text that gives it is still the same. */
function inSentences(texts: readonly Reworded[], name: string): string {
  const shown = texts.slice(0, MOST_SHOWN).map(({ label, then, now }) => {
    const sentence = `“${short(then)}” is now “${short(now)}”`;
    return label === '' ? sentence : `${label}: ${sentence}`;
  });
  if (texts[0]?.label !== '') shown.unshift(name);
  const more = texts.length - MOST_SHOWN;
  if (more > 0) shown.push(more === 1 ? '1 more text' : `${more} more texts`);
  return shown.join('; ');
}

const LONGEST = 300;
const short = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1).trimEnd()}…` : text);
