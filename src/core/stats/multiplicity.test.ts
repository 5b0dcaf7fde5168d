import { describe, expect, it } from 'vitest';
import { close } from '../../../test/expectations.ts';
import { reference } from '../../../test/reference-data.ts';
import { adjustPValues } from './adjust-p-values.ts';
import { falseCoverageLevel } from './false-coverage.ts';

describe('many comparisons', () => {
  it('rejects as Benjamini and Hochberg published', () => {
    const p = reference<number[]>('multiplicity', 'published', 0, 'inputs');
    const want = reference<{ q: number; bonferroni_rejections: number; bh_rejections: number }>(
      'multiplicity',
      'published',
      0,
      'expected',
    );
    const rejected = (method: 'BH' | 'Bonferroni') => adjustPValues(p, method).filter((q) => q <= want.q).length;
    expect(rejected('BH')).toBe(want.bh_rejections);
    expect(rejected('Bonferroni')).toBe(want.bonferroni_rejections);
  });

  it.each([0, 1])("gives R's adjusted values in the order of the input (%i)", (index) => {
    const p = reference<number[]>('multiplicity', 'reference', index, 'inputs');
    const want = reference<Record<'bonferroni' | 'holm' | 'BH' | 'BY', number[]>>(
      'multiplicity',
      'reference',
      index,
      'expected',
    );
    close(adjustPValues(p, 'BH'), want.BH);
    close(adjustPValues(p, 'BY'), want.BY);
    close(adjustPValues(p, 'Holm'), want.holm);
    close(adjustPValues(p, 'Bonferroni'), want.bonferroni);
  });

  it('leaves nothing to adjust alone, and one p-value as it is', () => {
    expect(adjustPValues([])).toEqual([]);
    for (const method of ['BH', 'BY', 'Holm', 'Bonferroni'] as const)
      expect(adjustPValues([0.2], method)).toEqual([0.2]);
  });

  it('selected intervals are wider the fewer were selected', () => {
    expect(falseCoverageLevel(15, 15, 0.05)).toBe(0.95);
    close(falseCoverageLevel(4, 15, 0.1), 1 - 0.4 / 15, 1e-15);
  });
});
