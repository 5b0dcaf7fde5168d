import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { fromValues } from '../../core/distribution.ts';
import { SCALES } from '../../core/scale.ts';
import { DistributionChart, shareBars } from './distribution-chart.tsx';
import { Dumbbell, type DumbbellProps, ticksOf } from './dumbbell.tsx';
import { ShareScale } from './share-scale.tsx';

const props: DumbbellProps = {
  min: 1,
  max: 5,
  marks: [
    { audience: 'leadership', lens: 'belief', mean: 4, interval: [3.5, 4.5], simulated: true },
    { audience: 'customer', lens: 'experience', mean: 3, interval: null, simulated: false },
  ],
  between: [4, 3],
  tolerance: { centre: 3, width: 0.25 },
  label: 'On 1 to 5: leaders 4, customers 3.',
};

test('a dumbbell puts means, intervals, gap and tolerance where the scale says', () => {
  const drawn = renderToStaticMarkup(createElement(Dumbbell, props));
  expect(drawn).toContain('aria-label="On 1 to 5: leaders 4, customers 3."');
  expect(drawn).toContain('<svg x="75%"');
  expect(drawn).toContain('<svg x="50%"');
  expect(drawn).toMatch(/x1="62.5%" x2="87.5%"/);
  expect(drawn).toMatch(/x1="75%" x2="50%"/);
  expect(drawn).toMatch(/<rect x="43.75%" width="12.5%"/);
  expect(drawn).toContain('url(#hatch-leadership)');
  expect(drawn).not.toContain('style=');
});

test('a mean without an interval has no interval line', () => {
  const drawn = renderToStaticMarkup(
    createElement(Dumbbell, { ...props, between: null, tolerance: null, marks: props.marks.slice(1) }),
  );
  expect(drawn).not.toContain('<line');
});

test('short scales have a tick per point, long ones round ticks', () => {
  expect(ticksOf(1, 5)).toEqual([1, 2, 3, 4, 5]);
  expect(ticksOf(0, 100)).toEqual([0, 20, 40, 60, 80, 100]);
});

test('shares are weighted, sum to one, and keep empty points', () => {
  const bars = shareBars(fromValues([1, 5, 5], [2, 1, 1]), SCALES['1-5']);
  expect(bars.map(({ label, share }) => [label, share])).toEqual([
    ['1', 0.5],
    ['2', 0],
    ['3', 0],
    ['4', 0],
    ['5', 0.5],
  ]);
});

test('a scale without steps is cut in tenths, both ends included', () => {
  const bars = shareBars(fromValues([0, 0.05, 1]), { min: 0, max: 1, step: null, direction: 'up', topBox: 1 });
  expect(bars).toHaveLength(10);
  expect(bars[0]?.share).toBeCloseTo(2 / 3);
  expect(bars[9]?.share).toBeCloseTo(1 / 3);
});

test('a distribution says all its shares in words', () => {
  const bars = shareBars(fromValues([1, 2]), SCALES['1-5']);
  const drawn = renderToStaticMarkup(
    createElement(DistributionChart, {
      audience: 'staff',
      lens: 'belief',
      bars,
      tallest: 1,
      mean: 1.5,
      interval: [1, 2],
      simulated: true,
    }),
  );
  expect(drawn).toContain(
    'Staff, belief (simulated): 1: 50\u00a0%, 2: 50\u00a0%, 3: 0\u00a0%, 4: 0\u00a0%, 5: 0\u00a0%.',
  );
});

test('shares on their ruler', () => {
  const drawn = renderToStaticMarkup(
    createElement(ShareScale, {
      label: 'x',
      marks: [
        { audience: 'leadership', lens: 'belief', share: 0.83, interval: [0.55, 0.95], simulated: false },
        { audience: 'customer', lens: 'experience', share: 0.31, interval: [0.29, 0.33], simulated: false },
      ],
    }),
  );
  expect(drawn).toContain('x1="83%" x2="31%"');
});
