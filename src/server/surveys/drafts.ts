import type { SurveyDefinition } from '../../core/survey/definition.ts';
import { peopleByIds } from '../accounts/people.ts';
import type { Tx } from '../db/connect.ts';
import { conflictWhenTaken } from '../db/violation.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Draft, SurveyChange } from './edit-schema.ts';
import {
  type DraftRow,
  editorsOf,
  findArchivedAt,
  findDraft,
  markEditor,
  updateDraft,
  updateSurvey,
} from './version-store.ts';
import { latestVersion } from './versions.ts';

const EDITING_MS = 30_000;

/** Throws not_found unless the survey is of this workspace. */
export async function requireDraft(workspaceId: string, tx: Tx, surveyId: string): Promise<DraftRow> {
  const draft = await findDraft(workspaceId, tx, surveyId);
  if (!draft) throw notFound('This survey');
  return draft;
}

/** The definition of the draft; a survey that only came with an import has none. */
export async function requireDefinition(workspaceId: string, tx: Tx, surveyId: string): Promise<SurveyDefinition> {
  const { definition } = await requireDraft(workspaceId, tx, surveyId);
  if (!definition) {
    throw new Problem('conflict', 'This survey has no questions yet: it came with an import. Save a draft first.');
  }
  return definition;
}

/** The draft with who saved it, as seen by `reader`, and how it stands to what is published. */
export async function readDraft(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  reader: string | undefined,
): Promise<Draft> {
  const { savedAt, savedBy, archivedAt, ...draft } = await requireDraft(workspaceId, tx, surveyId);
  const published = await latestVersion(workspaceId, tx, surveyId);
  return {
    ...draft,
    savedAt: savedAt?.toISOString() ?? null,
    savedBy: await nameOf(tx, savedBy),
    savedByYou: savedBy !== null && savedBy === reader,
    version: published?.version ?? null,
    // Both came out of the database, which orders the fields of an object.
    changed: JSON.stringify(draft.definition) !== JSON.stringify(published?.definition ?? null),
    archived: archivedAt !== null,
  };
}

/** Saves the draft over `revision` and returns the new one. Refuses with who saved when, if somebody else was faster. */
export async function saveDraft(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  save: { definition: SurveyDefinition; revision: number; savedBy: string | null; savedAt: Date },
): Promise<number> {
  const revision = await updateDraft(workspaceId, tx, surveyId, save);
  if (revision !== undefined) return revision;
  throw await staleRevision(tx, await requireDraft(workspaceId, tx, surveyId));
}

export async function staleRevision(tx: Tx, { savedAt, savedBy, revision }: DraftRow): Promise<Problem> {
  const who = (await nameOf(tx, savedBy)) ?? 'Somebody';
  const when = savedAt ? ` at ${savedAt.toISOString()}` : '';
  const message = `${who} saved revision ${revision}${when}. Load it, and make your change again.`;
  return new Problem('conflict', message, { fields: [{ field: 'body.revision', message: `is ${revision} by now` }] });
}

/** Renames, archives or brings back. */
export async function changeSurvey(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  { name, archived }: SurveyChange,
  now: Date,
): Promise<void> {
  const before = await requireDraft(workspaceId, tx, surveyId);
  const archivedAt = archived ? (before.archivedAt ?? now) : null;
  const change = { ...(name === undefined ? {} : { name }), ...(archived === undefined ? {} : { archivedAt }) };
  if (Object.keys(change).length === 0) return;
  await conflictWhenTaken(updateSurvey(workspaceId, tx, surveyId, change), `There is a survey called ${name} already.`);
}

/** Archived surveys take no answers. */
export async function isArchived(workspaceId: string, tx: Tx, surveyId: string): Promise<boolean> {
  const archivedAt = await findArchivedAt(workspaceId, tx, surveyId);
  if (archivedAt === undefined) throw notFound('This survey');
  return archivedAt !== null;
}

/** Notes that this person has the survey open, if it is one, and names the others who have. */
export async function othersEditing(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  me: string | undefined,
  now: Date,
): Promise<string[]> {
  await requireDraft(workspaceId, tx, surveyId);
  if (me) await markEditor(workspaceId, tx, { surveyId, userId: me, seenAt: now });
  const since = new Date(now.getTime() - EDITING_MS);
  const others = (await editorsOf(workspaceId, tx, surveyId, since)).filter((userId) => userId !== me);
  const people = await peopleByIds(tx, others);
  return others.flatMap((userId) => people.get(userId)?.name ?? []);
}

export async function nameOf(tx: Tx, userId: string | null): Promise<string | null> {
  return (userId && (await peopleByIds(tx, [userId])).get(userId)?.name) || null;
}
