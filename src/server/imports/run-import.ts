import type { Mapping } from '../../core/mapping.ts';
import { recordAudit } from '../audit/record.ts';
import { wake } from '../background/background.ts';
import type { Tx } from '../db/connect.ts';
import { inWorkspace } from '../db/transaction.ts';
import { Problem } from '../http/problem.ts';
import type { Caller, Services } from '../http/route.ts';
import { holdListeners } from '../outbox/verbs.ts';
import { addStaged, createStaged } from '../responses/verbs.ts';
import { isProtected } from '../surveys/verbs.ts';
import { anyEnabled } from '../webhooks/verbs.ts';
import { type CheckedRow, rowChecker } from './check-rows.ts';
import { copyAnswers } from './copy-answers.ts';
import { knownItems, makeItems, placeFor, surveyFor } from './destination.ts';
import { ItemTargets } from './item-targets.ts';
import { withOneConnection } from './one-connection.ts';
import { openTable, type Table, UnreadableFile } from './read-table.ts';
import type { Rejection, Run } from './schema.ts';
import {
  finishImport,
  INTERRUPTED,
  insertRejections,
  noteProgress,
  type Progress,
  type StoredImport,
} from './store.ts';
import { tableOptions } from './table-options.ts';
import { deleteUpload, uploadPath } from './uploads.ts';

/** Rejections that are kept to be looked at; all are counted. */
const KEPT_REJECTIONS = 10_000;
const STAGED = 'staged_answers';

/** All or nothing was asked for, and there are rejected rows. */
class Refused extends Error {
  readonly rejections: readonly Rejection[];
  constructor(rejections: readonly Rejection[]) {
    super();
    this.rejections = rejections;
  }
}
class Cancelled extends Error {}

interface Job {
  readonly services: Services;
  readonly caller: Caller;
  readonly workspaceId: string;
  readonly stored: StoredImport;
  readonly mapping: Mapping;
  readonly run: Run;
  readonly signal: AbortSignal;
  readonly progress: { -readonly [K in keyof Progress]: Progress[K] };
  /** Set while the database works alone, so that a cancel can reach it. */
  backend: number | null;
}

const running = new Map<string, AbortController>();

/** Stops an import that runs in this process at once; one that runs elsewhere sees the request within a second. */
export function cancelRunning(importId: string): void {
  running.get(importId)?.abort();
}

/** A stopping server breaks its imports off: nothing of them is stored, the uploads stay, and they can be run again. */
export async function interruptImports(): Promise<void> {
  for (const controller of running.values()) controller.abort(STOPPING);
  await importsIdle();
}
const STOPPING = 'stopping';

/** Resolves when no import runs in this process any more. */
export async function importsIdle(): Promise<void> {
  while (running.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

/**
 * Runs an import in the background of this process. It never throws: whatever happens ends as the import's status,
 * with a sentence. Rows are stored in one transaction, so an import that fails or is cancelled leaves nothing.
 */
export async function runImport(
  services: Services,
  caller: Caller,
  workspaceId: string,
  stored: StoredImport,
  run: Run,
): Promise<void> {
  if (!stored.mapping) throw new Error('an import without a mapping was started');
  const controller = new AbortController();
  running.set(stored.id, controller);
  const progress = { rowsRead: 0, rowsStored: 0, rowsRejected: 0, bytesRead: 0 };
  const job: Job = {
    services,
    caller,
    workspaceId,
    stored,
    mapping: stored.mapping,
    run,
    signal: controller.signal,
    progress,
    backend: null,
  };
  const ticker = startTicker(job, controller);
  try {
    await work(job, ticker.stop);
    wake(workspaceId);
    await deleteUpload(services.config.dataDir, stored.id);
  } catch (error) {
    job.backend = null;
    await ticker.stop();
    await end(job, error);
  } finally {
    running.delete(stored.id);
  }
}

/** Once a second: progress, sign of life, and whether somebody asked to stop. On a connection of its own. */
function startTicker(job: Job, controller: AbortController): { stop(): Promise<void> } {
  const { services, workspaceId, stored, progress } = job;
  const warn = (error: unknown) => services.log.warn({ err: error, importId: stored.id }, 'import progress not noted');
  const tick = async () => {
    const asked = await inWorkspace(services.connection.db, workspaceId, (tx) =>
      noteProgress(workspaceId, tx, stored.id, progress),
    );
    if (asked) controller.abort();
  };
  let last: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    last = last.then(tick).catch(warn);
  }, 1_000);
  // While the database works on one long statement, only the database can stop it.
  job.signal.addEventListener('abort', () => {
    if (job.backend !== null) services.connection.pool.query('SELECT pg_cancel_backend($1)', [job.backend]).catch(warn);
  });
  return {
    stop() {
      clearInterval(timer);
      return last;
    },
  };
}

