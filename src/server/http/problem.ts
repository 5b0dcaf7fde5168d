/**
 * Expected refusals, answered as RFC 9457 problem details with a stable `code`. Thrown only by request handling;
 * stores and verbs throw it too where the request is at fault, so that one place decides how a refusal looks.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: ProblemStatus;
  readonly code: ProblemCode;
  /** Which field is wrong and what to do, one entry per field. */
  readonly fields: readonly FieldProblem[];
  /** Seconds after which the same request may be tried again. */
  readonly retryAfter: number | undefined;

  constructor(code: ProblemCode, detail: string, more: { fields?: readonly FieldProblem[]; retryAfter?: number } = {}) {
    super(detail);
    this.code = code;
    this.status = PROBLEMS[code].status;
    this.fields = more.fields ?? [];
    this.retryAfter = more.retryAfter;
  }

  toJSON() {
    return {
      type: `/docs/errors#${this.code}`,
      title: PROBLEMS[this.code].title,
      status: this.status,
      code: this.code,
      detail: this.message,
      ...(this.fields.length > 0 ? { fields: this.fields } : {}),
    };
  }
}

export interface FieldProblem {
  /** `body.scale.max`, `query.from`, `row 17 column value`. */
  readonly field: string;
  readonly message: string;
}

/** Every code the API can answer with. Codes are stable; texts may improve. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  not_signed_in: { status: 401, title: 'Sign in first' },
  forbidden: { status: 403, title: 'Your role may not do this' },
  not_found: { status: 404, title: 'There is nothing here' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  conflict: { status: 409, title: 'It does not fit the present state' },
  gone: { status: 410, title: 'It is no longer valid' },
  too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'This content type is not understood' },
  unprocessable: { status: 422, title: 'Understood, but it cannot be done' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'Not available just now' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;
export type ProblemStatus = (typeof PROBLEMS)[ProblemCode]['status'];

export function notFound(what: string): Problem {
  return new Problem('not_found', `${what} does not exist, or you may not see it.`);
}
