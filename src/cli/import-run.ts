import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import {
  type ImportSummary,
  importSchema,
  importSummarySchema,
  previewSchema,
  rejectionPageSchema,
} from '../server/imports/schema.ts';
import { CommandError } from './command-error.ts';
import { requireFile } from './import-suggest.ts';

export interface ImportOptions {
  readonly apiKey: string;
  readonly workspace: string;
  readonly survey: string;
  readonly mapping?: string;
  readonly mode: string;
  readonly url: string;
}

const FAILED = 1;
const CALLED_WRONGLY = 2;
const UNREADABLE = 3;

/** Uploads the file, sets the mapping, runs the import and shows how far it is. Cancels it when interrupted. */
export async function runImport(file: string, options: ImportOptions): Promise<void> {
  if (options.mode !== 'all_or_nothing' && options.mode !== 'valid_rows') {
    throw new CommandError('--mode is all_or_nothing or valid_rows.', CALLED_WRONGLY);
  }
  const bytes = await requireFile(file);
  const mapping = options.mapping === undefined ? undefined : await readJson(options.mapping);
  const api = new Api(options);
  const uploaded = await api.upload(file, bytes);
  for (const warning of uploaded.detected?.warnings ?? []) console.error(`Check: ${warning}`);
  const preview =
    mapping === undefined ? uploaded.preview : await api.ask('PUT', `/${uploaded.id}/mapping`, previewSchema, mapping);
  if (preview && preview.problems.length > 0) {
    await api.ask('POST', `/${uploaded.id}/cancel`, importSummarySchema);
    throw new CommandError(preview.problems.join('\n'), CALLED_WRONGLY);
  }
  const into = z.guid().safeParse(options.survey).success
    ? { surveyId: options.survey }
    : { surveyName: options.survey };
  await api.ask('POST', `/${uploaded.id}/run`, importSummarySchema, { mode: options.mode, ...into });
  const cancel = () => void api.ask('POST', `/${uploaded.id}/cancel`, importSummarySchema).catch(() => {});
  process.once('SIGINT', cancel);
  const end = await watch(api, uploaded.id);
  process.removeListener('SIGINT', cancel);
  await report(api, end);
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandError(`${file}: the mapping cannot be read.`, CALLED_WRONGLY);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(`${file}: the mapping is not JSON. Make one with: parallax mapping FILE`, CALLED_WRONGLY);
  }
}

async function watch(api: Api, importId: string): Promise<ImportSummary> {
  while (true) {
    const now = await api.ask('GET', `/${importId}`, importSummarySchema);
    const { bytesRead, bytes, rowsRead } = now.progress;
    const line =
      bytesRead < bytes
        ? `${Math.floor((100 * bytesRead) / bytes)} %, ${rowsRead.toLocaleString('en')} rows`
        : 'storing';
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${now.status === 'running' ? line : ''}`);
    if (now.status !== 'running') return now;
    await sleep(500);
  }
}

/** The end of the import: counts on standard output, rejected rows and reasons on standard error. */
async function report(api: Api, end: ImportSummary): Promise<void> {
  const { rowsRead, rowsStored, rowsRejected } = end.progress;
  if (rowsRejected > 0) {
    const { rejections } = await api.ask('GET', `/${end.id}/rejections?limit=20`, rejectionPageSchema);
    for (const { rowNumber, column, value, reason } of rejections) {
      console.error(`row ${rowNumber}, ${column}: "${value}" ${reason}`);
    }
    const more = rowsRejected - new Set(rejections.map((rejection) => rejection.rowNumber)).size;
    if (more > 0)
      console.error(`… and ${more.toLocaleString('en')} more rows; all as CSV: ${api.base}/${end.id}/rejections.csv`);
  }
  if (end.status !== 'done') {
    throw new CommandError(end.error ?? 'The import was cancelled. Nothing was stored.', FAILED);
  }
  const n = (count: number) => count.toLocaleString('en');
  console.log(`${n(rowsRead)} rows read, ${n(rowsStored)} stored, ${n(rowsRejected)} rejected.`);
}

const problemSchema = z.object({ detail: z.string() });

/** The few requests of an import. Refusals end the command with their own sentence. */
class Api {
  readonly base: string;
  private readonly key: string;

  constructor(options: ImportOptions) {
    this.base = `${options.url.replace(/\/+$/, '')}/api/v1/workspaces/${encodeURIComponent(options.workspace)}/imports`;
    this.key = options.apiKey;
  }

  async ask<S extends z.ZodType>(method: string, suffix: string, schema: S, body?: unknown): Promise<z.output<S>> {
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return schema.parse(await this.fetch(suffix, { method, ...init }, CALLED_WRONGLY));
  }

  async upload(file: string, bytes: number): Promise<z.output<typeof importSchema>> {
    const answer = await this.fetch(
      `?fileName=${encodeURIComponent(path.basename(file))}`,
      {
        method: 'POST',
        body: Readable.toWeb(createReadStream(file)) as ReadableStream,
        headers: { 'content-type': 'application/octet-stream', 'content-length': String(bytes) },
        duplex: 'half',
      },
      UNREADABLE,
    );
    return importSchema.parse(answer);
  }

  private async fetch(suffix: string, init: RequestInit, refused: number): Promise<unknown> {
    const headers = { ...(init.headers as Record<string, string> | undefined), authorization: `Bearer ${this.key}` };
    let response: Response;
    try {
      response = await fetch(this.base + suffix, { ...init, headers });
    } catch {
      throw new CommandError(`Nothing answers at ${this.base}. Is Parallax running there? Set --url.`, FAILED);
    }
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok) return answer;
    const problem = problemSchema.safeParse(answer);
    const sentence = problem.success ? problem.data.detail : `The server answered ${response.status}.`;
    throw new CommandError(
      sentence,
      response.status === 422 ? refused : response.status === 400 ? CALLED_WRONGLY : FAILED,
    );
  }
}
