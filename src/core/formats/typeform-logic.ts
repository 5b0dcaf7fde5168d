import { type Condition, type Jump, OTHER, type Question, type Test } from '../survey/definition.ts';
import { isSmallEnough } from './condition-limits.ts';
import { idFrom } from './make.ts';
import type { Loss } from './neutral.ts';
import { at, listAt, textAt } from './values.ts';

/** What was asked so far, by the names that the form gives it. */
export interface Known {
  readonly fields: Map<string, Question>;
  readonly hidden: readonly string[];
}
interface Places extends Known {
  /** Id of a question → its page. */
  readonly pageOf: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, string>;
  readonly endings: ReadonlyMap<string, string>;
}

const DEEPEST = 5;
const MOST_RULES = 2_000;

/** Logic jumps by the page that they are taken from. Scores and what cannot be a condition are told. */
export function readJumps(form: unknown, places: Places, losses: Loss[]): Map<string, Jump[]> {
  const jumps = new Map<string, Jump[]>();
  const rules = listAt(form, 'logic').slice(0, MOST_RULES);
  for (const rule of rules) {
    const ref = textAt(rule, 'ref');
    const asked = places.fields.get(ref);
    const from = places.groups.get(ref) ?? (asked && places.pageOf.get(asked.id));
    const name = asked?.text.customer ? (Object.values(asked.text.customer)[0] ?? ref).slice(0, 80) : ref || null;
    for (const action of listAt(rule, 'actions').slice(0, 100)) {
      if (textAt(action, 'action') !== 'jump') {
        tell(losses, null, 'Scores and other calculations are not carried over.');
        continue;
      }
      const target = textAt(action, 'details', 'to', 'value');
      const to = placeOf(places, textAt(action, 'details', 'to', 'type'), target);
      const condition = conditionOf(at(action, 'condition'), places, 0);
      if (from === undefined || to === undefined || condition === undefined || !isSmallEnough(condition)) {
        tell(
          losses,
          name,
          'A jump of the form is no simple one and is left out: check where respondents go from here.',
        );
      } else if (to !== from) {
        jumps.set(from, [...(jumps.get(from) ?? []), { if: condition, to }]);
      }
    }
  }
  return jumps;
}

function placeOf({ fields, groups, pageOf, endings }: Places, type: string, name: string): string | undefined {
  if (type === 'thankyou') return endings.get(name);
  if (type !== 'field') return undefined;
  const asked = fields.get(name);
  return groups.get(name) ?? (asked && pageOf.get(asked.id));
}

function tell(losses: Loss[], question: string | null, message: string): void {
  if (!losses.some((loss) => loss.question === question && loss.message === message))
    losses.push({ question, message });
}

const COMPARISONS: ReadonlyMap<string, Test['is']> = new Map([
  ['equal', 'eq'],
  ['not_equal', 'ne'],
  ['greater_than', 'gt'],
  ['greater_equal_than', 'ge'],
  ['lower_than', 'lt'],
  ['lower_equal_than', 'le'],
  ['on', 'eq'],
  ['not_on', 'ne'],
  ['before', 'lt'],
  ['earlier_than', 'lt'],
  ['before_or_on', 'le'],
  ['earlier_than_or_on', 'le'],
  ['after', 'gt'],
  ['later_than', 'gt'],
  ['after_or_on', 'ge'],
  ['later_than_or_on', 'ge'],
]);

function conditionOf(written: unknown, known: Known, depth: number): Condition | undefined {
  const op = textAt(written, 'op');
  if (op === 'always') return { all: [] };
  const vars = listAt(written, 'vars');
  if (op === 'and' || op === 'or') {
    if (depth >= DEEPEST || vars.length === 0 || vars.length > 50) return undefined;
    const parts = vars.map((part) => conditionOf(part, known, depth + 1));
    const whole = parts.filter((part) => part !== undefined);
    if (whole.length < parts.length) return undefined;
    return op === 'and' ? { all: whole } : { any: whole };
  }
  const [left, right] = vars;
  const name = textAt(left, 'value');
  const value = at(right, 'value');
  const type = textAt(right, 'type');
  if (textAt(left, 'type') === 'hidden' && known.hidden.includes(name)) {
    return testOf({ of: 'hidden', key: name }, op, typeof value === 'number' ? String(value) : value);
  }
  const asked = textAt(left, 'type') === 'field' ? known.fields.get(name) : undefined;
  if (!asked || (type !== 'constant' && type !== 'choice')) return undefined;
  if (type === 'choice') return choiceTest(asked, op, String(value));
  return testOf({ of: 'answer', key: asked.id }, op, typeof value === 'boolean' ? Number(value) : value);
}

function choiceTest(asked: Question, op: string, ref: string): Condition | undefined {
  if (asked.type !== 'single' && asked.type !== 'multiple') return undefined;
  const id = ref === 'other' ? OTHER : idFrom(ref);
  if (id !== OTHER && !asked.choices.some((choice) => choice.id === id)) return undefined;
  const test: Condition = { of: 'answer', key: asked.id, is: asked.type === 'single' ? 'eq' : 'has', value: id };
  if (op === 'is' || op === 'equal' || op === 'contains') return test;
  return op === 'is_not' || op === 'not_equal' || op === 'not_contains' ? { not: test } : undefined;
}

function testOf(about: Pick<Test, 'of' | 'key'>, op: string, value: unknown): Condition | undefined {
  if (typeof value !== 'string' && !(typeof value === 'number' && Number.isFinite(value))) return undefined;
  if (typeof value === 'string' && value.length > 1_000) return undefined;
  const is = COMPARISONS.get(op);
  if (is) return { ...about, is, value };
  if (op === 'is') return { ...about, is: 'eq', value };
  if (op === 'is_not') return { ...about, is: 'ne', value };
  if (op === 'contains') return { ...about, is: 'has', value };
  return op === 'not_contains' ? { not: { ...about, is: 'has', value } } : undefined;
}
