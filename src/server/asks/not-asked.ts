import type { AskRule } from '../../core/survey/ask-rules.ts';
import type { Tx } from '../db/connect.ts';
import { insertDecisions } from './store.ts';

export interface NotAsked {
  readonly contactId: string;
  readonly rule: AskRule;
  readonly because: string;
}

/**
 * Writes into the why-log that contacts are not asked, for reasons that stand before every gate: a mail can't reach
 * them. The ledger stays as it is. At most some 10,000 at once.
 */
export async function noteNotAsked(
  workspaceId: string,
  tx: Tx,
  attempt: { readonly surveyId: string; readonly channel: string; readonly now: Date; readonly trigger?: string },
  people: readonly NotAsked[],
): Promise<void> {
  const { surveyId, channel, now: at, trigger = null } = attempt;
  const none = { visitor: null, trigger, siteId: null, asked: false, askId: null };
  if (people.length > 0) {
    await insertDecisions(
      workspaceId,
      tx,
      people.map((person) => ({ ...none, ...person, surveyId, channel, at })),
    );
  }
}
