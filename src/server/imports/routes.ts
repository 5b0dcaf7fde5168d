import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Mapping } from '../../core/mapping.ts';
import { mappingProblems } from '../../core/mapping.ts';
import { storableJson } from '../../core/storable-text.ts';
import { csvLine, UTF8_MARK } from '../csv.ts';
import { importers } from '../http/policy.ts';
import { notFound, Problem } from '../http/problem.ts';
import { type RequestContext, type Route, route } from '../http/route.ts';
import { knownItems, requireDestination } from './destination.ts';
import { detect } from './detect.ts';
import { mappingRoutes } from './mapping-routes.ts';
import { previewOf } from './preview.ts';
import { openTable, type Table, type TableOptions } from './read-table.ts';
import { toolOf } from './recognise-tool.ts';
import { cancelRunning, runImport } from './run-import.ts';
import {
  type Detected,
  type Import,
  type ImportSummary,
  importSchema,
  importSummarySchema,
  mappingSchema,
  type Preview,
  previewSchema,
  rejectionPageSchema,
  runSchema,
  uploadQuerySchema,
} from './schema.ts';
import {
  countRejections,
  countWaiting,
  failInterrupted,
  findImport,
  forgetImportsBefore,
  insertImport,
  listImports,
  listRejections,
  requestCancel,
  type StoredImport,
  saveMapping,
  startRun,
} from './store.ts';
import { tableOptions } from './table-options.ts';
import { LIMITS } from './unreadable-file.ts';
import { deleteUpload, keptSince, readingUpload, receiveUpload, sweepUploads, uploadPath } from './uploads.ts';

const BASE = '/api/v1/workspaces/{workspaceId}/imports';
const ONE = `${BASE}/{importId}`;
const tag = 'Imports';
const policy = importers;
const params = z.object({ importId: z.guid() });
/** Files that wait for their mapping take disk space: so many at once in a workspace. */
const MOST_WAITING = 20;

function summaryOf(stored: StoredImport): ImportSummary {
  return {
    id: stored.id,
    fileName: stored.fileName,
    fileBytes: stored.fileBytes,
    status: stored.status as ImportSummary['status'],
    mode: stored.mode as ImportSummary['mode'],
    progress: {
      bytesRead: stored.bytesRead,
      bytes: stored.fileBytes,
      rowsRead: stored.rowsRead,
      rowsStored: stored.rowsStored,
      rowsRejected: stored.rowsRejected,
    },
    error: stored.error,
    createdAt: stored.createdAt.toISOString(),
    finishedAt: stored.finishedAt?.toISOString() ?? null,
  };
}

function importOf(stored: StoredImport): Import {
  return {
    ...summaryOf(stored),
    detected: stored.detected?.detected ?? null,
    mapping: stored.mapping as Import['mapping'],
    preview: stored.detected?.preview ?? null,
  };
}

async function requireImport(context: RequestContext, importId: string): Promise<StoredImport> {
  const stored = await context.inWorkspace(async (tx) => {
    await failInterrupted(context.workspaceId, tx);
    return findImport(context.workspaceId, tx, importId);
  });
  if (!stored) throw notFound('The import');
  return stored;
}

/** Opens the uploaded file of an import; its problems become refusals of the request. */
async function reopen(context: RequestContext, importId: string, options: TableOptions): Promise<Table> {
  return readingUpload(() => openTable(uploadPath(context.config.dataDir, importId), options));
}

