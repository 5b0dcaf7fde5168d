import type { Hono } from 'hono';
import { openApiDocument } from './openapi.ts';
import type { Route } from './route.ts';
import type { Surface } from './security-headers.ts';

type Mountable = Hono<{
  Bindings: { incoming?: { socket?: { remoteAddress?: string } } };
  Variables: { requestId: string; route: string; surface: Surface };
}>;

/** The documentation, rendered from the same registry as everything else: no script, no third party. */
export function mountDocs(app: Mountable, routes: readonly Route[]): void {
  let document: ReturnType<typeof openApiDocument> | undefined;
  app.get('/api/v1/openapi.json', (c) => {
    c.set('route', '/api/v1/openapi.json');
    document ??= openApiDocument(routes);
    return c.json(document);
  });
}
