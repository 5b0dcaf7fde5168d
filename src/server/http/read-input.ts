import { z } from 'zod';
import { fieldSentence } from './field-sentence.ts';
import { type FieldProblem, Problem } from './problem.ts';
import type { Route } from './route.ts';

export const DEFAULT_MAX_BODY = 256 * 1024;
const MAX_DEPTH = 32;
const MAX_KEYS = 10_000;
const MOST_PARAMETERS = 200;
export const BODY_TIMEOUT_MS = 15_000;
/** With the u flag, whole pairs are one character, so only halves are of this category. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Reads and checks what the route declares: path, query and JSON body. Throws Problem invalid_request naming fields. */
export async function readInput(
  route: Route,
  path: Record<string, string>,
  request: Request,
): Promise<{ params: unknown; query: unknown; body: unknown }> {
  const { workspaceId: _, ...own } = path;
  const params = route.params ? check(strictly(route).params, refuseUnstorable(own, 'path'), 'path') : undefined;
  const query = readQuery(route, new URL(request.url).searchParams);
  return {
    params,
    query,
    body: route.body ? await readBody(route, route.body, request) : await refuseBody(route, request),
  };
}

/** Made once per route: making a schema takes many times as long as using it. */
const strictSchemas = new WeakMap<Route, { params: z.ZodObject; query: z.ZodObject }>();

function strictly(route: Route): { params: z.ZodObject; query: z.ZodObject } {
  const known = strictSchemas.get(route);
  if (known) return known;
  const made = { params: (route.params ?? z.object({})).strict(), query: (route.query ?? z.object({})).strict() };
  strictSchemas.set(route, made);
  return made;
}

function readQuery(route: Route, search: URLSearchParams): unknown {
  const schema = strictly(route).query;
  const found: Record<string, string | string[]> = Object.create(null);
  // One pass: asking for each name in turn takes seconds for the some thousand that fit into an address.
  for (const [key, value] of search) {
    const declared = Object.hasOwn(schema.shape, key) ? schema.shape[key] : undefined;
    const before = found[key];
    if (Array.isArray(before)) before.push(value);
    // A field declared as a list gets one, however often it is named.
    else if (before === undefined) found[key] = takesList(declared) ? [value] : value;
    else found[key] = [before, value];
  }
  const value = check(schema, refuseUnstorable({ ...found }, 'query'), 'query');
  return route.query ? value : undefined;
}

/** Said before anything else is done for a request: nobody needs so many, and each costs. */
export function refuseManyParameters(address: string): void {
  let parameters = 1;
  for (let at = address.indexOf('&'); at >= 0; at = address.indexOf('&', at + 1)) parameters++;
  if (parameters <= MOST_PARAMETERS) return;
  const message = `The address has more than ${MOST_PARAMETERS} parameters.`;
  throw new Problem('invalid_request', message, { fields: [{ field: 'query', message }] });
}

function takesList(schema: unknown): boolean {
  if (schema instanceof z.ZodArray) return true;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable)
    return takesList(schema.unwrap());
  if (schema instanceof z.ZodPipe) return takesList(schema.in);
  return false;
}

async function readBody(route: Route, schema: z.ZodType, request: Request): Promise<unknown> {
  refuseOtherThanJson(route, request.headers.get('content-type'));
  const text = await readText(request, route.maxBody ?? DEFAULT_MAX_BODY);
  return check(schema, parseJson(text, route.maxKeys), 'body');
}

/** The JSON body of a request that has been read already. */
export function bodyOf(route: Route, contentType: string | undefined, bytes: Uint8Array): unknown {
  if (!route.body) throw new Error(`${route.path} takes no body`);
  refuseOtherThanJson(route, contentType ?? null);
  return check(route.body, parseJson(decode(bytes), route.maxKeys), 'body');
}

function refuseOtherThanJson(route: Route, contentType: string | null): void {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json' && !(route.public && type === 'text/plain')) {
    throw new Problem('unsupported_media_type', 'Send the body as JSON, with Content-Type: application/json.');
  }
}

/** A body where none belongs is a misunderstanding; saying so beats ignoring it. Uploads read theirs themselves. */
async function refuseBody(route: Route, request: Request): Promise<undefined> {
  if (route.upload || route.method === 'get' || !request.body) return undefined;
  const text = await readText(request, DEFAULT_MAX_BODY);
  if (text.trim() !== '' && text.trim() !== '{}') {
    throw new Problem('invalid_request', 'This address takes no body.', {
      fields: [{ field: 'body', message: 'Leave the body out.' }],
    });
  }
  return undefined;
}