const uploadRoute = route(
  {
    method: 'post',
    path: BASE,
    summary: 'Upload a file; the answer says what was found in it and suggests a mapping. Nothing is stored yet.',
    tag,
    policy,
    query: uploadQuerySchema,
    upload: 'application/octet-stream',
    maxBody: LIMITS.textBytes,
    status: 201,
    answer: importSchema,
  },
  async (context, { query }) => {
    const { workspaceId, config } = context;
    const waiting = await context.inWorkspace(async (tx) => {
      await forgetImportsBefore(workspaceId, tx, keptSince(context.now()));
      return countWaiting(workspaceId, tx);
    });
    if (waiting >= MOST_WAITING) {
      throw new Problem('conflict', `${MOST_WAITING} imports wait already. Run or cancel some of them first.`);
    }
    await sweepUploads(config.dataDir, context.now());
    const id = randomUUID();
    const { bytes, sha256 } = await receiveUpload(config.dataDir, id, context.request);
    try {
      const table = await reopen(context, id, {
        ...(query.delimiter ? { delimiter: query.delimiter === 'tab' ? '\t' : query.delimiter } : {}),
        ...(query.encoding ? { encoding: query.encoding } : {}),
        ...(query.headerRows ? { headerRows: Number(query.headerRows) } : {}),
        ...(query.sheet ? { sheet: query.sheet } : {}),
      });
      const found = await readingUpload(() => detect(table));
      const tool = await readingUpload(() => toolOf(uploadPath(config.dataDir, id), query.fileName));
      const detected: Detected = {
        format: table.format,
        gzip: table.gzip,
        delimiter: table.delimiter,
        encoding: table.encoding,
        headerRows: table.headerRows,
        sheet: table.sheet,
        ...(tool === undefined ? {} : { tool }),
        layout: found.mapping.layout,
        columns: found.columns as Detected['columns'],
        warnings: found.warnings,
      };
      const known = await context.inWorkspace((tx) => knownItems(workspaceId, tx));
      const preview = await readingUpload(() => previewOf(table, found.mapping, known, found.rows as Preview['rows']));
      const createdBy = context.caller.kind === 'user' ? context.caller.userId : null;
      const stored = await context.inWorkspace(async (tx) => {
        const fileName = query.fileName;
        await insertImport(workspaceId, tx, {
          id,
          fileName,
          fileBytes: bytes,
          fileSha256: sha256,
          createdBy,
          detected: storable(detected),
          preview: storable(preview),
          mapping: storable(found.mapping),
        });
        await context.audit(tx, 'import.uploaded', { kind: 'import', id }, { fileName, bytes });
        return findImport(workspaceId, tx, id);
      });
      if (!stored) throw new Error('an import vanished in its own transaction');
      return importOf(stored);
    } catch (error) {
      await deleteUpload(config.dataDir, id);
      throw error;
    }
  },
);

/** What comes of a file's texts, whatever was cut off where. */
function storable<T>(value: T): T {
  return JSON.parse(storableJson(JSON.stringify(value))) as T;
}

const listRoute = route(
  {
    method: 'get',
    path: BASE,
    summary: 'The latest 100 imports, newest first',
    tag,
    policy,
    answer: z.object({ imports: z.array(importSummarySchema) }),
  },
  async (context) => {
    const imports = await context.inWorkspace(async (tx) => {
      await failInterrupted(context.workspaceId, tx);
      return listImports(context.workspaceId, tx, 100);
    });
    return { imports: imports.map(summaryOf) };
  },
);

const getRoute = route(
  {
    method: 'get',
    path: ONE,
    summary: 'An import: what was found, mapping, preview and progress',
    tag,
    policy,
    params,
    answer: importSchema,
  },
  async (context, input) => importOf(await requireImport(context, input.params.importId)),
);

const mappingRoute = route(
  {
    method: 'put',
    path: `${ONE}/mapping`,
    summary: 'Set the mapping; the answer shows what it makes of the first 1,000 rows. Nothing is stored yet.',
    tag,
    policy,
    params,
    body: mappingSchema,
    maxBody: 2 * 1024 * 1024,
    answer: previewSchema,
  },
  async (context, { params: { importId }, body }) => {
    const { workspaceId } = context;
    const stored = await requireImport(context, importId);
    refuseUnless(stored, ['uploaded', 'failed'], 'take another mapping');
    if (!stored.detected) throw new Error('an import without detection');
    const { detected, preview: before } = stored.detected;
    const table = await reopen(context, importId, tableOptions(detected));
    const known = await context.inWorkspace((tx) => knownItems(workspaceId, tx));
    const preview = storable(await readingUpload(() => previewOf(table, body as Mapping, known, before.rows)));
    await context.inWorkspace((tx) =>
      saveMapping(workspaceId, tx, importId, { mapping: body as Mapping, detected, preview }),
    );
    return preview;
  },
);

function refuseUnless(stored: StoredImport, statuses: readonly string[], what: string): void {
  if (!statuses.includes(stored.status)) {
    throw new Problem('conflict', `This import is ${stored.status} and can't ${what}.`);
  }
}

