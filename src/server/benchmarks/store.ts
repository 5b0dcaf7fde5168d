import type { Tx } from '../db/connect.ts';
import { notFound } from '../http/problem.ts';
import type { NewBenchmark } from './schema.ts';

export function ownBenchmarks(workspaceId: string, tx: Tx) {
  return tx
    .selectFrom('benchmarks')
    .select(['id', 'statement', 'unitCounted', 'whoWasAsked', 'share', 'n', 'dated', 'source'])
    .where('workspaceId', '=', workspaceId)
    .orderBy('dated')
    .orderBy('id')
    .execute();
}

export async function insertBenchmark(workspaceId: string, tx: Tx, benchmark: NewBenchmark): Promise<string> {
  const row = await tx
    .insertInto('benchmarks')
    .values({ workspaceId, ...benchmark })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function deleteBenchmark(workspaceId: string, tx: Tx, benchmarkId: string): Promise<void> {
  const gone = await tx
    .deleteFrom('benchmarks')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', benchmarkId)
    .executeTakeFirst();
  if (gone.numDeletedRows === 0n) throw notFound('This benchmark');
}
