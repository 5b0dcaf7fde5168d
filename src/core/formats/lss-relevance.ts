import { type Condition, OTHER, type Question } from '../survey/definition.ts';
import { allOf, anyOf, isSmallEnough } from './condition-limits.ts';
import { idFrom } from './make.ts';

/** What a variable of LimeSurvey's expressions stands for here. */
export interface LssVariable {
  readonly key: string;
  readonly kind: 'choice' | 'ticked' | 'yesno' | 'number' | 'text';
  /** The choice that is ticked. */
  readonly choice?: string;
  /** Codes of answers and the points that they became. */
  readonly points?: ReadonlyMap<string, number>;
}
export type LssVariables = ReadonlyMap<string, LssVariable>;

/** `always` and `never` for expressions that hold no question; undefined for what is more than a simple condition. */
export type Relevance = Condition | 'always' | 'never' | undefined;

/**
 * Turns a relevance equation into a condition: comparisons of a question's answer with a number or a text, `is_empty`,
 * and, or, not and brackets. Everything else, such as arithmetic, dates or two questions compared, is undefined.
 * For example `Q1.NAOK == "A2" && Q2 > 3`.
 */
export function readRelevance(equation: string, variables: LssVariables): Relevance {
  const written = equation.trim();
  if (written === '' || written === '1') return 'always';
  if (written === '0') return 'never';
  if (written.length > MOST_CHARACTERS) return undefined;
  const tokens = tokensOf(written);
  if (!tokens) return undefined;
  const parser = new Parser(tokens, variables);
  const condition = parser.whole();
  if (!condition || !isSmallEnough(condition)) return undefined;
  return condition;
}

const MOST_CHARACTERS = 5_000;
const MOST_BRACKETS = 10;

type Token =
  | { readonly is: 'sign'; readonly text: string }
  | { readonly is: 'name' | 'text'; readonly text: string }
  | { readonly is: 'number'; readonly text: string; readonly value: number };

// No two parts can match at the same character, so a hostile equation takes linear time.
const TOKEN = /\s+|"([^"]*)"|'([^']*)'|(\d+(?:\.\d+)?)(?![\w.])|([A-Za-z0-9_][\w.]*)|(==|!=|<=|>=|&&|\|\||[=<>!()])/y;

function tokensOf(equation: string): Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < equation.length) {
    const found = TOKEN.exec(equation);
    if (!found) return undefined;
    const [, double, single, number, name, sign] = found;
    if (double !== undefined || single !== undefined) tokens.push({ is: 'text', text: double ?? single ?? '' });
    else if (number !== undefined) tokens.push({ is: 'number', text: number, value: Number(number) });
    else if (sign !== undefined) tokens.push({ is: 'sign', text: sign });
    else if (name !== undefined) {
      const word = WORDS.get(name.toLowerCase());
      tokens.push(word ? { is: 'sign', text: word } : { is: 'name', text: name });
    }
  }
  return tokens;
}

const WORDS = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
  ['eq', '=='],
  ['ne', '!='],
  ['lt', '<'],
  ['le', '<='],
  ['gt', '>'],
  ['ge', '>='],
]);
const COMPARISONS = new Map([
  ['==', 'eq'],
  ['=', 'eq'],
  ['!=', 'ne'],
  ['<', 'lt'],
  ['<=', 'le'],
  ['>', 'gt'],
  ['>=', 'ge'],
] as const);
const TURNED = new Map([
  ['lt', 'gt'],
  ['gt', 'lt'],
  ['le', 'ge'],
  ['ge', 'le'],
] as const);
type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** Walks the tokens; every step that does not fit gives undefined, and so does the whole. */
class Parser {
  private at = 0;
  private depth = 0;
  private readonly tokens: readonly Token[];
  private readonly variables: LssVariables;

  constructor(tokens: readonly Token[], variables: LssVariables) {
    this.tokens = tokens;
    this.variables = variables;
  }

  whole(): Condition | undefined {
    const condition = this.either();
    return this.at === this.tokens.length ? condition : undefined;
  }

  private either(): Condition | undefined {
    return this.chain('||', () => this.both(), anyOf);
  }

  private both(): Condition | undefined {
    return this.chain('&&', () => this.one(), allOf);
  }

  private chain(
    sign: string,
    next: () => Condition | undefined,
    join: (conditions: readonly Condition[]) => Condition | undefined,
  ): Condition | undefined {
    const parts: Condition[] = [];
    do {
      const part = next();
      if (!part) return undefined;
      parts.push(part);
    } while (this.take(sign));
    return join(parts);
  }

  private one(): Condition | undefined {
    this.depth += 1;
    if (this.depth > MOST_BRACKETS) return undefined;
    try {
      if (this.take('!')) {
        const inner = this.one();
        return inner && { not: inner };
      }
      if (this.take('(')) {
        const inner = this.either();
        return this.take(')') ? inner : undefined;
      }
      return this.isEmpty() ?? this.comparison();
    } finally {
      this.depth -= 1;
    }
  }

