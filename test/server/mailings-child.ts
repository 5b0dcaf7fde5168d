import { pino } from 'pino';
import type { Config } from '../../src/server/config.ts';
import { connect } from '../../src/server/db/connect.ts';
import type { Services } from '../../src/server/http/route.ts';
import { deliverDue } from '../../src/server/mailings/deliver.ts';

/** A process that does nothing but send mail, until it is killed. Its clock runs ahead by what it is told. */
const [url = '', workspaceId = '', ahead = '0', config = '{}'] = process.argv.slice(2);
const services: Services = {
  connection: connect(url, { max: 4 }),
  config: JSON.parse(config) as Config,
  log: pino({ level: 'silent' }),
  now: () => new Date(Date.now() + Number(ahead)),
};
const never = new AbortController().signal;
process.stdout.write('ready\n');
for (;;) await deliverDue(services, workspaceId, never);
