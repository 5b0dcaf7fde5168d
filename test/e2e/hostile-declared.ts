import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { lines } from '../hostile-texts.ts';
import { IN_SURVEYS } from './hostile-plant.ts';

/** Something that was sent, and taken. */
export interface Sent {
  readonly method: string;
  /** With its query. */
  readonly address: string;
  readonly body: unknown;
}

/** Where a text stands in a request: `.name` of an object, `?name` of the address, `[]` in a list, `{}` in a record. */
interface Field {
  readonly name: string;
  readonly method: string;
  readonly route: string;
  readonly steps: readonly string[];
}

/** What is read of a JSON schema. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly format?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly maxLength?: number;
  readonly pattern?: string;
}

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

const PAYLOAD = '<img src=x onerror=__pwn=1>';
const ENOUGH = 300;

/** Whether a declared string may be any text; ids, days, choices and addresses of mail may not. */
function isFree({ type, enum: choices, const: only, format, maxLength = PAYLOAD.length, pattern = '' }: Schema) {
  const bound = choices !== undefined || only !== undefined || format !== undefined || maxLength < PAYLOAD.length;
  return [type].flat().includes('string') && !bound && new RegExp(pattern, 'u').test(PAYLOAD);
}

/** Each way to a string that may be any text; a schema that holds itself is entered twice. */
function waysToTexts(schema: Schema, root: Schema, entered: readonly string[] = []): string[][] {
  const at = (step: string, inner: Schema) => waysToTexts(inner, root, entered).map((way) => [step, ...way]);
  const meant = schema.$ref === undefined ? undefined : root.$defs?.[schema.$ref.replace('#/$defs/', '')];
  if (schema.$ref !== undefined) {
    if (!meant) throw new Error(`${schema.$ref} is declared nowhere`);
    const again = entered.filter((one) => one === schema.$ref).length;
    return again > 1 ? [] : waysToTexts(meant, root, [...entered, schema.$ref]);
  }
  const { properties = {}, items, anyOf = [], oneOf = [], propertyNames, additionalProperties: others } = schema;
  return [
    ...(isFree(schema) ? [[]] : []),
    ...[...anyOf, ...oneOf].flatMap((one) => waysToTexts(one, root, entered)),
    ...Object.entries(properties).flatMap(([name, one]) => at(`.${name}`, one)),
    ...(items ? at('[]', items) : []),
    ...(typeof others === 'object' ? at('{}', others) : []),
    ...(propertyNames ? at('{key}', propertyNames) : []),
  ];
}

/** The same field by another door: several at once, tried out, or as a part of something else. */
const SAME: readonly (readonly [RegExp, string])[] = [
  [/\.(all|any)\[\]|\.not\b/g, ''],
  [/\.(customer|staff|leadership)\{\}/, '{}'],
  [/^contact-batches \.contacts\[\]/, 'contacts '],
  [/^contact-imports\/(preview|run) \.consent/, 'contacts .consent'],
  [/^contact-imports\/(preview|run) \.columns\[\]\.attribute$/, 'contacts .attributes{key}'],
  [/^(setup|invites\/accept) \.name$/, 'account .name'],
  [/^(from-file|duplicate|exchange\/surveys) [.?](name|fileName)$/, 'surveys .name'],
  [/^imports\/run \.surveyName$/, 'surveys .name'],
  [/^from-file \.items\[\]\.(journey|stage|touchpoint)$/, '$1s .name'],
  [/^from-file \.items\[\]/, 'items '],
  [/^from-file (\.definition)\S*\.(showIf|if)\./, 'from-file $1.if.'],
  [/^from-file (\.definition)\S*\.item$/, 'from-file $1.item'],
  [/^segment-counts /, 'segments '],
  [/^asking\/preview /, 'asking '],
  [/^asking \.moments\.target\.if\.value\[\]$/, 'asking .moments.target.if.value'],
  [/^identify /, 'ask '],
  [/^(questionnaires|responses) \.hidden\{\}$/, 'responses .responses[].attributes{}'],
  [/^responses \.answers\{\}$/, 'responses .responses[].answers{}'],
  [/^schedule \.texts\.(invitation|reminder)\{\}/, 'mails '],
  [/^(mail-preview|test-mail) \.text/, 'mails '],
  [/^exchange\/answers \?channel$/, 'responses .responses[].channel'],
  [/^imports\/mapping \./, 'import-mappings .mapping.'],
  [/\.mapping\.(columns\.\w+|attributes\[\]|audience\.column|items\[\]\.columns\[\])$/, '.mapping column'],
  [/\.mapping\.(respondent|weight|at|channel|contact|unit)$/, '.mapping column'],
  [/\.mapping\.items\{\}$/, '.mapping.items[].item'],
  [/\.mapping\.newItems\{key\}$/, '.mapping.items[].item'],
  [/\.mapping\.(missing|notApplicable)\[\]$/, '.mapping.items[].$1[]'],
  [/\.mapping\.(values|audiences|items|audience\.values)\{key\}$/, '.mapping.items[].values{key}'],
  [/\.mapping\.(scale|scales\{\}|newItems\{\}\.scale)$/, '.mapping.items[].scale'],
  [/\.mapping\.scales\{key\}$/, '.mapping.items[].item'],
];

