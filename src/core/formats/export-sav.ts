import type { EarlierChoice, ExportColumn } from './export-columns.ts';
import { named } from './rewordings.ts';
import { MOST_WIDTH, type SavValue, type SavVariable, savName, savSeconds } from './sav.ts';

/** A column with what a .sav file needs to know of it. */
export interface SavColumn {
  readonly variable: SavVariable;
  /** The value of a cell: undefined is system-missing, null the user-missing code for "does not apply". */
  value(cell: number | string | null | undefined | EarlierChoice): SavValue;
}

/**
 * How a column stands in a .sav file: choices as numbers with labels, days as dates, texts as wide as `bytes`, and "does
 * not apply" as a user-missing number beside those of the scale.
 *
 * @param bytes most UTF-8 bytes of a text in this column
 * @param lowest the least number in this column
 * @param taken names that are taken (upper case); the new one is added
 */
export function savColumn(column: ExportColumn, bytes: number, lowest: number, taken: Set<string>): SavColumn {
  const name = savName(column.id.replace(':', '.'), taken);
  const base = { name, label: column.label, decimals: 0, measure: column.measure, missing: [], valueLabels: new Map() };
  if (column.choices.size > 0) return codedChoices(column, base);
  if (column.kind === 'text') {
    const width = Math.min(MOST_WIDTH, Math.max(1, bytes));
    return {
      variable: { ...base, kind: 'text', width },
      value: (cell) => (typeof cell === 'string' || typeof cell === 'number' ? String(cell) : null),
    };
  }
  if (column.kind === 'day') {
    return {
      variable: { ...base, kind: 'date', width: 0 },
      value: (cell) => (typeof cell === 'string' ? savSeconds(cell) : null),
    };
  }
  const apart = lowest < -90 ? Math.floor(lowest) - 99 : -99;
  const ticks: [number, string][] =
    column.choice && !column.choice.ranked
      ? [
          [0, 'not chosen'],
          [1, 'chosen'],
        ]
      : [];
  const labels = new Map<number, string>([...column.ends, ...ticks, [apart, 'does not apply']]);
  return {
    variable: {
      ...base,
      kind: 'number',
      width: 0,
      missing: [apart],
      valueLabels: labels,
      decimals: column.measure === 'scale' ? 2 : 0,
    },
    value: (cell) => (cell === null ? apart : typeof cell === 'number' ? cell : null),
  };
}

/**
 * Ids that are whole numbers keep them; others are counted from 1. A choice that read otherwise in earlier versions has a
 * code of its own for each of its texts, behind all others.
 */
function codedChoices(column: ExportColumn, base: Omit<SavVariable, 'kind' | 'width'>): SavColumn {
  const ids = [...column.choices.keys()];
  const numbered = ids.filter((id) => !id.startsWith('_')).every((id) => /^(0|[1-9]\d{0,8})$/.test(id));
  const highest = numbered ? Math.max(0, ...ids.map(Number).filter(Number.isFinite)) : 0;
  const codes = new Map(ids.map((id, i) => [id, numbered ? (id.startsWith('_') ? highest + 1 : Number(id)) : i + 1]));
  const last = Math.max(0, ...codes.values());
  const earlier = new Map((column.earlier ?? []).map((choice, i) => [choice, last + 1 + i]));
  const labels = new Map([
    ...ids.map((id) => [codes.get(id) ?? 0, column.choices.get(id) ?? id] as const),
    ...[...earlier].map(([{ text, versions }, code]) => [code, `${text} (${named(versions)})`] as const),
  ]);
  return {
    variable: { ...base, kind: 'number', width: 0, measure: 'nominal', valueLabels: labels },
    value: (cell) =>
      (typeof cell === 'string' ? codes.get(cell) : typeof cell === 'object' && cell ? earlier.get(cell) : null) ??
      null,
  };
}