/** Reads, checks and stores in one transaction, from the first row to the word "done". */
async function work(job: Job, stopTicker: () => Promise<void>): Promise<void> {
  const { services, workspaceId, stored, run, progress } = job;
  const path = uploadPath(services.config.dataDir, stored.id);
  const table = await openTable(path, tableOptions(stored.detected?.detected));
  const known = await inWorkspace(services.connection.db, workspaceId, (tx) => knownItems(workspaceId, tx));
  const reading = new Reading(job, table, new ItemTargets(known, job.mapping));
  await withOneConnection(services.connection, async (db, client) => {
    await inWorkspace(db, workspaceId, async (tx) => {
      const pid = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      job.backend = pid.rows[0]?.pid ?? null;
      await client.query("SET LOCAL work_mem = '64MB'");
      await createStaged(workspaceId, tx, STAGED);
      const into = await placeFor(workspaceId, tx, run);
      await copyAnswers(client, STAGED, reading.accepted(), { keyOf: reading.keyOf, into }, partsOf(job.mapping));
      if (job.signal.aborted) throw new Cancelled();
      if (run.mode === 'all_or_nothing' && progress.rowsRejected > 0) throw new Refused(reading.rejections);
      if (reading.answers === 0 && progress.rowsRejected === 0) throw new UnreadableFile(NO_ANSWERS);
      const surveyId = await surveyFor(workspaceId, tx, run);
      await makeItems(workspaceId, tx, reading.targets);
      const telling = await tellingOf(job, tx, surveyId);
      const added = await addStaged(workspaceId, tx, { surveyId, stagedTable: STAGED, telling });
      await stopTicker();
      if (job.signal.aborted) throw new Cancelled();
      await insertRejections(workspaceId, tx, stored.id, reading.rejections);
      await finishImport(workspaceId, tx, stored.id, {
        status: 'done',
        error: null,
        ...progress,
        bytesRead: table.bytes,
      });
      await audit(job, tx, 'import.done', { ...added });
      job.backend = null;
    });
  });
}

async function tellingOf({ services, workspaceId }: Job, tx: Tx, surveyId: string) {
  return {
    anonymous: await isProtected(workspaceId, tx, surveyId, 'customer'),
    async toNobodyAt() {
      await holdListeners(workspaceId, tx);
      return (await anyEnabled(workspaceId, tx)) ? null : services.now();
    },
    today: services.now().toISOString().slice(0, 10),
  };
}

const NO_ANSWERS =
  'The file holds no answer: every rated cell is blank or a code for "no answer". Look at the mapping.';

/** The one reading of the file: what was accepted streams on, what was rejected is kept up to a limit and counted. */
class Reading {
  readonly rejections: Rejection[] = [];
  answers = 0;
  readonly targets: ItemTargets;
  private readonly job: Job;
  private readonly table: Table;
  private readonly prefix: string;

  constructor(job: Job, table: Table, targets: ItemTargets) {
    this.job = job;
    this.table = table;
    this.targets = targets;
    this.prefix = (job.stored.fileSha256 ?? job.stored.id).slice(0, 12);
  }

  /** The original id, or where there is none the place in this very file. */
  readonly keyOf = (row: CheckedRow): string => row.response.key ?? `${this.prefix}:${row.rowNumber}`;

