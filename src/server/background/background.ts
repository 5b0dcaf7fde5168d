import type { Services } from '../http/route.ts';
import { workspaceIds } from './directory-store.ts';

/**
 * Work that goes on without a request: mail, webhooks, schedules. A task does what is due in one workspace and returns;
 * what is due stands in its own tables, so that nothing is lost when the process ends. Several processes may run the
 * same task: rows are taken with FOR UPDATE SKIP LOCKED or a lease.
 */
export interface Task {
  readonly name: string;
  run(services: Services, workspaceId: string, signal: AbortSignal): Promise<void>;
}

export interface Background {
  /** Resolves when the running task has ended; no other begins. */
  stop(): Promise<void>;
}

const TICK_MS = 1_000;
/** Workspaces that nobody woke are looked at this often: other processes write, too, and things become due by time. */
const SWEEP_MS = 10_000;

const heard = new Set<(workspaceId: string) => void>();

/** Says that something became due in a workspace, so that its tasks run within a second instead of ten. Call it after the commit. */
export function wake(workspaceId: string): void {
  for (const hear of heard) hear(workspaceId);
}

/**
 * Runs the tasks until stopped: each in a line of its own, one workspace after the other, so that a mail server that hangs
 * holds up no webhook. A task that throws is logged and tried at the next round.
 */
export function startBackground(services: Services, tasks: readonly Task[]): Background {
  const controller = new AbortController();
  const lines = tasks.map((task) => startLine(services, task, controller.signal));
  return {
    async stop() {
      controller.abort();
      await Promise.all(lines.map((end) => end()));
    },
  };
}

/** Returns what stops it, once the signal is aborted. */
function startLine(services: Services, task: Task, signal: AbortSignal): () => Promise<void> {
  const awake = new Set<string>();
  const hear = (workspaceId: string) => awake.add(workspaceId);
  heard.add(hear);
  let lastSweep = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();

  async function runRound(): Promise<void> {
    const sweep = performance.now() - lastSweep >= SWEEP_MS;
    if (sweep) lastSweep = performance.now();
    const woken = [...awake];
    awake.clear();
    const due = sweep ? await workspaceIds(services.connection.db) : woken;
    for (const workspaceId of due) {
      if (signal.aborted) return;
      try {
        await task.run(services, workspaceId, signal);
      } catch (error) {
        services.log.error({ err: error, task: task.name, workspaceId }, 'background task failed');
      }
    }
  }
  const next = () => {
    if (signal.aborted) return;
    timer = setTimeout(() => {
      round = runRound()
        .catch((error) => services.log.error({ err: error, task: task.name }, 'background round failed'))
        .then(next);
    }, TICK_MS);
    timer.unref();
  };
  next();
  return async () => {
    heard.delete(hear);
    clearTimeout(timer);
    await round;
  };
}
