import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { type Logger, pino } from 'pino';
import { firstSignInLink } from './accounts/links.ts';
import { startBackground } from './background/background.ts';
import { TASKS } from './background/tasks.ts';
import { type Config, PROJECT_FOLDER, type Settings } from './config.ts';
import { lockDataFolder, openDataFolder, readOrMakeSecrets, type Secrets, StartError } from './data-folder.ts';
import { connect } from './db/connect.ts';
import { createApp } from './http/app.ts';
import { answerDirectly, type Direct } from './http/direct.ts';
import { DEFAULT_LIMITS, type Limits, RateLimiter } from './http/rate-limit.ts';
import { ROUTES } from './http/registry.ts';
import type { Services } from './http/route.ts';
import { interruptImports } from './imports/run-import.ts';
import { loggedError } from './logged-error.ts';
import { type EmbeddedPostgres, startEmbedded } from './postgres/embedded.ts';
import { prepareEmbedded, prepareExternal } from './postgres/roles.ts';
import { loadSampleIfEmpty } from './sample/load.ts';

export interface Running {
  /** Where people open it. */
  readonly url: string;
  /** One-time link that makes its first visitor the owner; null when there is an owner. */
  readonly signInLink: string | null;
  /** Drains, then stops the database. */
  stop(): Promise<void>;
  /** Resolves when everything has stopped: null when that was asked for, else a sentence that says why. */
  readonly ended: Promise<string | null>;
}

export interface StartOptions {
  /** Aborting it stops the server in order, at whatever point of starting or running it is. */
  readonly signal?: AbortSignal;
  readonly log?: Logger;
  /** Benchmarks send more from one address than people do. */
  readonly limits?: Limits;
}

type Answer = Parameters<typeof getRequestListener>[0];

const DRAIN_MS = 10_000;
const WEB_FOLDER = path.join(PROJECT_FOLDER, 'dist', 'web');
const WIDGET_FOLDER = path.join(PROJECT_FOLDER, 'dist', 'widget');

/**
 * Starts everything in the order in which it is needed and, when one step fails, undoes the earlier ones in reverse.
 * The port is taken before the database is started, so that a taken port is said at once; until all is ready it answers 503.
 * Throws StartError with a sentence for everything that the person can mend.
 */
export async function start(settings: Settings, options: StartOptions = {}): Promise<Running> {
  const log = options.log ?? pino({ level: settings.logLevel, serializers: { err: loggedError } }, pino.destination(2));
  const undo: (() => Promise<void>)[] = [];
  const unwind = async () => {
    for (const step of undo.splice(0).reverse()) {
      await step().catch((error) => log.error({ err: error }, 'could not be stopped cleanly'));
    }
  };
  const step = async <T>(work: () => Promise<T>, revert?: (result: T) => Promise<void>): Promise<T> => {
    options.signal?.throwIfAborted();
    const result = await work();
    if (revert) undo.push(() => revert(result));
    return result;
  };

  try {
    await step(() => openDataFolder(settings.dataDir));
    await step(
      () => lockDataFolder(settings.dataDir),
      (lock) => lock.release(),
    );
    const secrets = await step(() => readOrMakeSecrets(settings.dataDir));
    const config: Config = { ...settings, secretKey: settings.secretKey ?? secrets.secretKey };

    let draining = false;
    let answer: Answer = notReadyYet;
    let direct: Direct = () => false;
    const listener = getRequestListener((request, env) => answer(request, env));
    const server = createServer((request, response) => {
      if (!direct(request, response)) void listener(request, response);
    });
    await step(
      () => listen(server, settings),
      () => {
        draining = true;
        return drain(server);
      },
    );

    const database = await step(
      () => openDatabase(config, secrets, log),
      (opened) => opened.postgres?.stop() ?? Promise.resolve(),
    );
    const connection = await step(
      async () => connect(database.url),
      (opened) => interruptImports().then(() => opened.close()),
    );

    await step(() => loadSampleIfEmpty(connection, config));
    const signInLink = (await step(() => firstSignInLink(connection.db, config))) ?? null;
    const services: Services = { connection, config, log, now: () => new Date() };
    const shared = {
      draining: () => draining,
      limits: options.limits ?? DEFAULT_LIMITS,
      limiter: new RateLimiter(() => services.now().getTime()),
    };
    answer = createApp(services, { ...shared, webFolder: WEB_FOLDER, widgetFolder: WIDGET_FOLDER }).fetch;
    direct = answerDirectly(services, ROUTES, shared);
    await step(
      async () => startBackground(services, TASKS),
      (background) => background.stop(),
    );

    return supervise({ url: config.publicUrl, signInLink }, database.postgres, unwind, options.signal);
  } catch (error) {
    await unwind();
    throw error;
  }
}

