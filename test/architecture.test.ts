import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/**
 * The walls of ARCHITECTURE.md, each an assertion. Files are read as text: the rules are about what stands in them.
 */
const ROOT = path.resolve(import.meta.dirname, '..');

function filesBelow(folder: string): string[] {
  const full = path.join(ROOT, folder);
  let names: string[];
  try {
    names = readdirSync(full);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const relative = `${folder}/${name}`;
    return statSync(path.join(ROOT, relative)).isDirectory() ? filesBelow(relative) : [relative];
  });
}

const SOURCES = filesBelow('src').filter((file) => /\.(ts|tsx)$/.test(file));
const PRODUCT = SOURCES.filter((file) => !/\.test\.tsx?$/.test(file));
const text = new Map(SOURCES.map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')]));
const read = (file: string) => text.get(file) ?? '';

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

/** Every import and re-export of a file; relative targets are given from the project's root. */
function importsOf(file: string): Import[] {
  const statements = read(file).matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\s+from\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm,
  );
  return [...statements].map((match) => {
    const specifier = match[2] ?? match[3] ?? '';
    const target = specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : specifier;
    return { file, target, typeOnly: match[1] !== undefined };
  });
}

const IMPORTS = PRODUCT.flatMap(importsOf);
const show = (imports: Import[]) => imports.map(({ file, target }) => `${file} → ${target}`);

/** Source text without comments and string contents, for rules about code. */
function codeOf(file: string): string {
  return read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:])\/\/.*$/gm, '$1');
}

test('there is something to check', () => {
  expect(PRODUCT.length).toBeGreaterThan(50);
  expect(IMPORTS.length).toBeGreaterThan(100);
});

test('core imports nothing outside core', () => {
  const outside = IMPORTS.filter(({ file, target }) => file.startsWith('src/core/') && !target.startsWith('src/core/'));
  expect(show(outside)).toEqual([]);
});

