import type { Segment } from './queries.ts';

type Condition = Segment['condition'];
export type AttributeTest = Extract<Condition, { of: string }>;
/** A condition as the form shows it: one list of tests. */
export interface TestList {
  readonly join: 'all' | 'any';
  readonly tests: readonly AttributeTest[];
}

export const COMPARISONS: Record<AttributeTest['is'], string> = {
  eq: 'is',
  ne: 'is not',
  in: 'is one of',
  has: 'contains',
  lt: 'is less than',
  le: 'is at most',
  gt: 'is more than',
  ge: 'is at least',
  answered: 'is known',
  empty: 'is not known',
};
export const takesNoValue = (is: AttributeTest['is']) => is === 'answered' || is === 'empty';

/** Undefined for a condition that is no plain list, such as one with a nested list. */
export function testsOf(condition: Condition): TestList | undefined {
  if ('of' in condition) return { join: 'all', tests: [condition] };
  const join = 'all' in condition ? 'all' : 'any';
  const parts = 'all' in condition ? condition.all : 'any' in condition ? condition.any : undefined;
  const tests = parts?.filter((part): part is AttributeTest => 'of' in part);
  return tests && parts && tests.length === parts.length ? { join, tests } : undefined;
}

/** Without a test: everybody. */
export function conditionOf({ join, tests }: TestList): Condition {
  const complete = tests.filter(({ key }) => key.trim() !== '');
  return join === 'any' && complete.length > 0 ? { any: [...complete] } : { all: [...complete] };
}

/** A condition in words. */
export function sentenceOf(condition: Condition): string {
  if ('of' in condition) {
    const value = Array.isArray(condition.value) ? condition.value.join(', ') : condition.value;
    return [condition.key, COMPARISONS[condition.is], value].filter((part) => part !== undefined).join(' ');
  }
  if ('not' in condition) return `not (${sentenceOf(condition.not)})`;
  const [parts, word] = 'all' in condition ? [condition.all, ' and '] : [condition.any, ' or '];
  if (parts.length === 0) return 'all' in condition ? 'everybody' : 'nobody';
  return parts
    .map((part) => ('of' in part || parts.length === 1 ? sentenceOf(part) : `(${sentenceOf(part)})`))
    .join(word);
}