async function openDatabase(
  config: Config,
  secrets: Secrets,
  log: Logger,
): Promise<{ url: string; postgres: EmbeddedPostgres | null }> {
  if (config.databaseUrl) {
    const { app, applied, note } = await prepareExternal(config.databaseUrl, config.secretKey);
    if (note) log.warn(note);
    if (applied.length > 0) log.info({ applied }, 'database migrated');
    return { url: app, postgres: null };
  }
  const postgres = await startEmbedded({ dataDir: config.dataDir, superuserPassword: secrets.superuserPassword });
  try {
    const { app, applied } = await prepareEmbedded(postgres, secrets);
    if (applied.length > 0) log.info({ applied }, 'database migrated');
    return { url: app, postgres };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** Ties the ways to end together: asked by a signal or by stop(), or PostgreSQL ending by itself. */
function supervise(
  about: { url: string; signInLink: string | null },
  postgres: EmbeddedPostgres | null,
  unwind: () => Promise<void>,
  signal: AbortSignal | undefined,
): Running {
  let end: (why: string | null) => void = () => {};
  const ended = new Promise<string | null>((resolve) => {
    end = resolve;
  });
  let stopping: Promise<void> | null = null;
  const stop = (why: string | null = null) => {
    stopping ??= unwind().then(() => end(why));
    return stopping;
  };
  void postgres?.ended.then(() =>
    stop(
      'The embedded PostgreSQL ended by itself. DATA_DIR/postgres.log says why; starting Parallax again recovers it.',
    ),
  );
  if (signal?.aborted) void stop();
  signal?.addEventListener('abort', () => void stop(), { once: true });
  return { ...about, stop: () => stop(), ended };
}

const notReadyYet: Answer = () =>
  new Response('Parallax is starting. Try again in a few seconds.\n', {
    status: 503,
    headers: { 'Retry-After': '2', 'Content-Type': 'text/plain' },
  });

function listen(server: Server, { port, host }: Settings): Promise<void> {
  // Slow headers are an attack; slow bodies are someone uploading a large file over a thin line.
  server.headersTimeout = 15_000;
  server.requestTimeout = 60 * 60_000;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new StartError(whyNotListening(error, port, host))));
    server.listen(port, host, () => resolve());
  });
}

function whyNotListening(error: NodeJS.ErrnoException, port: number, host: string): string {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} is taken by another program. Stop that one, or start with another port: PORT=${port === 65535 ? 4300 : port + 1} npm start`;
  if (error.code === 'EACCES') return `This user may not use port ${port}. Choose one above 1023: PORT=4300 npm start`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `HOST ${host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 for all.`;
  return `Port ${port} on ${host} cannot be used (${error.code ?? error.message}).`;
}

/** No new connections; running requests get ten seconds. */
function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    // A browser keeps its connection after the last answer; it would hold us up for nothing.
    const idle = setInterval(() => server.closeIdleConnections(), 100);
    server.close(() => {
      clearTimeout(late);
      clearInterval(idle);
      resolve();
    });
  });
}
