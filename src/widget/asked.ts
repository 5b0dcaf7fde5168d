import type { AskedQuestion } from '../core/survey/questionnaire.ts';
import type { Visit } from './visit.ts';

/** One question on screen. */
export interface Asked {
  readonly v: Visit;
  readonly q: AskedQuestion;
}

/** What every native input of a question says of it: what describes it, and whether something is wrong. */
export const ids = (v: Visit, q: AskedQuestion) => ({
  'aria-describedby': `h-${q.id} e-${q.id}`,
  'aria-invalid': String(q.id in v.problems),
});
