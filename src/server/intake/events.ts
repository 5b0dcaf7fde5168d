import type { Merged } from '../../core/survey/parts.ts';
import type { NewEvent } from '../outbox/schema.ts';
import type { MergedResponse } from '../responses/verbs.ts';

/**
 * What is told of a named customer's response that changed from `before` (undefined: there was none); of all others only
 * that a batch was published.
 */
export function eventsOf(
  { merged, surveyId, key, channel, answeredOn }: Omit<MergedResponse, 'answers' | 'takenBack'>,
  before: Pick<Merged, 'finished'> | undefined,
): NewEvent[] {
  const now = merged.finished ? 'response.finished' : before ? undefined : 'response.started';
  const kind = before?.finished ? 'response.changed' : now;
  if (!kind) return [];
  const payload = { survey: surveyId, audience: 'customer' as const, channel, response: key, at: answeredOn };
  return [{ kind, subject: key, surveyId, payload }];
}
