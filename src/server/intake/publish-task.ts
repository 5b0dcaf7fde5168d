import type { Task } from '../background/background.ts';
import { inWorkspace } from '../db/transaction.ts';
import { overdueWaves, publishOverdue, publishUnfinished } from '../responses/verbs.ts';
import { latestVersion } from '../surveys/verbs.ts';

const DAY_MS = 86_400_000;
/** So many days answers wait for others that keep the same attributes; then they give some up. */
const DAYS_FOR_ALIKE = 7;

/**
 * Leaders', staff's and anonymous customers' responses that were never finished stop waiting after a day, and those that
 * wait for others who keep the same attributes after a week. Only the day on
 * which they began is known, so it is more than 24 hours ago when it is the one before yesterday.
 */
export const publishTask: Task = {
  name: 'publish unfinished responses',
  async run({ connection, now }, workspaceId) {
    const daysAgo = (days: number) => new Date(now().getTime() - days * DAY_MS).toISOString().slice(0, 10);
    await inWorkspace(connection.db, workspaceId, (tx) => publishUnfinished(workspaceId, tx, daysAgo(1)));
    const before = daysAgo(DAYS_FOR_ALIKE);
    for (const wave of await inWorkspace(connection.db, workspaceId, (tx) => overdueWaves(workspaceId, tx, before))) {
      await inWorkspace(connection.db, workspaceId, async (tx) => {
        const latest = await latestVersion(workspaceId, tx, wave.surveyId);
        const names = latest?.definition.settings.keptAttributes ?? [];
        await publishOverdue(workspaceId, tx, wave, names, before);
      });
    }
  },
};