test('core knows no clock, no randomness, no Node and no DOM: time and seeds are arguments', () => {
  const impure =
    /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bperformance\.|\bprocess\.|\bwindow\.|\bdocument\.|\bfetch\(/;
  expect(PRODUCT.filter((file) => file.startsWith('src/core/') && impure.test(codeOf(file)))).toEqual([]);
});

test('web takes only types from the server', () => {
  const wrong = IMPORTS.filter(
    ({ file, target, typeOnly }) => /^src\/(web|widget)\//.test(file) && target.startsWith('src/server/') && !typeOnly,
  );
  expect(show(wrong)).toEqual([]);
});

test('the server imports nothing of the web, and only the command line imports the command line', () => {
  const wrong = IMPORTS.filter(
    ({ file, target }) =>
      (file.startsWith('src/server/') && /^src\/(web|widget|cli)\//.test(target)) ||
      (/^src\/(web|widget|core)\//.test(file) && target.startsWith('src/cli/')),
  );
  expect(show(wrong)).toEqual([]);
});

test("a feature uses another feature's verbs and types, never its store", () => {
  const feature = (file: string) => file.split('/').slice(0, 3).join('/');
  const wrong = IMPORTS.filter(({ file, target }) => isStore(target) && feature(file) !== feature(target));
  expect(show(wrong)).toEqual([]);
});

const isStore = (file: string) => /(^|-|\/)store\.ts$/.test(file);

/** Each table of the migrations, with the server's files that name it as Kysely does or as SQL does. */
function namersOfTables(): { table: string; files: string[] }[] {
  const migrations = filesBelow('migrations').map((file) => readFileSync(path.join(ROOT, file), 'utf8'));
  const tables = migrations.flatMap((sql) =>
    [...sql.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?(\w+)/g)].map((match) => match[1] as string),
  );
  const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const code = PRODUCT.filter(
    (file) =>
      file.startsWith('src/server/') &&
      !file.startsWith('src/server/db/') &&
      // A whole-workspace copy reads every table by name from the catalogue, not from code.
      !file.startsWith('src/server/backup/'),
  ).map((file) => ({ file, text: codeOf(file) }));
  return tables.map((table) => {
    const names = [...new Set([table, camel(table)])].join('|');
    const use = new RegExp(
      `(?:selectFrom|insertInto|updateTable|deleteFrom|innerJoin|leftJoin|mergeInto|sql\\.table)\\(\\s*\\[?\\s*['"\`](?:${names})(?: as \\w+)?['"\`]` +
        `|\\b(?:FROM|JOIN|INTO|UPDATE|USING)\\s+(?:${names})\\b(?!\\s*\\()`,
    );
    return { table, files: code.filter(({ text }) => use.test(text)).map(({ file }) => file) };
  });
}

test('a table is named by one feature only', () => {
  const tables = namersOfTables();
  expect(tables.length).toBeGreaterThan(20);
  const folder = (file: string) => file.split('/').slice(0, 3).join('/');
  const owners = tables.map(({ table, files }) => ({ table, folders: [...new Set(files.map(folder))] }));
  expect(owners.filter(({ folders }) => folders.length > 1)).toEqual([]);
});

test('a table is named in stores only', () => {
  const elsewhere = namersOfTables().flatMap(({ table, files }) =>
    // Responses and the exact counts that go with them are kept by several files, each one kind of change.
    files
      .filter((file) => !isStore(file) && !file.startsWith('src/server/responses/'))
      .map((file) => `${file}: ${table}`),
  );
  expect(elsewhere).toEqual([]);
});

test('every exported store function takes workspaceId first', () => {
  // Accounts and the instance stand above workspaces, and so does where a person may enter; everything else is inside one.
  const above = /^src\/server\/(accounts\/|sample\/|background\/directory|members\/memberships|workspaces\/across)/;
  const stores = PRODUCT.filter((file) => isStore(file) && !above.test(file));
  expect(stores.length).toBeGreaterThan(5);
  const wrong = stores.flatMap((file) =>
    [...codeOf(file).matchAll(/export (?:async )?function\*? (\w+)(?:<[^(]*>)?\(\s*(\w*)/g)]
      .filter((match) => match[2] !== 'workspaceId')
      .map((match) => `${file}: ${match[1]}(${match[2]}, …)`),
  );
  expect(wrong).toEqual([]);
});

test('only config.ts reads the environment', () => {
  const readers = PRODUCT.filter((file) => /process\.env|import\.meta\.env/.test(codeOf(file)));
  expect(readers.filter((file) => file !== 'src/server/config.ts')).toEqual([]);
});

test('one way out: nothing but the web client and the command line calls fetch', () => {
  const callers = PRODUCT.filter((file) => /(?<![.\w])fetch\(/.test(codeOf(file)));
  expect(callers.filter((file) => !/^src\/(web|widget|cli)\//.test(file))).toEqual([]);
});

test('one way out: only the outbound client opens connections to addresses that somebody typed', () => {
  const network = /^(node:)?(https?|http2|net|tls|dgram|dns|dns\/promises|undici|axios|ws)$/;
  // Questions about an address, and servers, reach nobody.
  const harmless = /^import (type )?\{ (createServer|isIP|isIPv4|isIPv6|type \w+|, )+ \} from 'node:(net|https?)';$/m;
  const wrong = IMPORTS.filter(
    ({ file, target, typeOnly }) =>
      file.startsWith('src/server/') &&
      !file.startsWith('src/server/outbound/') &&
      network.test(target) &&
      !typeOnly &&
      !(/^node:(net|https?)$/.test(target) && harmless.test(read(file))),
  );
  expect(show(wrong)).toEqual([]);
});

test('files stay below 450 lines', () => {
  const long = SOURCES.map((file) => ({ file, lines: read(file).split('\n').length })).filter(
    ({ file, lines }) => lines > 450 && file !== 'src/server/db/tables.ts',
  );
  expect(long).toEqual([]);
});

test('functions stay below 90 lines', () => {
  const long = PRODUCT.flatMap((file) => longFunctions(file, 90));
  expect(long).toEqual([]);
});

/** Formatted code: a function that begins at some indentation ends at the closing brace of the same indentation. */
function longFunctions(file: string, limit: number): string[] {
  const lines = read(file).split('\n');
  return lines.flatMap((line, start) => {
    const opens =
      /^(\s*)(?:export )?(?:default )?(?:async )?(?:function\*?\s+\w+|const \w+ = (?:async )?(?:\([^=]*\)|\w+)(?:: [^=]+)? =>)/.exec(
        line,
      );
    if (!opens) return [];
    const indent = opens[1] ?? '';
    const end = lines.findIndex(
      (other, i) => i > start && (other === `${indent}}` || other === `${indent}};` || other === `${indent});`),
    );
    const length = end - start + 1;
    return end !== -1 && length > limit ? [`${file}:${start + 1} has ${length} lines`] : [];
  });
}

test('no any, no double cast, no module mock', () => {
  const wrong = SOURCES.filter((file) => /:\s*any\b|\bas any\b|<any>|as unknown as|vi\.mock\(/.test(codeOf(file)));
  expect(wrong).toEqual([]);
});

test('nothing is called utils, helpers, common, misc, manager or service', () => {
  const wrong = [...SOURCES, ...filesBelow('test'), ...filesBelow('bench')].filter((file) =>
    file.split(/[/.]/).some((part) => /^(utils?|helpers?|common|misc|managers?|services?|shared)$/i.test(part)),
  );
  expect(wrong).toEqual([]);
});

test('statistics are documented: a third of each file is comment', () => {
  const thin = PRODUCT.filter((file) => file.startsWith('src/core/stats/'))
    .map((file) => {
      const lines = read(file)
        .split('\n')
        .filter((line) => line.trim() !== '');
      const comments = lines.filter((line) => /^\s*(\/\*|\*|\/\/)/.test(line)).length;
      return { file, share: comments / lines.length };
    })
    .filter(({ share }) => share < 0.2);
  expect(thin).toEqual([]);
});

test('at run time at most 30 direct and 80 transitive packages', () => {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const direct = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  expect(direct.length).toBeLessThanOrEqual(30);
  const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const all = Object.entries(lock.packages).filter(([name, entry]) => name !== '' && entry.dev !== true);
  expect(all.length).toBeLessThanOrEqual(80);
});
