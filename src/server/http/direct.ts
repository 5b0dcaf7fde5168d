import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Tx } from '../db/connect.ts';
import { inWorkspace } from '../db/transaction.ts';
import { allowAnyOrigin } from './app.ts';
import type { Problem } from './problem.ts';
import { toProblem } from './problem-response.ts';
import { clientAddress, type Limits, type RateLimiter } from './rate-limit.ts';
import { BODY_TIMEOUT_MS, bodyOf, DEFAULT_MAX_BODY, tooLarge, tooSlow } from './read-input.ts';
import type { RequestContext, Route, Services } from './route.ts';
import { setSecurityHeaders } from './security-headers.ts';

const ANONYMOUS = { kind: 'anonymous' } as const;

/** Takes a request of Node's server, or says that it is not for this way. */
export type Direct = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Answers the routes that declare it on Node's own request and response: the web's Request, Response and streams cost more
 * than storing an answer. The same limit, checks, handler, answer schema, headers and log line as every other way;
 * test/server/direct.test.ts compares the two. Everything unusual (another method, a query, a drain) takes the other way.
 */
export function answerDirectly(
  services: Services,
  routes: readonly Route[],
  options: { limits: Limits; limiter: RateLimiter; draining: () => boolean },
): Direct {
  const direct = new Map(routes.filter((route) => route.direct).map((route) => [route.path, route]));
  const headers = fixedHeaders(services);
  return (request, response) => {
    const route = request.method === 'POST' ? direct.get(request.url ?? '') : undefined;
    if (!route || options.draining()) return false;
    void answer(route, request, response);
    return true;
  };

  async function answer(route: Route, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = performance.now();
    const requestId = randomUUID();
    let status = route.status ?? 200;
    try {
      const address = clientAddress(
        request.headers['x-forwarded-for']?.toString(),
        request.socket.remoteAddress,
        services.config.trustedProxyHops,
      );
      options.limiter.take(`public ${address}`, options.limits.public);
      const bytes = await readBytes(request, route.maxBody ?? DEFAULT_MAX_BODY);
      const body = bodyOf(route, request.headers['content-type'], bytes);
      const context = new DirectContext(services, options.limits, { requestId, address, request });
      const result = await route.handle(context, { params: undefined, query: undefined, body });
      const text = JSON.stringify(route.answer?.parse(result) ?? null);
      reply(response, status, [...headers, 'X-Request-Id', requestId, 'Content-Type', 'application/json'], text);
    } catch (error) {
      const { problem, unexpected } = toProblem(error);
      if (unexpected) services.log.error({ requestId, err: error }, 'request failed');
      status = problem.status as typeof status;
      // The rest of a body that was not read would be taken for the next request.
      const left = request.complete ? [] : ['Connection', 'close'];
      replyProblem(response, problem, [...headers, ...left, 'X-Request-Id', requestId], requestId);
    }
    const ms = Math.round(performance.now() - began);
    services.log.info({ requestId, method: 'POST', route: route.path, status, ms }, 'request');
  }
}

/** What every answer carries, as one flat list of names and values. */
function fixedHeaders(services: Services): string[] {
  const headers = new Headers();
  setSecurityHeaders(headers, 'api', services.config.publicUrl);
  allowAnyOrigin(headers);
  return [...headers].flat();
}

function reply(response: ServerResponse, status: number, headers: readonly string[], text: string): void {
  response.writeHead(status, [...headers, 'Content-Length', String(Buffer.byteLength(text))]);
  response.end(text);
}

function replyProblem(response: ServerResponse, problem: Problem, headers: string[], requestId: string): void {
  const retry = problem.retryAfter === undefined ? [] : ['Retry-After', String(problem.retryAfter)];
  const text = JSON.stringify({ ...problem.toJSON(), requestId });
  reply(response, problem.status, [...headers, ...retry, 'Content-Type', 'application/problem+json'], text);
}

/** Reads at most `limit` bytes, within 15 seconds. */
function readBytes(request: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limit) return reject(tooLarge(limit));
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => end(() => reject(tooSlow())), BODY_TIMEOUT_MS);
    const end = (settle: () => void) => {
      clearTimeout(timer);
      request.removeAllListeners('data');
      settle();
    };
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size > limit) return end(() => reject(tooLarge(limit)));
      chunks.push(chunk);
    });
    request.on('end', () => end(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))));
    request.on('error', (error) => end(() => reject(error)));
  });
}

/** As every handler gets it; what hardly any of these handlers asks for is made when it does. */
class DirectContext implements RequestContext {
  readonly connection: RequestContext['connection'];
  readonly config: RequestContext['config'];
  readonly log: RequestContext['log'];
  readonly now: RequestContext['now'];
  readonly requestId: string;
  readonly address: string;
  readonly limits: Limits;
  readonly caller = ANONYMOUS;
  readonly workspaceId = '';
  readonly role = undefined;
  readonly #request: IncomingMessage;

  constructor(
    { connection, config, log, now }: Services,
    limits: Limits,
    { requestId, address, request }: { requestId: string; address: string; request: IncomingMessage },
  ) {
    this.connection = connection;
    this.config = config;
    this.log = log;
    this.now = now;
    this.requestId = requestId;
    this.address = address;
    this.limits = limits;
    this.#request = request;
  }

  get request(): Request {
    return new Request(new URL(this.#request.url ?? '/', this.config.publicUrl), { method: 'POST' });
  }

  get headers(): Headers {
    return new Headers();
  }

  inWorkspace<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return inWorkspace(this.connection.db, '', work);
  }

  audit(): Promise<never> {
    return Promise.reject(new Error('nobody is signed in'));
  }
}
