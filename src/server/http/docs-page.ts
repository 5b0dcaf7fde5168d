import type { Hono } from 'hono';
import { DOCS_STYLE } from './docs-style.ts';
import { bodyLimit, type JsonSchema, jsonSchema, openApiDocument, type Parameter, whoMay } from './openapi.ts';
import { PROBLEMS } from './problem.ts';
import type { Route } from './route.ts';
import type { Surface } from './security-headers.ts';

type Mountable = Hono<{
  Bindings: { incoming?: { socket?: { remoteAddress?: string } } };
  Variables: { requestId: string; route: string; surface: Surface };
}>;

const CACHE = { 'Cache-Control': 'no-cache' };

/** The documentation, rendered from the same registry as everything else: no script, nothing from elsewhere. */
export function mountDocs(app: Mountable, routes: readonly Route[]): void {
  // Made when first asked for: the registry is long, and most starts serve no documentation.
  const document = later(() => openApiDocument(routes));
  const reference = later(() => page('Parallax API', referenceBody(routes, document())));
  const errors = later(() => page('Errors of the Parallax API', errorsBody()));
  app.get('/api/v1/openapi.json', (c) => {
    c.set('route', '/api/v1/openapi.json');
    return c.json(document());
  });
  app.get('/docs', (c) => {
    c.set('route', '/docs');
    c.set('surface', 'docs');
    return c.html(reference(), 200, CACHE);
  });
  app.get('/docs/errors', (c) => {
    c.set('route', '/docs/errors');
    c.set('surface', 'docs');
    return c.html(errors(), 200, CACHE);
  });
  app.get('/docs/style.css', (c) => {
    c.set('route', '/docs/style.css');
    c.set('surface', 'docs');
    return c.body(DOCS_STYLE, 200, { ...CACHE, 'Content-Type': 'text/css; charset=utf-8' });
  });
}

function later<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${asText(title)}</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
${body}
</body>
</html>
`;
}

function referenceBody(routes: readonly Route[], document: ReturnType<typeof openApiDocument>): string {
  const tags = document.tags.map((tag) => tag.name);
  const contents = tags
    .map((tag) => {
      const entries = routes
        .filter((route) => route.tag === tag)
        .map(
          (route) =>
            `<li><a href="#${anchor(route)}"><b>${route.method.toUpperCase()}</b> <span>${asText(route.summary)}</a></li>`,
        );
      return `<h2>${asText(tag)}</h2><ul>${entries.join('')}</ul>`;
    })
    .join('\n');
  const sections = tags.map(
    (tag) =>
      `<section><h2>${asText(tag)}</h2>${routes
        .filter((route) => route.tag === tag)
        .map((route) => operationBody(route, document))
        .join('\n')}</section>`,
  );
  return `<nav aria-label="Contents">${contents}</nav>
<main>
<h1>Parallax API</h1>
<p>${inline(document.info.description)}</p>
<p>Machine-readable: <a href="/api/v1/openapi.json">openapi.json</a> (OpenAPI 3.1). <a href="/docs/errors">Every error code</a>. <a href="/">Dashboard</a>.</p>
<pre><code>curl -H 'Authorization: Bearer plx_…' https://your-server/api/v1/workspaces/WORKSPACE/gaps</code></pre>
${sections.join('\n')}
</main>`;
}

function operationBody(route: Route, document: ReturnType<typeof openApiDocument>): string {
  const operation = document.paths[route.path]?.[route.method];
  const parameters = operation?.parameters ?? [];
  const body = route.upload
    ? `<h4>Body</h4><p><code>${asText(route.upload)}</code>, at most ${bodyLimit(route)}.</p>`
    : route.body
      ? `<h4>Body</h4>${fieldTable(jsonSchema(route.body, 'input'))}`
      : '';
  const answer = route.produces
    ? `<h4>Answer</h4><p><code>${asText(route.produces)}</code></p>`
    : route.answer
      ? `<h4>Answer ${route.status ?? 200}</h4>${fieldTable(jsonSchema(route.answer, 'output'))}`
      : '<h4>Answer 204</h4><p>Nothing more to say.</p>';
  return `<article id="${anchor(route)}">
