import type { Condition } from '../survey/definition.ts';

const DEEPEST = 5;
const MOST_PARTS = 50;
const MOST_VALUES = 100;
const LARGEST = 1_000_000_000;

/** Whether a condition and the values in it are small enough to be kept in a survey. */
export function isSmallEnough(condition: Condition): boolean {
  return depthOf(condition) <= DEEPEST && partsOf(condition) <= MOST_PARTS && valuesFit(condition);
}

function valuesFit(condition: Condition): boolean {
  if (!('of' in condition)) return childrenOf(condition).every(valuesFit);
  const values = [condition.value ?? []].flat();
  return (
    values.length <= MOST_VALUES &&
    values.every((value) => (typeof value === 'number' ? Math.abs(value) <= LARGEST : String(value).length <= 1_000))
  );
}

/** All hold; a single one stands for itself, and none is undefined: always. */
export function allOf(conditions: readonly Condition[]): Condition | undefined {
  return conditions.length > 1 ? { all: conditions } : conditions[0];
}

export function anyOf(conditions: readonly Condition[]): Condition | undefined {
  return conditions.length > 1 ? { any: conditions } : conditions[0];
}

function childrenOf(condition: Condition): readonly Condition[] {
  if ('all' in condition) return condition.all;
  if ('any' in condition) return condition.any;
  return 'not' in condition ? [condition.not] : [];
}

function depthOf(condition: Condition): number {
  return 1 + childrenOf(condition).reduce((deepest, child) => Math.max(deepest, depthOf(child)), 0);
}

function partsOf(condition: Condition): number {
  return 1 + childrenOf(condition).reduce((sum, child) => sum + partsOf(child), 0);
}
