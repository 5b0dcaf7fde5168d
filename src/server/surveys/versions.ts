import type { Tx } from '../db/connect.ts';
import { notFound } from '../http/problem.ts';
import { findVersion, latestVersionNumber, type Published } from './version-store.ts';

/**
 * Versions never change, so the ones just used are kept: every answer is read under one. Never read a version in the very
 * transaction that publishes it: rolled back, it would stay here under a number that means another one later.
 */
const KEPT = 100;
const kept = new Map<string, Published>();

/** What was published as this version of a survey. Throws not_found for another workspace's survey and for no version. */
export async function requireVersion(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  version: number,
): Promise<Published> {
  const key = `${workspaceId} ${surveyId} ${version}`;
  const known = kept.get(key) ?? (await findVersion(workspaceId, tx, surveyId, version));
  if (!known) throw notFound('This version of the survey');
  keep(key, known);
  return known;
}

function keep(key: string, version: Published): void {
  kept.delete(key);
  kept.set(key, version);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
}

/** What `requireVersion` would say, if it was asked not long ago: versions never change. */
export function lastRead(workspaceId: string, surveyId: string, version: number): Published | undefined {
  const key = `${workspaceId} ${surveyId} ${version}`;
  const known = kept.get(key);
  // Whose turn it is to go matters only when there is no more room.
  if (known && kept.size >= KEPT) keep(key, known);
  return known;
}

/** The version that new respondents get; undefined while nothing is published. */
export async function latestVersion(workspaceId: string, tx: Tx, surveyId: string): Promise<Published | undefined> {
  const version = await latestVersionNumber(workspaceId, tx, surveyId);
  return version === undefined ? undefined : requireVersion(workspaceId, tx, surveyId, version);
}
