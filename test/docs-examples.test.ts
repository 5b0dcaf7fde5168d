import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Every example in the documentation runs, and says what it says it gives.
 *
 * - `docs/methods/*.md`: each ```ts block, with its own imports from the core; `// → value` behind an expression.
 * - `@example` in `src/core`: the file's own exports and those of the core are in scope; `// value` behind an expression.
 *
 * A number agrees when it rounds to the digits that are written; a whole number agrees exactly.
 */
const ROOT = path.resolve(import.meta.dirname, '..');
type Scope = Record<string, unknown>;
interface Check {
  readonly code: string;
  readonly want: string;
  readonly got: unknown;
}

function filesBelow(folder: string, ending: string): string[] {
  const found = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return found.filter((file) => file.endsWith(ending)).map((file) => path.join(folder, file));
}

async function load(file: string): Promise<Scope> {
  return (await import(path.join(ROOT, file))) as Scope;
}

const CORE = filesBelow('src/core', '.ts').filter((file) => !file.endsWith('.test.ts'));

/** Runs the lines with the names in scope and returns what the marked expressions gave. */
async function run(lines: readonly string[], scope: Scope, mark: RegExp): Promise<Check[]> {
  const checks: Check[] = [];
  const wants: { code: string; want: string }[] = [];
  const body = lines.map((line) => {
    const match = mark.exec(line);
    if (!match) return line;
    const code = (match[1] ?? '').trim().replace(/;$/, '');
    wants.push({ code, want: (match[2] ?? '').trim() });
    return `note(${wants.length - 1}, (${code}));`;
  });
  const note = (index: number, got: unknown) => checks.push({ code: '', want: '', ...wants[index], got });
  const names = Object.keys(scope).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default');
  const example = new Function('note', ...names, `'use strict';\n${body.join('\n')}`);
  example(note, ...names.map((name) => scope[name]));
  return checks;
}

/** The written value against the real one. */
function agree(want: unknown, got: unknown, where: string): void {
  if (typeof want === 'number' && Number.isFinite(want)) {
    expect(got, where).toBeTypeOf('number');
    const off = Math.abs((got as number) - want);
    expect(off, `${where}: got ${String(got)}, written ${want}`).toBeLessThanOrEqual(lastDigit(want));
  } else if (Array.isArray(want)) {
    expect(got, where).toHaveLength(want.length);
    want.forEach((part, i) => {
      agree(part, (got as unknown[])[i], where);
    });
  } else if (typeof want === 'object' && want !== null) {
    for (const [key, part] of Object.entries(want)) agree(part, (got as Scope)[key], `${where} .${key}`);
  } else expect(got, where).toEqual(want);
}

/** Half a unit of the last digit that is written; whole numbers are exact. */
function lastDigit(value: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e');
  const decimals = digits.split('.')[1]?.length ?? 0;
  if (decimals === 0 && exponent === '0') return 1e-9;
  return 0.5000001 * 10 ** (Number(exponent) - decimals);
}

function literal(text: string, where: string): unknown {
  try {
    return new Function(`return (${text});`)();
  } catch {
    throw new Error(`${where}: "${text}" is no value; write what the expression gives`);
  }
}

function assertAll(checks: readonly Check[], where: string): void {
  for (const { code, want, got } of checks) agree(literal(want, where), got, `${where}: ${code}`);
}

const PAGES = filesBelow('docs/methods', '.md');

describe('docs/methods', () => {
  it.each(PAGES)('%s', async (page) => {
    const text = readFileSync(path.join(ROOT, page), 'utf8');
    const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
    const checks: Check[] = [];
    for (const block of blocks) {
      const scope: Scope = {};
      const rest: string[] = [];
      for (const line of block.split('\n')) {
        const match = /^import \{ (.+) \} from '\.\.\/\.\.\/(src\/core\/[\w/.-]+)';$/.exec(line);
        if (!match) {
          rest.push(line);
          continue;
        }
        const module = await load(match[2] ?? '');
        for (const name of (match[1] ?? '').split(/,\s*/)) {
          if (!(name in module)) throw new Error(`${page}: ${match[2]} exports no ${name}`);
          scope[name] = module[name];
        }
      }
      checks.push(...(await run(rest, scope, /^(.+?)\s*\/\/ → (.+)$/)));
    }
    expect(page === path.join('docs/methods', 'README.md') || checks.length > 0, 'a worked example').toBe(true);
    assertAll(checks, page);
  });
});

/** The `@example` blocks of a file, each as lines of code. */
function examplesOf(file: string): string[][] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  return [...text.matchAll(/\/\*\*([\s\S]*?)\*\//g)].flatMap(([, comment = '']) => {
    const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
    const start = lines.findIndex((line) => line.startsWith('@example'));
    if (start < 0) return [];
    const after = lines.slice(start + 1);
    const end = after.findIndex((line) => line.startsWith('@'));
    return [after.slice(0, end < 0 ? undefined : end).filter((line) => line.trim() !== '')];
  });
}

const WITH_EXAMPLES = CORE.filter((file) => examplesOf(file).length > 0);

describe('@example in src/core', () => {
  it.each(WITH_EXAMPLES)('%s', async (file) => {
    const everything: Scope = Object.assign({}, ...(await Promise.all(CORE.map(load))));
    const scope = { ...everything, ...(await load(file)) };
    for (const example of examplesOf(file)) {
      const checks = await run(example, scope, /^(?!\s*\/\/)(.+?)\s+\/\/ (.+)$/);
      expect(checks.length, `${file}: an example without a value`).toBeGreaterThan(0);
      assertAll(checks, file);
    }
  });

  it('every statistic has one', () => {
    const statistics = CORE.filter((file) => file.startsWith(path.join('src/core/stats')));
    expect(statistics.filter((file) => !WITH_EXAMPLES.includes(file))).toEqual([]);
  });
});
