import path from 'node:path';
import { expect, test } from 'vitest';
import { jsonSchema, openApiDocument, openApiText } from '../../src/server/http/openapi.ts';
import { ROUTES } from '../../src/server/http/registry.ts';

test('docs/openapi.json is what the routes say (`npx vitest run --project server openapi -u` writes it anew)', async () => {
  await expect(openApiText(ROUTES)).toMatchFileSnapshot(path.resolve(import.meta.dirname, '../../docs/openapi.json'));
});

test('operation ids are unique, and every path parameter is declared', () => {
  const document = openApiDocument(ROUTES);
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  expect(operations).toHaveLength(ROUTES.length);
  const ids = operations.map((operation) => operation.operationId);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  for (const route of ROUTES) {
    const own = [...route.path.matchAll(/\{(\w+)\}/g)]
      .map((match) => match[1])
      .filter((name) => name !== 'workspaceId');
    expect(Object.keys(route.params?.shape ?? {}).sort(), `${route.method} ${route.path}`).toEqual(own.sort());
  }
});

/** Paths of objects that take fields nobody declared. */
function openObjects(schema: unknown, at = 'body'): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const node = schema as Record<string, unknown>;
  const own = node.type === 'object' && 'properties' in node && node.additionalProperties !== false ? [at] : [];
  return [...own, ...Object.entries(node).flatMap(([key, child]) => openObjects(child, `${at}.${key}`))];
}

test('every body is strict at every depth', () => {
  const open = ROUTES.flatMap((route) =>
    route.body ? openObjects(jsonSchema(route.body, 'input'), `${route.method} ${route.path}`) : [],
  );
  expect(open).toEqual([]);
});

test('a route answers in exactly one way', () => {
  const wrong = ROUTES.filter(
    (route) =>
      Number(route.answer !== undefined) + Number(route.produces !== undefined) > 1 || (route.body && route.upload),
  );
  expect(wrong.map((route) => route.path)).toEqual([]);
});