const runRoute = route(
  {
    method: 'post',
    path: `${ONE}/run`,
    summary: 'Start the import; it runs in the background. all_or_nothing: one rejected row stores nothing.',
    tag,
    policy,
    params,
    body: runSchema,
    status: 202,
    answer: importSummarySchema,
  },
  async (context, { params: { importId }, body }) => {
    const { workspaceId } = context;
    const stored = await requireImport(context, importId);
    refuseUnless(stored, ['uploaded', 'failed'], 'be run');
    if (!stored.mapping || !stored.detected) throw new Problem('conflict', 'Set a mapping first.');
    const problems = mappingProblems(
      stored.mapping,
      stored.detected.detected.columns.map((column) => column.name),
    );
    if (problems.length > 0) throw new Problem('unprocessable', problems.join(' '));
    await reopen(context, importId, tableOptions(stored.detected.detected));
    const started = await context.inWorkspace(async (tx) => {
      await requireDestination(workspaceId, tx, body);
      if (!(await startRun(workspaceId, tx, importId, body.mode))) return undefined;
      await context.audit(
        tx,
        'import.started',
        { kind: 'import', id: importId },
        { fileName: stored.fileName, mode: body.mode },
      );
      return findImport(workspaceId, tx, importId);
    });
    if (!started)
      throw new Problem('conflict', 'Another import of this workspace is running. Wait for its end, or cancel it.');
    const { connection, config, log, now, caller } = context;
    void runImport({ connection, config, log, now }, caller, workspaceId, started, body);
    return summaryOf(started);
  },
);

const cancelRoute = route(
  {
    method: 'post',
    path: `${ONE}/cancel`,
    summary: 'Cancel an import: a running one stops and leaves nothing, a waiting one is given up',
    tag,
    policy,
    params,
    status: 202,
    answer: importSummarySchema,
  },
  async (context, { params: { importId } }) => {
    const { workspaceId } = context;
    await requireImport(context, importId);
    const before = await context.inWorkspace(async (tx) => {
      const status = await requestCancel(workspaceId, tx, importId);
      if (status) await context.audit(tx, 'import.cancel', { kind: 'import', id: importId });
      return status;
    });
    if (!before) throw new Problem('conflict', 'This import is over already.');
    if (before === 'running') cancelRunning(importId);
    else await deleteUpload(context.config.dataDir, importId);
    return summaryOf(await requireImport(context, importId));
  },
);

const rejectionsRoute = route(
  {
    method: 'get',
    path: `${ONE}/rejections`,
    summary: 'Rejected rows: row, column, value and reason, a page at a time',
    tag,
    policy,
    params,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(1000).default(100),
      offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
    }),
    answer: rejectionPageSchema,
  },
  async (context, { params: { importId }, query }) => {
    const stored = await requireImport(context, importId);
    return context.inWorkspace(async (tx) => ({
      total: stored.rowsRejected,
      kept: await countRejections(context.workspaceId, tx, importId),
      rejections: await listRejections(context.workspaceId, tx, importId, query),
    }));
  },
);

const rejectionsCsvRoute = route(
  {
    method: 'get',
    path: `${ONE}/rejections.csv`,
    summary: 'Rejected rows as CSV, safe to open in a spreadsheet',
    tag,
    policy,
    params,
    produces: 'text/csv',
  },
  async (context, { params: { importId } }) => {
    await requireImport(context, importId);
    const rejections = await context.inWorkspace((tx) =>
      listRejections(context.workspaceId, tx, importId, { limit: 10_000, offset: 0 }),
    );
    const lines = rejections.map((line) => csvLine([line.rowNumber, line.column, line.value, line.reason]));
    return new Response(UTF8_MARK + csvLine(['row', 'column', 'value', 'reason']) + lines.join(''), {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': 'attachment; filename="rejected-rows.csv"',
      },
    });
  },
);

export const importRoutes: readonly Route[] = [
  uploadRoute,
  listRoute,
  getRoute,
  mappingRoute,
  runRoute,
  cancelRoute,
  rejectionsRoute,
  rejectionsCsvRoute,
  ...mappingRoutes,
];
