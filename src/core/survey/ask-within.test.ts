import { expect, test } from 'vitest';
import { type AskFacts, decideAsk, type PersonFacts } from './ask-rules.ts';
import { decideWithin } from './ask-within.ts';
import { type Moments, NO_MOMENTS } from './moments.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 22, 12);
const WEEK = NOW + 7 * DAY;

/** The rule of a week, and how often it was looked for. */
function week(moments: Partial<Moments>, person: Partial<PersonFacts> = {}, timeZone = 'UTC', draw = () => 0) {
  let looks = 0;
  const at = (now: number) => {
    looks++;
    const facts: AskFacts = {
      now,
      timeZone,
      anySurveyDays: 30,
      survey: { repeat: { kind: 'every', days: 90 }, anonymous: false },
      person: { optedOut: false, answered: false, attributes: {}, ...person },
      visit: {
        moments: { ...NO_MOMENTS, on: true, ...moments },
        published: true,
        answers: 0,
        device: null,
        language: null,
        segments: [],
        draw: draw(),
        site: { dailyCap: null, askedToday: 0 },
      },
    };
    return decideAsk(facts);
  };
  return { rule: decideWithin(at, NOW, WEEK).rule, looks };
}
const asked = (daysAgo: number): Partial<PersonFacts> => ({
  lastAny: { at: NOW - daysAgo * DAY, survey: 'Checkout', channel: 'mail' },
});

test('a survey that runs for some days of the week asks on them', () => {
  expect(week({ from: '2026-11-23', until: '2026-11-27' }).rule).toBe('asked');
  expect(week({ from: '2026-11-25', until: '2026-11-25' }).rule).toBe('asked');
  expect(week({ from: '2026-11-30' }).rule).toBe('not_started');
  expect(week({ from: '2026-11-29' }).rule).toBe('asked');
  expect(week({ until: '2026-11-21' })).toEqual({ rule: 'ended', looks: 1 });
  // There it is the 23rd already.
  expect(week({ from: '2026-11-24', until: '2026-11-24' }, {}, 'Pacific/Auckland').rule).toBe('asked');
  expect(week({ from: '2026-11-30' }, {}, 'Pacific/Auckland').rule).toBe('asked');
});

test('a clock opens at its very moment, also in the last hours of the last day', () => {
  // It opens at 18:00 of the 25th, and at 06:00 of the 26th.
  expect(week({ until: '2026-11-25' }, asked(26.75)).rule).toBe('asked');
  expect(week({ until: '2026-11-25' }, asked(26.25)).rule).toBe('any_survey');
  expect(week({}, asked(22)).rule).toBe('any_survey');
  expect(week({}, asked(23)).rule).toBe('asked');
  expect(week({}, { quarantine: { until: '2026-11-24' } }).rule).toBe('asked');
  expect(week({ until: '2026-11-24' }, { quarantine: { until: '2026-11-24' } }).rule).toBe('quarantined');
});

test('what no day changes is looked at once', () => {
  expect(week({ on: false })).toEqual({ rule: 'off', looks: 1 });
  expect(week({}, { optedOut: true })).toEqual({ rule: 'opted_out', looks: 1 });
  expect(week({}, { quarantine: { until: null } })).toEqual({ rule: 'quarantined', looks: 1 });
  expect(week({ share: 50 }, {}, 'UTC', () => 0.5).looks).toBeLessThanOrEqual(15);
});
