import type { ExportColumn } from '../../core/formats/export-columns.ts';
import { NOT_APPLICABLE } from '../../core/formats/export-columns.ts';
import { csvLine, UTF8_MARK } from '../csv.ts';
import type { OutCell, OutTable } from './export-table.ts';

/** What stands in a cell of a table: `n/a` where it does not apply, and with `labels` the text of a choice for its id. */
export function shownCell(column: ExportColumn, cell: OutCell, labels: boolean): number | string | null {
  if (cell === undefined) return null;
  if (cell === null) return NOT_APPLICABLE;
  if (typeof cell === 'object') return labels ? cell.text : cell.id;
  return labels && typeof cell === 'string' ? (column.choices.get(cell) ?? cell) : cell;
}

/** Headings: ids, or what was asked. Two questions of the same text keep apart by their ids. */
export function headings(columns: readonly ExportColumn[], labels: boolean): string[] {
  if (!labels) return columns.map(({ id }) => id);
  const times = new Map<string, number>();
  for (const { label } of columns) times.set(label, (times.get(label) ?? 0) + 1);
  return columns.map(({ id, label }) => (label === '' ? id : times.get(label) === 1 ? label : `${label} (${id})`));
}

/** CSV that is safe to open in a spreadsheet (see csv.ts); notes stand behind the last row. */
export async function* csvOf(table: OutTable, labels: boolean): AsyncGenerator<string> {
  yield UTF8_MARK + csvLine(headings(table.columns, labels));
  for await (const rows of table.rows()) {
    yield rows.map((row) => csvLine(table.columns.map((column, i) => shownCell(column, row[i], labels)))).join('');
  }
  for (const note of table.notes) yield csvLine([note]);
}
