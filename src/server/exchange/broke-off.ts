import { Problem } from '../http/problem.ts';
import { toProblem } from '../http/problem-response.ts';
import type { RequestContext } from '../http/route.ts';

/**
 * What to answer where storing a file's responses failed after some were stored, each thousand in a transaction of its
 * own: why, as the failure itself says it, and that those before stay.
 */
export function brokeOff({ log, requestId }: RequestContext, failure: unknown, stored: number): Problem {
  const { problem, unexpected } = toProblem(failure);
  // The answer is a Problem from here on, of which nobody logs the cause.
  if (unexpected) log.error({ requestId, err: failure }, 'a file broke off on its way');
  // Of one thousand it is true.
  const why = problem.message.replace('Nothing was stored', 'Nothing more was stored');
  const before =
    stored === 1
      ? '1 response of this file was stored before, and stays'
      : `${stored.toLocaleString('en')} responses of this file were stored before, and stay`;
  const { code, fields, retryAfter } = problem;
  return new Problem(code, `${why} ${before}; the same file again brings the rest.`, {
    fields,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}
