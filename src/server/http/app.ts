import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { recordAudit } from '../audit/record.ts';
import { inWorkspace } from '../db/transaction.ts';
import { authenticate, hasBearer, sessionToken } from './authenticate.ts';
import { authorise } from './authorise.ts';
import { mountDocs } from './docs-page.ts';
import { type Answer, once } from './idempotency.ts';
import { Problem } from './problem.ts';
import { problemResponse, toProblem } from './problem-response.ts';
import { clientAddress, DEFAULT_LIMITS, type Limits, RateLimiter } from './rate-limit.ts';
import { readInput, refuseManyParameters, tooLarge } from './read-input.ts';
import { ROUTES } from './registry.ts';
import type { Caller, RequestContext, Route, Services } from './route.ts';
import { refuseCrossSite } from './same-origin.ts';
import { type Surface, setSecurityHeaders } from './security-headers.ts';
import { serveWeb, serveWidget } from './static-files.ts';

export interface AppOptions {
  /** The built dashboard; without it, `/` says how to build it. */
  readonly webFolder?: string;
  /** The built survey renderer; without it there is no link page. */
  readonly widgetFolder?: string;
  /** While true, everything is answered 503 with Retry-After, so that the process can stop. */
  readonly draining?: () => boolean;
  readonly limits?: Limits;
  /** Shared with answerDirectly, so that both ways take from the same buckets. */
  readonly limiter?: RateLimiter;
  /** Tests mount routes of their own. */
  readonly routes?: readonly Route[];
}

/** What Hono hands through: the Node socket where there is one, and what this request is called in the log. */
interface Env {
  Bindings: { incoming?: { socket?: { remoteAddress?: string } } };
  Variables: { requestId: string; route: string; surface: Surface };
}
type HonoContext = Context<Env>;

