import { Readable } from 'node:stream';
import { inWorkspace } from '../db/transaction.ts';
import { attachment } from '../http/file-name.ts';
import type { Services } from '../http/route.ts';
import { isProtected } from '../surveys/verbs.ts';
import type { OutCell, OutTable } from './export-table.ts';
import { protectedTable } from './protected-counts.ts';
import type { ExportFormat, ExportQuery } from './schema.ts';
import { responseTable, type Wording } from './single-responses.ts';
import { savOf } from './write-sav-file.ts';
import { csvOf } from './write-text.ts';
import { xlsxOf } from './write-xlsx.ts';

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  sav: 'application/x-spss-sav',
  json: 'application/json',
};

/** All answers of one audience as a file that is made while it is sent. */
export async function exportFile(
  services: Services,
  workspaceId: string,
  surveyId: string,
  { format, audience, labels }: ExportQuery,
): Promise<Response> {
  const anonymous = await inWorkspace(services.connection.db, workspaceId, (tx) =>
    isProtected(workspaceId, tx, surveyId, audience),
  );
  const table = anonymous
    ? await protectedTable(services, workspaceId, surveyId, audience)
    : await responseTable(services, workspaceId, surveyId, wordingIn(format, labels === 'true'));
  const bytes = Readable.from(piecesOf(table, format, labels === 'true', services.now()), { objectMode: false });
  return new Response(Readable.toWeb(bytes) as ReadableStream, {
    headers: {
      'Content-Type': TYPES[format],
      'Content-Disposition': attachment([table.name, audience, services.now().toISOString().slice(0, 10)], format),
    },
  });
}

/** CSV has no place for notes beside the rows; ids mean the same in all versions, so that they need one column only. */
function wordingIn(format: ExportFormat, labels: boolean): Wording {
  if (format === 'csv' || format === 'xlsx') return labels ? 'columns' : 'ids';
  return format === 'sav' ? 'choices' : 'notes';
}

function piecesOf(table: OutTable, format: ExportFormat, labels: boolean, now: Date): AsyncIterable<string | Buffer> {
  if (format === 'csv') return csvOf(table, labels);
  if (format === 'xlsx') return xlsxOf(table, labels, now);
  return format === 'sav' ? savOf(table, now) : jsonOf(table);
}

/** Raw values by the ids of their columns, one row a line; null is "does not apply", what is left out was not answered. */
async function* jsonOf(table: OutTable): AsyncGenerator<string> {
  const columns = table.columns.map(({ id, label, choices, earlier }) => ({
    id,
    label,
    ...(choices.size > 0 ? { choices: [...choices].map(([choice, text]) => ({ id: choice, text })) } : {}),
    ...(earlier ? { earlierChoices: earlier } : {}),
  }));
  const head = JSON.stringify({ format: 'parallax-answers/1', survey: table.name, notes: table.notes, columns });
  yield `${head.slice(0, -1)},"rows":[`;
  let comma = '';
  for await (const rows of table.rows()) {
    for (const row of rows) {
      const cells = table.columns.flatMap(({ id }, i) => (row[i] === undefined ? [] : [[id, rawCell(row[i])]]));
      yield `${comma}\n${JSON.stringify(Object.fromEntries(cells))}`;
      comma = ',';
    }
  }
  yield '\n]}\n';
}

const rawCell = (cell: OutCell) => (typeof cell === 'object' && cell ? cell.id : cell);
