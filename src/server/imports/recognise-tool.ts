import { formatOf } from '../../core/formats/formats.ts';
import { openTable } from './read-table.ts';

/** Whatever tells one tool's table from another stands in its first rows. */
const ROWS = 5;

/**
 * The name of another tool's format where an uploaded table is of one, such as `Google Forms answers (CSV)`: as a table its
 * texts and headings have to be mapped by hand, while its own reader knows them. Undefined where no reader does.
 */
export async function toolOf(path: string, fileName: string): Promise<string | undefined> {
  const rows: string[][] = [];
  const table = await openTable(path, { headerRows: 0 });
  for await (const { cells } of table.rows()) {
    rows.push(cells);
    if (rows.length === ROWS) break;
  }
  const nothing = () => undefined;
  return formatOf({ fileName, bytes: new Uint8Array(), text: nothing, json: nothing, table: () => rows })?.name;
}
