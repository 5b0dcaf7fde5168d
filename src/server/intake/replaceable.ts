import type { Audience } from '../../core/perspective.ts';
import type { Merged } from '../../core/survey/parts.ts';
import type { Tx } from '../db/connect.ts';
import { findStored, linkedKeys } from '../responses/verbs.ts';
import { findSetApart, lockIntake } from './store.ts';

/** Begins the fingerprint of a whole response, which no device's part has: what came from elsewhere may be replaced. */
export const WHOLE = 'whole-';
/** Begins that of one in a file of another tool. */
export const WHOLE_OF_FILE = `${WHOLE}file-`;

/**
 * Whether another program handed a response in, and nobody answered it here. A response to which somebody added here is
 * theirs.
 */
export function isHandedIn({ parts }: Pick<Merged, 'parts'>): boolean {
  const fingerprints = Object.values(parts);
  return fingerprints.length > 0 && fingerprints.every((fingerprint) => fingerprint.startsWith(WHOLE));
}

interface Standing {
  /** Null where only values of items were imported. */
  readonly answers: Merged['answers'] | null;
  /**
   * False for what a respondent's device sent, what belongs to a contact or another wave, and what was set apart: written anew
   * from a file it would lose that, or be counted after all.
   */
  readonly replaceable: boolean;
}

/** What is stored under the keys of customers who are not anonymous, by key. Holds the intake lock from here on. */
export async function standings(
  workspaceId: string,
  tx: Tx,
  {
    surveyId,
    audience,
    waveId,
    keys,
  }: { surveyId: string; audience: Audience; waveId: string | undefined; keys: readonly string[] },
): Promise<Map<string, Standing>> {
  await lockIntake(workspaceId, tx);
  const names = keys.map((key) => ({ surveyId, audience, key }));
  const linked = await linkedKeys(workspaceId, tx, { surveyId, audience, waveId }, keys);
  const found = new Map<string, Standing>();
  for (const { key, merged } of await findStored(workspaceId, tx, names)) {
    const imported = Object.values(merged?.parts ?? {}).every((fingerprint) => fingerprint.startsWith(WHOLE));
    found.set(key, { answers: merged?.answers ?? null, replaceable: imported && !linked.has(key) });
  }
  for (const { key, merged } of (await findSetApart(workspaceId, tx, names)).values()) {
    found.set(key, { answers: merged.answers, replaceable: false });
  }
  return found;
}
