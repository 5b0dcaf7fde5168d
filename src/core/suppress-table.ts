import { type CannotSay, cannotSay } from './cannot-say.ts';

/** A two-way table of counts with its row and column totals published; rows of equal length. */
export type CountTable = readonly (readonly number[])[];

/** What can be worked out of one hidden cell from everything that is published. */
export interface HiddenCell {
  readonly row: number;
  readonly column: number;
  /** Least and greatest count that fit all published counts and totals. */
  readonly min: number;
  readonly max: number;
}

export interface SuppressedTable {
  /** True where the cell is hidden. */
  readonly hidden: readonly (readonly boolean[])[];
  /** By row, then column. */
  readonly cells: readonly HiddenCell[];
}

/**
 * The exact range of every hidden cell of a table whose other cells, row totals and column totals are published.
 *
 * The counts that fit are the solutions of a transport problem, so the linear-programming bounds are whole numbers and
 * follow from one maximum flow each: how much a cell can grow (or shrink) while others give (or take) along cycles.
 *
 * @example
 * hiddenRanges([[12, 3, 9], [8, 7, 22], [2, 14, 11]], [[false, true, false], [false, false, false], [true, false, false]])[0].max // 3
 */
export function hiddenRanges(counts: CountTable, hidden: readonly (readonly boolean[])[]): HiddenCell[] {
  return counts.flatMap((line, row) =>
    line.flatMap((count, column) => {
      if (!hidden[row]?.[column]) return [];
      const grow = slack(counts, hidden, { row, column }, 'grow');
      const shrink = Math.min(count, slack(counts, hidden, { row, column }, 'shrink'));
      return [{ row, column, min: count - shrink, max: count + grow }];
    }),
  );
}

/** True when every hidden cell may be anything in a range at least `k` wide. */
export function isSafe(cells: readonly HiddenCell[], k: number): boolean {
  return cells.every((cell) => cell.max - cell.min >= k);
}

/**
 * Hides every cell with 0 < n < k (primary), then further cells (complementary) until each hidden one has a range at
 * least `k` wide. Further cells are taken as cycles of four that hide the fewest people, and shown again where they
 * turn out not to be needed. Counts of 0 are shown: they say that nobody is there.
 *
 * Source: Cox 1980, JASA 75:377; Willenborg & de Waal 2001. With a row or column total below `k`, or a table too small
 * to hide anything in, no pattern is safe: the answer is CannotSay, and the table has to be left out.
 *
 * @throws RangeError for counts that are not whole numbers from 0 or rows of different length
 */
export function suppressTable(counts: CountTable, k: number): SuppressedTable | CannotSay {
  const columns = counts[0]?.length ?? 0;
  for (const line of counts) {
    if (line.length !== columns) throw new RangeError('all rows of the table have the same length');
    if (line.some((n) => !Number.isInteger(n) || n < 0)) throw new RangeError('counts are whole numbers from 0');
  }
  const primary = counts.map((line) => line.map((n) => n > 0 && n < k));
  const hidden = primary.map((line) => [...line]);
  for (;;) {
    const exposed = hiddenRanges(counts, hidden).find((cell) => cell.max - cell.min < k);
    if (!exposed) break;
    const cycle = cheapestCycle(counts, hidden, exposed, k);
    if (!cycle) {
      return cannotSay('protected', `because no way of hiding cells keeps groups of fewer than ${k} people apart.`);
    }
    for (const [row, column] of cycle) hidden[row]![column] = true;
  }
  showUnneeded(counts, hidden, primary, k);
  return { hidden, cells: hiddenRanges(counts, hidden) };
}

/** The three other corners to hide with a cell; undefined when every cycle through it is hidden already. */
function cheapestCycle(
  counts: CountTable,
  hidden: readonly (readonly boolean[])[],
  { row, column }: { row: number; column: number },
  k: number,
): [number, number][] | undefined {
  let best: { corners: [number, number][]; enough: boolean; cost: number } | undefined;
  for (let i = 0; i < counts.length; i += 1) {
    for (let j = 0; j < counts[0]!.length; j += 1) {
      if (i === row || j === column) continue;
      const corners: [number, number][] = [
        [row, j],
        [i, column],
        [i, j],
      ];
      const fresh = corners.filter(([r, c]) => !hidden[r]![c]);
      if (fresh.length === 0) continue;
      const n = (r: number, c: number) => counts[r]![c]!;
      const enough = Math.min(n(row, column), n(i, j)) + Math.min(n(row, j), n(i, column)) >= k;
      const cost = fresh.reduce((sum, [r, c]) => sum + n(r, c), 0);
      if (!best || (enough && !best.enough) || (enough === best.enough && cost < best.cost)) {
        best = { corners, enough, cost };
      }
    }
  }
  return best?.corners;
}

/** Shows complementary cells again, the largest first, as long as the pattern stays safe. */
function showUnneeded(counts: CountTable, hidden: boolean[][], primary: readonly boolean[][], k: number): void {
  const extra = hidden
    .flatMap((line, row) => line.map((is, column) => ({ row, column, is, n: counts[row]![column]! })))
    .filter(({ row, column, is }) => is && !primary[row]![column])
    .sort((a, b) => b.n - a.n);
  for (const { row, column } of extra) {
    hidden[row]![column] = false;
    if (!isSafe(hiddenRanges(counts, hidden), k)) hidden[row]![column] = true;
  }
}

/**
 * How far one hidden cell can grow or shrink: the maximum flow between its row and its column through the other hidden
 * cells, where growing another cell has no limit and shrinking it is limited by its count. Edmonds–Karp.
 */
function slack(
  counts: CountTable,
  hidden: readonly (readonly boolean[])[],
  cell: { row: number; column: number },
  direction: 'grow' | 'shrink',
): number {
  const rows = counts.length;
  const nodes = rows + (counts[0]?.length ?? 0);
  const capacity = Array.from({ length: nodes }, () => new Array<number>(nodes).fill(0));
  hidden.forEach((line, row) => {
    line.forEach((is, column) => {
      if (!is || (row === cell.row && column === cell.column)) return;
      // From row to column the other cell grows, from column to row it shrinks.
      capacity[row]![rows + column] = Number.POSITIVE_INFINITY;
      capacity[rows + column]![row] = counts[row]![column]!;
    });
  });
  // A cell that grows takes from its row and its column: what comes out of its column has to get back to its row.
  const [source, sink] = direction === 'grow' ? [rows + cell.column, cell.row] : [cell.row, rows + cell.column];
  let total = 0;
  for (let path = shortestPath(capacity, source, sink); path; path = shortestPath(capacity, source, sink)) {
    const step = Math.min(...path.map(([from, to]) => capacity[from]![to]!));
    if (step === Number.POSITIVE_INFINITY) return step;
    for (const [from, to] of path) {
      capacity[from]![to]! -= step;
      capacity[to]![from]! += step;
    }
    total += step;
  }
  return total;
}

function shortestPath(
  capacity: readonly (readonly number[])[],
  source: number,
  sink: number,
): [number, number][] | undefined {
  const cameFrom = new Map<number, number>([[source, source]]);
  const queue = [source];
  for (let node = queue.shift(); node !== undefined && !cameFrom.has(sink); node = queue.shift()) {
    capacity[node]!.forEach((left, next) => {
      if (left > 0 && !cameFrom.has(next)) {
        cameFrom.set(next, node);
        queue.push(next);
      }
    });
  }
  if (!cameFrom.has(sink)) return undefined;
  const path: [number, number][] = [];
  for (let node = sink; node !== source; node = cameFrom.get(node)!) path.push([cameFrom.get(node)!, node]);
  return path;
}
