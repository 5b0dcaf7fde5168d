import type { EarlierChoice, ExportColumn } from '../../core/formats/export-columns.ts';

/**
 * A value of a table that goes out: undefined is blank, null is "does not apply". A choice stands as its id, or with its
 * text where it read otherwise in the version that was answered.
 */
export type OutCell = number | string | null | undefined | EarlierChoice;

/** A table that goes out, in whatever format: its rows can be read several times and never stand in memory together. */
export interface OutTable {
  readonly name: string;
  /** Sentences that stand in the file: what it does not hold, and why. */
  readonly notes: readonly string[];
  readonly columns: readonly ExportColumn[];
  rows(): AsyncGenerator<OutCell[][]>;
}

/** A column that is no question. Its id begins with `_`, which no question's does. */
export function factColumn(id: string, label: string, kind: ExportColumn['kind'] = 'text'): ExportColumn {
  const measure = kind === 'text' ? 'nominal' : 'scale';
  return { id: `_${id}`, key: `_${id}`, label, kind, choices: new Map(), ends: new Map(), measure };
}
