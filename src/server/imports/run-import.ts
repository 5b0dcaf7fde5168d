import type { Mapping } from '../../core/mapping.ts';
import { recordAudit } from '../audit/record.ts';
import type { Tx } from '../db/connect.ts';
import { inWorkspace } from '../db/transaction.ts';
import { Problem } from '../http/problem.ts';
import type { Caller, Services } from '../http/route.ts';
import { addStaged, createStaged } from '../responses/verbs.ts';
import { type CheckedRow, rowChecker } from './check-rows.ts';
import { copyAnswers } from './copy-answers.ts';
import { knownItems, makeItems, surveyFor } from './destination.ts';
import { ItemTargets } from './item-targets.ts';
import { withOneConnection } from './one-connection.ts';
import { openTable, type Table, UnreadableFile } from './read-table.ts';
import type { ImportMode, Rejection, Run } from './schema.ts';
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

/** The import cannot go on for a reason that the person can mend; the message says it and what is stored. */
class Refused extends Error {}
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
    await deleteUpload(services.config.dataDir, stored.id);
  } catch (error) {
    await ticker.stop();
    await end(job, error);
  } finally {
    running.delete(stored.id);
  }
}

/** Once a second: progress, sign of life, and whether somebody asked to stop. On a connection of its own. */
function startTicker(job: Job, controller: AbortController): { stop(): Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  const tick = async () => {
    const { connection } = job.services;
    const stop = await inWorkspace(connection.db, job.workspaceId, (tx) =>
      noteProgress(job.workspaceId, tx, job.stored.id, job.progress),
    );
    if (stop) controller.abort();
    if (job.signal.aborted && job.backend !== null) {
      await connection.pool.query('SELECT pg_cancel_backend($1)', [job.backend]);
    }
  };
  const timer = setInterval(() => {
    last = last
      .then(tick)
      .catch((error: unknown) => job.services.log.warn({ err: error }, 'import progress not noted'));
  }, 1_000);
  return {
    stop() {
      clearInterval(timer);
      return last;
    },
  };
}

async function work(job: Job, stopTicker: () => Promise<void>): Promise<void> {
  const { services, workspaceId, stored, run } = job;
  const path = uploadPath(services.config.dataDir, stored.id);
  const table = await openTable(path, tableOptions(stored.detected?.detected));
  const known = await inWorkspace(services.connection.db, workspaceId, (tx) => knownItems(workspaceId, tx));
  const targets = new ItemTargets(known, job.mapping);
  const rejections = await checkAll(job, table, targets);
  if (run.mode === 'all_or_nothing' && job.progress.rowsRejected > 0) {
    await stopTicker();
    const error = `${rowsText(job.progress.rowsRejected)} rejected, so nothing was stored. Mend the file or the mapping, or import the valid rows only.`;
    await inWorkspace(services.connection.db, workspaceId, async (tx) => {
      await insertRejections(workspaceId, tx, stored.id, rejections);
      await finishImport(workspaceId, tx, stored.id, { status: 'failed', error, ...job.progress });
      await audit(job, tx, 'import.failed', run.mode);
    });
    throw new Refused();
  }
  await storeAll(job, table, targets, rejections, stopTicker);
}

const rowsText = (n: number) => (n === 1 ? '1 row was' : `${n.toLocaleString('en')} rows were`);

/** First reading: every row is checked, every new item met, before the database is touched. */
async function checkAll(job: Job, table: Table, targets: ItemTargets): Promise<Rejection[]> {
  const check = rowChecker(job.mapping, table.columns, targets);
  const rejections: Rejection[] = [];
  let answers = 0;
  for await (const row of table.rows()) {
    if (job.signal.aborted) throw new Cancelled();
    const checked = check(row);
    job.progress.rowsRead++;
    job.progress.bytesRead = Math.floor(table.bytesRead() / 2);
    answers += checked.answers.length;
    if (checked.rejections.length === 0) continue;
    job.progress.rowsRejected++;
    const room = KEPT_REJECTIONS - rejections.length;
    if (room > 0) rejections.push(...checked.rejections.slice(0, room));
  }
  if (answers === 0 && rejections.length === 0) {
    throw new UnreadableFile(
      'The file holds no answer: every rated cell is blank or a code for "no answer". Look at the mapping.',
    );
  }
  return rejections;
}

