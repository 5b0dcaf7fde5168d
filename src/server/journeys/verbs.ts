import type { Tx } from '../db/connect.ts';
import { refuseUnknown } from '../db/violation.ts';
import { notFound, Problem } from '../http/problem.ts';
import { listItems, removeItemsOf } from '../items/verbs.ts';
import type { Journey, NamedChange, NewTouchpoint, TouchpointChange } from './schema.ts';
import {
  exists,
  insertStage,
  insertTouchpoint,
  journeyRows,
  place,
  remove,
  rename,
  stageRows,
  touchpointRows,
  updateTouchpoint,
} from './store.ts';

export { insertJourney } from './store.ts';

const CALLED = { journeys: 'This journey', stages: 'This stage', touchpoints: 'This touchpoint' } as const;

/** The whole map, with archived items only when asked for. */
export async function journeyTree(workspaceId: string, tx: Tx, archived = false): Promise<Journey[]> {
  const [journeys, stages, touchpoints, items] = [
    await journeyRows(workspaceId, tx),
    await stageRows(workspaceId, tx),
    await touchpointRows(workspaceId, tx),
    await listItems(workspaceId, tx, { archived }),
  ];
  return journeys.map(({ id, name }) => ({
    id,
    name,
    stages: stages
      .filter((stage) => stage.journeyId === id)
      .map((stage) => ({
        id: stage.id,
        name: stage.name,
        touchpoints: touchpoints
          .filter((touchpoint) => touchpoint.stageId === stage.id)
          .map(({ id, name, description, channels, ownerTeamId, leadItemId }) => ({
            id,
            name,
            description,
            channels,
            ownerTeamId,
            leadItemId,
            items: items.filter((item) => item.touchpointId === id).map(({ touchpointId: _, ...item }) => item),
          })),
      })),
  }));
}

export async function addStage(workspaceId: string, tx: Tx, journeyId: string, name: string): Promise<string> {
  await requireLevel(workspaceId, tx, 'journeys', journeyId);
  return insertStage(workspaceId, tx, journeyId, name);
}

export async function addTouchpoint(
  workspaceId: string,
  tx: Tx,
  stageId: string,
  touchpoint: NewTouchpoint,
): Promise<string> {
  await requireLevel(workspaceId, tx, 'stages', stageId);
  return refuseUnknown(insertTouchpoint(workspaceId, tx, stageId, touchpoint), 'There is no such team.');
}

/** Throws not_found unless it is of this workspace. */
export async function requireLevel(
  workspaceId: string,
  tx: Tx,
  level: 'journeys' | 'stages' | 'touchpoints',
  id: string,
): Promise<void> {
  if (!(await exists(workspaceId, tx, level, id))) throw notFound(CALLED[level]);
}

/** Renames or moves a journey or stage. */
export async function changeNamed(
  workspaceId: string,
  tx: Tx,
  level: 'journeys' | 'stages',
  id: string,
  change: NamedChange,
): Promise<void> {
  await requireLevel(workspaceId, tx, level, id);
  if (change.name !== undefined) await rename(workspaceId, tx, level, id, change.name);
  if (change.position !== undefined) await place(workspaceId, tx, level, id, change.position);
}

export async function changeTouchpoint(
  workspaceId: string,
  tx: Tx,
  id: string,
  change: TouchpointChange,
): Promise<void> {
  await requireLevel(workspaceId, tx, 'touchpoints', id);
  if (change.stageId) await requireLevel(workspaceId, tx, 'stages', change.stageId);
  if (change.leadItemId) {
    const items = await listItems(workspaceId, tx, { touchpointIds: [id] });
    if (!items.some((item) => item.id === change.leadItemId)) {
      const message = 'The lead item has to be an item of this touchpoint that is not archived.';
      throw new Problem('unprocessable', message, { fields: [{ field: 'body.leadItemId', message }] });
    }
  }
  await refuseUnknown(updateTouchpoint(workspaceId, tx, id, change), 'There is no such team.');
  const position = change.position ?? (change.stageId ? Number.MAX_SAFE_INTEGER : undefined);
  if (position !== undefined) await place(workspaceId, tx, 'touchpoints', id, position);
}

/**
 * Deletes a journey, stage or touchpoint with what is below it; refuses while people have answered its items, unless
 * the answers are meant to go too. Returns what went, for the audit log.
 */
export async function removeLevel(
  workspaceId: string,
  tx: Tx,
  level: 'journeys' | 'stages' | 'touchpoints',
  id: string,
  withAnswers: boolean,
): Promise<{ touchpoints: number; items: number; answers: number }> {
  await requireLevel(workspaceId, tx, level, id);
  const stages = await stageRows(workspaceId, tx);
  const touchpoints = (await touchpointRows(workspaceId, tx)).filter((touchpoint) => {
    if (level === 'touchpoints') return touchpoint.id === id;
    if (level === 'stages') return touchpoint.stageId === id;
    return stages.some((stage) => stage.id === touchpoint.stageId && stage.journeyId === id);
  });
  const ids = touchpoints.map((touchpoint) => touchpoint.id);
  const gone = await removeItemsOf(workspaceId, tx, ids, withAnswers);
  await remove(workspaceId, tx, level, id);
  return { touchpoints: ids.length, ...gone };
}
