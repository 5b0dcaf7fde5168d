import type { Task } from '../background/background.ts';
import { inWorkspace } from '../db/transaction.ts';
import type { Services } from '../http/route.ts';
import { forgetBefore, keepNewest } from './store.ts';
import { forgetVisitors, keepNewestVisitors } from './visitor-store.ts';

const DAY_MS = 86_400_000;
/** The why-log answers "why was I asked last month?", not "what did this person do last year?". */
const DECISION_DAYS = 90;
/** Browsers that never named a contact: they are gone or emptied by then. */
const BROWSER_DAYS = 730;

/** Most rows of a workspace that belong to browsers which never named a contact. */
export interface MostOfBrowsers {
  readonly decisions: number;
  readonly asks: number;
  readonly visitors: number;
}
const MOST: MostOfBrowsers = { decisions: 1_000_000, asks: 1_000_000, visitors: 250_000 };

/** Forgets what the log and the ledger of one workspace need no longer, and what exceeds the most. */
export async function forgetAsks(
  { connection, now }: Pick<Services, 'connection' | 'now'>,
  workspaceId: string,
  most: MostOfBrowsers,
): Promise<void> {
  const before = (days: number) => new Date(now().getTime() - days * DAY_MS);
  await inWorkspace(connection.db, workspaceId, async (tx) => {
    await forgetBefore(workspaceId, tx, before(DECISION_DAYS), before(BROWSER_DAYS));
    await forgetVisitors(workspaceId, tx, before(BROWSER_DAYS).toISOString().slice(0, 10));
    await keepNewest(workspaceId, tx, most);
    await keepNewestVisitors(workspaceId, tx, most.visitors);
  });
}

const lastRun = new Map<string, string>();

/** Once an hour and process. */
export const forgetOldAsks: Task = {
  name: 'forget old asks',
  async run(services, workspaceId) {
    const hour = services.now().toISOString().slice(0, 13);
    if (lastRun.get(workspaceId) === hour) return;
    await forgetAsks(services, workspaceId, MOST);
    lastRun.set(workspaceId, hour);
  },
};
