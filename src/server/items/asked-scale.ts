import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import { askedOnOtherScale } from '../surveys/verbs.ts';
import type { ItemChange } from './schema.ts';
import { requireItem } from './verbs.ts';

/**
 * Throws conflict where the scale of an item would become another than a published survey asks for: answers on their way
 * would count off the scale. A file of its own, because surveys use the verbs of items.
 */
export async function refuseUnaskedScale(
  workspaceId: string,
  tx: Tx,
  itemId: string,
  { scale }: ItemChange,
): Promise<void> {
  if (!scale) return;
  const { min, max, step } = (await requireItem(workspaceId, tx, itemId)).scale;
  if (scale.min === min && scale.max === max && scale.step === step) return;
  const survey = await askedOnOtherScale(workspaceId, tx, itemId, scale);
  if (survey === undefined) return;
  throw new Problem(
    'conflict',
    `The published survey “${survey}” asks for this item on the scale that it has. Make a new item for the new scale, and archive this one.`,
  );
}
