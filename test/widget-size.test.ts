import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'vite';
import { expect, test } from 'vitest';

/**
 * What visitors of other people's websites have to load, in bytes as brotli sends them. Every script and style sheet
 * counts, also those that few load; interface languages load one at a time.
 */
const BUDGET = { loader: 2_048, everythingElse: 14 * 1_024, language: 1_024 };

test('the survey renderer stays small', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'parallax-widget-'));
  try {
    await build({
      configFile: path.resolve(import.meta.dirname, '../vite.widget.config.ts'),
      logLevel: 'error',
      build: { outDir: folder },
    });
    const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(m?js|css|json)$/.test(name));
    const sizes = new Map<string, number>();
    for (const name of names) sizes.set(name, brotliCompressSync(await readFile(path.join(folder, name))).length);
    const languages = names.filter((name) => name.startsWith('lang'));
    const code = names.filter((name) => !name.endsWith('.json') && name !== 'loader.js');
    const sum = code.reduce((total, name) => total + (sizes.get(name) ?? 0), 0);

    expect(languages.length).toBeGreaterThanOrEqual(10);
    for (const name of languages) expect(sizes.get(name), name).toBeLessThanOrEqual(BUDGET.language);
    // Without it the test would be about nothing.
    expect(sum, 'the renderer is in it').toBeGreaterThan(8_000);
    expect(sum, code.join(', ')).toBeLessThanOrEqual(BUDGET.everythingElse);
    expect(sizes.get('loader.js')).toBeLessThanOrEqual(BUDGET.loader);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('every language has every word, and the same places to fill in', async () => {
  const folder = path.resolve(import.meta.dirname, '../src/widget/lang');
  const read = async (name: string): Promise<Record<string, string>> =>
    JSON.parse(await readFile(path.join(folder, name), 'utf8'));
  const english = await read('en.json');
  const places = (text: string | undefined) => (text?.match(/\{\w+\}/g) ?? []).sort();
  for (const name of await readdir(folder)) {
    const words = await read(name);
    expect(Object.keys(words).sort(), name).toEqual(Object.keys(english).sort());
    for (const [key, text] of Object.entries(words)) {
      expect(text.trim(), `${name} ${key}`).not.toBe('');
      expect(places(text), `${name} ${key}`).toEqual(places(english[key]));
    }
  }
});
