import { type Condition, type Jump, OTHER, type Question, type Test } from '../survey/definition.ts';
import { allOf, anyOf, isSmallEnough } from './condition-limits.ts';
import { OTHER_CHOICE } from './formbricks-questions.ts';
import { idFrom } from './make.ts';
import type { Loss } from './neutral.ts';
import { at, listAt, textAt } from './values.ts';

/** Rules for where to go after a page. */
export interface LogicRule {
  readonly page: string;
  readonly question: string;
  readonly logic: readonly unknown[];
  readonly fallback: string;
}
interface Places {
  readonly asked: ReadonlyMap<string, Question>;
  readonly hidden: readonly string[];
  /** The page or ending that a target names. */
  place(name: string): string | undefined;
}

const DEEPEST = 5;

/** Jumps by the page that they are taken from; calculations and conditions that are none of ours are told. */
export function readLogic(rules: readonly LogicRule[], places: Places, losses: Loss[]): Map<string, Jump[]> {
  const jumps = new Map<string, Jump[]>();
  for (const { page, question, logic, fallback } of rules) {
    const tell = (message: string) => {
      if (!losses.some((loss) => loss.question === question && loss.message === message))
        losses.push({ question, message });
    };
    const own = logic.flatMap((rule): Jump[] => {
      const condition = conditionOf(at(rule, 'conditions'), places, 0);
      return listAt(rule, 'actions').flatMap((action): Jump[] => {
        const objective = textAt(action, 'objective');
        if (objective !== 'jumpToQuestion' && objective !== 'jumpToBlock') {
          tell(
            objective === 'requireAnswer'
              ? 'What makes another question required is not kept.'
              : 'Its calculations are not carried over.',
          );
          return [];
        }
        const to = places.place(textAt(action, 'target'));
        if (condition && to && isSmallEnough(condition)) return [{ if: condition, to }];
        tell('A jump of the survey is no simple one and is left out: check where respondents go from here.');
        return [];
      });
    });
    const to = fallback ? places.place(fallback) : undefined;
    const all = to ? [...own, { if: { all: [] }, to }] : own;
    if (all.length > 0) jumps.set(page, all);
  }
  return jumps;
}

function conditionOf(written: unknown, places: Places, depth: number): Condition | undefined {
  const inner = at(written, 'conditions');
  if (!Array.isArray(inner)) return testOf(written, places);
  if (depth >= DEEPEST || inner.length === 0 || inner.length > 50) return undefined;
  const parts = inner.map((part) => conditionOf(part, places, depth + 1));
  const whole = parts.filter((part) => part !== undefined);
  if (whole.length < parts.length) return undefined;
  return textAt(written, 'connector') === 'or' ? anyOf(whole) : allOf(whole);
}

const COMPARISONS: ReadonlyMap<string, Test['is']> = new Map([
  ['equals', 'eq'],
  ['doesNotEqual', 'ne'],
  ['isGreaterThan', 'gt'],
  ['isGreaterThanOrEqual', 'ge'],
  ['isLessThan', 'lt'],
  ['isLessThanOrEqual', 'le'],
  ['isBefore', 'lt'],
  ['isAfter', 'gt'],
  ['contains', 'has'],
]);

function testOf(written: unknown, { asked, hidden }: Places): Condition | undefined {
  const kind = textAt(written, 'leftOperand', 'type');
  const name = textAt(written, 'leftOperand', 'value');
  const question = kind === 'question' || kind === 'element' ? asked.get(idFrom(name)) : undefined;
  const isHidden = kind === 'hiddenField' && hidden.includes(name);
  if (!isHidden && (!question || question.type === 'matrix' || question.type === 'contact')) return undefined;
  const about: Pick<Test, 'of' | 'key'> = question ? { of: 'answer', key: question.id } : { of: 'hidden', key: name };
  const operator = textAt(written, 'operator');
  if (operator === 'isSubmitted') return { ...about, is: 'answered' };
  if (operator === 'isSkipped') return { ...about, is: 'empty' };
  if (operator === 'isAccepted') return { ...about, is: 'eq', value: true };
  if (textAt(written, 'rightOperand', 'type') !== 'static') return undefined;
  const values = [at(written, 'rightOperand', 'value')].flat().map((value) => valueFor(question, value));
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0 || known.length < values.length) return undefined;
  if (operator === 'equalsOneOf') return { ...about, is: 'in', value: known };
  if (operator === 'includesAllOf') return allOf(known.map((value) => ({ ...about, is: 'has', value })));
  if (operator === 'includesOneOf') return anyOf(known.map((value) => ({ ...about, is: 'has', value })));
  if (operator === 'doesNotContain') return { not: { ...about, is: 'has', value: known[0]! } };
  const is = COMPARISONS.get(operator);
  return is && known.length === 1 ? { ...about, is, value: known[0]! } : undefined;
}

/** A choice by its id or, in older surveys, by its label; everything else as it is written. */
function valueFor(question: Question | undefined, value: unknown): string | number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > 1_000) return undefined;
  if (!question || !('choices' in question)) {
    const isScale = question && ['nps', 'csat', 'ces', 'number'].includes(question.type);
    return isScale && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
  }
  if (value === OTHER_CHOICE) return OTHER;
  const same = question.choices.find(
    ({ id, text }) => id === idFrom(value) || Object.values(text.customer ?? {}).includes(value),
  );
  return same?.id;
}
