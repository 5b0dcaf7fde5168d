import { createHash, type Hash } from 'node:crypto';
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
 * one runs and the other is told to wait. A request that fails, also one whose upload breaks off, gives its key back;
 * one cut off by a crash keeps it for a day, because whether its change was stored can't be known from here.
 *
 * What an upload is shows when it has been read: its key is claimed with its address alone, its bytes are hashed while
 * the route reads them, and a repeat is read to its end before it is answered as one.
 */
export async function once(
  route: Route,
  context: RequestContext,
  input: { params: unknown; query: unknown; body: unknown },
  run: (context: RequestContext) => Promise<Answer | Response>,
): Promise<Answer | Response> {
  const key = context.request.headers.get('idempotency-key');
  if (key === null || route.method === 'get' || route.policy.who !== 'member') return run(context);
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new Problem('invalid_request', 'Idempotency-Key must have 1 to 200 visible ASCII characters.', {
      fields: [{ field: 'header.Idempotency-Key', message: 'Use a random UUID per change.' }],
    });
  }
  const { workspaceId, caller } = context;
  const { db } = context.connection;
  const actorId = caller.kind === 'user' ? caller.userId : caller.kind === 'api_key' ? caller.keyId : '';
  const upload = route.upload ? hashedUpload(route, context.request) : undefined;
  const requestHash = hashOf(route, context.request, input).digest();
  const now = context.now();
  const earlier = await inWorkspace(db, workspaceId, async (tx) => {
    await forgetKeysBefore(workspaceId, tx, new Date(now.getTime() - KEEP_MS));
    if (await claimKey(workspaceId, tx, { actorId, key, requestHash, now })) return undefined;
    return rememberedRequest(workspaceId, tx, actorId, key);
  });
  if (earlier) return replay(earlier, upload && earlier.status !== null ? await upload.readToEnd() : requestHash);
  try {
    const answer = await run(upload ? { ...context, request: upload.request } : context);
    const body = route.secretAnswer || answer instanceof Response ? null : storable({ answer: answer.body ?? null });
    const done = { actorId, key, status: answer.status, body, requestHash: upload?.hash() ?? requestHash };
    await inWorkspace(db, workspaceId, (tx) => rememberAnswer(workspaceId, tx, done)).catch((error: unknown) => {
      // The change itself is committed; failing the request now would say that it is not.
      context.log.warn({ requestId: context.requestId, error: String(error) }, 'answer not remembered');
    });
    return answer;
  } catch (error) {
    await inWorkspace(db, workspaceId, (tx) => forgetKey(workspaceId, tx, actorId, key)).catch(() => {});
    throw error;
  }
}

/** As it is kept for a repeat; null for what is too long, or holds text that PostgreSQL takes in no JSON. */
function storable(answer: object): string | null {
  const text = JSON.stringify(answer);
  return text.length > MAX_STORED || /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/.test(text) ? null : text;
}

function hashOf(route: Route, request: Request, input: { body: unknown }): Hash {
  const url = new URL(request.url);
  return createHash('sha256')
    .update(`${route.method} ${url.pathname}${url.search}\n`)
    .update(route.upload ? 'upload\n' : JSON.stringify(input.body ?? null));
}

/** An upload that is hashed as it is read. The hash is undefined as long as it has not been read to its end. */
function hashedUpload(route: Route, request: Request) {
  const hash = hashOf(route, request, { body: undefined });
  let digest: Buffer | undefined;
  const body = (request.body ?? new Blob([]).stream()).pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        hash.update(chunk);
        controller.enqueue(chunk);
      },
      flush() {
        digest = hash.digest();
      },
    }),
  );
  const { url, method, headers } = request;
  return {
    request: new Request(url, { method, headers, body, duplex: 'half' }),
    hash: () => digest,
    async readToEnd(): Promise<Buffer> {
      try {
        for await (const _ of body);
      } catch (error) {
        if (error instanceof Problem) throw error;
      }
      if (!digest) throw new Problem('invalid_request', 'The upload broke off before its end. Send it again.');
      return digest;
    },
  };
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
