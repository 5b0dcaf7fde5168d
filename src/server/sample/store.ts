import type { Tx } from '../db/connect.ts';

const LOADED = 'sample_loaded';

/**
 * Remembers that this installation has had its sample, and says whether that is news. Of two processes that start
 * together the second waits here for the first.
 */
export async function rememberSample(tx: Tx): Promise<boolean> {
  const inserted = await tx
    .insertInto('instanceFacts')
    .values({ name: LOADED })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return inserted.numInsertedOrUpdatedRows === 1n;
}
