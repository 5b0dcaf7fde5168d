import { type RawBuilder, sql } from 'kysely';
import { hashToken } from '../accounts/tokens.ts';
import type { Config } from '../config.ts';
import type { Tx } from '../db/connect.ts';
import { type Ask, answeredSql, unlinkedAmong, usedAmong } from '../invitations/personal.ts';
import { personalToken } from './personal-tokens.ts';
import { invitedSql } from './queue-store.ts';

/** So many links are made anew at once. */
const AT_ONCE = 10_000;

export interface Counted {
  readonly invited: number;
  readonly answered: number;
}

/**
 * Who was asked in which round of a wave, and whether they used that round's link, as SQL that PostgreSQL counts: rows of
 * contact_id, round and `answered`. Links of customers say whose they are; whose the others are stands nowhere and is
 * found by making them anew, some thousands at once. Only those that were used are remembered.
 */
export async function asksOfWave(
  workspaceId: string,
  tx: Tx,
  { secretKey }: Pick<Config, 'secretKey'>,
  waveId: string,
): Promise<RawBuilder<unknown>> {
  const asks = invitedSql(workspaceId, waveId);
  const used: Ask[] = [];
  let after: Ask | undefined;
  do {
    const some: Ask[] = await unlinkedAmong(workspaceId, tx, { waveId, asks, after, limit: AT_ONCE });
    const links = some.map((ask) => ({
      ask,
      hash: hashToken(personalToken(secretKey, workspaceId, waveId, ask.contactId, ask.round)),
    }));
    const found = await usedAmong(
      workspaceId,
      tx,
      links.map(({ hash }) => hash),
    );
    for (const { ask, hash } of links) if (found.has(hash.toString('hex'))) used.push(ask);
    after = some.length < AT_ONCE ? undefined : some.at(-1);
  } while (after);
  return answeredSql(workspaceId, { waveId, asks, used });
}

/** Each of those people once, with whether they answered in any round. */
export const peopleOf = (asks: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`SELECT contact_id, bool_or(answered) AS answered FROM (${asks}) AS asks GROUP BY contact_id`;

export async function countPeople(tx: Tx, people: RawBuilder<unknown>): Promise<Counted> {
  const { rows } = await sql<Counted>`
    SELECT count(*) AS invited, count(*) FILTER (WHERE answered) AS answered FROM (${people}) AS people`.execute(tx);
  return rows[0] ?? { invited: 0, answered: 0 };
}

/** How many were asked and have answered in each round. */
export async function countRounds(tx: Tx, asks: RawBuilder<unknown>): Promise<ReadonlyMap<number, Counted>> {
  const { rows } = await sql<{ round: number } & Counted>`
    SELECT round, count(*) AS invited, count(*) FILTER (WHERE answered) AS answered
    FROM (${asks}) AS asks GROUP BY round`.execute(tx);
  return new Map(rows.map(({ round, ...counted }) => [round, counted]));
}
