import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Config } from '../config.ts';
import type { Connection, Tx } from '../db/connect.ts';
import type { ApiScope, Policy, Role } from './policy.ts';
import type { Limits } from './rate-limit.ts';

/** What the whole server is built from; made once in main.ts (and by tests). */
export interface Services {
  readonly connection: Connection;
  readonly config: Config;
  readonly log: Logger;
  /** The clock; tests move it. */
  readonly now: () => Date;
}

/** Who is calling, as found out from the session cookie or the API key, before any route runs. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly userId: string }
  | {
      readonly kind: 'api_key';
      readonly keyId: string;
      readonly workspaceId: string;
      readonly scopes: readonly ApiScope[];
    };

/** What a handler gets besides its validated input. */
export interface RequestContext extends Services {
  readonly requestId: string;
  /** What limits are kept for: the network that the request comes from (see `clientAddress`). Never stored. */
  readonly address: string;
  readonly limits: Limits;
  readonly caller: Caller;
  /** The workspace of the path, once the policy has let the caller in; empty on routes without one. */
  readonly workspaceId: string;
  /** The caller's role there; undefined for API keys and routes without a workspace. */
  readonly role: Role | undefined;
  /** The untouched request, for uploads and cookies. */
  readonly request: Request;
  /** Response headers set by the handler, such as Set-Cookie or Content-Disposition. */
  readonly headers: Headers;
  /** One transaction that sees this workspace only. */
  inWorkspace<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Writes the audit log in the same transaction as the change. */
  audit(
    tx: Tx,
    action: string,
    subject: { kind: string; id?: string },
    detail?: Record<string, unknown>,
  ): Promise<void>;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

export interface RouteDefinition<
  P extends z.ZodObject | undefined = z.ZodObject | undefined,
  Q extends z.ZodObject | undefined = z.ZodObject | undefined,
  B extends z.ZodType | undefined = z.ZodType | undefined,
  R extends z.ZodType | undefined = z.ZodType | undefined,
> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** OpenAPI form: `/api/v1/workspaces/{workspaceId}/items/{itemId}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly policy: Policy;
  /** Path parameters besides workspaceId, which is always a UUID. */
  readonly params?: P;
  readonly query?: Q;
  /** Strict object schema of the JSON body. */
  readonly body?: B;
  /** The media type of a body that is not JSON and is read by the handler as a stream, such as an upload. */
  readonly upload?: string;
  /** Largest body in bytes; 256 KiB where nothing is said. */
  readonly maxBody?: number;
  /** Most fields and entries of the body together; 10,000 where nothing is said. */
  readonly maxKeys?: number;
  readonly status?: 200 | 201 | 202 | 204;
  /** Schema of the JSON answer; left out for 204 and for `produces`. */
  readonly answer?: R;
  /** The media type of an answer that is not JSON; the handler then returns a Response. */
  readonly produces?: string;
  /** The answer holds a secret shown once: it is never stored for a repeated Idempotency-Key. */
  readonly secretAnswer?: true;
  /**
   * Called by respondents' browsers from any site: no cookie or key is ever read, any origin may read the answer, and
   * the body may come as text/plain, which spares the browser a question beforehand.
   */
  readonly public?: true;
  /** A public route that takes thousands of calls a second: see direct.ts. Without parameters. */
  readonly direct?: true;
  /** Guessing is slowed down: at most 10 calls in 15 minutes per address and this body field, or per account. */
  readonly attemptsBy?: 'email' | 'account';
}

export interface Route extends RouteDefinition {
  handle(context: RequestContext, input: { params: unknown; query: unknown; body: unknown }): Promise<unknown>;
}

/** Declares a route once: who may call it, what comes in, what goes out, and the handler with all of it typed. */
export function route<
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  R extends z.ZodType | undefined = undefined,
>(
  definition: RouteDefinition<P, Q, B, R>,
  handle: (
    context: RequestContext,
    input: { params: Parsed<P>; query: Parsed<Q>; body: Parsed<B> },
  ) => Promise<R extends z.ZodType ? z.input<R> : Response | undefined>,
): Route {
  // Types say so already; this holds for whoever switches them off.
  if (!definition.policy?.who) throw new Error(`${definition.method} ${definition.path} has no policy`);
  return { ...definition, handle: handle as Route['handle'] } as Route;
}
