import type pg from 'pg';
import { StartError } from '../data-folder.ts';

const MUST: Record<string, { good: (value: string) => boolean; why: string }> = {
  fsync: { good: (value) => value === 'on', why: 'a power cut could lose answers that were acknowledged' },
  full_page_writes: { good: (value) => value === 'on', why: 'a power cut could tear pages of the database' },
  synchronous_commit: { good: (value) => value !== 'off', why: 'a crash could lose answers that were acknowledged' },
  server_encoding: { good: (value) => value === 'UTF8', why: 'names and answers in other scripts could not be stored' },
};
const OLDEST = 150_000;

/**
 * Reads back, on a connection as the app will use it, what "acknowledged means on disk" rests on.
 * Throws a StartError that names the setting, its value and why it matters.
 */
export async function checkDurability(client: pg.ClientBase): Promise<void> {
  const version = Number((await client.query('SHOW server_version_num')).rows[0].server_version_num);
  if (version < OLDEST) {
    throw new StartError(
      `DATABASE_URL leads to PostgreSQL ${Math.floor(version / 10_000)}; Parallax needs 15 or newer.`,
    );
  }
  for (const [name, { good, why }] of Object.entries(MUST)) {
    const value: string = (await client.query(`SHOW ${name}`)).rows[0][name];
    if (!good(value))
      throw new StartError(
        `The PostgreSQL server has ${name} = ${value}: ${why}. Change that setting, then start again.`,
      );
  }
}
