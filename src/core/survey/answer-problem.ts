import type { Given } from './definition.ts';
import { type FlowState, givenFor, isEmpty } from './flow.ts';
import type { AskedQuestion } from './questionnaire.ts';

/** Characters that a text answer may have when its question says nothing else, and at most. */
export const TEXT_LIMIT = 10_000;

/** A day of the calendar as `YYYY-MM-DD`; 2026-02-30 is none. */
export function isDate(text: string): boolean {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(text).getTime() : NaN;
  return Number.isFinite(day) && new Date(day).toISOString().startsWith(text);
}

/** Whether mail could be sent there, by its form: one @, a host with a dot, at most 254 characters. Takes linear time. */
export const isEmail = (text: string): boolean =>
  text.length < 255 && /^[^\s@<>()[\],;:\\"]+@([\p{L}\p{N}-]+\.)+[\p{L}\p{N}-]{2,}$/u.test(text);

/** True when a number is a whole count of steps away from its start, as far as decimals can say. */
export function onStep(value: number, start: number, step: number | undefined): boolean {
  const steps = (value - start) / (step || value - start || 1);
  return Math.abs(steps - Math.round(steps)) < 1e-9 * Math.max(1, Math.abs(steps));
}

export type AnswerProblem = 'required' | 'soft' | 'min' | 'max' | 'format';

/**
 * What is wrong with the answers to one question, for the person who gives them: below `min`, above `max` (a number, a
 * day, or the length of a text), no such number, day or address (`format`), or not answered. `soft` is asked once more and
 * then let go. All rows of a matrix and all fields of a contact are one question; consent is only given by true.
 * Undefined when nothing is wrong.
 */
export function answerProblem(question: AskedQuestion, state: FlowState): AnswerProblem | undefined {
  const { id, type, required, rows, fields } = question;
  if (type === 'statement') return undefined;
  const parts = rows ? rows.map((row) => row.id) : fields;
  const given = (parts ? parts.map((part) => `${id}.${part}`) : [id]).map((key) => givenFor(state, 'answer', key));
  for (const [i, value] of given.entries()) {
    const problem = isEmpty(value) ? undefined : valueProblem(question, value!, fields?.[i] ?? type);
    if (problem) return problem;
  }
  const missing = given.some((value) => isEmpty(value) || (type === 'consent' && !value));
  return !missing || !required || required === 'no' ? undefined : required === 'yes' ? 'required' : 'soft';
}

function valueProblem(question: AskedQuestion, value: Given, kind: string): AnswerProblem | undefined {
  const { min, max, step, maxLength } = question;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return 'format';
    if (typeof min === 'number' && value < min) return 'min';
    if (typeof max === 'number' && value > max) return 'max';
    return onStep(value, typeof min === 'number' ? min : 0, step) ? undefined : 'format';
  }
  if (typeof value !== 'string') return undefined;
  if (kind === 'number' || (kind === 'date' && !isDate(value)) || (kind === 'email' && !isEmail(value)))
    return 'format';
  if (kind === 'date') return min && value < String(min) ? 'min' : max && value > String(max) ? 'max' : undefined;
  return value.length > (maxLength ?? TEXT_LIMIT) ? 'max' : undefined;
}
