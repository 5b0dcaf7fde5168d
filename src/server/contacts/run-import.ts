import { recordAudit } from '../audit/record.ts';
import { inWorkspace } from '../db/transaction.ts';
import { Problem } from '../http/problem.ts';
import type { Caller, Services } from '../http/route.ts';
import { openTable, UnreadableFile } from '../imports/read-table.ts';
import { deleteUpload, readingUpload, uploadPath } from '../imports/uploads.ts';
import type { ContactMapping, ContactPreview, ShownRemark } from './import-schema.ts';
import { type ContactImportEnd, endContactImport, noteContactImport } from './import-store.ts';
import { readPerson } from './read-person.ts';
import { earlierRows } from './repeated-people.ts';
import type { NewContact } from './schema.ts';
import { createPeople, stagePeople } from './staged-people.ts';
import { mergePeople } from './staged-people-store.ts';

const ROWS_AT_ONCE = 2_000;
const KEPT_REMARKS = 1_000;
const LOOKED_AT = 1_000;
const SHOWN = 20;
const REMARKS = 100;

/** What a mapping makes of the first 1,000 rows; nothing is stored. */
export async function previewPeople(path: string, mapping: ContactMapping): Promise<ContactPreview> {
  const table = await openTable(path);
  const earlier = earlierRows();
  const preview: ContactPreview = {
    ...{ rowsLookedAt: 0, rowsRejected: 0, rowsWithoutId: 0, rowsRepeated: 0 },
    ...{ rejections: [], notes: [], people: [] },
  };
  const add = (to: ShownRemark[], remarks: readonly ShownRemark[]) => to.push(...remarks.slice(0, REMARKS - to.length));
  for await (const { cells, rowNumber: row } of table.rows()) {
    const { person, rejections, notes, withoutId } = readPerson(cells, row, table.columns, mapping);
    preview.rowsLookedAt++;
    if (withoutId) preview.rowsWithoutId++;
    add(preview.rejections, rejections);
    add(preview.notes, notes);
    if (!person) preview.rowsRejected++;
    else {
      const before = earlier(person, row);
      if (before !== undefined) {
        preview.rowsRepeated++;
        add(preview.notes, [{ row, column: '', value: person.key ?? person.email ?? '', reason: sameAs(before) }]);
      }
      if (preview.people.length < SHOWN) {
        preview.people.push({ row, ...person, consent: person.consent?.given ?? null });
      }
    }
    if (preview.rowsLookedAt >= LOOKED_AT) break;
  }
  return preview;
}

const sameAs = (row: number) => `The same person as in row ${row}: stored once, and what stands here holds.`;

interface Job {
  readonly services: Services;
  readonly caller: Caller;
  readonly workspaceId: string;
  readonly importId: string;
  readonly mapping: ContactMapping;
}

/**
 * Stores a list of people in one transaction: all valid rows or, where it fails, none. Rows that are not valid are counted
 * and named by place and reason, and so is what is left out of others. Never throws: however it ends is written down.
 */
export async function runContactImport(job: Job): Promise<void> {
  const { services, workspaceId, importId } = job;
  const { db } = services.connection;
  const progress = { rowsRead: 0, rejected: 0, rejections: [] as ShownRemark[], notes: [] as ShownRemark[] };
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
  progress: { rowsRead: number; rejected: number; rejections: ShownRemark[]; notes: ShownRemark[] },
): AsyncGenerator<{ list: NewContact[]; firstPlace: number }> {
  const table = await readingUpload(() => openTable(uploadPath(services.config.dataDir, importId)));
  let list: NewContact[] = [];
  let place = 1;
  for await (const rows of table.batches()) {
    for (const row of rows) {
      progress.rowsRead++;
      const { person, rejections, notes } = readPerson(row.cells, row.rowNumber, table.columns, mapping);
      if (person) list.push(person);
      else progress.rejected++;
      if (progress.rejections.length < KEPT_REMARKS) progress.rejections.push(...rejections);
      if (progress.notes.length < KEPT_REMARKS) progress.notes.push(...notes);
      if (list.length < ROWS_AT_ONCE) continue;
      yield { list, firstPlace: place };
      place += list.length;
      list = [];
    }
  }
  if (list.length > 0) yield { list, firstPlace: place };
}
