import { z } from 'zod';
import type { Policy } from './policy.ts';
import { PROBLEMS } from './problem.ts';
import { DEFAULT_MAX_BODY } from './read-input.ts';
import type { Route } from './route.ts';

/** What is read of a JSON schema; everything else in it is passed on as it is. */
export interface JsonSchema {
  readonly type?: unknown;
  readonly format?: unknown;
  readonly description?: unknown;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly items?: unknown;
  readonly properties?: unknown;
  readonly required?: unknown;
  readonly anyOf?: unknown;
  readonly oneOf?: unknown;
  readonly allOf?: unknown;
  readonly [key: string]: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security: readonly Record<string, readonly string[]>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Record<string, { readonly schema: JsonSchema }>;
  };
  readonly responses: Record<string, unknown>;
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: JsonSchema;
}

/** The API as an OpenAPI 3.1 document, written from the registry and nothing else. */
export function openApiDocument(routes: readonly Route[]): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const path = paths[route.path] ?? {};
    path[route.method] = operation(route);
    paths[route.path] = path;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Parallax',
      version: '1',
      description:
        'Measure the customer-experience gap. Send an API key as `Authorization: Bearer plx_…`. Bodies are JSON and strict: an unknown field is refused. Refusals are RFC 9457 problem details with a stable `code`. Writes to a workspace take an `Idempotency-Key`: the same key with the same body, file or not, is done once, within a day; with another body it is refused.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'A key made under Settings, with scopes.' },
        session: { type: 'apiKey', in: 'cookie', name: 'parallax', description: 'The cookie of the dashboard.' },
      },
      responses: problemResponses(),
      schemas: { Problem: problemSchema() },
    },
  };
}

function operation(route: Route): Operation {
  const body = requestBody(route);
  return {
    operationId: operationId(route),
    summary: route.summary,
    description: `May be called by: ${whoMay(route.policy)}.`,
    tags: [route.tag],
    security: security(route.policy),
    parameters: parameters(route),
    ...(body ? { requestBody: body } : {}),
    responses: responses(route),
  };
}

/** In words, for people who read the documentation. */
export function whoMay(policy: Policy): string {
  if (policy.who === 'anyone') return 'anyone';
  if (policy.who === 'signed_in') return 'anyone who is signed in';
  const roles = policy.roles.map((role) => role.replace('_', ' ')).join(', ');
  return policy.scope ? `${roles}; API keys with the scope ${policy.scope}` : `${roles}; no API key`;
}

function security(policy: Policy): Operation['security'] {
  if (policy.who === 'anyone') return [];
  const session = { session: [] };
  return policy.who === 'member' && policy.scope ? [session, { apiKey: [policy.scope] }] : [session];
}

function parameters(route: Route): Parameter[] {
  const named = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const params = fieldsOf(route.params);
  const query = fieldsOf(route.query);
  return [
    ...named.map(
      (name): Parameter => ({
        name,
        in: 'path',
        required: true,
        schema: params.properties[name] ?? { type: 'string', format: 'uuid' },
      }),
    ),
    ...Object.entries(query.properties).map(
      ([name, schema]): Parameter => ({
        name,
        in: 'query',
        required: query.required.has(name),
        ...(typeof schema.description === 'string' ? { description: schema.description } : {}),
        schema,
      }),
    ),
    ...(route.method !== 'get' && route.policy.who === 'member' ? [IDEMPOTENCY_KEY] : []),
  ];
}

const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'A random UUID per change, so that a retry is never done twice.',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
};

function requestBody(route: Route): Operation['requestBody'] {
  if (route.upload) {
    return { required: true, content: { [route.upload]: { schema: { type: 'string', format: 'binary' } } } };
  }
  if (!route.body) return undefined;
  return { required: true, content: { 'application/json': { schema: jsonSchema(route.body, 'input') } } };
}

function responses(route: Route): Record<string, unknown> {
  const good = route.produces
    ? { description: 'Done', content: { [route.produces]: { schema: { type: 'string', format: 'binary' } } } }
    : route.answer
      ? { description: 'Done', content: { 'application/json': { schema: jsonSchema(route.answer, 'output') } } }
      : { description: 'Done' };
  const status = route.status ?? (route.answer || route.produces ? 200 : 204);
  return {
    [status]: good,
    ...Object.fromEntries(refusals(route).map((code) => [code, { $ref: `#/components/responses/${code}` }])),
  };
}

/** Which statuses a refusal of this route can have; what the fuzz test holds it to. */
export function refusals(route: Route): number[] {
  const member = route.policy.who === 'member';
  const writes = route.method !== 'get';
  return [
    400,
    ...(route.policy.who === 'anyone' && !writes ? [] : [401, 403]),
    404,
    ...(writes ? [408, 409, 410, 413] : []),
    ...(route.body || route.upload ? [415] : []),
    ...(writes || member ? [422] : []),
    429,
    503,
  ];
}

/** The largest body in words, for the documentation. */
export function bodyLimit(route: Route): string {
  const bytes = route.maxBody ?? DEFAULT_MAX_BODY;
  return bytes >= 1024 ** 3
    ? `${bytes / 1024 ** 3} GiB`
    : bytes >= 1024 ** 2
      ? `${bytes / 1024 ** 2} MiB`
      : `${bytes / 1024} KiB`;
}

function operationId(route: Route): string {
  const words = route.path
    .replace('/api/v1/', '')
    .replace(/^workspaces\/\{workspaceId\}$/, 'workspace')
    .split('/')
    .filter((part, i, parts) => part !== '{workspaceId}' && !(i === 0 && parts[1] === '{workspaceId}'))
    .map((part) => part.replace(/^\{(\w+)\}$/, 'by-$1'))
    .join('-')
    .split(/\W+/);
  return route.method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
  return rest;
}

function fieldsOf(schema: z.ZodObject | undefined): { properties: Record<string, JsonSchema>; required: Set<string> } {
  if (!schema) return { properties: {}, required: new Set() };
  const { properties, required } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return { properties: (properties ?? {}) as Record<string, JsonSchema>, required: new Set(required ?? []) };
}

function problemResponses(): JsonSchema {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(
    Object.values(PROBLEMS).map((problem) => [problem.status, { description: problem.title, content }]),
  );
}

function problemSchema(): JsonSchema {
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
    properties: {
      type: { type: 'string', description: 'Where the code is explained.' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { type: 'string', enum: Object.keys(PROBLEMS) },
      detail: { type: 'string', description: 'What is wrong here and what to do.' },
      requestId: { type: 'string', description: 'The same as in the server log.' },
      fields: {
        type: 'array',
        items: {
          type: 'object',
          required: ['field', 'message'],
          properties: { field: { type: 'string' }, message: { type: 'string' } },
        },
      },
    },
  };
}

/** The text of docs/openapi.json. */
export function openApiText(routes: readonly Route[]): string {
  return `${JSON.stringify(openApiDocument(routes), null, 2)}\n`;
}
