import { createHash } from 'node:crypto';
import { inWorkspace } from '../db/transaction.ts';
import { Problem } from './problem.ts';
import type { RequestContext, Route } from './route.ts';
import { claimKey, forgetKey, forgetKeysBefore, rememberAnswer, rememberedRequest } from './store.ts';

const KEEP_MS = 24 * 3_600_000;
const MAX_STORED = 256 * 1024;

/** A finished answer, before it becomes a Response. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Runs a write once per Idempotency-Key and caller. The row is claimed by an insert, so of two simultaneous requests
 * one runs and the other is told to wait. A request that fails with an unexpected error gives its key back; one cut
 * off by a crash keeps it for a day, because whether its change was stored can't be known from here.
 */
export async function once(
  route: Route,
  context: RequestContext,
  input: { params: unknown; query: unknown; body: unknown },
  run: () => Promise<Answer | Response>,
): Promise<Answer | Response> {
  const key = context.request.headers.get('idempotency-key');
  if (key === null || route.method === 'get' || route.policy.who !== 'member') return run();
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new Problem('invalid_request', 'Idempotency-Key must have 1 to 200 visible ASCII characters.', {
      fields: [{ field: 'header.Idempotency-Key', message: 'Use a random UUID per change.' }],
    });
  }
  const { workspaceId, caller } = context;
  const { db } = context.connection;
  const actorId = caller.kind === 'user' ? caller.userId : caller.kind === 'api_key' ? caller.keyId : '';
  const requestHash = hashOf(route, context.request, input);
  const now = context.now();
  const earlier = await inWorkspace(db, workspaceId, async (tx) => {
    await forgetKeysBefore(workspaceId, tx, new Date(now.getTime() - KEEP_MS));
    if (await claimKey(workspaceId, tx, { actorId, key, requestHash, now })) return undefined;
    return rememberedRequest(workspaceId, tx, actorId, key);
  });
  if (earlier) return replay(earlier, requestHash);
  try {
    const answer = await run();
    const stored = answer instanceof Response ? null : JSON.stringify({ answer: answer.body ?? null });
    const body = route.secretAnswer || (stored?.length ?? 0) > MAX_STORED ? null : stored;
    await inWorkspace(db, workspaceId, (tx) =>
      rememberAnswer(workspaceId, tx, { actorId, key, status: answer.status, body }),
    ).catch((error: unknown) => {
      // The change itself is committed; failing the request now would say that it is not.
      context.log.warn({ requestId: context.requestId, error: String(error) }, 'answer not remembered');
    });
    return answer;
  } catch (error) {
    await inWorkspace(db, workspaceId, (tx) => forgetKey(workspaceId, tx, actorId, key)).catch(() => {});
    throw error;
  }
}

function hashOf(route: Route, request: Request, input: { body: unknown }): Buffer {
  const url = new URL(request.url);
  return createHash('sha256')
    .update(`${route.method} ${url.pathname}${url.search}\n`)
    .update(route.upload ? `upload ${request.headers.get('content-length') ?? ''}` : JSON.stringify(input.body ?? null))
    .digest();
}

function replay(earlier: { requestHash: Buffer; status: number | null; body: unknown }, requestHash: Buffer): Answer {
  if (!earlier.requestHash.equals(requestHash)) {
    throw new Problem('unprocessable', 'This Idempotency-Key was used for another request. Use a new one per change.');
  }
  if (earlier.status === null) {
    throw new Problem('conflict', 'A request with this Idempotency-Key is still running. Ask again in a moment.', {
      retryAfter: 1,
    });
  }
  if (earlier.body === null || typeof earlier.body !== 'object' || !('answer' in earlier.body)) {
    throw new Problem('conflict', 'Already done with this Idempotency-Key; its answer was shown once and is not kept.');
  }
  return { status: earlier.status, body: earlier.body.answer };
}
