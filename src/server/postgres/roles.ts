import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Secrets } from '../data-folder.ts';
import { StartError } from '../data-folder.ts';
import { grantToApp, migrate } from '../db/migrate.ts';
import { checkDurability } from './durability.ts';
import type { EmbeddedPostgres } from './embedded.ts';

const OWNER = 'parallax_owner';
export const APP = 'parallax_app';
export const DATABASE = 'parallax';

/**
 * Makes the embedded server's roles and database where they are missing, migrates, and returns the address that the
 * app uses. Three roles: the superuser is only used here; the owner owns the tables and migrates them; the app reads
 * and writes rows and can neither change a table nor look past row-level security. Safe to run again after a kill at
 * any point. Returns the owner's address too, for tests.
 */
export async function prepareEmbedded(
  server: EmbeddedPostgres,
  secrets: Secrets,
): Promise<{ app: string; owner: string; applied: string[] }> {
  await withClient(server.url('postgres', secrets.superuserPassword, 'postgres'), async (client) => {
    await checkDurability(client);
    await ensureLoginRole(client, OWNER, secrets.ownerPassword);
    await ensureLoginRole(client, APP, secrets.appPassword);
    const there = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (there.rowCount === 0) {
      await client.query(
        `CREATE DATABASE ${DATABASE} OWNER ${OWNER} ENCODING 'UTF8' TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'`,
      );
    }
  });
  const owner = server.url(OWNER, secrets.ownerPassword, DATABASE);
  const app = server.url(APP, secrets.appPassword, DATABASE);
  const applied = await withClient(owner, async (client) => {
    const fresh = await migrate(client);
    await grantToApp(client, APP);
    return fresh;
  });
  await withClient(app, async (client) => {
    await checkDurability(client);
    await refusePowerfulRole(client);
  });
  return { app, owner, applied };
}

/**
 * Checks and migrates the database of DATABASE_URL and returns the address that the app uses: a role of its own where
 * the given one may create roles, else the given one. `note` says in one sentence what the second case means.
 */
export async function prepareExternal(
  databaseUrl: string,
  secretKey: string,
): Promise<{ app: string; applied: string[]; note: string | null }> {
  const { applied, app } = await withClient(databaseUrl, async (client) => {
    await checkDurability(client);
    const me = await client.query<{ may: boolean; database: string }>(
      'SELECT rolcreaterole OR rolsuper AS may, current_database() AS database FROM pg_roles WHERE rolname = current_user',
    );
    const fresh = await migrate(client);
    if (!me.rows[0]?.may) return { applied: fresh, app: null };
    const role = `${APP}_${me.rows[0].database}`.slice(0, 63);
    const password = createHmac('sha256', client.password || secretKey)
      .update(`role ${role}`)
      .digest('base64url');
    // Several processes may start at once on one database.
    await client.query("SELECT pg_advisory_lock(hashtext('parallax.roles'))");
    const address = withRole(databaseUrl, role, password);
    await ensureLoginRole(client, role, password, address);
    await grantToApp(client, role);
    await client.query("SELECT pg_advisory_unlock(hashtext('parallax.roles'))");
    return { applied: fresh, app: address };
  });
  await withClient(app ?? databaseUrl, async (client) => {
    await checkDurability(client);
    await refusePowerfulRole(client);
  });
  const note = app
    ? null
    : 'The role of DATABASE_URL may not create roles, so Parallax itself connects as the owner of its tables: row-level security still holds for every query, but a fault that lets foreign SQL in could switch it off. Grant it CREATEROLE to have a weaker role made.';
  return { app: app ?? databaseUrl, applied, note };
}

/** `address`: how to try whether the role can sign in already, which spares changing a role that others use. */
async function ensureLoginRole(client: pg.Client, role: string, password: string, address?: string): Promise<void> {
  const quoted = pg.escapeIdentifier(role);
  const verifier = pg.escapeLiteral(scramVerifier(password));
  const there = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (there.rowCount === 0) {
    await client.query(
      `CREATE ROLE ${quoted} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD ${verifier}`,
    );
  } else if (!address || !(await canConnect(address))) {
    await client.query(`ALTER ROLE ${quoted} LOGIN PASSWORD ${verifier}`);
  }
}

async function refusePowerfulRole(client: pg.Client): Promise<void> {
  const row = (await client.query('SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user'))
    .rows[0];
  if (!row.rolsuper && !row.rolbypassrls) return;
  throw new StartError(
    `The database role ${row.rolname} ${row.rolsuper ? 'is a superuser' : 'has BYPASSRLS'}, so the wall between workspaces would not hold. Give DATABASE_URL a role without it, or run: ALTER ROLE "${row.rolname}" NOSUPERUSER NOBYPASSRLS;`,
  );
}

/** The stored form of a password (RFC 5803), made here so that the password itself never reaches a server log. */
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$4096:${salt.toString('base64')}$${stored}:${hmac('Server Key').toString('base64')}`;
}

/** The same server and database, for another role; keeps socket folders and TLS options of the address. */
function withRole(address: string, role: string, password: string): string {
  const account = `${encodeURIComponent(role)}:${encodeURIComponent(password)}`;
  return address.replace(/^(postgres(?:ql)?:\/\/)(?:[^@/]*@)?/, `$1${account}@`);
}

async function canConnect(address: string): Promise<boolean> {
  return withClient(address, async () => true).catch(() => false);
}

async function withClient<T>(address: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: address,
    connectionTimeoutMillis: 10_000,
    application_name: 'parallax start',
  });
  // A connection that breaks is reported by the query that notices; without a listener it would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new StartError(
      `The database cannot be reached: ${reasonOf(error)}. Check DATABASE_URL; without it, whether secrets.json belongs to the postgres folder beside it.`,
    );
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
