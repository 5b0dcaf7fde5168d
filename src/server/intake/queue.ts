import { Problem } from '../http/problem.ts';
import type { Services } from '../http/route.ts';
import { ReadTooEarly } from '../responses/verbs.ts';
import { storeAnonymous } from './anonymous.ts';
import { type Outcomes, type Ready, type Sending, storeBatch } from './batch.ts';
import type { Stored } from './schema.ts';

/** Parts in one transaction. */
const BATCH = 256;
/** Parts that may wait in this process; more are sent away to come again. */
const WAITING = 8_192;
/** Batches that are on their way at once, of all workspaces. */
const WRITERS = 4;
const TRIES = 4;
/** Milliseconds that a batch waits for more at most. */
const GATHER_MS = 4;
/**
 * Share of those who send at present that a batch waits for: while the database writes one half, this process reads and
 * answers the other.
 */
const SHARE = 0.55;

interface Pending {
  readonly sending: Sending;
  resolve(stored: Stored): void;
  reject(error: unknown): void;
}

/** A batch that waits for more. */
interface Gathering {
  readonly expected: number;
  enough(): void;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Group commit. Parts of a workspace that arrive while a batch is being written form the next one, so that under load
 * one commit with its fsync serves hundreds. A sender is answered only after the commit of its batch.
 */
export class IntakeQueue {
  readonly #services: Services;
  readonly #waiting = new Map<string, Pending[]>();
  /** Workspaces that gather or write a batch whose commit is not on its way yet. */
  readonly #busy = new Set<string>();
  #writers = 0;
  /** Parts of a workspace that were not answered yet. */
  readonly #open = new Map<string, number>();
  readonly #senders = new Map<string, number>();
  readonly #gathering = new Map<string, Gathering>();
  #size = 0;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Resolves once the part is committed. Rejects with `unavailable` where too many wait. */
  store(workspaceId: string, sending: Sending): Promise<Stored> {
    if (this.#size >= WAITING) {
      throw new Problem('unavailable', 'Too many answers arrive at once. Send this part again in a moment.', {
        retryAfter: 2,
      });
    }
    this.#size += 1;
    this.#open.set(workspaceId, (this.#open.get(workspaceId) ?? 0) + 1);
    return new Promise<Stored>((resolve, reject) => {
      const line = this.#waiting.get(workspaceId) ?? [];
      line.push({ sending, resolve, reject });
      this.#waiting.set(workspaceId, line);
      const gathering = this.#gathering.get(workspaceId);
      if (gathering && line.length >= gathering.expected) gathering.enough();
      this.#startNext();
    });
  }

  #startNext(): void {
    for (const workspaceId of this.#waiting.keys()) {
      if (this.#writers >= WRITERS) return;
      if (!this.#busy.has(workspaceId)) void this.#write(workspaceId);
    }
  }

  /** The next batch of the workspace begins when this one's commit is on its way: the database makes it wait for that. */
  async #write(workspaceId: string): Promise<void> {
    this.#writers += 1;
    this.#busy.add(workspaceId);
    let busy = true;
    const free = () => {
      if (!busy) return;
      busy = false;
      this.#busy.delete(workspaceId);
      this.#startNext();
    };
    const line = this.#waiting.get(workspaceId) ?? [];
    await this.#gather(workspaceId, line);
    const batch = line.splice(0, BATCH);
    if (line.length === 0) this.#waiting.delete(workspaceId);
    try {
      await this.#storeAll(workspaceId, batch, free);
    } finally {
      const open = this.#open.get(workspaceId) ?? 0;
      if (open > 1) this.#senders.set(workspaceId, open);
      else this.#senders.delete(workspaceId);
      if (open > batch.length) this.#open.set(workspaceId, open - batch.length);
      else this.#open.delete(workspaceId);
      this.#size -= batch.length;
      this.#writers -= 1;
      this.#gathering.get(workspaceId)?.enough();
      free();
      this.#startNext();
    }
  }

