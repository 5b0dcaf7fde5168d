import type { Condition, Question } from '../survey/definition.ts';
import { allOf, anyOf, isSmallEnough } from './condition-limits.ts';
import { cut, idFrom } from './make.ts';
import { at, entriesAt, textAt } from './values.ts';

/** What conditions have to know of the questions that they name. */
export interface Known {
  readonly question: Question;
  readonly choiceIds: ReadonlyMap<string, string>;
}

/**
 * A `BooleanExpression` of a QSF file: groups of expressions, joined with and/or from left to right. Undefined where any
 * part of it cannot be said here, because half a condition asks the wrong people.
 */
export function conditionFromQsf(logic: unknown, known: ReadonlyMap<string, Known>): Condition | undefined {
  const groups = numbered(logic).map((group) => ({
    or: textAt(group, 'Type') === 'OrIf',
    condition: joined(
      numbered(group).map((expression) => ({
        or: /^or$/i.test(textAt(expression, 'Conjuction') || textAt(expression, 'Conjunction')),
        condition: expressionOf(expression, known),
      })),
    ),
  }));
  const condition = joined(groups);
  return condition && isSmallEnough(condition) ? condition : undefined;
}

/** Entries named `0`, `1`, … in their order. */
function numbered(value: unknown): unknown[] {
  return entriesAt(value)
    .filter(([name]) => /^\d{1,4}$/.test(name))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, entry]) => entry);
}

/** "And" binds more closely than "or". */
function joined(parts: readonly { or: boolean; condition: Condition | undefined }[]): Condition | undefined {
  const ors: Condition[][] = [];
  for (const { or, condition } of parts) {
    if (!condition) return undefined;
    const last = ors.at(-1);
    if (last && !or) last.push(condition);
    else ors.push([condition]);
  }
  return anyOf(ors.flatMap((ands) => allOf(ands) ?? []));
}

const COMPARISONS = new Map<string, 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'has'>([
  ['EqualTo', 'eq'],
  ['NotEqualTo', 'ne'],
  ['GreaterThan', 'gt'],
  ['GreaterThanOrEqual', 'ge'],
  ['LessThan', 'lt'],
  ['LessThanOrEqual', 'le'],
  ['Contains', 'has'],
]);

function expressionOf(expression: unknown, known: ReadonlyMap<string, Known>): Condition | undefined {
  const operator = textAt(expression, 'Operator') || textAt(expression, 'Condition');
  const right = cut(textAt(expression, 'RightOperand'), 1_000);
  if (textAt(expression, 'LogicType') === 'EmbeddedField') {
    const key = textAt(expression, 'LeftOperand');
    const is = COMPARISONS.get(operator);
    if (!/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(key)) return undefined;
    if (operator === 'Empty' || operator === 'NotEmpty') {
      return { of: 'hidden', key, is: operator === 'Empty' ? 'empty' : 'answered' };
    }
    return is && { of: 'hidden', key, is, value: right };
  }
  const locator =
    textAt(expression, 'ChoiceLocator') || textAt(expression, 'LeftOperand') || textAt(expression, 'Locator');
  return answerTest(locator, operator, right, known);
}

function answerTest(
  locator: string,
  operator: string,
  right: string,
  known: ReadonlyMap<string, Known>,
): Condition | undefined {
  const found = /^q:\/\/([A-Za-z0-9_]{1,64})\/([A-Za-z]{1,40})(?:\/([A-Za-z0-9_]{1,20}))?$/.exec(locator);
  const name = found?.[1] ?? '';
  const [what, part] = [found?.[2] ?? '', found?.[3]];
  const target = known.get(name);
  if (!target) return undefined;
  const key = idFrom(name);
  if (/^(Is)?Empty$|^(Is)?Displayed$/.test(operator))
    return operator.includes('Empty') ? { of: 'answer', key, is: 'empty' } : undefined;
  if (operator === 'NotEmpty') return { of: 'answer', key, is: 'answered' };
  const { type } = target.question;
  if (what === 'SelectableChoice' && part !== undefined && /Selected$/.test(operator)) {
    const id = target.choiceIds.get(part) ?? (type === 'nps' ? part : undefined);
    if (id === undefined) return undefined;
    const scale = type === 'rating' || type === 'nps';
    const value = scale ? Number(id) : id;
    const test: Condition = { of: 'answer', key, is: type === 'multiple' ? 'has' : 'eq', value };
    return /^(Is ?)?Not/.test(operator) ? { not: test } : test;
  }
  const is = COMPARISONS.get(operator);
  if (!is || !/^Choice(Text|Numeric)EntryValue$/.test(what)) return undefined;
  const isText = type === 'short' || type === 'long' || type === 'email';
  const number = Number(right);
  if (!isText && (right.trim() === '' || !Number.isFinite(number))) return undefined;
  return { of: 'answer', key, is, value: isText ? right : number };
}

/** Where a rule of skipping leads: a question, the end of the block or of the survey. */
export function skipTarget(rule: unknown): string {
  const target = String(at(rule, 'SkipToDestination') ?? '');
  return /^(ENDOFSURVEY|EndOfSurvey|SURVEY_END)$/.test(target) ? 'ENDOFSURVEY' : target;
}
