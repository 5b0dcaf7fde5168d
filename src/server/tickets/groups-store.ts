import type { Label } from '../../core/ticket-groups.ts';
import type { Tx } from '../db/connect.ts';
import type { TicketsOf } from './store.ts';

/** A group of people who are asked by a wave, as it is stored. */
export interface StoredGroup {
  /** 0: those of whom nothing is kept. */
  readonly number: number;
  readonly label: Label;
  readonly people: number;
}

/** The groups of a wave, in the order of their numbers; none where its answers keep no attributes. */
export async function findGroups(workspaceId: string, tx: Tx, waveId: string): Promise<StoredGroup[]> {
  const rows = await groupsOf(workspaceId, tx, waveId).orderBy('number').execute();
  return rows.map(stored);
}

export async function findGroup(
  workspaceId: string,
  tx: Tx,
  { waveId, group }: TicketsOf,
): Promise<StoredGroup | undefined> {
  const row = await groupsOf(workspaceId, tx, waveId).where('number', '=', group).executeTakeFirst();
  return row && stored(row);
}

const groupsOf = (workspaceId: string, tx: Tx, waveId: string) =>
  tx
    .selectFrom('ticketGroups')
    .select(['number', 'attributes', 'people'])
    .where('workspaceId', '=', workspaceId)
    .where('waveId', '=', waveId);

const stored = ({
  number,
  attributes,
  people,
}: {
  number: number;
  attributes: unknown;
  people: number;
}): StoredGroup => ({
  number,
  label: attributes as Label,
  people,
});

/** Writes the groups of a wave anew. */
export async function replaceGroups(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  groups: readonly StoredGroup[],
): Promise<void> {
  await tx.deleteFrom('ticketGroups').where('workspaceId', '=', workspaceId).where('waveId', '=', waveId).execute();
  if (groups.length === 0) return;
  await tx
    .insertInto('ticketGroups')
    .values(
      groups.map(({ number, label, people }) => ({
        workspaceId,
        waveId,
        number,
        attributes: JSON.stringify(label),
        people,
      })),
    )
    .execute();
}