/** What no view shows, what cannot be any text although the schema does not say so, and what is filled in without sending it. */
const BESIDE: readonly (readonly [RegExp, string])[] = [
  [/ \.(\w*[pP]assword|current|secret|token|ticket|link|trap|work)$/, 'secrets, keys of links, proofs'],
  [/ \.(timeZone|language|responses\[\]\.language)$/, 'names of languages and time zones'],
  [/^(exchange\/answers|imports) \?(fileName|bindings|sheet)$/, 'find the way through a file and are not kept'],
  [/ \.keys\[\]$| \?key$/, 'find what is there'],
  [/^bounces \.bounces\[\]\.email$/, 'finds a contact by its address'],
  [/^sites \.origins\[\]$|^from-file \.definition\.endings\[\]\.redirect$/, 'addresses, tried one by one elsewhere'],
  [/^surveys \.template$/, 'one of the templates'],
  [/^(draft|check|mirror) \.definition\{key\}$/, 'a survey, as the schema of survey files declares it'],
  [
    /^responses \S*\.(answers|hidden)\{key\}$|^questionnaires \.hidden\{key\}$/,
    'ids of questions, names of hidden fields',
  ],
  [/^responses \S*\.answers\{\}\[\]$/, 'ids of choices'],
  [/^ask \.attributes$/, 'the JSON text of attributes'],
  [/^asking \.moments\.look\.into$/, 'written into its field, one after the other, by `lookAtMoments`'],
];

/** All fields of requests that may hold any text, as docs/openapi.json and the schema of survey files declare them. */
function declaredFields(): Field[] {
  const read = (file: string) =>
    JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../docs', file), 'utf8'));
  const { paths }: { paths: Record<string, Record<string, Operation>> } = read('openapi.json');
  return Object.entries(paths).flatMap(([route, operations]) =>
    Object.entries(operations).flatMap(([method, { parameters, requestBody }]) => {
      // What is only looked for is not kept.
      if (method === 'get') return [];
      const queries = parameters.filter((one) => one.in === 'query');
      const bodies = Object.values(requestBody?.content ?? {}).map(({ schema }) => schema);
      const whole: Schema[] = route.endsWith('/from-file') ? [read('survey-file.schema.json')] : bodies;
      const ways = [
        ...queries.flatMap(({ name, schema }) => waysToTexts(schema, schema).map((way) => [`?${name}`, ...way])),
        ...whole.flatMap((schema) => waysToTexts(schema, schema)),
      ];
      const [last = '', before = ''] = route
        .split('/')
        .filter((part) => !part.startsWith('{'))
        .reverse();
      const isVerb = /^(preview|mapping|run|accept)$/.test(last) || before === 'exchange';
      const resource = isVerb ? `${before}/${last}` : last;
      return ways.map((steps) => ({
        name: SAME.reduce((name, [from, to]) => name.replace(from, to), `${resource} ${steps.join('')}`),
        ...{ method: method.toUpperCase(), route, steps },
      }));
    }),
  );
}

/** Adds what pages send, where it is taken. */
export function listen(context: BrowserContext, sent: Sent[]): void {
  context.on('response', (response) => {
    const request = response.request();
    const text = request.postData() ?? '';
    if (!response.ok() || request.method() === 'GET') return;
    const body: unknown = text.startsWith('{') ? JSON.parse(text) : undefined;
    sent.push({ method: request.method(), address: request.url(), body });
  });
}

function textsAt(value: unknown, [step, ...rest]: readonly string[]): string[] {
  if (step === undefined) return typeof value === 'string' ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (step === '{key}') return Object.keys(value);
  if (step === '[]' || step === '{}') return Object.values(value).flatMap((one) => textsAt(one, rest));
  return textsAt(Object.entries(value).find(([name]) => `.${name}` === step || `?${name}` === step)?.[1], rest);
}

/** Fields that have not held enough of the texts in what was sent, each with how many it has. */
export function notPlanted(sent: readonly Sent[]): Record<string, number> {
  const texts = [...new Set([...lines(200), ...IN_SURVEYS])];
  const held = new Map<string, string[]>();
  for (const { name, method, route, steps } of declaredFields()) {
    const pattern = new RegExp(`^${route.replace(/\{\w+\}/g, '[^/]+')}$`);
    const found = held.get(name) ?? [];
    held.set(name, found);
    for (const one of sent) {
      const url = new URL(one.address, 'http://x');
      if (one.method !== method || !pattern.test(url.pathname)) continue;
      found.push(...textsAt(steps[0]?.startsWith('?') ? Object.fromEntries(url.searchParams) : one.body, steps));
    }
  }
  const shown = [...held].filter(([name]) => !BESIDE.some(([pattern]) => pattern.test(name)));
  const counts = shown.map(([name, found]): [string, number] => {
    const all = [...new Set(found)].join('\n');
    return [name, texts.filter((text) => all.includes(text)).length];
  });
  return Object.fromEntries(counts.filter(([, n]) => n < ENOUGH));
}