/** Second reading: everything in one transaction, from new items to the word "done". */
async function storeAll(
  job: Job,
  table: Table,
  targets: ItemTargets,
  rejections: readonly Rejection[],
  stopTicker: () => Promise<void>,
): Promise<void> {
  const { services, workspaceId, stored, run, progress } = job;
  await withOneConnection(services.connection, async (db, client) => {
    await inWorkspace(db, workspaceId, async (tx) => {
      const pid = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      job.backend = pid.rows[0]?.pid ?? null;
      await client.query("SET LOCAL work_mem = '64MB'");
      const { surveyId, wave } = await surveyFor(workspaceId, tx, run);
      await makeItems(workspaceId, tx, targets);
      await createStaged(workspaceId, tx, STAGED);
      const prefix = (stored.fileSha256 ?? stored.id).slice(0, 12);
      await copyAnswers(
        client,
        STAGED,
        acceptedRows(job, table, targets),
        (row) => row.response.key ?? `${prefix}:${row.rowNumber}`,
        partsOf(job.mapping),
      );
      if (job.signal.aborted) throw new Cancelled();
      if (wave) await client.query(`UPDATE ${STAGED} SET wave_id = $1 WHERE audience = $2`, [wave.id, wave.audience]);
      const added = await addStaged(workspaceId, tx, { surveyId, stagedTable: STAGED });
      progress.bytesRead = table.bytes;
      await stopTicker();
      if (job.signal.aborted) throw new Cancelled();
      await insertRejections(workspaceId, tx, stored.id, rejections);
      await finishImport(workspaceId, tx, stored.id, { status: 'done', error: null, ...progress });
      await audit(job, tx, 'import.done', run.mode, { ...added });
    });
  });
}

/** The rows that have answers, as the second reading gives them. */
async function* acceptedRows(job: Job, table: Table, targets: ItemTargets): AsyncGenerator<CheckedRow> {
  const check = rowChecker(job.mapping, table.columns, targets);
  for await (const row of table.rows()) {
    if (job.signal.aborted) throw new Cancelled();
    job.progress.bytesRead = Math.floor((table.bytes + table.bytesRead()) / 2);
    const checked = check(row);
    if (checked.rejections.length > 0) continue;
    job.progress.rowsStored++;
    if (checked.answers.length > 0) yield checked;
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

async function audit(job: Job, tx: Tx, action: string, mode: ImportMode, more: Record<string, unknown> = {}) {
  const { rowsRead, rowsStored, rowsRejected } = job.progress;
  await recordAudit(
    job.workspaceId,
    tx,
    job.caller,
    action,
    { kind: 'import', id: job.stored.id },
    {
      fileName: job.stored.fileName,
      mode,
      rowsRead,
      rowsStored,
      rowsRejected,
      ...more,
    },
  );
}

/** Writes down how a failed or cancelled import ended. */
async function end(job: Job, error: unknown): Promise<void> {
  const { services, workspaceId, stored } = job;
  if (error instanceof Refused) return;
  const stopping = job.signal.reason === STOPPING;
  const cancelled = job.signal.aborted && !stopping;
  const status = cancelled ? ('cancelled' as const) : ('failed' as const);
  const message = cancelled ? null : stopping ? INTERRUPTED : `${sentenceOf(error)} Nothing was stored.`;
  const expected = job.signal.aborted || error instanceof UnreadableFile || error instanceof Problem;
  if (!expected) services.log.error({ err: error, importId: stored.id }, 'import failed');
  await inWorkspace(services.connection.db, workspaceId, async (tx) => {
    const progress = { ...job.progress, rowsStored: 0 };
    await finishImport(workspaceId, tx, stored.id, { status, error: message, ...progress });
    await audit(job, tx, `import.${status}`, job.run.mode);
  }).catch((failure: unknown) => services.log.error({ err: failure, importId: stored.id }, 'import end not written'));
  if (cancelled) await deleteUpload(services.config.dataDir, stored.id);
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
