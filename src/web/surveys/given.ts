import { type Given, OTHER, type SurveyDefinition, scaleOf } from '../../core/survey/definition.ts';
import { answerKeys } from '../exchange/answer-keys.ts';
import { findQuestion } from './edit.ts';
import { nameOfQuestion, plain } from './names.ts';

/** What was asked under an answer key: the question's text, and the row or field where it has several. */
export function askedAs(survey: SurveyDefinition | null, key: string): string {
  const [id, part] = key.split('.');
  const question = survey && findQuestion(survey, id);
  if (!survey || !question) return key;
  const name = nameOfQuestion(survey, question);
  if (part === undefined) return name;
  const row = 'rows' in question ? question.rows.find((one) => one.id === part) : undefined;
  return `${name} · ${row ? plain(row.text, survey.languages[0] ?? 'en') || part : part}`;
}

/**
 * Answers in the order of the questions that they were given to; of what the survey does not know, the last. The database
 * keeps answers in an order of its own, shorter keys first.
 */
export function inOrder<T>(survey: SurveyDefinition | null, answers: Readonly<Record<string, T>>): [string, T][] {
  const places = new Map((survey ? answerKeys(survey) : []).map((key, place) => [key, place]));
  const placeOf = ([key]: [string, T]) => places.get(key) ?? places.size;
  return Object.entries(answers).sort((a, b) => placeOf(a) - placeOf(b));
}

/** An answer in words. */
export function inWords(survey: SurveyDefinition | null, key: string, given: Given): string {
  const question = survey ? findQuestion(survey, key.split('.')[0]) : undefined;
  if (given === null) return 'does not apply';
  if (given === true) return 'yes';
  if (given === false) return 'no';
  const choice = (id: string): string => {
    if (id === OTHER) return 'other';
    const found = question && 'choices' in question ? question.choices.find((one) => one.id === id) : undefined;
    return (found && plain(found.text, survey?.languages[0] ?? 'en')) || id;
  };
  if (Array.isArray(given))
    return given
      .map(String)
      .map(choice)
      .join(question?.type === 'ranking' ? ' > ' : ', ');
  if (typeof given === 'string') return question && 'choices' in question && !key.includes('.') ? choice(given) : given;
  if (question?.type === 'yesno') return given === 1 ? 'yes' : 'no';
  const scale = question && scaleOf(question);
  return scale ? `${given} of ${scale.max}` : String(given);
}
