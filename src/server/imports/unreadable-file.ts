/** A file that cannot be read as a table; `message` is one sentence that says what is wrong and what to do. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/** What one file may hold. Each limit is named in the sentence that refuses a file. */
export const LIMITS = {
  /** Bytes of a text file, as stored and as unpacked: 2 GB. */
  textBytes: 2 * 1024 ** 3,
  /** Rows of a workbook sheet: the limit of the format itself. */
  sheetRows: 1_048_576,
  columns: 2_000,
  /** Characters of one row, so that a quotation mark that never closes can't take the memory. */
  rowCharacters: 4_000_000,
  /** Bytes of one part of a workbook, unpacked. */
  sheetBytes: 4 * 1024 ** 3,
  /** Characters of all texts that a workbook keeps apart from its sheets; they have to be held in memory. */
  sharedCharacters: 64_000_000,
  sharedStrings: 2_000_000,
  /** Characters of XML without a single tag or text ending: nothing that a spreadsheet program writes. */
  xmlToken: 8_000_000,
  zipEntries: 10_000,
  /** A table shrinks to a tenth or a fiftieth; only files made to fill a memory expand more than this … */
  expansion: 200,
  /** … once they are larger than this. */
  expansionFrom: 16 * 1024 ** 2,
} as const;

/** Counts unpacked bytes while they stream and refuses a bomb at its limit, whatever its header declared. */
export function expansionGuard(what: string, limit: number): (unpacked: number, packed: number) => void {
  return (unpacked, packed) => {
    if (unpacked > limit) {
      throw new UnreadableFile(
        `${what} unpacks to more than ${gigabytes(limit)}, the limit. Split it into smaller files.`,
      );
    }
    if (unpacked > LIMITS.expansionFrom && unpacked > packed * LIMITS.expansion) {
      throw new UnreadableFile(
        `${what} expands more than ${LIMITS.expansion}-fold, which no table does; it was not read further.`,
      );
    }
  };
}

export function gigabytes(bytes: number): string {
  return `${Math.round((bytes / 1024 ** 3) * 10) / 10} GB`;
}
