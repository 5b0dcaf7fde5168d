import type { Task } from '../background/background.ts';
import { inWorkspace } from '../db/transaction.ts';
import { forgetBefore } from './store.ts';
import { forgetVisitors } from './visitor-store.ts';

const DAY_MS = 86_400_000;
/** The why-log answers "why was I asked last month?", not "what did this person do last year?". */
const DECISION_DAYS = 90;
/** Browsers that never named a contact: they are gone or emptied by then. */
const BROWSER_DAYS = 730;

const lastRun = new Map<string, string>();

/** Once a day and process: forgets what the log and the ledger need no longer. */
export const forgetOldAsks: Task = {
  name: 'forget old asks',
  async run({ connection, now }, workspaceId) {
    const at = now().getTime();
    const today = new Date(at).toISOString().slice(0, 10);
    if (lastRun.get(workspaceId) === today) return;
    const before = (days: number) => new Date(at - days * DAY_MS);
    await inWorkspace(connection.db, workspaceId, async (tx) => {
      await forgetBefore(workspaceId, tx, before(DECISION_DAYS), before(BROWSER_DAYS));
      await forgetVisitors(workspaceId, tx, before(BROWSER_DAYS).toISOString().slice(0, 10));
    });
    lastRun.set(workspaceId, today);
  },
};
