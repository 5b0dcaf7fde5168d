import { ColumnProfiles, type DetectedColumn, detectColumns } from '../../core/detect-columns.ts';
import type { Mapping } from '../../core/mapping.ts';
import { beginning } from '../../core/storable-text.ts';
import { suggestMapping } from '../../core/suggest-mapping.ts';
import type { Table } from './read-table.ts';

/** What was found out about a file before anything of it is stored. */
export interface Detection {
  readonly columns: DetectedColumn[];
  readonly mapping: Mapping;
  /** Of the table and of the suggestion. */
  readonly warnings: string[];
  /** The first rows as they stand. */
  readonly rows: { readonly rowNumber: number; readonly cells: readonly string[] }[];
}

/** Rows that detection looks at, and rows that are shown. */
const LOOKED_AT = 20_000;
const LOOKED_AT_CELLS = 4_000_000;
const SHOWN = 200;
const SHOWN_CHARACTERS = 1_000_000;

/** Looks at the first rows of a table and suggests a mapping. */
export async function detect(table: Table): Promise<Detection> {
  const profiles = new ColumnProfiles(table.columns);
  const rows: { rowNumber: number; cells: readonly string[] }[] = [];
  const most = Math.min(LOOKED_AT, Math.ceil(LOOKED_AT_CELLS / table.columns.length));
  let characters = 0;
  for await (const row of table.rows()) {
    profiles.add(row.cells);
    if (rows.length < SHOWN && characters < SHOWN_CHARACTERS) {
      const cells = row.cells.map((cell) => beginning(cell, 200));
      characters += cells.reduce((sum, cell) => sum + cell.length, 0);
      rows.push({ rowNumber: row.rowNumber, cells });
    }
    if (profiles.rows >= most) break;
  }
  const columns = detectColumns(profiles);
  const suggestion = suggestMapping(columns, table.questions);
  return { columns, mapping: suggestion.mapping, warnings: [...table.warnings, ...suggestion.warnings], rows };
}