<h3><span class="method ${route.method}">${route.method.toUpperCase()}</span> <code>${asText(route.path)}</code></h3>
<p>${asText(route.summary)}.</p>
<p class="who">May be called by: ${asText(whoMay(route.policy))}.</p>
${parameters.length > 0 ? `<h4>Parameters</h4>${parameterTable(parameters)}` : ''}
${body}
${answer}
</article>`;
}

function parameterTable(parameters: readonly Parameter[]): string {
  const rows = parameters.map(
    (parameter) =>
      `<tr><td><code>${asText(parameter.name)}</code></td><td>${parameter.in}${parameter.required ? ', needed' : ''}</td><td>${asText(typeText(parameter.schema))}</td><td>${asText(parameter.description ?? '')}</td></tr>`,
  );
  return `<table><thead><tr><th>name</th><th>where</th><th>type</th><th>meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function fieldTable(schema: JsonSchema): string {
  const rows = fieldRows(schema, '', 0);
  if (rows.length === 0) return `<p>${asText(typeText(schema))}</p>`;
  return `<table class="fields"><thead><tr><th>field</th><th>type</th><th>needed</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function fieldRows(schema: JsonSchema, prefix: string, depth: number): string[] {
  if (depth > 6) return [];
  const inner = isSchema(schema.items) ? schema.items : undefined;
  if (inner) return fieldRows(inner, `${prefix}[]`, depth + 1);
  const choices = [schema.anyOf, schema.oneOf, schema.allOf].find((list) => Array.isArray(list)) ?? [];
  const own = isSchema(schema.properties) ? Object.entries(schema.properties) : [];
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  return [
    ...own.flatMap(([name, child]) => {
      if (!isSchema(child)) return [];
      const field = prefix ? `${prefix}.${name}` : name;
      const needed = required.has(name) ? 'yes' : '';
      return [
        `<tr><td><code>${asText(field)}</code></td><td>${asText(typeText(child))}</td><td>${needed}</td></tr>`,
        ...fieldRows(child, field, depth + 1),
      ];
    }),
    ...choices.flatMap((choice: unknown) => (isSchema(choice) ? fieldRows(choice, prefix, depth + 1) : [])),
  ];
}

function typeText(schema: JsonSchema): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if ('const' in schema) return JSON.stringify(schema.const);
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return [...new Set(choices.filter(isSchema).map(typeText))].join(' or ');
  if (schema.type === 'array') {
    return `list of ${isSchema(schema.items) ? typeText(schema.items) : 'anything'}`;
  }
  const limits = ['minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']
    .filter((key) => typeof schema[key] === 'number' && Math.abs(schema[key]) < 1e15)
    .map((key) => `${key} ${schema[key]}`);
  const type = typeof schema.type === 'string' ? schema.type : 'anything';
  const format = typeof schema.format === 'string' ? ` (${schema.format})` : '';
  return `${type}${format}${limits.length > 0 ? `, ${limits.join(', ')}` : ''}`;
}

function errorsBody(): string {
  const rows = Object.entries(PROBLEMS).map(
    ([code, problem]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${problem.status}</td><td>${asText(problem.title)}</td></tr>`,
  );
  return `<main>
<h1>Errors</h1>
<p>Every refusal under <code>/api</code> is <code>application/problem+json</code> (RFC 9457): <code>status</code>, a <code>code</code> that stays the same, a <code>detail</code> for people, the <code>requestId</code> that the server log has too, and, where fields are wrong, <code>fields</code> with one entry each. With 409, 429 and 503 a <code>Retry-After</code> header may say when to try again.</p>
<table><thead><tr><th>code</th><th>status</th><th>meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table>
<p><a href="/docs">The API</a></p>
</main>`;
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;
const anchor = (route: Route) => `${route.method}-${route.path.replace(/\W+/g, '-').replace(/^-|-$/g, '')}`;
/** `code` in back-quotes, everything else as text. */
const inline = (text: string) => asText(text).replace(/`([^`]+)`/g, '<code>$1</code>');

function asText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
