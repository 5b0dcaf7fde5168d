import type { TableOptions } from './read-table.ts';
import type { Detected } from './schema.ts';
import type { Encoding } from './text-encoding.ts';

/** Reads the file again as it was understood when it was uploaded. */
export function tableOptions(detected: Detected | undefined): TableOptions {
  if (!detected) return {};
  return {
    headerRows: detected.headerRows,
    ...(detected.delimiter === null ? {} : { delimiter: detected.delimiter, encoding: detected.encoding as Encoding }),
    ...(detected.sheet === null ? {} : { sheet: detected.sheet }),
  };
}
