import type { Tx } from '../db/connect.ts';
import type { PersonAsking } from './person-schema.ts';
import { asksOf, findDecisions } from './store.ts';
import { countBrowsers, quarantineOf } from './visitor-store.ts';

const MOST = 10_000;

/** Everything that asking knows of one contact, for the export of a person. */
export async function askingOfContact(workspaceId: string, tx: Tx, contactId: string): Promise<PersonAsking> {
  const decisions = await findDecisions(workspaceId, tx, { limit: MOST, person: { contactId, visitor: null } });
  const [held] = await quarantineOf(workspaceId, tx, [contactId]);
  return {
    asks: await asksOf(workspaceId, tx, contactId),
    decisions: decisions.map(({ surveyId, channel, trigger, at, asked, rule, because }) => ({
      surveyId,
      channel,
      trigger,
      at,
      asked,
      rule,
      because,
    })),
    browsers: await countBrowsers(workspaceId, tx, contactId),
    quarantine: held ? { until: held.until, reason: held.reason } : null,
  };
}
