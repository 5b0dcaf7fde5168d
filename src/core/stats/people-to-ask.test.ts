import { expect, test } from 'vitest';
import { peopleToAsk } from './people-to-ask.ts';

const SHARE = { variance: 0.25, halfWidth: 0.05, rate: 0.2 };

test('asks as many as bring the answers, and fewer in a small audience', () => {
  expect(peopleToAsk({ ...SHARE, population: null, askable: null })).toEqual({
    ask: 1_925,
    answers: 385,
    halfWidth: 0.05,
    needed: 385,
    isEnough: true,
  });
  // Reference: 217.49 answers of 500.
  expect(peopleToAsk({ ...SHARE, rate: 0.5, population: 500, askable: 500 })).toMatchObject({ ask: 436, answers: 218 });
});

test('never asks more people than there are, and says what everybody together gives', () => {
  const all = peopleToAsk({ ...SHARE, population: 297, askable: 297 });
  expect(all).toMatchObject({ ask: 297, answers: 59, needed: 168, isEnough: false });
  expect(all.halfWidth).toBeCloseTo(1.959964 * Math.sqrt((0.25 / 59) * (238 / 296)), 6);
  for (const askable of [0, 1, 4, 5, 50, 296, 297]) {
    const plan = peopleToAsk({ ...SHARE, population: 297, askable });
    expect(plan.ask, String(askable)).toBe(askable);
    expect(plan.halfWidth, String(askable)).toBeLessThanOrEqual(1);
    expect(plan.halfWidth, String(askable)).toBeGreaterThan(SHARE.halfWidth);
  }
});

test('everybody answering leaves nothing to chance', () => {
  for (const population of [1, 2, 12, 297])
    expect(peopleToAsk({ ...SHARE, rate: 1, population, askable: population })).toMatchObject({ isEnough: true });
});