  async *accepted(): AsyncGenerator<CheckedRow[]> {
    const { job, table } = this;
    const check = rowChecker(job.mapping, table.columns, this.targets);
    for await (const batch of table.batches()) {
      if (job.signal.aborted) throw new Cancelled();
      const accepted: CheckedRow[] = [];
      for (const row of batch) {
        const checked = check(row);
        if (checked.rejections.length > 0) this.reject(checked);
        else {
          job.progress.rowsStored++;
          this.answers += checked.answers.length;
          if (checked.answers.length > 0) accepted.push(checked);
        }
      }
      job.progress.rowsRead += batch.length;
      job.progress.bytesRead = table.bytesRead();
      if (accepted.length > 0) yield accepted;
    }
  }

  private reject(row: CheckedRow): void {
    this.job.progress.rowsRejected++;
    const room = KEPT_REJECTIONS - this.rejections.length;
    if (room > 0) this.rejections.push(...row.rejections.slice(0, room));
  }
}

function partsOf(mapping: Mapping) {
  const names = mapping.layout === 'long' ? mapping.columns : mapping;
  return {
    at: names.at !== undefined,
    channel: names.channel !== undefined,
    weight: names.weight !== undefined,
    attributes: (mapping.attributes?.length ?? 0) > 0 || (mapping.layout === 'wide' && mapping.unit !== undefined),
  };
}

async function audit(job: Job, tx: Tx, action: string, more: Record<string, unknown> = {}) {
  const { rowsRead, rowsStored, rowsRejected } = job.progress;
  const subject = { kind: 'import', id: job.stored.id };
  const detail = { fileName: job.stored.fileName, mode: job.run.mode, rowsRead, rowsStored, rowsRejected, ...more };
  await recordAudit(job.workspaceId, tx, job.caller, action, subject, detail);
}

/** Writes down how a failed or cancelled import ended. */
async function end(job: Job, error: unknown): Promise<void> {
  const { services, workspaceId, stored, progress } = job;
  const stopping = job.signal.reason === STOPPING;
  const cancelled = job.signal.aborted && !stopping;
  const status = cancelled ? ('cancelled' as const) : ('failed' as const);
  const message = cancelled ? null : stopping ? INTERRUPTED : failure(error, progress.rowsRejected);
  if (!job.signal.aborted && !isExpected(error))
    services.log.error({ err: error, importId: stored.id }, 'import failed');
  progress.rowsStored = 0;
  await inWorkspace(services.connection.db, workspaceId, async (tx) => {
    if (!cancelled && error instanceof Refused) await insertRejections(workspaceId, tx, stored.id, error.rejections);
    await finishImport(workspaceId, tx, stored.id, { status, error: message, ...progress });
    await audit(job, tx, `import.${status}`);
  }).catch((problem: unknown) => services.log.error({ err: problem, importId: stored.id }, 'import end not written'));
  if (cancelled) await deleteUpload(services.config.dataDir, stored.id);
}

const isExpected = (error: unknown) =>
  error instanceof Refused || error instanceof UnreadableFile || error instanceof Problem;

function failure(error: unknown, rejected: number): string {
  if (!(error instanceof Refused)) return `${sentenceOf(error)} Nothing was stored.`;
  const rows = rejected === 1 ? '1 row was' : `${rejected.toLocaleString('en')} rows were`;
  return `${rows} rejected, so nothing was stored. Mend the file or the mapping, or import the valid rows only.`;
}

function sentenceOf(error: unknown): string {
  if (error instanceof UnreadableFile || error instanceof Problem) return error.message;
  if (error instanceof Error && 'code' in error) {
    if (error.code === 'ENOENT') return 'The uploaded file is gone; upload it again.';
    if (error.code === '53100' || error.code === 'ENOSPC') return 'The disk is full.';
    if (error.code === '40P01' || error.code === '40001') return 'Other changes got in the way; run it again.';
  }
  return 'Something went wrong on our side; the log of the server says what.';
}
