import { workspaceOfToken } from '../accounts/tokens.ts';
import { wake } from '../background/background.ts';
import type { Connection } from '../db/connect.ts';
import { type BucketSize, RateLimiter } from '../http/rate-limit.ts';
import type { RequestContext } from '../http/route.ts';
import { unknownLink, workspaceOfLink } from '../surveys/verbs.ts';
import { readTicket, responseOf } from '../tickets/verbs.ts';
import { partFingerprint } from './fingerprint.ts';
import { IntakeQueue } from './queue.ts';
import { responseKey } from './response-key.ts';
import type { PartBody, Stored } from './schema.ts';
import { type Way, wayOf } from './ways.ts';

/** What one process remembers between requests; nothing of it says that a part is stored. */
interface Intake {
  readonly queue: IntakeQueue;
  readonly limiter: RateLimiter;
}
const intakes = new WeakMap<Connection, Intake>();

/**
 * Takes one part from a respondent's device. Returns once it is committed. Throws too_many_requests where one network
 * sends far more by one link than people do, and sets apart what begins before that.
 */
export async function takePart(context: RequestContext, sent: PartBody): Promise<Stored> {
  const ticket = sent.ticket === undefined ? undefined : readTicket(sent.ticket);
  const workspaceId = ticket?.workspaceId ?? workspaceOf(sent);
  if (!workspaceId) throw unknownLink();
  const body = ticket ? { ...sent, response: responseOf(ticket) } : sent;
  const { queue, limiter } = intakeOf(context);
  const { address, limits } = context;
  limiter.take(`parts ${address} ${wayOf(body)}`, limits.parts);
  // A batch that is tried again asks again, and the response is still one.
  let flooded: boolean | undefined;
  let bucket: Bucket | undefined;
  const stored = await queue.store(workspaceId, {
    body,
    key: ticket ? body.response : responseKey(body.response),
    fingerprint: partFingerprint(body),
    day: context.now().toISOString().slice(0, 10),
    flooding(way) {
      if (flooded === undefined && body.link !== undefined) bucket = bucketOf(limits.responses, address, way);
      flooded ??= bucket !== undefined && limiter.tryTake(bucket.key, bucket.size) > 0;
      return flooded;
    },
    forgive() {
      if (bucket && flooded === false) limiter.giveBack(bucket.key, bucket.size);
      flooded = undefined;
    },
  });
  wake(workspaceId);
  return stored;
}

/** Behind one kiosk are many people, and many kiosks behind one network. */
const TIMES_FOR_KIOSKS = 10;

interface Bucket {
  readonly key: string;
  readonly size: BucketSize;
}

/**
 * Counts the responses that begin, so that more than people of one network give are a flood: of one survey, by whatever open links. Who has a personal
 * link or a ticket is not counted, since each of these is good for one response. Kiosks come back all at once when their
 * network does, and with all that waited; each sends one response a second (src/widget/queue.ts), so that with this bucket
 * 20 of them are no flood, however long they waited.
 */
function bucketOf({ burst, perSecond }: BucketSize, address: string, { surveyId, channel }: Way): Bucket {
  const times = channel === 'kiosk' ? TIMES_FOR_KIOSKS : 1;
  const key = `responses ${times} ${address} ${surveyId}`;
  return { key, size: { burst: burst * times, perSecond: perSecond * times } };
}

const workspaceOf = ({ link, token = '' }: PartBody) =>
  link === undefined ? workspaceOfToken('ans', token) : workspaceOfLink(link);

function intakeOf({ connection, config, log, now }: RequestContext): Intake {
  const known = intakes.get(connection);
  if (known) return known;
  const made = {
    queue: new IntakeQueue({ connection, config, log, now }),
    limiter: new RateLimiter(() => now().getTime()),
  };
  intakes.set(connection, made);
  return made;
}