  /**
   * Waits for those who are about to come: under load everybody who was answered sends again at once, and a large batch
   * costs hardly more than a small one. A lone sender waits one turn of the event loop.
   */
  async #gather(workspaceId: string, line: readonly Pending[]): Promise<void> {
    await turn();
    const expected = Math.min(BATCH, (this.#senders.get(workspaceId) ?? 0) * SHARE);
    if (line.length >= expected) return;
    await new Promise<void>((enough) => {
      const timer = setTimeout(enough, GATHER_MS);
      this.#gathering.set(workspaceId, {
        expected,
        enough() {
          clearTimeout(timer);
          enough();
        },
      });
    });
    this.#gathering.delete(workspaceId);
    await turn();
  }

  /** Never rejects: every pending part gets its answer. */
  async #storeAll(workspaceId: string, batch: readonly Pending[], committing: () => void): Promise<void> {
    const named = await this.#attempt(batch, (parts) =>
      storeBatch(this.#services, workspaceId, parts, {
        committing,
        acknowledge: (outcomes) => settle(batch, outcomes),
      }),
    );
    for (const [pendings, { outcomes, anonymous }] of named) {
      settle(pendings, outcomes);
      const kept = new Map(anonymous.map((ready) => [ready.sending, ready]));
      const others = pendings.filter(({ sending }) => kept.has(sending));
      const stored = await this.#attempt(others, async (parts) => {
        const ready = parts.flatMap((sending): Ready[] => (kept.has(sending) ? [kept.get(sending) as Ready] : []));
        return storeAnonymous(this.#services, workspaceId, ready);
      });
      for (const [done, result] of stored) settle(done, result);
    }
  }

  /**
   * Runs a batch. One that the database refuses is halved until the part stands alone that it cannot take, so that it
   * harms nobody else. One whose end is not known, because the connection broke, runs again: parts are known by their
   * number, so what was committed after all is found and stays as it is.
   */
  async #attempt<T>(
    batch: readonly Pending[],
    run: (parts: readonly Sending[]) => Promise<T>,
  ): Promise<[readonly Pending[], T][]> {
    if (batch.length === 0) return [];
    let failure: unknown;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 20 * 4 ** attempt));
      try {
        return [[batch, await run(batch.map(({ sending }) => sending))]];
      } catch (error) {
        failure = error;
        if (!isPassing(error)) break;
      }
    }
    if (batch.length === 1 || isPassing(failure)) {
      for (const pending of batch) pending.reject(isOvertaken(failure) ? tryAgain() : failure);
      return [];
    }
    const middle = batch.length >> 1;
    return [...(await this.#attempt(batch.slice(0, middle), run)), ...(await this.#attempt(batch.slice(middle), run))];
  }
}

function settle(pendings: readonly Pending[], outcomes: Outcomes): void {
  for (const { sending, resolve, reject } of pendings) {
    const outcome = outcomes.get(sending);
    if (outcome instanceof Problem) reject(outcome);
    else if (outcome) resolve(outcome);
  }
}

/** Failures of the moment, not of the parts: a connection, a deadlock, a reader that was overtaken. */
function isPassing(error: unknown): boolean {
  if (error instanceof ReadTooEarly) return true;
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    /^(40001|40P01|55P03|57P0[123]|53300|08.{3}|ECONN\w+|EPIPE)$/.test(code) ||
    /Connection terminated|not queryable|timeout exceeded when trying to connect/.test(error.message)
  );
}

/** Somebody else changes the same answers: never told as a conflict, which would be an end. */
function isOvertaken(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return error instanceof ReadTooEarly || code === '40001' || code === '40P01' || code === '55P03';
}

function tryAgain(): Problem {
  return new Problem('unavailable', 'These answers are being changed at this moment. Send this part again.', {
    retryAfter: 1,
  });
}
