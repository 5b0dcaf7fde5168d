import fc from 'fast-check';
import type { JsonSchema } from '../../src/server/http/openapi.ts';

/** What the strings of a schema may be made of besides chance: ids that exist, words that mean something. */
export interface Vocabulary {
  readonly ids: readonly string[];
  readonly emails: readonly string[];
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;
const number = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise);

/** Values that fit a JSON schema, as far as the schema says; what patterns mean is left to chance and vocabulary. */
export function fitting(schema: JsonSchema, words: Vocabulary, depth = 0): fc.Arbitrary<unknown> {
  const choices = [schema.anyOf, schema.oneOf].find(Array.isArray);
  if (choices)
    return fc.oneof(...choices.filter(isSchema).map((choice: JsonSchema) => fitting(choice, words, depth + 1)));
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  switch (schema.type) {
    case 'object':
      return fittingObject(schema, words, depth);
    case 'array': {
      const item = isSchema(schema.items) ? fitting(schema.items, words, depth + 1) : fc.jsonValue({ maxDepth: 1 });
      const minLength = number(schema.minItems, 0);
      return fc.array(item, { minLength, maxLength: Math.max(minLength, Math.min(number(schema.maxItems, 4), 4)) });
    }
    case 'string':
      return fittingString(schema, words);
    case 'integer':
      return fc.integer({ min: Math.ceil(lowest(schema)), max: Math.floor(highest(schema)) });
    case 'number':
      return fc.double({ min: lowest(schema), max: highest(schema), noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

const lowest = (schema: JsonSchema) => Math.max(number(schema.minimum ?? schema.exclusiveMinimum, -1000), -1e12);
const highest = (schema: JsonSchema) =>
  Math.max(Math.min(number(schema.maximum ?? schema.exclusiveMaximum, 1000), 1e12), lowest(schema));

function fittingObject(schema: JsonSchema, words: Vocabulary, depth: number): fc.Arbitrary<unknown> {
  const properties = isSchema(schema.properties) ? schema.properties : {};
  const model = Object.fromEntries(
    Object.entries(properties).flatMap(([name, child]) =>
      isSchema(child) ? [[name, fitting(child, words, depth + 1)] as const] : [],
    ),
  );
  const requiredKeys = Array.isArray(schema.required) ? schema.required.filter((name) => name in model) : [];
  const own = fc.record(model, { requiredKeys, noNullPrototype: true });
  if (!isSchema(schema.additionalProperties)) return own;
  const more = fc.dictionary(
    fc.string({ minLength: 1, maxLength: 8 }),
    fitting(schema.additionalProperties, words, depth + 1),
    {
      maxKeys: 3,
      noNullPrototype: true,
    },
  );
  return fc.tuple(own, more).map(([a, b]) => ({ ...b, ...a }));
}

function fittingString(schema: JsonSchema, words: Vocabulary): fc.Arbitrary<string> {
  if (schema.format === 'uuid' || schema.format === 'guid') return anId(words);
  if (schema.format === 'email')
    return fc.oneof(
      fc.constantFrom(...words.emails),
      fc.nat(9999).map((n) => `p${n}@tern.example`),
    );
  if (schema.format === 'date') return aDate();
  if (schema.format === 'date-time') return aDate().map((day) => `${day}T12:00:00Z`);
  const minLength = number(schema.minLength, 0);
  const maxLength = Math.max(minLength, Math.min(number(schema.maxLength, 24), minLength + 24));
  const text = fc.string({ minLength, maxLength, unit: 'grapheme' });
  // Ids and codes have patterns of their own; one word in three is one of those.
  return fc.oneof(
    { weight: 2, arbitrary: text },
    { weight: 1, arbitrary: anId(words) },
    { weight: 1, arbitrary: fc.constantFrom('a', 'customer', 'name:value', '2026-01-01', '1', 'experience') },
  );
}

const anId = (words: Vocabulary) =>
  words.ids.length > 0
    ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...words.ids) }, { weight: 1, arbitrary: fc.uuid() })
    : fc.uuid();
const aDate = () =>
  fc
    .date({ min: new Date('1990-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));

/** Values of every kind that do not belong anywhere. */
export function strange(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      -1,
      0.5,
      1e308,
      -1e308,
      1e-320,
      2 ** 53,
      -(2 ** 63),
      2 ** 31,
      '',
      ' ',
      'null',
      '\u0000',
      'a\u0000b',
      '\ud800',
      'x\udfff',
      '__proto__',
      'constructor',
      "'; DROP TABLE users; --",
      '../../etc/passwd',
      '=1+1',
      '<script>alert(1)</script>',
      '%00',
      'NaN',
      'Infinity',
      '0000-00-00',
      '9999-99-99',
      '294277-01-01',
      'a'.repeat(5000),
      '𝕏'.repeat(300),
      '\u202e\u200b\ufeff',
      [],
      {},
      [[]],
      [null],
      { a: null },
      { __proto: 1 },
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      '*',
      '%',
      '_',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({ unit: 'binary-ascii', maxLength: 20 }),
    fc.double(),
    fc.bigInt().map(Number),
    fc.jsonValue({ maxDepth: 3 }),
  ); // prettier-ignore
}

/** Puts `value` somewhere into a copy of `body`: in place of a field, as a further field, or in place of all of it. */
export function spoil(body: unknown, where: number, value: unknown): unknown {
  if (typeof body !== 'object' || body === null) return value;
  if (Array.isArray(body)) {
    if (body.length === 0 || where % 4 === 0) return [...body, value];
    const i = where % body.length;
    return body.map((child: unknown, j) => (j === i ? spoilDeeper(child, where, value) : child));
  }
  const keys = Object.keys(body);
  if (keys.length === 0 || where % 11 === 0) return { ...body, extra: value };
  const key = keys[where % keys.length] ?? '';
  const fields: Record<string, unknown> = { ...body };
  if (where % 5 === 0) delete fields[key];
  else fields[key] = spoilDeeper(fields[key], where, value);
  return fields;
}

const spoilDeeper = (child: unknown, where: number, value: unknown) =>
  typeof child === 'object' && child !== null && where % 2 === 0 ? spoil(child, Math.floor(where / 7), value) : value;

/** Text that a database or a browser may choke on; put into a place where text is right. */
export const POISON = ['\u0000', '\ud800', '\udc00x', '\u202e', '\uffff', '\u0007', "'", '\\', '\n', 'x'.repeat(9000)];

/** A copy of `body` with `text` added to one of the texts in it. */
export function poison(body: unknown, where: number, text: string): unknown {
  let left = countTexts(body) === 0 ? -1 : where % countTexts(body);
  const visit = (at: unknown): unknown => {
    if (typeof at === 'string') return left-- === 0 ? at + text : at;
    if (Array.isArray(at)) return at.map(visit);
    if (typeof at !== 'object' || at === null) return at;
    return Object.fromEntries(Object.entries(at).map(([key, child]) => [key, visit(child)]));
  };
  return visit(body);
}

function countTexts(at: unknown): number {
  if (typeof at === 'string') return 1;
  if (typeof at !== 'object' || at === null) return 0;
  return Object.values(at).reduce((sum: number, child) => sum + countTexts(child), 0);
}
