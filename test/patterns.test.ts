import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { analyse } from 'scslre';
import { parseSync, Visitor } from 'vite';
import { expect, test } from 'vitest';

/**
 * No pattern takes time that grows faster than the text it is given, so that nobody stops the server with a text. It is
 * asked of the form of each pattern, not of a clock: can one character, repeated, be split between two of its parts in
 * many ways (`\s*,?\s*$`), or be begun at each of its repetitions (`_+$`; `(?<!_)_+$` begins once)? Bounded repetitions
 * (`{0,40}`) count as nothing, and inputs that repeat several characters are not tried: look at those yourself.
 */
const ROOT = path.resolve(import.meta.dirname, '..');

/** Patterns that meet no text of outsiders, each with the reason. */
const REVIEWED: Readonly<Record<string, string>> = {
  'src/widget/survey.tsx /([\\d.]+)rem/g': 'our own style sheet',
};

interface Pattern {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
}

/** The patterns that stand in a program, and the calls that make one of a text. */
function patternsIn(file: string, program: string): { patterns: Pattern[]; made: number } {
  const patterns: Pattern[] = [];
  let made = 0;
  const { program: tree, errors } = parseSync(file, program);
  expect(errors).toEqual([]);
  new Visitor({
    Literal(node) {
      if ('regex' in node) patterns.push({ file, source: node.regex.pattern, flags: node.regex.flags });
    },
    NewExpression({ callee }) {
      if (callee.type === 'Identifier' && callee.name === 'RegExp') made += 1;
    },
  }).visit(tree);
  return { patterns, made };
}

const reasons = ({ source, flags }: Omit<Pattern, 'file'>) =>
  analyse({ source, flags }).reports.map((report) => `${report.type} of ${report.character.pick}`);

const files = ['src/core', 'src/server', 'src/widget'].flatMap(filesBelow);
const found = files.map((file) => ({ file, ...patternsIn(file, readFileSync(path.join(ROOT, file), 'utf8')) }));

test('every pattern takes linear time', () => {
  const patterns = found.flatMap((one) => one.patterns);
  expect(patterns.length).toBeGreaterThan(400);
  const slow = patterns
    .map((one) => ({ name: `${one.file} /${one.source}/${one.flags}`, why: reasons(one) }))
    .filter(({ why }) => why.length > 0);
  expect(slow.filter(({ name }) => !(name in REVIEWED))).toEqual([]);
  expect(slow.map(({ name }) => name).sort()).toEqual(Object.keys(REVIEWED).sort());
});

test('patterns are made of texts in two places only, of our own texts', () => {
  expect(found.filter(({ made }) => made > 0).map(({ file, made }) => `${file} ${made}`)).toEqual([
    'src/server/accounts/tokens.ts 1',
    'src/server/tickets/verbs.ts 1',
  ]);
});

test('this would find those that were there', () => {
  const program = String.raw`const was = [/"[^"]*"|\[[^\]]*\]|\\./g, /^_+|_+$/g, /^\s*(a)?\s*$/, /[^,]+,$/, /(?:a+)+b/];
    const is = [/"[^"]*"|\[[^[\]]*\]|\\./g, /^_+|(?<!_)_+$/g, /^(a)?$/, /(?<![^,])[^,]+,$/, /a+b?/];`;
  const { patterns } = patternsIn('example.ts', program);
  expect(patterns.map((one) => reasons(one).length > 0)).toEqual([...Array(5).fill(true), ...Array(5).fill(false)]);
});
