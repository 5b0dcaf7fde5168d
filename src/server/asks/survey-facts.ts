import { repeatOf } from '../../core/survey/ask-rules.ts';
import type { Condition } from '../../core/survey/definition.ts';
import type { Moments, Repeat } from '../../core/survey/moments.ts';
import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import { countFinished } from '../responses/verbs.ts';
import { requireSegment } from '../segments/verbs.ts';
import { latestVersion } from '../surveys/verbs.ts';
import { askingSettings, momentsOf } from './moments-store.ts';
import type { AskingSettings } from './schema.ts';

/** What is the same for everybody who might be asked for one survey. */
export interface SurveyFacts {
  readonly settings: AskingSettings;
  readonly moments: Moments;
  readonly revision: number;
  readonly repeat: Repeat;
  readonly repeatOfSurvey: Repeat;
  /** Customers' answers are kept without contact. */
  readonly anonymous: boolean;
  /** Published, and customers are among its audiences. */
  readonly published: boolean;
}

export async function surveyFacts(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  edited?: Moments,
): Promise<SurveyFacts> {
  const stored = await momentsOf(workspaceId, tx, surveyId);
  const moments = edited ?? stored.moments;
  const definition = (await latestVersion(workspaceId, tx, surveyId))?.definition;
  const repeatOfSurvey = repeatOf(definition?.settings.askAgainAfterDays ?? null);
  return {
    settings: await askingSettings(workspaceId, tx),
    moments,
    revision: stored.revision,
    repeat: moments.repeat ?? repeatOfSurvey,
    repeatOfSurvey,
    anonymous: definition?.settings.anonymousCustomers ?? false,
    published: definition?.audiences.includes('customer') ?? false,
  };
}

/** The segments of a target that are there and may hold customers. */
export async function targetSegments(
  workspaceId: string,
  tx: Tx,
  { target }: Moments,
): Promise<{ name: string; if: Condition }[]> {
  const found: { name: string; if: Condition }[] = [];
  for (const id of target.segments) {
    try {
      const { name, condition, audience } = await requireSegment(workspaceId, tx, id);
      if (audience === null || audience === 'customer') found.push({ name, if: condition });
    } catch (error) {
      // Deleted since: nobody is in it any more.
      if (!(error instanceof Problem)) throw error;
    }
  }
  return found;
}

/** Responses of customers, counted only where there is a cap to hold them against. */
export function answersSoFar(workspaceId: string, tx: Tx, surveyId: string, { cap }: Moments): Promise<number> {
  return cap === null ? Promise.resolve(0) : countFinished(workspaceId, tx, { surveyId, audience: 'customer' });
}
