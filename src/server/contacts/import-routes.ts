import { randomUUID } from 'node:crypto';
import { importers } from '../http/policy.ts';
import { notFound, Problem } from '../http/problem.ts';
import { type RequestContext, type Route, route } from '../http/route.ts';
import { openTable } from '../imports/read-table.ts';
import { LIMITS } from '../imports/unreadable-file.ts';
import {
  deleteUpload,
  hasUpload,
  readingUpload,
  receiveUpload,
  sweepUploads,
  uploadGone,
  uploadPath,
} from '../imports/uploads.ts';
import {
  type ContactMapping,
  contactImportPathSchema,
  contactImportSchema,
  contactMappingSchema,
  contactPreviewSchema,
  contactUploadQuerySchema,
} from './import-schema.ts';
import {
  findContactImport,
  insertContactImport,
  type StoredContactImport,
  startContactImport,
} from './import-store.ts';
import { guessContactMapping } from './read-person.ts';
import { previewPeople, runContactImport } from './run-import.ts';

const tag = 'Contacts';
const BASE = '/api/v1/workspaces/{workspaceId}/contact-imports';
const ONE = `${BASE}/{importId}`;
const params = contactImportPathSchema;
const policy = importers;

async function requireOne(context: RequestContext, importId: string): Promise<StoredContactImport> {
  const found = await context.inWorkspace((tx) => findContactImport(context.workspaceId, tx, importId, context.now()));
  if (!found) throw notFound('The import');
  return found;
}

async function requireFitting(context: RequestContext, importId: string, mapping: ContactMapping): Promise<void> {
  const { columns } = await requireOne(context, importId);
  if (mapping.columns.length !== columns.length) {
    const message = `The file has ${columns.length} columns; say what each of them is.`;
    throw new Problem('unprocessable', message, { fields: [{ field: 'body.columns', message }] });
  }
}

export const contactImportRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: BASE,
      summary:
        'Upload a list of people (CSV, TSV, XLSX); the answer guesses what its columns are. Nothing is stored yet.',
      tag,
      policy,
      query: contactUploadQuerySchema,
      upload: 'application/octet-stream',
      maxBody: LIMITS.textBytes,
      status: 201,
      answer: contactImportSchema,
    },
    async (context, { query }) => {
      const { workspaceId, config } = context;
      await sweepUploads(config.dataDir, context.now());
      const id = randomUUID();
      const { bytes } = await receiveUpload(config.dataDir, id, context.request);
      try {
        const { columns } = await readingUpload(() => openTable(uploadPath(config.dataDir, id)));
        await context.inWorkspace(async (tx) => {
          const mapping = guessContactMapping(columns);
          const { fileName } = query;
          await insertContactImport(workspaceId, tx, { id, fileName, fileBytes: bytes, columns, mapping });
          await context.audit(tx, 'contacts.uploaded', { kind: 'import', id }, { bytes });
        });
        return requireOne(context, id);
      } catch (error) {
        await deleteUpload(config.dataDir, id);
        throw error;
      }
    },
  ),
  route(
    {
      method: 'get',
      path: ONE,
      summary: 'A list of people that was uploaded: its columns, and how far its import has come',
      tag,
      policy,
      params,
      answer: contactImportSchema,
    },
    (context, { params: { importId } }) => requireOne(context, importId),
  ),
  route(
    {
      method: 'post',
      path: `${ONE}/preview`,
      summary: 'What a mapping makes of the first 1,000 rows. Nothing is stored yet.',
      tag,
      policy,
      params,
      body: contactMappingSchema,
      answer: contactPreviewSchema,
    },
    async (context, { params: { importId }, body }) => {
      await requireFitting(context, importId, body);
      return readingUpload(() => previewPeople(uploadPath(context.config.dataDir, importId), body));
    },
  ),
  route(
    {
      method: 'post',
      path: `${ONE}/run`,
      summary: 'Store the people of a list; it runs in the background',
      tag,
      policy,
      params,
      body: contactMappingSchema,
      status: 202,
      answer: contactImportSchema,
    },
    async (context, { params: { importId }, body }) => {
      const { workspaceId, caller } = context;
      await requireFitting(context, importId, body);
      if (!(await hasUpload(context.config.dataDir, importId))) throw uploadGone();
      const started = await context.inWorkspace((tx) =>
        startContactImport(workspaceId, tx, importId, body, context.now()),
      );
      if (!started) throw new Problem('conflict', 'This list is being imported, or has been.');
      const services = { connection: context.connection, config: context.config, log: context.log, now: context.now };
      void runContactImport({ services, caller, workspaceId, importId, mapping: body });
      return requireOne(context, importId);
    },
  ),
];
