import { wake } from '../background/background.ts';
import type { Connection } from '../db/connect.ts';
import type { RequestContext } from '../http/route.ts';
import { workspaceOfLink } from '../surveys/verbs.ts';
import { partFingerprint } from './fingerprint.ts';
import { IntakeQueue } from './queue.ts';
import type { PartBody, Stored } from './schema.ts';
import { unknownLink } from './ways.ts';

/** One queue per database connection, that is per process. */
const queues = new WeakMap<Connection, IntakeQueue>();

/** Takes one part from a respondent's device. Returns once it is committed. */
export async function takePart(context: RequestContext, body: PartBody): Promise<Stored> {
  const workspaceId = body.link === undefined ? undefined : workspaceOfLink(body.link);
  if (!workspaceId) throw unknownLink();
  const stored = await queueOf(context).store(workspaceId, {
    body,
    fingerprint: partFingerprint(body),
    day: context.now().toISOString().slice(0, 10),
    flooding: () => false,
  });
  wake(workspaceId);
  return stored;
}

function queueOf({ connection, config, log, now }: RequestContext): IntakeQueue {
  const known = queues.get(connection);
  if (known) return known;
  const made = new IntakeQueue({ connection, config, log, now });
  queues.set(connection, made);
  return made;
}
