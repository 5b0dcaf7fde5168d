import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config, Settings } from './config.ts';
import { readOrMakeSecrets, StartError } from './data-folder.ts';
import { type Connection, connect } from './db/connect.ts';
import { localUrl, runningPort } from './postgres/embedded.ts';
import { APP, DATABASE, prepareExternal } from './postgres/roles.ts';

/**
 * For commands: connects, as the app does, to the database of a Parallax that is running on this machine with these
 * settings, or to that of DATABASE_URL. Throws a StartError that says what to do when there is none.
 */
export async function connectToRunning(settings: Settings): Promise<{ connection: Connection; config: Config }> {
  const notRunning = new StartError(`No Parallax is running on ${settings.dataDir}. Start it first: npm start`);
  if (!existsSync(path.join(settings.dataDir, 'secrets.json'))) throw notRunning;
  const secrets = await readOrMakeSecrets(settings.dataDir);
  const config = { ...settings, secretKey: settings.secretKey ?? secrets.secretKey };
  if (settings.databaseUrl) {
    const { app } = await prepareExternal(settings.databaseUrl, config.secretKey);
    return { connection: connect(app, { max: 1 }), config };
  }
  const port = await runningPort(settings.dataDir);
  if (port === null) throw notRunning;
  return { connection: connect(localUrl(port, APP, secrets.appPassword, DATABASE), { max: 1 }), config };
}
