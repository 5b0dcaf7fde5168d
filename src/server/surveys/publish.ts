import { isDeepStrictEqual } from 'node:util';
import type { SurveyFinding } from '../../core/survey/check-survey.ts';
import type { Question, SurveyDefinition } from '../../core/survey/definition.ts';
import type { Tx } from '../db/connect.ts';
import { type FieldProblem, Problem } from '../http/problem.ts';
import { check } from './check.ts';
import { requireDefinition, requireDraft, staleRevision } from './drafts.ts';
import type { Difference } from './edit-schema.ts';
import { ensureTestLinks } from './links.ts';
import { insertVersion, lockDraft, promisesOf, publishedTypes } from './version-store.ts';
import { latestVersion } from './versions.ts';

/**
 * Freezes the draft with its bindings as the next version, which new respondents get from now on; answers that are on
 * their way are read under the version that they were given to. Without a change since the latest version that one is
 * returned. Throws unprocessable with every finding that stands in the way.
 */
export async function publish(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  by: { revision?: number | undefined; publishedBy: string | null; publishedAt: Date },
): Promise<number> {
  await lockDraft(workspaceId, tx, surveyId);
  const draft = await requireDraft(workspaceId, tx, surveyId);
  if (by.revision !== undefined && by.revision !== draft.revision) throw await staleRevision(tx, draft);
  const definition = await requireDefinition(workspaceId, tx, surveyId);
  const { findings, bindings } = await check(workspaceId, tx, surveyId, definition);
  const fields = [
    ...findings.filter(({ level }) => level === 'error').map(fieldOf),
    ...(await reusedIds(workspaceId, tx, surveyId, definition)),
    ...(await brokenPromise(workspaceId, tx, surveyId, definition)),
  ];
  if (fields.length > 0) {
    const message = fields.length === 1 ? fields[0]?.message : undefined;
    throw new Problem('unprocessable', message ?? `${fields.length} things stand in the way of publishing.`, {
      fields,
    });
  }
  await ensureTestLinks(workspaceId, tx, surveyId, definition.audiences);
  const before = await latestVersion(workspaceId, tx, surveyId);
  if (before && isDeepStrictEqual([before.definition, before.bindings], [definition, bindings])) return before.version;
  const version = (before?.version ?? 0) + 1;
  const { publishedBy, publishedAt } = by;
  await insertVersion(workspaceId, tx, surveyId, { version, definition, bindings, publishedBy, publishedAt });
  return version;
}

/** Where it is, in the words of the definition: `draft.pages.<page>`, `draft.questions.<question>`. */
function fieldOf({ question, page, message }: SurveyFinding): FieldProblem {
  return { field: question ? `draft.questions.${question}` : page ? `draft.pages.${page}` : 'draft', message };
}

/** An id keeps its kind of question for ever: answers are filed under it. */
async function reusedIds(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  definition: SurveyDefinition,
): Promise<FieldProblem[]> {
  const types = await publishedTypes(workspaceId, tx, surveyId);
  return questionsOf(definition).flatMap(({ id, type }) => {
    const before = types.get(id);
    if (before === undefined || before === type) return [];
    const message = `“${id}” was published as another kind of question (${before}). Give this one an id of its own.`;
    return [{ field: `draft.questions.${id}`, message }];
  });
}

/**
 * What customers are told about who sees their answers is settled with the first version that asks them. Whoever loaded
 * that one may answer it long after another was published, and nobody knows who did: a page that waits for the network
 * leaves no trace here.
 */
async function brokenPromise(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  { audiences, settings }: SurveyDefinition,
): Promise<FieldProblem[]> {
  if (!audiences.includes('customer')) return [];
  const promised = await promisesOf(workspaceId, tx, surveyId);
  const anonymous = promised.has(true);
  if (promised.size === 0 || anonymous === settings.anonymousCustomers) return [];
  const told = anonymous ? 'anonymous' : 'shown with the contact';
  const message = `This survey was published to customers with the promise that their answers are ${told}. Duplicate the survey to ask in another way.`;
  return [{ field: 'draft.settings.anonymousCustomers', message }];
}

const questionsOf = (definition: SurveyDefinition): readonly Question[] =>
  definition.pages.flatMap((page) => page.questions);

/** Which questions came, went and changed from one version to the next. */
export function differenceBetween(before: SurveyDefinition, after: SurveyDefinition): Difference {
  const was = new Map(questionsOf(before).map((question) => [question.id, question]));
  const is = new Map(questionsOf(after).map((question) => [question.id, question]));
  const both = [...is.keys()].filter((id) => was.has(id));
  return {
    added: [...is.keys()].filter((id) => !was.has(id)),
    removed: [...was.keys()].filter((id) => !is.has(id)),
    changed: both.filter((id) => !isDeepStrictEqual(was.get(id), is.get(id))),
    moved: !isDeepStrictEqual(
      both,
      [...was.keys()].filter((id) => is.has(id)),
    ),
  };
}
