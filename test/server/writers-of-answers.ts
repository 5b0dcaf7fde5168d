import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROUTES } from '../../src/server/http/registry.ts';
import type { Route } from '../../src/server/http/route.ts';

/**
 * Which code of the product writes answers, and which routes lead to it: read from the sources, so that a new way in is
 * found although nobody wrote it down. A declaration at the top of a file reaches what its text names; that finds a little
 * too much rather than too little.
 */
const ROOT = path.resolve(import.meta.dirname, '../..');

/** SQL that makes rows of answers; a table whose name is computed may be any. */
const WRITES =
  /\bINSERT INTO\s+(?:responses|answers|set_apart_responses|\$\{)|\binsertInto\(\s*(?:'(?:responses|answers|setApartResponses)'|[^'\s])|\bMERGE INTO\s+(?:responses|answers)\b/;
const DECLARED = /^(?:export\s+)?(?:async\s+)?(?:function\*?|const|class)\s+([A-Za-z_$][\w$]*)/;
const NAMED_IMPORTS = /^(?:import|export)\s+\{([^}]*)\}\s+from\s+'([^']+)'/gm;

interface Source {
  /** What a name that came from elsewhere is called there. */
  readonly imports: Map<string, { readonly file: string; readonly name: string }>;
  /** Text of each declaration at the top of the file. */
  readonly declared: Map<string, string>;
  readonly text: string;
}

const sources = new Map(
  ['src/server', 'src/cli', 'src/core']
    .flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
        (name) => `${folder}/${name.replaceAll('\\', '/')}`,
      ),
    )
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => [file, readSource(file)]),
);

function readSource(file: string): Source {
  const text = readFileSync(path.join(ROOT, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1');
  const imports: Source['imports'] = new Map();
  for (const [, names = '', from = ''] of text.matchAll(NAMED_IMPORTS)) {
    if (!from.startsWith('.')) continue;
    for (const part of names.split(',').map((one) => one.trim())) {
      const [name = '', alias = name] = part.split(/\s+as\s+/);
      if (name && !name.startsWith('type '))
        imports.set(alias, { file: path.posix.join(path.dirname(file), from), name });
    }
  }
  const declared: Source['declared'] = new Map();
  let current = '(rest)';
  for (const piece of text.split(/^(?=\S)/m)) {
    // A closing bracket at the left edge ends the declaration above it.
    if (!/^[)\]}]/.test(piece)) current = DECLARED.exec(piece)?.[1] ?? '(rest)';
    // Types make nothing; imports are followed name by name.
    if (current === '(rest)' && /^(import\b|export \{|\}|(export )?(type|interface)\b)/.test(piece)) continue;
    declared.set(current, (declared.get(current) ?? '') + piece);
  }
  return { imports, declared, text };
}

/** Where a name that stands in a file is declared, as `file#name`. */
function declarationOf(file: string, name: string): string | undefined {
  const source = sources.get(file);
  if (!source) return undefined;
  if (source.declared.has(name)) return `${file}#${name}`;
  const from = source.imports.get(name);
  return from && declarationOf(from.file, from.name);
}

function reachedFrom(file: string, text: string): string[] {
  const words = [...text.matchAll(/[A-Za-z_$][\w$]*/g)].map(([word]) => declarationOf(file, word));
  const loaded = [...text.matchAll(/\bimport\(\s*'(\.[^']+)'/g)].flatMap(([, from = '']) => {
    const target = path.posix.join(path.dirname(file), from);
    return [...(sources.get(target)?.declared.keys() ?? [])].map((name) => `${target}#${name}`);
  });
  return [...words, ...loaded].filter((one) => one !== undefined);
}

const edges = new Map(
  [...sources].flatMap(([file, { declared }]) =>
    [...declared].map(([name, text]) => {
      const own = `${file}#${name}`;
      return [own, new Set(reachedFrom(file, text).filter((one) => one !== own))] as const;
    }),
  ),
);

/** Everything that writes answers itself or through what it names. */
const reaching = new Set(
  [...sources].flatMap(([file, { declared }]) =>
    [...declared].filter(([, text]) => WRITES.test(text)).map(([name]) => `${file}#${name}`),
  ),
);
for (let before = -1; before !== reaching.size; ) {
  before = reaching.size;
  for (const [from, to] of edges) if ([...to].some((one) => reaching.has(one))) reaching.add(from);
}

/** Files in which routes are declared. */
const declaring = [...sources].filter(([, { text }]) => /\broute\(/.test(text)).map(([file]) => file);

/**
 * Does the handler of this route write answers? Its running text is looked at, so that its neighbours do not count; what a
 * word of it means is looked up in every file that declares routes, since the route does not say where it stands. A name
 * that was imported under another one stands in the running code as it is called at home.
 */
function writesAnswers(route: Route): boolean {
  const words = new Set([...route.handle.toString().matchAll(/[A-Za-z_$][\w$]*/g)].map(([word]) => word));
  return declaring.some((file) => {
    const homes = [...(sources.get(file)?.imports.values() ?? [])].filter(({ name }) => words.has(name));
    const reached = [
      ...[...words].map((word) => declarationOf(file, word)),
      ...homes.map((home) => declarationOf(home.file, home.name)),
    ];
    return reached.some((one) => one !== undefined && reaching.has(one));
  });
}

/** Every route of the registry through which answers become rows, as `method path`. */
export const routesThatWriteAnswers = (routes: readonly Route[] = ROUTES): string[] =>
  routes
    .filter(writesAnswers)
    .map(({ method, path: at }) => `${method} ${at}`)
    .sort();

/** What leads to such code and is named by nothing else: programs, and verbs that only tests use. Routes are left out. */
export function otherBeginnings(): string[] {
  const named = new Set([...edges.values()].flatMap((to) => [...to]));
  return [...reaching].filter((one) => !named.has(one) && !declaring.includes(one.split('#')[0] ?? '')).sort();
}

/** What one declaration names that writes answers: of a list of commands or background tasks, those that do. */
export const writersNamedBy = (declaration: string): string[] =>
  [...(edges.get(declaration) ?? [])].filter((one) => reaching.has(one)).sort();
