import { recordAudit } from '../audit/record.ts';
import { inWorkspace } from '../db/transaction.ts';
import { Problem } from '../http/problem.ts';
import type { Caller, Services } from '../http/route.ts';
import { openTable, UnreadableFile } from '../imports/read-table.ts';
import { deleteUpload, readingUpload, uploadPath } from '../imports/uploads.ts';
import type { ContactMapping, ContactPreview, ContactRejection } from './import-schema.ts';
import { type ContactImportEnd, endContactImport, noteContactImport } from './import-store.ts';
import { readPerson } from './read-person.ts';
import type { NewContact } from './schema.ts';
import { createPeople, stagePeople } from './staged-people.ts';
import { mergePeople } from './staged-people-store.ts';

const ROWS_AT_ONCE = 2_000;
const KEPT_REJECTIONS = 1_000;
const LOOKED_AT = 1_000;
const SHOWN = 20;

/** What a mapping makes of the first 1,000 rows; nothing is stored. */
export async function previewPeople(path: string, mapping: ContactMapping): Promise<ContactPreview> {
  const table = await openTable(path);
  const preview: ContactPreview = { rowsLookedAt: 0, rowsRejected: 0, rejections: [], people: [] };
  for await (const row of table.rows()) {
    const person = readPerson(row.cells, row.rowNumber, table.columns, mapping);
    preview.rowsLookedAt++;
    if (Array.isArray(person)) {
      preview.rowsRejected++;
      if (preview.rejections.length < SHOWN * 5) preview.rejections.push(...person);
    } else if (preview.people.length < SHOWN) {
      preview.people.push({ row: row.rowNumber, ...person, consent: person.consent?.given ?? null });
    }
    if (preview.rowsLookedAt >= LOOKED_AT) break;
  }
  return preview;
}

interface Job {
  readonly services: Services;
  readonly caller: Caller;
  readonly workspaceId: string;
  readonly importId: string;
  readonly mapping: ContactMapping;
}

/**
 * Stores a list of people in one transaction: all valid rows or, where it fails, none. Rows that are not valid are counted
 * and named by place and reason. Never throws: however it ends is written down.
 */
export async function runContactImport(job: Job): Promise<void> {
  const { services, workspaceId, importId } = job;
  const { db } = services.connection;
  const progress = { rowsRead: 0, rejected: 0, rejections: [] as ContactRejection[] };
  const ticker = setInterval(() => {
    inWorkspace(db, workspaceId, (tx) =>
      noteContactImport(workspaceId, tx, importId, services.now(), progress.rowsRead),
    ).catch((error) => services.log.warn({ err: error, importId }, 'progress of a contact import not noted'));
  }, 1_000);
  try {
    await inWorkspace(db, workspaceId, async (tx) => {
      await createPeople(tx);
      for await (const people of batches(job, progress)) {
        await stagePeople(tx, people.list, people.firstPlace, services.now());
      }
      const merged = await mergePeople(workspaceId, tx);
      clearInterval(ticker);
      await endContactImport(
        workspaceId,
        tx,
        importId,
        { status: 'done', error: null, ...progress, ...merged },
        services.now(),
      );
      const detail = { rowsRead: progress.rowsRead, rejected: progress.rejected, ...merged };
      await recordAudit(workspaceId, tx, job.caller, 'contacts.import', { kind: 'import', id: importId }, detail);
    });
    await deleteUpload(services.config.dataDir, importId);
  } catch (error) {
    clearInterval(ticker);
    const expected = error instanceof UnreadableFile || error instanceof Problem;
    if (!expected) services.log.error({ err: error, importId }, 'contact import failed');
    const said = expected ? error.message : 'Something went wrong on our side; the log says what.';
    const end: ContactImportEnd = {
      status: 'failed',
      error: `${said} Nothing was stored.`,
      ...progress,
      made: 0,
      changed: 0,
      leftOut: 0,
    };
    await inWorkspace(db, workspaceId, (tx) => endContactImport(workspaceId, tx, importId, end, services.now())).catch(
      (problem) => services.log.error({ err: problem, importId }, 'end of a contact import not written'),
    );
  }
}

async function* batches(
  { services, importId, mapping }: Job,
  progress: { rowsRead: number; rejected: number; rejections: ContactRejection[] },
): AsyncGenerator<{ list: NewContact[]; firstPlace: number }> {
  const table = await readingUpload(() => openTable(uploadPath(services.config.dataDir, importId)));
  let list: NewContact[] = [];
  let place = 1;
  for await (const rows of table.batches()) {
    for (const row of rows) {
      progress.rowsRead++;
      const person = readPerson(row.cells, row.rowNumber, table.columns, mapping);
      if (!Array.isArray(person)) list.push(person);
      else {
        progress.rejected++;
        if (progress.rejections.length < KEPT_REJECTIONS) progress.rejections.push(...person);
      }
      if (list.length < ROWS_AT_ONCE) continue;
      yield { list, firstPlace: place };
      place += list.length;
      list = [];
    }
  }
  if (list.length > 0) yield { list, firstPlace: place };
}