/** Reads at most `limit` bytes of UTF-8, within 15 s. */
async function readText(request: Request, limit: number): Promise<string> {
  return decode(await readBytes(request, limit));
}

/** Reads a body of at most `limit` bytes, within 15 s. Throws too_large and request_timeout. */
export async function readBytes(request: Request, limit: number): Promise<Buffer> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > limit) throw tooLarge(limit);
  if (!request.body) return Buffer.alloc(0);
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow()), BODY_TIMEOUT_MS);
  });
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) break;
      size += value.byteLength;
      if (size > limit) throw tooLarge(limit);
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw new Problem('invalid_request', 'The body is not valid UTF-8.');
  }
}

export function tooSlow(): Problem {
  return new Problem('request_timeout', 'The body did not arrive within 15 seconds.');
}

export function tooLarge(limit: number): Problem {
  const size = limit >= 1024 * 1024 ? `${Math.floor(limit / 1024 / 1024)} MiB` : `${Math.floor(limit / 1024)} KiB`;
  return new Problem('too_large', `The body is larger than the ${size} that this address takes.`);
}

/** Parses JSON and refuses what would harm further in: great depth, too many keys, `__proto__`, unstorable text. */
export function parseJson(text: string, maxKeys = MAX_KEYS): unknown {
  refuseDepth(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem(
      'invalid_request',
      text === '' ? 'The body is empty; JSON is expected.' : 'The body is not JSON.',
    );
  }
  // Most texts can't hold any of it: without an escape there is neither NUL nor half a pair, and no name that is hidden.
  return text.length < maxKeys && !/\\u|__proto__/.test(text) ? value : refuseUnstorable(value, 'body', maxKeys);
}

/** Looks before parsing, so that 10,000 nested brackets are never built. */
function refuseDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 92 /* \ */) i++;
      else if (c === 34 /* " */) inString = false;
    } else if (c === 34) inString = true;
    else if (c === 91 /* [ */ || c === 123 /* { */) {
      if (++depth > MAX_DEPTH) {
        throw new Problem('invalid_request', `The body is nested deeper than ${MAX_DEPTH} levels.`);
      }
    } else if (c === 93 /* ] */ || c === 125 /* } */) depth--;
  }
}

/**
 * Text with NUL or half of a surrogate pair cannot be stored by PostgreSQL; said here with the field's name instead of
 * failing there. Bounded by MAX_DEPTH, so recursion is safe.
 */
function refuseUnstorable(value: unknown, root: string, maxKeys = MAX_KEYS): unknown {
  let keys = 0;
  const visit = (at: unknown, field: string): void => {
    if (typeof at === 'string') {
      const message = unstorable(at);
      if (message) throw new Problem('invalid_request', `${field}: ${message}`, { fields: [{ field, message }] });
    } else if (typeof at === 'object' && at !== null) {
      for (const [key, child] of Object.entries(at)) {
        if (++keys > maxKeys) {
          throw new Problem('invalid_request', `The body has more than ${maxKeys} entries.`);
        }
        const name = Array.isArray(at) ? `${field}[${key}]` : `${field}.${key}`;
        const message = key === '__proto__' ? 'This name is not allowed.' : unstorable(key);
        if (message) {
          const where = key === '__proto__' ? name : field;
          throw new Problem('invalid_request', `${where}: ${message}`, { fields: [{ field: where, message }] });
        }
        visit(child, name);
      }
    }
  };
  visit(value, root);
  return value;
}

function unstorable(text: string): string | undefined {
  if (text.includes('\u0000')) return 'Contains the NUL character, which cannot be stored.';
  if (LONE_SURROGATE.test(text)) return 'Contains half of a Unicode surrogate pair, which cannot be stored.';
  return undefined;
}

function check<S extends z.ZodType>(schema: S, value: unknown, root: string): z.output<S> {
  const result = schema.safeParse(value, { error: fieldSentence });
  if (result.success) return result.data;
  const fields: FieldProblem[] = result.error.issues.slice(0, 50).map((issue) => ({
    field: [root, ...issue.path.map(String)].join('.'),
    message: issue.message,
  }));
  const first = fields[0];
  throw new Problem('invalid_request', first ? `${first.field}: ${first.message}` : 'The request is not valid.', {
    fields,
  });
}
