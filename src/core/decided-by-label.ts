import type { Condition } from './survey/definition.ts';
import { holds } from './survey/flow.ts';
import type { Label } from './ticket-groups.ts';

/**
 * Whether a condition on attributes holds for everybody of a group, from what all of them share alone: true or false where
 * that decides it, undefined where it does not. What a group lost or never had is not known, and not the same as empty.
 *
 * @example
 * const sales = { of: 'attribute', key: 'department', is: 'eq', value: 'Sales' };
 * decidedBy(sales, { department: 'Sales' }) // true
 * decidedBy(sales, {}) // undefined
 */
export function decidedBy(condition: Condition, label: Label): boolean | undefined {
  if ('all' in condition) return allOf(condition.all.map((part) => decidedBy(part, label)));
  if ('any' in condition) return opposite(allOf(condition.any.map((part) => opposite(decidedBy(part, label)))));
  if ('not' in condition) return opposite(decidedBy(condition.not, label));
  if (condition.of === 'attribute' && !Object.hasOwn(label, condition.key)) return undefined;
  return holds(condition, { answers: {}, hidden: {}, attributes: label });
}

const opposite = (decided: boolean | undefined) => (decided === undefined ? undefined : !decided);

function allOf(parts: readonly (boolean | undefined)[]): boolean | undefined {
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}
