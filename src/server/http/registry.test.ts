import { expect, test } from 'vitest';
import { z } from 'zod';
import { ROUTES } from './registry.ts';

/** Every limit on the length of a text in the order in which it was declared, by where it stands. */
function lengths(schema: z.core.$ZodType, seen = new Set<unknown>()): number[][] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const { def } = schema._zod;
  const own = (def.checks ?? []).flatMap((check) => {
    const one = check._zod.def;
    return one.check === 'max_length' && 'maximum' in one ? [Number(one.maximum)] : [];
  });
  const inside = (value: unknown): number[][] => {
    if (value instanceof z.core.$ZodType) return lengths(value, seen);
    if (Array.isArray(value)) return value.flatMap(inside);
    // The fields of an object, the getter of a lazy one.
    if (typeof value === 'function') return value.length === 0 ? inside(value()) : [];
    const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
    return isPlain ? Object.values(value).flatMap(inside) : [];
  };
  const { checks: _, ...parts } = def;
  const children = Object.entries(parts).flatMap(([name, part]) => (PARTS.has(name) ? inside(part) : []));
  return [own, ...children];
}
/** What a schema is made of; its other functions compute something. */
const PARTS = new Set([
  'shape',
  'element',
  'items',
  'rest',
  'options',
  'innerType',
  'keyType',
  'valueType',
  'catchall',
]);
for (const part of ['left', 'right', 'in', 'out', 'getter']) PARTS.add(part);

test('a limit on a text is not wider than one that it stands on: the smaller one would hold without being told', () => {
  const found = lengths(z.object({ a: z.array(z.string().max(200).max(500)).max(3).optional() }));
  expect(found.filter((one) => one.length > 0)).toEqual([[3], [200, 500]]);
  const wider: string[] = [];
  let limits = 0;
  for (const { method, path, body, query, params } of ROUTES) {
    for (const schema of [body, query, params]) {
      if (!schema) continue;
      for (const chain of lengths(schema)) {
        limits += chain.length;
        if (chain.some((most, i) => i > 0 && most > (chain[i - 1] ?? most))) wider.push(`${method} ${path}: ${chain}`);
      }
    }
  }
  expect(limits).toBeGreaterThan(200);
  expect(wider).toEqual([]);
});
