/**
 * The span of integer rows, kept modulo a prime, with answers that are exact over the rationals in the direction that
 * protects people.
 *
 * Rows that are independent modulo the prime are independent over the rationals, so as long as every row that looks
 * dependent is proven to be an exact combination of the others, both ranks are equal. Then a vector outside the span
 * modulo the prime is outside the rational span: "not determined" is never wrong. "Determined" may be wrong with a
 * probability of about 1 in 10^14, which only hides a number that could have been shown.
 */
export const PRIME = 46_337; // The largest prime whose products, plus one more residue, fit into a signed 32-bit integer.

/** How many independent null vectors are looked at; a non-member slips through all of them once in PRIME^3. */
export const WITNESSES = 3;

interface BasisRow {
  readonly pivot: number;
  /** Reduced row, 1 at the pivot. */
  readonly values: Int32Array;
  /** How it is made of the rows that were given, modulo the prime. */
  readonly made: Int32Array;
}

export class LinearSpan {
  readonly width: number;
  readonly capacity: number;
  private readonly basis: BasisRow[] = [];
  private readonly given: Int32Array[] = [];

  /**
   * @param width length of a row
   * @param capacity the most independent rows it can take
   */
  constructor(width: number, capacity: number) {
    this.width = width;
    this.capacity = capacity;
  }

  get rank(): number {
    return this.basis.length;
  }

  /** Forgets the rows added last, down to an earlier rank. */
  backTo(rank: number): void {
    this.basis.length = rank;
    this.given.length = rank;
  }

  /**
   * Adds a row of zeros and ones.
   * Returns `added`, `inside` when the row was in the span already (proven over the integers), or `unknown` when that
   * cannot be proven or the capacity is used up; the span is then unchanged and nothing may be concluded about the row.
   */
  add(row: Uint8Array): 'added' | 'inside' | 'unknown' {
    const values = Int32Array.from(row);
    const made = new Int32Array(this.capacity + 1);
    for (const step of this.basis) eliminate(values, made, step);
    const pivot = values.findIndex((value) => value !== 0);
    if (pivot < 0) return this.isExactCombination(row, made) ? 'inside' : 'unknown';
    if (this.basis.length === this.capacity) return 'unknown';
    made[this.basis.length] = 1;
    const scale = inverse(values[pivot]!);
    scaleBy(values, scale);
    scaleBy(made, scale);
    this.basis.push({ pivot, values, made });
    this.given.push(Int32Array.from(row));
    return 'added';
  }

  /**
   * Vectors that every row of the span is orthogonal to, modulo the prime. A set whose sum over any of them is not 0
   * is not in the span. Seeded, so that the same data give the same answer everywhere.
   */
  nullVectors(): Int32Array[] {
    let state = 0x2545f491;
    const next = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return 1 + Math.floor((state / 4_294_967_296) * (PRIME - 1));
    };
    return Array.from({ length: WITNESSES }, () => {
      const vector = Int32Array.from({ length: this.width }, next);
      // A basis row has zeros at the pivots before it, not at those after it: solve from the last to the first.
      for (let i = this.basis.length - 1; i >= 0; i -= 1) {
        const { pivot, values } = this.basis[i]!;
        vector[pivot] = 0;
        let sum = 0;
        for (let j = 0; j < values.length; j += 1) sum = (sum + Math.imul(values[j]!, vector[j]!)) % PRIME;
        vector[pivot] = (PRIME - sum) % PRIME;
      }
      return vector;
    });
  }

  /** After elimination to zero, row + Σ made_i · given_i = 0 modulo the prime; checked here over the integers. */
  private isExactCombination(row: Uint8Array, made: Int32Array): boolean {
    for (let denominator = 1; denominator <= 6; denominator += 1) {
      const sum = Float64Array.from(row, (value) => value * denominator);
      this.given.forEach((given, i) => {
        const residue = Math.imul(made[i]!, denominator) % PRIME;
        const coefficient = residue > PRIME / 2 ? residue - PRIME : residue;
        if (coefficient !== 0) for (let j = 0; j < sum.length; j += 1) sum[j]! += coefficient * given[j]!;
      });
      if (sum.every((value) => value === 0)) return true;
    }
    return false;
  }
}

/** values −= values[pivot] · step, and the same for the record of how the row is made. */
function eliminate(values: Int32Array, made: Int32Array, step: BasisRow): void {
  const head = values[step.pivot]!;
  if (head === 0) return;
  const factor = PRIME - head;
  for (let j = step.pivot; j < values.length; j += 1) {
    values[j] = (values[j]! + Math.imul(factor, step.values[j]!)) % PRIME;
  }
  for (let j = 0; j < made.length; j += 1) made[j] = (made[j]! + Math.imul(factor, step.made[j]!)) % PRIME;
}

function scaleBy(values: Int32Array, factor: number): void {
  for (let j = 0; j < values.length; j += 1) values[j] = Math.imul(values[j]!, factor) % PRIME;
}

/** By Fermat: a^(p−2) modulo p. */
function inverse(value: number): number {
  let result = 1;
  let base = value;
  for (let exponent = PRIME - 2; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent % 2 === 1) result = Math.imul(result, base) % PRIME;
    base = Math.imul(base, base) % PRIME;
  }
  return result;
}
