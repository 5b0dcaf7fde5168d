/**
 * The attacker: everything that was disclosed is a row over the unknown answers of single people; exact elimination
 * over whole numbers of any size says which sets of people are determined. Written apart from the product's own check.
 */
export class ExactSolver {
  readonly people: number;
  private readonly reduced: readonly (readonly bigint[])[];
  /** Pivot column of each reduced row. */
  private readonly pivots: readonly number[];
  /** The value of every pivot: the reduced row-echelon form is `reduced` divided by it. */
  private readonly scale: bigint;

  constructor(people: number, disclosed: readonly (readonly boolean[])[]) {
    this.people = people;
    const rows: bigint[][] = disclosed.map((row) => row.map((is) => (is ? 1n : 0n)));
    const pivots: number[] = [];
    let scale = 1n;
    for (let column = 0; column < people; column += 1) {
      const rank = pivots.length;
      const found = rows.findIndex((row, i) => i >= rank && row[column] !== 0n);
      if (found < 0) continue;
      [rows[rank], rows[found]] = [rows[found]!, rows[rank]!];
      const pivotRow = rows[rank]!;
      const pivot = pivotRow[column]!;
      // Bareiss 1968, with the rows above reduced as well: every division is exact and all pivots become equal.
      rows.forEach((row, i) => {
        if (i === rank) return;
        const head = row[column]!;
        for (let j = 0; j < people; j += 1) row[j] = (pivot * row[j]! - head * pivotRow[j]!) / scale;
      });
      scale = pivot;
      pivots.push(column);
    }
    this.reduced = rows.slice(0, pivots.length);
    this.pivots = pivots;
    this.scale = scale;
  }

  /** True when the sum over the set can be computed from what was disclosed. */
  determines(set: ReadonlySet<number>): boolean {
    const used = this.reduced.filter((_, i) => set.has(this.pivots[i]!));
    for (let column = 0; column < this.people; column += 1) {
      const sum = used.reduce((total, row) => total + row[column]!, 0n);
      if (sum !== (set.has(column) ? this.scale : 0n)) return false;
    }
    return true;
  }
}
