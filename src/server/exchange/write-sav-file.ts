import { savColumn } from '../../core/formats/export-sav.ts';
import { SavRows, savHeader } from '../../core/formats/write-sav.ts';
import type { OutTable } from './export-table.ts';

/** An SPSS file. The rows are read twice: the widths of texts stand before the data. */
export async function* savOf(table: OutTable, now: Date): AsyncGenerator<Buffer> {
  const widths = table.columns.map(() => 1);
  const lowest = table.columns.map(() => 0);
  for await (const rows of table.rows()) {
    for (const row of rows) {
      row.forEach((cell, i) => {
        if (typeof cell === 'string') widths[i] = Math.max(widths[i] ?? 1, Buffer.byteLength(cell));
        else if (typeof cell === 'number') lowest[i] = Math.min(lowest[i] ?? 0, cell);
      });
    }
  }
  const taken = new Set<string>();
  const columns = table.columns.map((column, i) => savColumn(column, widths[i] ?? 1, lowest[i] ?? 0, taken));
  const variables = columns.map(({ variable }) => variable);
  // A response that comes in between is not read, one that goes is missing: the number of cases is not promised.
  yield Buffer.from(savHeader(variables, { cases: -1, created: now, label: table.name, notes: table.notes }));
  const data = new SavRows(variables);
  for await (const rows of table.rows()) {
    for (const row of rows) data.add(columns.map((column, i) => column.value(row[i])));
    yield Buffer.from(data.take());
  }
  yield Buffer.from(data.end());
}
