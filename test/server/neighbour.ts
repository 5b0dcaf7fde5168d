import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Connection } from '../../src/server/db/connect.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import type { TestDatabase } from './database.ts';
import { smallWorkspace } from './small-workspace.ts';

/** A workspace with at least one of everything that has an id, for others to try to reach. */
export async function neighbour(database: TestDatabase): Promise<{ id: string; ids: string[] }> {
  const small = await smallWorkspace(database, 'The neighbour');
  const more = await small.inside(async (tx) => {
    const workspaceId = small.id;
    const ids = Array.from({ length: 8 }, () => randomUUID());
    const [team, wave, contact, file, mapping, benchmark, invite, key] = ids as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const audience = 'customer' as const;
    await tx.insertInto('teams').values({ workspaceId, id: team, name: 'Night shift' }).execute();
    await tx
      .insertInto('waves')
      .values({ workspaceId, id: wave, surveyId: small.surveyId, name: 'Spring', audience })
      .execute();
    await tx
      .insertInto('contacts')
      .values({ workspaceId, id: contact, audience, key: 'guest-1', email: 'guest@lantern.example' })
      .execute();
    await sql`INSERT INTO imports (workspace_id, id, file_name, file_bytes, status)
      VALUES (${workspaceId}, ${file}, 'guests.csv', 10, 'uploaded')`.execute(tx);
    await tx.insertInto('importMappings').values({ workspaceId, id: mapping, name: 'Guests', mapping: '{}' }).execute();
    await tx
      .insertInto('benchmarks')
      .values({
        workspaceId,
        id: benchmark,
        statement: 's',
        unitCounted: 'u',
        whoWasAsked: 'w',
        dated: '2005',
        source: 'x',
      })
      .execute();
    await tx
      .insertInto('invites')
      .values({
        workspaceId,
        id: invite,
        tokenHash: Buffer.alloc(32, 1),
        email: 'cook@lantern.example',
        role: 'viewer',
        expiresAt: new Date(Date.now() + 1e9),
      })
      .execute();
    await tx
      .insertInto('apiKeys')
      .values({ workspaceId, id: key, name: 'k', tokenHash: Buffer.alloc(32, 2), scopes: ['read'] })
      .execute();
    const rows = await tx.selectFrom('stages').select(['id', 'journeyId']).execute();
    return [...ids, ...rows.flatMap((row) => [row.id, row.journeyId])];
  });
  return { id: small.id, ids: [...more, ...small.items, small.surveyId, small.touchpointId] };
}

/** Changes when anything in the workspace does. */
export function fingerprint(connection: Connection, workspaceId: string): Promise<string> {
  return inWorkspace(connection.db, workspaceId, async (tx) => {
    const { rows: tables } = await sql<{ name: string }>`SELECT table_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name = 'workspace_id' ORDER BY 1`.execute(tx);
    const parts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await sql<{ hash: string | null }>`SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS hash
        FROM ${sql.table(name)} AS t WHERE workspace_id = ${workspaceId}`.execute(tx);
      parts.push(`${name} ${rows[0]?.hash}`);
    }
    const { rows } = await sql<{
      row: string;
    }>`SELECT w::text AS row FROM workspaces w WHERE id = ${workspaceId}`.execute(tx);
    return [...parts, rows[0]?.row ?? 'gone'].join('\n');
  });
}