  private isEmpty(): Condition | undefined {
    const name = this.tokens[this.at];
    if (name?.is !== 'name' || name.text !== 'is_empty') return undefined;
    this.at += 1;
    if (!this.take('(')) return undefined;
    const variable = this.variable();
    if (!variable || !this.take(')')) return undefined;
    return test(variable, 'eq', '');
  }

  private comparison(): Condition | undefined {
    const left = this.variable();
    if (left) {
      const is = this.sign();
      const value = is && this.value();
      return value === undefined ? undefined : test(left, is!, value);
    }
    const value = this.value();
    const is = this.sign();
    const right = is && this.variable();
    if (value === undefined || !right) return undefined;
    return test(right, (TURNED as ReadonlyMap<Comparison, Comparison>).get(is) ?? is, value);
  }

  private sign(): Comparison | undefined {
    const token = this.tokens[this.at];
    const is = token?.is === 'sign' ? (COMPARISONS as ReadonlyMap<string, Comparison>).get(token.text) : undefined;
    if (is) this.at += 1;
    return is;
  }

  private value(): string | number | undefined {
    const token = this.tokens[this.at];
    if (token?.is !== 'text' && token?.is !== 'number') return undefined;
    this.at += 1;
    return token.is === 'number' ? token.value : token.text;
  }

  /** A question's name, with or without what is to be read of it: `Q1.NAOK` is the answer whether it was seen or not. */
  private variable(): LssVariable | undefined {
    const token = this.tokens[this.at];
    if (token?.is !== 'name') return undefined;
    const [name = '', read, ...more] = token.text.split('.');
    const plain = read === undefined || /^(NAOK|code|value|valueNAOK)$/.test(read);
    const found = plain && more.every((each) => each === 'NAOK') ? this.variables.get(name) : undefined;
    if (found) this.at += 1;
    return found;
  }

  private take(sign: string): boolean {
    const token = this.tokens[this.at];
    if (token?.is !== 'sign' || token.text !== sign) return false;
    this.at += 1;
    return true;
  }
}

function test(variable: LssVariable, is: Comparison, value: string | number): Condition | undefined {
  const about = { of: 'answer', key: variable.key } as const;
  const equal = is === 'eq' || is === 'ne';
  const turn = (condition: Condition): Condition => (is === 'ne' ? { not: condition } : condition);
  if (variable.kind === 'ticked') {
    const ticked: Condition = { ...about, is: 'has', value: variable.choice ?? '' };
    if (!equal || (value !== 'Y' && value !== '')) return undefined;
    return (value === 'Y') === (is === 'eq') ? ticked : { not: ticked };
  }
  if (value === '') return equal ? { ...about, is: is === 'eq' ? 'empty' : 'answered' } : undefined;
  if (variable.kind === 'choice') {
    if (!equal) return undefined;
    return turn({ ...about, is: 'eq', value: value === '-oth-' ? OTHER : idFrom(String(value)) });
  }
  if (variable.kind === 'yesno') {
    const point = value === 'Y' ? 1 : value === 'N' ? 0 : undefined;
    return equal && point !== undefined ? turn({ ...about, is: 'eq', value: point }) : undefined;
  }
  if (variable.kind === 'number') {
    const point = variable.points?.get(String(value)) ?? (typeof value === 'number' ? value : Number(value));
    return Number.isFinite(point) ? { ...about, is, value: point } : undefined;
  }
  return equal ? { ...about, is, value: String(value) } : undefined;
}

/** How equations name the parts of a question that is kept as it is: `Q1`, `Q1_SQ001`, `Q1_other`. */
export function variablesOf(
  name: string,
  question: Question,
  points: ReadonlyMap<string, number> | undefined,
): [string, LssVariable][] {
  const { id: key } = question;
  const scaled = points && { points };
  switch (question.type) {
    case 'matrix':
      return question.rows.map((row) => [`${name}_${row.id}`, { key: `${key}.${row.id}`, kind: 'number', ...scaled }]);
    case 'multiple':
      return [
        ...question.choices.map(({ id }): [string, LssVariable] => [
          `${name}_${id}`,
          { key, kind: 'ticked', choice: id },
        ]),
        [`${name}_other`, { key: `${key}.other`, kind: 'text' }],
      ];
    case 'single':
      return [
        [name, { key, kind: 'choice' }],
        [`${name}_other`, { key: `${key}.other`, kind: 'text' }],
      ];
    case 'yesno':
      return [[name, { key, kind: 'yesno' }]];
    case 'rating':
    case 'nps':
    case 'slider':
    case 'number':
      return [[name, { key, kind: 'number', ...scaled }]];
    case 'short':
    case 'long':
    case 'date':
      return [[name, { key, kind: 'text' }]];
    default:
      return [];
  }
}
