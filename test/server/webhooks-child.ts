import { pino } from 'pino';
import type { Config } from '../../src/server/config.ts';
import { connect } from '../../src/server/db/connect.ts';
import type { Services } from '../../src/server/http/route.ts';
import { startDue } from '../../src/server/webhooks/deliver.ts';
import { dispatchEvents } from '../../src/server/webhooks/dispatch.ts';

/** A process that does nothing but deliver, until it is killed. Its clock runs ahead by what it is told. */
const [url = '', workspaceId = '', ahead = '0', config = '{}'] = process.argv.slice(2);
const services: Services = {
  connection: connect(url, { max: 4 }),
  config: JSON.parse(config) as Config,
  log: pino({ level: 'silent' }),
  now: () => new Date(Date.now() + Number(ahead)),
};
const never = new AbortController().signal;
process.stdout.write('ready\n');
for (;;) {
  await dispatchEvents(services, workspaceId, never);
  await Promise.all(await startDue(services, workspaceId, never));
}
