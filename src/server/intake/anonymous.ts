import { Problem } from '../http/problem.ts';
import type { Services } from '../http/route.ts';
import type { Outcomes, Ready } from './batch.ts';

/** Leaders, staff and anonymous customers. */
export async function storeAnonymous(
  _services: Services,
  _workspaceId: string,
  ready: readonly Ready[],
): Promise<Outcomes> {
  return new Map(ready.map((one) => [one.sending, new Problem('unavailable', 'Not yet.')]));
}