const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * The whole HTTP surface. Every route goes the same way: limit, authenticate, same-origin check, policy, validation,
 * handler, answer schema (which drops whatever it doesn't name). Refusals are RFC 9457 problems.
 */
export function createApp(services: Services, options: AppOptions = {}): Hono<Env> {
  const routes = options.routes ?? ROUTES;
  const limits = options.limits ?? DEFAULT_LIMITS;
  const limiter = options.limiter ?? new RateLimiter(() => services.now().getTime());
  const app = new Hono<Env>();
  const publicPaths = new Set(routes.filter((route) => route.public).map((route) => route.path));

  app.use(async (c, next) => {
    const began = performance.now();
    const requestId = randomUUID();
    c.set('requestId', requestId);
    c.set('route', 'none');
    c.set('surface', isApi(c.req.path) ? 'api' : 'dashboard');
    if (options.draining?.()) {
      const problem = new Problem('unavailable', 'Parallax is restarting.', { retryAfter: 5 });
      c.res = problemResponse(problem, requestId);
      c.res.headers.set('Connection', 'close');
    } else {
      await next();
    }
    setSecurityHeaders(c.res.headers, c.get('surface'), services.config.publicUrl);
    if (publicPaths.has(c.get('route'))) allowAnyOrigin(c.res.headers);
    c.res.headers.set('X-Request-Id', requestId);
    // The pattern, not the address: addresses hold search words and ids of people.
    services.log.info(
      {
        requestId,
        method: c.req.method,
        route: c.get('route'),
        status: c.res.status,
        ms: Math.round(performance.now() - began),
      },
      'request',
    );
  });

  for (const route of routes) {
    app.on(route.method.toUpperCase(), honoPath(route.path), async (c) => {
      c.set('route', route.path);
      return answerRoute(route, c, services, limiter, limits);
    });
  }
  for (const [path, methods] of methodsByPath(routes)) {
    app.all(honoPath(path), (c) => {
      c.set('route', path);
      if (c.req.method === 'OPTIONS' && publicPaths.has(path)) return c.body(null, 204);
      const response = problemResponse(
        new Problem('method_not_allowed', `This address takes ${methods.join(', ')}.`),
        c.get('requestId'),
      );
      response.headers.set('Allow', methods.join(', '));
      return response;
    });
  }
  mountDocs(app, routes);
  app.notFound(async (c) => {
    if (isApi(c.req.path)) {
      return problemResponse(new Problem('not_found', 'There is no such address. See /docs.'), c.get('requestId'));
    }
    const widget = await serveWidget(c.req.raw, options.widgetFolder);
    c.set('route', widget?.surface ?? 'dashboard');
    if (widget) {
      c.set('surface', widget.surface);
      return widget.response;
    }
    return serveWeb(c.req.raw, options.webFolder);
  });
  app.onError((error, c) => {
    const { problem, unexpected } = toProblem(error);
    if (unexpected) services.log.error({ requestId: c.get('requestId'), err: error }, 'request failed');
    return problemResponse(problem, c.get('requestId'));
  });
  return app;
}

async function answerRoute(
  route: Route,
  c: HonoContext,
  services: Services,
  limiter: RateLimiter,
  limits: Limits,
): Promise<Response> {
  const request = c.req.raw;
  const address = clientAddress(
    c.req.header('x-forwarded-for'),
    c.env?.incoming?.socket?.remoteAddress,
    services.config.trustedProxyHops,
  );
  limiter.take(`${route.public ? 'public' : 'address'} ${address}`, route.public ? limits.public : limits.address);
  refuseManyParameters(request.url);
  const caller: Caller = route.public ? { kind: 'anonymous' } : await authenticate(services, request);
  if (!route.public && UNSAFE.has(request.method) && !hasBearer(request)) {
    refuseCrossSite(request, services.config.publicUrl, sessionToken(request, services.config.publicUrl) !== undefined);
  }
  if (caller.kind !== 'anonymous') limiter.take(`account ${accountOf(caller)}`, limits.account);
  const params: { workspaceId?: string } & Record<string, string> = c.req.param();
  const { workspaceId, role } = await authorise(services, route.policy, caller, params.workspaceId);
  const input = await readInput(route, params, request);
  if (route.attemptsBy) limiter.take(`attempt ${attemptKey(route, input.body, address, caller)}`, limits.attempts);
  const headers = new Headers();
  const context: RequestContext = {
    ...services,
    requestId: c.get('requestId'),
    address,
    limits,
    caller,
    workspaceId,
    role,
    request: route.upload ? limitUpload(route, request) : request,
    headers,
    inWorkspace(work) {
      return inWorkspace(services.connection.db, workspaceId, work);
    },
    audit(tx, action, subject, detail) {
      return recordAudit(workspaceId, tx, caller, action, subject, detail);
    },
  };
  const answer = await once(route, context, input, async (used) => shape(route, await route.handle(used, input)));
  return toResponse(answer, headers);
}

/** The answer as declared: fields that the schema does not name never leave, whatever the handler returned. */
function shape(route: Route, result: unknown): Answer | Response {
  if (result instanceof Response) return result;
  if (!route.answer) return { status: route.status ?? 204, body: undefined };
  return { status: route.status ?? 200, body: route.answer.parse(result) };
}

function toResponse(answer: Answer | Response, headers: Headers): Response {
  if (answer instanceof Response) {
    const response = new Response(answer.body, answer);
    headers.forEach((value, name) => {
      response.headers.append(name, value);
    });
    return response;
  }
  if (answer.status === 204) return new Response(null, { status: 204, headers });
  headers.set('Content-Type', 'application/json');
  return new Response(JSON.stringify(answer.body ?? null), { status: answer.status, headers });
}

/** For public routes only: they read no cookie, so there is nothing that another site could make a browser give away. */
export function allowAnyOrigin(headers: Headers): void {
  headers.set('Access-Control-Allow-Origin', '*');
  headers.set('Access-Control-Allow-Methods', 'GET, POST');
  headers.set('Access-Control-Allow-Headers', 'Content-Type');
  headers.set('Access-Control-Expose-Headers', 'Retry-After');
  headers.set('Access-Control-Max-Age', '86400');
  headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
}

function accountOf(caller: Caller): string {
  return caller.kind === 'user' ? caller.userId : caller.kind === 'api_key' ? caller.keyId : '';
}

function attemptKey(route: Route, body: unknown, address: string, caller: Caller): string {
  if (route.attemptsBy === 'account') return accountOf(caller);
  const email = typeof body === 'object' && body !== null && 'email' in body ? String(body.email).toLowerCase() : '';
  return `${address} ${email}`;
}

/** Stops an upload at the size that the route takes, also when its length was not declared. */
function limitUpload(route: Route, request: Request): Request {
  const limit = route.maxBody;
  if (limit === undefined || !request.body) return request;
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit);
  if (request.headers.has('content-length')) return request;
  let size = 0;
  const counted = request.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.byteLength;
        if (size > limit) controller.error(tooLarge(limit));
        else controller.enqueue(chunk);
      },
    }),
  );
  return new Request(request.url, {
    method: request.method,
    headers: request.headers,
    body: counted,
    duplex: 'half',
  });
}

function isApi(path: string): boolean {
  return path === '/api' || path.startsWith('/api/');
}

export function honoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const route of routes) {
    found.set(route.path, [...(found.get(route.path) ?? []), route.method.toUpperCase()]);
  }
  return found;
}
