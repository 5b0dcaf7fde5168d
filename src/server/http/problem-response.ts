import { Problem } from './problem.ts';

/** Turns whatever was thrown into what the caller may know. `unexpected` is true where someone should look into it. */
export function toProblem(error: unknown): { problem: Problem; unexpected: boolean } {
  if (error instanceof Problem) return { problem: error, unexpected: false };
  const known = fromDatabase(codeOf(error), error);
  if (known) return { problem: known, unexpected: known.status >= 500 };
  return {
    problem: new Problem('internal_error', 'Something went wrong on our side. The log has it under this request id.'),
    unexpected: true,
  };
}

export function problemResponse(problem: Problem, requestId: string): Response {
  const response = new Response(JSON.stringify({ ...problem.toJSON(), requestId }), {
    status: problem.status,
    headers: { 'Content-Type': 'application/problem+json' },
  });
  if (problem.retryAfter !== undefined) response.headers.set('Retry-After', String(problem.retryAfter));
  return response;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/**
 * Refusals of the database that a request can bring about. Verbs check what they can and say it better; what two
 * simultaneous requests can still cause ends here.
 */
function fromDatabase(code: string, error: unknown): Problem | undefined {
  switch (code) {
    case '23505':
      return new Problem('conflict', 'Something with this name or key already exists.');
    case '23503':
      return new Problem('conflict', 'Something that this refers to does not exist, or is still in use.');
    case '23514':
      return new Problem('unprocessable', 'A value is outside what is allowed here.');
    case '22003':
      return new Problem('invalid_request', 'A number is too large to be stored.');
    case '22007':
    case '22008':
      return new Problem('invalid_request', 'A date is outside what can be stored.');
    case '40001':
    case '40P01':
    case '55P03':
      return new Problem('conflict', 'Someone changed the same thing at the same moment. Try again.', {
        retryAfter: 1,
      });
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case '57P01':
    case '57P03':
    case '53300':
      return unavailable();
    case '53100':
    case 'ENOSPC':
      return new Problem('unavailable', 'The disk is full. Nothing was stored; make room, then try again.', {
        retryAfter: 60,
      });
    default:
      return error instanceof Error &&
        /timeout exceeded when trying to connect|Connection terminated|not queryable/.test(error.message)
        ? unavailable()
        : undefined;
  }
}

function unavailable(): Problem {
  return new Problem('unavailable', 'The database cannot be reached just now.', { retryAfter: 5 });
}
