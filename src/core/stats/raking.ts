import { type CannotSay, cannotSay } from '../cannot-say.ts';

/** Respondents who are alike in all raking variables. */
export interface RakingCell {
  /** Variable → category, such as { channel: 'shop', age: '18-34' }. */
  readonly categories: Readonly<Record<string, string>>;
  readonly n: number;
  /** Weight of each respondent before raking; 1 where there is none. */
  readonly weight: number;
}

/** Variable → category → known size in the population. All variables must add up to the same total. */
export type Margins = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface Raked {
  /** Weight of each respondent of a cell, in the order of the cells. */
  readonly weights: readonly number[];
  readonly rounds: number;
  /** Kish: n Σw²/(Σw)². */
  readonly designEffect: number;
  /** Respondents in the smallest category of any margin. */
  readonly smallestCategory: number;
  /** Cells whose weight was cut to the allowed range. */
  readonly trimmed: number;
}

/** Margins that fight each other never settle; more rounds would not help. */
const ROUNDS = 100;
/** Relative agreement of every margin. */
const CLOSE = 1e-6;

/**
 * Which weights make the sample match known margins (age, channel, region)?
 *
 * Variant: iterative proportional fitting until every margin is within 1e-6 relative, 100 rounds at most; then weights
 * are cut to [0.2, 5] × their mean and raked again (three times at most). Weighting corrects only what the margins
 * explain; show the design effect and the smallest category beside the result.
 *
 * Returns `not_estimable` when a category of a margin has no respondents (merge it with another), respondents have a
 * category that the margin does not know, totals differ, or fitting does not settle.
 *
 * Source: Deming & Stephan 1940, Annals of Mathematical Statistics 11:427; Deville, Särndal & Sautory 1993, JASA 88:1013.
 *
 * @param trim allowed range of weights as multiples of their mean; null for none
 *
 * @example
 * const cells = [{ categories: { channel: 'shop' }, n: 30, weight: 1 }, { categories: { channel: 'web' }, n: 10, weight: 1 }];
 * rake(cells, { channel: { shop: 50, web: 50 } }).weights // [1.6666667, 5]
 */
export function rake(
  cells: readonly RakingCell[],
  margins: Margins,
  trim: readonly [low: number, high: number] | null = [0.2, 5],
): Raked | CannotSay {
  const checked = checkMargins(cells, margins);
  if (typeof checked !== 'number') return checked;
  // Cutting moves the margins, fitting moves the weights: a few turns of both, ending with a fit.
  let weights = cells.map((cell) => cell.weight);
  let rounds = 0;
  let trimmed = new Set<number>();
  for (let attempt = 0; attempt < 4; attempt++) {
    const fitted = adjust(cells, margins, weights);
    rounds += fitted.rounds;
    if (!fitted.settled) return cannotSay('not_estimable', 'because the margins cannot be met by weights together');
    weights = fitted.weights;
    if (trim === null || attempt === 3) break;
    const cut = cutWeights(cells, weights, trim);
    if (cut.cells.length === 0) break;
    trimmed = new Set([...trimmed, ...cut.cells]);
    weights = cut.weights;
  }
  // Kish's effect over respondents, each cell counted as often as it has them.
  const sum = cells.reduce((total, cell, i) => total + cell.n * (weights[i] as number), 0);
  const squares = cells.reduce((total, cell, i) => total + cell.n * (weights[i] as number) ** 2, 0);
  const n = cells.reduce((total, cell) => total + cell.n, 0);
  const designEffect = (n * squares) / (sum * sum);
  return { weights, rounds, designEffect, smallestCategory: checked, trimmed: trimmed.size };
}

/** The smallest category's respondents, or why raking makes no sense. */
function checkMargins(cells: readonly RakingCell[], margins: Margins): number | CannotSay {
  let smallest = Number.POSITIVE_INFINITY;
  let total: number | undefined;
  for (const [variable, targets] of Object.entries(margins)) {
    const sum = Object.values(targets).reduce((a, b) => a + b, 0);
    total ??= sum;
    if (Math.abs(sum - total) > CLOSE * total) {
      return cannotSay('not_estimable', `because the margin "${variable}" adds up to another total than the first one`);
    }
    for (const category of Object.keys(targets)) {
      const n = cells.reduce((count, cell) => count + (cell.categories[variable] === category ? cell.n : 0), 0);
      if (n === 0) {
        const advice = 'merge it with another category';
        return cannotSay('not_estimable', `because nobody answered in "${variable}" = "${category}": ${advice}`);
      }
      smallest = Math.min(smallest, n);
    }
    const stranger = cells.find((cell) => cell.n > 0 && !((cell.categories[variable] ?? '') in targets));
    if (stranger) {
      const category = stranger.categories[variable] ?? '';
      return cannotSay('not_estimable', `because the margin "${variable}" does not know "${category}"`);
    }
  }
  return smallest;
}

/** One fitting: scales the weights to each margin in turn until all of them hold together. */
function adjust(cells: readonly RakingCell[], margins: Margins, start: readonly number[]) {
  const weights = [...start];
  for (let round = 1; round <= ROUNDS; round++) {
    let worst = 0;
    for (const [variable, targets] of Object.entries(margins)) {
      const sums = new Map<string, number>();
      for (const [i, cell] of cells.entries()) {
        const category = cell.categories[variable] as string;
        sums.set(category, (sums.get(category) ?? 0) + cell.n * (weights[i] as number));
      }
      for (const [i, cell] of cells.entries()) {
        const category = cell.categories[variable] as string;
        const factor = (targets[category] as number) / (sums.get(category) as number);
        worst = Math.max(worst, Math.abs(factor - 1));
        weights[i] = (weights[i] as number) * factor;
      }
    }
    // The factors of the last round say how far the margins were off before it; after it they are closer still.
    if (worst < CLOSE * 1e-3) return { weights, rounds: round, settled: true };
    if (round === ROUNDS) return { weights, rounds: round, settled: worst < CLOSE };
  }
  return { weights, rounds: ROUNDS, settled: false };
}

/** Weights brought into the allowed range around their mean, and the cells that this changed. */
function cutWeights(cells: readonly RakingCell[], weights: readonly number[], [low, high]: readonly [number, number]) {
  const n = cells.reduce((total, cell) => total + cell.n, 0);
  const mean = cells.reduce((total, cell, i) => total + cell.n * (weights[i] as number), 0) / n;
  const bounded = weights.map((w) => Math.min(high * mean, Math.max(low * mean, w)));
  // A weight that the last fit pushed just over the edge again is left alone; chasing it would not end.
  const cut = [...weights.keys()].filter((i) => Math.abs((bounded[i] as number) / (weights[i] as number) - 1) > 1e-3);
  return { weights: bounded, cells: cut };
}
