import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../../bin/ensure-built.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TSC = path.join(ROOT, 'node_modules/typescript/bin/tsc');
const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  await ensureBuilt({ web: true });
  folder = await mkdtemp(path.join(tmpdir(), 'parallax-npm-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Somebody's app: what the README shows, and every mistake that the types are there to find. */
const APP = `import { close, consent, identify, internal, onAnswer, start, track, show } from 'parallax-surveys';
import type { Answered, Api, Person, Site } from 'parallax-surveys';

const site: Site = { origin: 'https://cx.example.org', site: 'YOUR_SITE_KEY' };
await start(site);
const person: Person = { attributes: { plan: 'gold' } };
identify('customer-4711', person);
track('order_paid', { sum: 80 });
consent(true);
internal(false);
show('https://cx.example.org/s/abc', document.body);
const stop: () => void = onAnswer(({ question, value }: Answered) => console.log(question, value));
stop();
close();
const api: Api | unknown[] | undefined = window.parallax;
if (api && !Array.isArray(api)) await api.show('abc');

// @ts-expect-error the site needs its key
await start({ origin: 'https://cx.example.org' });
// @ts-expect-error ids are texts
identify(4711);
// @ts-expect-error attributes are texts, numbers and yes or no
identify('customer-4711', { attributes: { tags: ['a'] } });
// @ts-expect-error there is no such name
import { send } from 'parallax-surveys';
`;

test('the package installs from what npm packs, and a TypeScript app that uses it compiles', async () => {
  const npm = (cwd: string, ...options: string[]) =>
    run('npm', [...options, '--offline', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd });
  const { stdout } = await npm(path.join(ROOT, 'dist/npm'), 'pack', '--json', '--pack-destination', folder);
  const [packed]: { filename: string; files: { path: string }[] }[] = JSON.parse(stdout);
  expect(packed?.files.map((file) => file.path).sort()).toEqual([
    'README.md',
    'index.d.ts',
    'index.mjs',
    'package.json',
  ]);

  const app = path.join(folder, 'app');
  await mkdir(app);
  await writeFile(path.join(app, 'package.json'), '{ "name": "app", "private": true, "type": "module" }');
  await npm(app, 'install', path.join(folder, packed?.filename ?? ''));
  await writeFile(path.join(app, 'app.ts'), APP);
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'ES2022', '--lib', 'ES2022,DOM'];
  for (const how of [
    ['--module', 'NodeNext'],
    ['--module', 'ESNext', '--moduleResolution', 'Bundler'],
  ]) {
    const { stdout: said } = await run(process.execPath, [TSC, ...strict, ...how, 'app.ts'], { cwd: app }).catch(
      (failure: { stdout: string }) => failure,
    );
    expect(said, how.join(' ')).toBe('');
  }

  // It may be imported where there is no page, such as while one is rendered on a server.
  const names = `import('parallax-surveys').then((all) => console.log(Object.keys(all).join()))`;
  const { stdout: listed } = await run(process.execPath, ['-e', names], { cwd: app });
  expect(listed.trim()).toBe('close,consent,identify,internal,onAnswer,show,start,track');
  expect(JSON.parse(await readFile(path.join(app, 'package.json'), 'utf8')).dependencies).toHaveProperty([
    'parallax-surveys',
  ]);
});
