/** One figure beside its bare limit. */
export interface Figure {
  readonly name: string;
  readonly unit: 'ms' | 's' | 'MB' | '/s';
  readonly ours: number;
  /** The least that any program must spend on the same thing; null where there is no bare form of it. */
  readonly bare: number | null;
  readonly promise: string;
  readonly kept: boolean;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Milliseconds that one piece of work takes. */
export async function clock(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Median of `rounds`; ours and bare take turns, so that whatever disturbs the machine disturbs both. */
export async function sideBySide(
  rounds: number,
  ours: () => Promise<number>,
  bare: () => Promise<number>,
): Promise<{ ours: number; bare: number }> {
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.ours.push(await ours());
    times.bare.push(await bare());
  }
  return { ours: median(times.ours), bare: median(times.bare) };
}

export function print(figures: readonly Figure[]): void {
  const rows = figures.map(({ name, unit, ours, bare, promise, kept }) => [
    name,
    `${round(ours)} ${unit}`,
    bare === null ? '–' : `${round(bare)} ${unit}`,
    bare === null ? '–' : `${(ours / bare).toFixed(2)} ×`,
    promise,
    kept ? 'kept' : 'BROKEN',
  ]);
  const table = [['', 'ours', 'bare', 'ratio', 'promise', ''], ...rows];
  const widths = (table[0] as string[]).map((_, column) =>
    Math.max(...table.map((row) => (row[column] as string).length)),
  );
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join('  ')
        .trimEnd(),
    );
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
