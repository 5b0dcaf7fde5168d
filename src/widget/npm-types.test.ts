import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { LoaderApi } from './loader.ts';
import type * as Package from './npm/index.d.ts';
import type { Answered } from './site.ts';

/**
 * The package's types are written by hand, for people to read. The compiler compares them here with what the loader does:
 * each line below stops compiling when they part.
 */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Calls = Pick<typeof Package, Exclude<keyof typeof Package, 'start'>>;
type GivenTo<T> = { readonly [K in keyof T]: T[K] extends (...given: infer G) => unknown ? G : never };

const SAME = {
  /** The loader does all that is declared, with the same results … */
  api: true satisfies LoaderApi extends Package.Api ? true : false,
  /** … and declared is all that it does, with the same arguments. */
  arguments: true satisfies Same<GivenTo<LoaderApi>, GivenTo<Package.Api>>,
  /** What the package's own functions take is what the loader gets. */
  functions: true satisfies Same<GivenTo<Calls>, GivenTo<Omit<Package.Api, 'push'>>>,
  answered: true satisfies Same<Package.Answered, Answered>,
  /** Before the script is there, calls are in a list: no function of the package can promise what comes of it. */
  results: true satisfies Same<ReturnType<Calls[Exclude<keyof Calls, 'onAnswer'>]>, void>,
};

test('the types of the package are those of the loader', () => {
  expect(new Set(Object.values(SAME))).toEqual(new Set([true]));
});

test('the package exports what its types declare', async () => {
  const file = new URL('./npm/index.mjs', import.meta.url);
  const names: Record<keyof typeof Package, true> = {
    start: true,
    identify: true,
    track: true,
    show: true,
    close: true,
    onAnswer: true,
    consent: true,
    internal: true,
  };
  const module: Record<string, unknown> = await import(/* @vite-ignore */ file.href);
  expect(Object.keys(module).sort()).toEqual(Object.keys(names).sort());
  // A name that is called, and that the loader doesn't know, would do nothing without a word.
  const called = [...(await readFile(file, 'utf8')).matchAll(/call\('(\w+)'/g)].map(([, name]) => name);
  expect(called.sort()).toEqual(
    Object.keys(names)
      .filter((name) => name !== 'start')
      .sort(),
  );
});
