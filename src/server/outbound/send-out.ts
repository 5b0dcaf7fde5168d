import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import {
  type Destination,
  findDestination,
  type OutboundConfig,
  type OutboundFailure,
  type Resolve,
} from './destination.ts';

export interface OutboundRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** Only content-type, accept, user-agent and webhook-*: others could change what the request means on its way. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type OutboundAnswer =
  | {
      readonly status: number;
      /** Seconds; as the receiver asked for in Retry-After, at most a day. */
      readonly retryAfter?: number;
      readonly ms: number;
    }
  | { readonly failed: OutboundFailure; readonly ms: number };

interface SendOptions {
  readonly signal?: AbortSignal;
  readonly resolve?: Resolve;
  /** For the whole exchange, the name server included. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;
const MAX_ANSWER = 64 * 1024;
const HEADERS = /^(content-type|accept|user-agent|webhook-[a-z]+)$/;

/**
 * The one way out of this server: every request that it makes to an address somebody typed goes through here. It
 * connects only to addresses that were just checked, follows no redirect, takes 15 seconds at most, uses no proxy and
 * no kept connection, and gives back a status, never what the receiver wrote. Never throws for what a receiver does.
 */
export async function sendOut(
  config: OutboundConfig,
  request: OutboundRequest,
  options: SendOptions = {},
): Promise<OutboundAnswer> {
  for (const name of Object.keys(request.headers)) {
    if (!HEADERS.test(name)) throw new Error(`the header ${name} may not be sent out`);
  }
  const started = performance.now();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort('timeout'), options.timeoutMs ?? TIMEOUT_MS);
  const stop = () => deadline.abort('stopped');
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) stop();
  try {
    const destination = await orAborted(findDestination(config, request.url, options.resolve), deadline.signal);
    const answer = 'failed' in destination ? destination : await exchange(destination, request, deadline.signal);
    return { ...answer, ms: Math.round(performance.now() - started) };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', stop);
  }
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | { failed: OutboundFailure }> {
  return new Promise((resolve, reject) => {
    const give = () => resolve({ failed: whyAborted(signal) });
    if (signal.aborted) return give();
    signal.addEventListener('abort', give, { once: true });
    work.then(resolve, reject);
  });
}

const whyAborted = (signal: AbortSignal): OutboundFailure => (signal.reason === 'timeout' ? 'timeout' : 'stopped');

type Exchanged = { status: number; retryAfter?: number } | { failed: OutboundFailure };

function exchange(destination: Destination, request: OutboundRequest, signal: AbortSignal): Promise<Exchanged> {
  const { url, hostname, addresses } = destination;
  const body = request.body === undefined ? undefined : Buffer.from(request.body);
  return new Promise((resolve) => {
    let status: Exchanged | undefined;
    const module = url.protocol === 'https:' ? https : http;
    const outgoing = module.request({
      protocol: url.protocol,
      host: hostname,
      port: url.port || (url.protocol === 'https:' ? 443 : 80),
      path: url.pathname + url.search,
      method: request.method,
      headers: { ...request.headers, host: url.host, ...(body ? { 'content-length': body.byteLength } : {}) },
      // A connection of its own: none is kept, shared or led through a proxy.
      agent: new module.Agent({ keepAlive: false, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 3_000 }),
      // The name is never looked up again: a second answer of the name server could be another one.
      lookup: pinned(addresses),
      servername: isIP(hostname) ? '' : hostname,
      signal,
    });
    outgoing.on('response', (response) => {
      const seconds = retryAfter(response.headers['retry-after']);
      status = { status: response.statusCode ?? 0, ...(seconds === undefined ? {} : { retryAfter: seconds }) };
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength;
        if (bytes > MAX_ANSWER) outgoing.destroy();
      });
      response.on('error', () => {});
    });
    let problem: NodeJS.ErrnoException | undefined;
    outgoing.on('error', (error) => {
      problem = error;
    });
    // Also after a status line that was followed by nothing: the receiver has said what it had to say.
    outgoing.on('close', () => resolve(status ?? { failed: signal.aborted ? whyAborted(signal) : reasonOf(problem) }));
    outgoing.end(body);
  });
}

function pinned(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, options, give) => {
    if (options.all) give(null, all);
    else give(null, all[0]?.address ?? '', all[0]?.family);
  };
}

function reasonOf(error: NodeJS.ErrnoException | undefined): OutboundFailure {
  const code = error?.code ?? '';
  if (/CERT|TLS|SSL|ERR_OSSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO/.test(code)) return 'bad_certificate';
  if (/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|ETIMEDOUT|EACCES/.test(code)) return 'unreachable';
  return 'broken_off';
}

/** Seconds from a number or a date, at most a day; undefined for anything else. */
function retryAfter(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 86_400) : undefined;
}
