/** The one way from the dashboard to the server: JSON in, JSON out, refusals as ApiProblem. */

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** An RFC 9457 answer, or the same shape for a server that could not be reached. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly fields: readonly FieldProblem[];

  constructor(status: number, code: string, detail: string, fields: readonly FieldProblem[] = []) {
    super(detail);
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

export type QueryValue = string | number | boolean | readonly string[] | undefined | null;
export type Query = Readonly<Record<string, QueryValue>>;

const BASE = '/api/v1';

/** The address of an API resource; empty values are left out, lists repeat their name. */
export function apiPath(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one));
  }
  const text = params.toString();
  return `${BASE}${path}${text ? `?${text}` : ''}`;
}

/** Path of something inside a workspace; ids are escaped, so that a hostile one can't reach another route. */
export function inWorkspace(workspaceId: string, ...parts: readonly string[]): string {
  return ['/workspaces', workspaceId, ...parts].map((part, i) => (i === 0 ? part : encodeURIComponent(part))).join('/');
}

export function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return send<T>('GET', path, undefined, query, signal);
}
export function post<T>(path: string, body?: unknown, query?: Query): Promise<T> {
  return send<T>('POST', path, body ?? {}, query);
}
export function put<T>(path: string, body: unknown): Promise<T> {
  return send<T>('PUT', path, body);
}
export function patch<T>(path: string, body: unknown): Promise<T> {
  return send<T>('PATCH', path, body);
}
export function remove<T = void>(path: string, query?: Query): Promise<T> {
  return send<T>('DELETE', path, undefined, query);
}

async function send<T>(method: string, path: string, body?: unknown, query?: Query, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET') headers['idempotency-key'] = randomKey();
  const request: RequestInit = { method, headers, credentials: 'same-origin' };
  if (body !== undefined) request.body = JSON.stringify(body);
  if (signal) request.signal = signal;
  const response = await reach(apiPath(path, query), request);
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

// One more try when the connection broke: the idempotency key makes sure that the write counts once.
async function reach(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch (error) {
    if (request.signal?.aborted) throw error;
    await new Promise((resolve) => setTimeout(resolve, 500));
    return fetch(address, request).catch(() => {
      throw new ApiProblem(
        0,
        'unreachable',
        'The server does not answer. Check that Parallax is running, then try again.',
      );
    });
  }
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  return readProblem(response.status, await response.text().catch(() => ''));
}

/** Reads a problem+json text; anything else becomes a sentence of our own, never the raw body. */
export function readProblem(status: number, text: string): ApiProblem {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string') {
      const code = 'code' in body && typeof body.code === 'string' ? body.code : 'unknown';
      const fields = 'fields' in body && Array.isArray(body.fields) ? (body.fields as FieldProblem[]) : [];
      return new ApiProblem(status, code, body.detail, fields);
    }
  } catch {
    // Not JSON: a proxy or a server that is just starting.
  }
  return new ApiProblem(status, 'unknown', `The server answered with status ${status} and no explanation. Try again.`);
}

// randomUUID exists only on https and localhost; a dashboard in a local network may be neither.
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
