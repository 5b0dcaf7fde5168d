import type { Tx } from '../db/connect.ts';
import { conflictWhenTaken, refuseUnknown } from '../db/violation.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { NewSegment, Segment, SegmentChange } from './schema.ts';

const COLUMNS = ['id', 'name', 'audience', 'condition'] as const;

export async function listSegments(workspaceId: string, tx: Tx): Promise<Segment[]> {
  const rows = await tx
    .selectFrom('segments')
    .select(COLUMNS)
    .where('workspaceId', '=', workspaceId)
    .orderBy('name')
    .execute();
  return rows.map((row) => ({ ...row, condition: row.condition as Segment['condition'] }));
}

/** Throws not_found unless the segment is of this workspace. */
export async function requireSegment(workspaceId: string, tx: Tx, segmentId: string): Promise<Segment> {
  const row = await tx
    .selectFrom('segments')
    .select(COLUMNS)
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', segmentId)
    .executeTakeFirst();
  if (!row) throw notFound('This segment');
  return { ...row, condition: row.condition as Segment['condition'] };
}

export async function insertSegment(workspaceId: string, tx: Tx, segment: NewSegment): Promise<string> {
  const insert = tx
    .insertInto('segments')
    .values({ workspaceId, ...segment, condition: JSON.stringify(segment.condition) })
    .returning('id')
    .executeTakeFirstOrThrow();
  return (await conflictWhenTaken(insert, `There is a segment called ${segment.name} already.`)).id;
}

export async function updateSegment(
  workspaceId: string,
  tx: Tx,
  segmentId: string,
  { condition, ...plain }: SegmentChange,
): Promise<void> {
  const values = {
    ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
    ...(condition !== undefined && { condition: JSON.stringify(condition) }),
  };
  if (Object.keys(values).length === 0) return;
  const update = tx
    .updateTable('segments')
    .set(values)
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', segmentId)
    .execute();
  await conflictWhenTaken(update, `There is a segment called ${plain.name} already.`);
}

export async function deleteSegment(workspaceId: string, tx: Tx, segmentId: string): Promise<void> {
  const used = new Problem('conflict', 'A wave is planned for this segment. Change the wave first.');
  await refuseUnknown(
    tx.deleteFrom('segments').where('workspaceId', '=', workspaceId).where('id', '=', segmentId).execute(),
    used,
  );
}
