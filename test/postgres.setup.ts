import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { readOrMakeSecrets } from '../src/server/data-folder.ts';
import { startEmbedded } from '../src/server/postgres/embedded.ts';
import { prepareEmbedded } from '../src/server/postgres/roles.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Addresses of the migrated template database, for each role. */
    postgres: { superuser: string; owner: string; app: string };
  }
}

/** One real PostgreSQL for all tests, as durable as in production; each test gets its own copy of the template. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parallax-test-'));
  const secrets = await readOrMakeSecrets(dataDir);
  const server = await startEmbedded({
    dataDir,
    superuserPassword: secrets.superuserPassword,
    overrides: { max_connections: '100' },
  });
  const { owner, app } = await prepareEmbedded(server, secrets);
  project.provide('postgres', { superuser: server.url('postgres', secrets.superuserPassword, 'postgres'), owner, app });
  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
