import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AskFacts,
  dayIn,
  decideAsk,
  isOfSurvey,
  type LastAsk,
  RULES,
  repeatOf,
  repeatOfWave,
  ruleInWords,
  samplePeriod,
} from './ask-rules.ts';
import { type Moments, NO_MOMENTS, type Repeat } from './moments.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 22, 12);
const MOMENTS: Moments = { ...NO_MOMENTS, on: true };

interface Change {
  readonly facts?: Partial<Omit<AskFacts, 'person' | 'survey' | 'visit'>>;
  readonly survey?: Partial<AskFacts['survey']>;
  readonly person?: Partial<AskFacts['person']>;
  readonly visit?: Partial<NonNullable<AskFacts['visit']>>;
  readonly moments?: Partial<Moments>;
  readonly target?: Partial<Moments['target']>;
}

function facts(change: Change = {}): AskFacts {
  const moments = { ...MOMENTS, ...change.moments, target: { ...MOMENTS.target, ...change.target } };
  return {
    now: NOW,
    timeZone: 'UTC',
    anySurveyDays: 30,
    ...change.facts,
    survey: { repeat: { kind: 'every', days: 90 }, anonymous: false, ...change.survey },
    person: { optedOut: false, answered: false, attributes: { plan: 'pro' }, ...change.person },
    visit: {
      moments,
      published: true,
      answers: 0,
      device: 'mobile',
      language: 'de-AT',
      segments: [],
      draw: 0,
      site: { dailyCap: null, askedToday: 0 },
      ...change.visit,
    },
  };
}
const ago = (days: number, survey = 'Checkout', channel = 'mail'): LastAsk => ({
  at: NOW - days * DAY,
  survey,
  channel,
});
const pro = { of: 'attribute', key: 'plan', is: 'eq', value: 'pro' } as const;
const basic = { ...pro, value: 'basic' } as const;

test.each<[string, string, Change]>([
  ['asked', 'Not asked before.', {}],
  ['opted_out', 'Does not want to be asked any more.', { person: { optedOut: true } }],
  ['quarantined', 'In quarantine for good.', { person: { quarantine: { until: null } } }],
  ['quarantined', 'In quarantine until 2026-11-22.', { person: { quarantine: { until: '2026-11-22' } } }],
  ['asked', 'Not asked before.', { person: { quarantine: { until: '2026-11-21' } } }],
  ['off', 'Asking is switched off.', { moments: { on: false } }],
  ['not_published', 'The survey is not published, or not for customers.', { visit: { published: false } }],
  ['not_started', 'Asking begins on 2026-11-23.', { moments: { from: '2026-11-23' } }],
  ['ended', 'Asking ended on 2026-11-21.', { moments: { until: '2026-11-21' } }],
  ['asked', 'Not asked before.', { moments: { from: '2026-11-22', until: '2026-11-22' } }],
  [
    'ended',
    'Asking ended on 2026-11-22.',
    { moments: { until: '2026-11-22' }, facts: { timeZone: 'Pacific/Auckland' } },
  ],
  ['enough_answers', 'There are 101 responses; 100 are enough.', { moments: { cap: 100 }, visit: { answers: 101 } }],
  ['device', 'The device is mobile; asked is on tablet or desktop.', { target: { devices: ['tablet', 'desktop'] } }],
  ['language', 'The language is de-AT; asked is in fr or d.', { target: { languages: ['fr', 'd'] } }],
  ['asked', 'Not asked before.', { target: { languages: ['fr', 'DE'], devices: ['mobile'] } }],
  ['attributes', 'The attributes do not meet the condition.', { target: { if: basic } }],
  ['segment', 'The segment does not exist any more.', { target: { segments: ['gone'] } }],
  ['segment', 'Not in “Basic”.', { target: { segments: ['b'] }, visit: { segments: [{ name: 'Basic', if: basic }] } }],
  [
    'asked',
    'Not asked before.',
    {
      target: { segments: ['b', 'p'], if: pro },
      visit: {
        segments: [
          { name: 'Basic', if: basic },
          { name: 'Pro', if: pro },
        ],
      },
    },
  ],
  [
    'answered',
    'Has answered this survey.',
    { survey: { repeat: { kind: 'until_answered', days: 7 } }, person: { answered: true } },
  ],
  [
    'this_survey',
    'Asked 400 days ago (2025-10-18) for this survey; it asks each person once.',
    { survey: { repeat: { kind: 'once' } }, person: { lastAny: ago(400), lastThis: ago(400) } },
  ],
  [
    'this_survey',
    'Asked 400 days ago (2025-10-18) for this survey; it asks each person once.',
    {
      survey: { repeat: { kind: 'until_answered', days: 7 }, anonymous: true },
      person: { lastAny: ago(400), lastThis: ago(400) },
    },
  ],
  [
    'this_survey',
    'Asked 89 days ago (2026-08-25); at least 90 days between two asks for this survey, so not before 2026-11-23.',
    { person: { lastAny: ago(89.5), lastThis: ago(89.5) } },
  ],
  [
    'asked',
    'Asked 90 days ago (2026-08-24) in “Checkout”, at least 30 days between any two surveys.',
    { person: { lastAny: ago(90), lastThis: ago(90) } },
  ],
  [
    'any_survey',
    'Asked 12 days ago (2026-11-10) in “Checkout” by e-mail; at least 30 days between any two surveys, so not before 2026-12-10.',
    { person: { lastAny: ago(12) } },
  ],
  [
    'any_survey',
    'Asked less than a day ago (2026-11-21) in “Exit” on a website; at least 1 day between any two surveys, so not before 2026-11-22.',
    { person: { lastAny: ago(0.999, 'Exit', 'web') }, facts: { anySurveyDays: 1, now: NOW } },
  ],
  [
    'any_survey',
    'Asked 1 day ago (2026-11-21) in “Kiosk” by constructor; at least 2 days between any two surveys, so not before 2026-11-23.',
    {
      survey: { repeat: { kind: 'always' } },
      person: { lastAny: ago(1, 'Kiosk', 'constructor'), lastThis: ago(1) },
      facts: { anySurveyDays: 2 },
    },
  ],
  [
    'asked',
    'Asked less than a day ago (2026-11-22) in “Checkout”.',
    { person: { lastAny: ago(0) }, facts: { anySurveyDays: 0 } },
  ],
  [
    'share',
    "Not drawn: 10 % of persons are asked, this one's number is 10.00 %.",
    { moments: { share: 10 }, visit: { draw: 0.1 } },
  ],
  ['asked', 'Not asked before; drawn among 10 %.', { moments: { share: 10 }, visit: { draw: 0.0999 } }],
  [
    'site_cap',
    '5 were asked on this site today; 5 a day are the most.',
    { visit: { site: { dailyCap: 5, askedToday: 5 } } },
  ],
])('%s: %s', (rule, because, change) => {
  expect(decideAsk(facts(change))).toMatchObject({ ask: rule === 'asked', rule, because });
});

test('a wave that repeats asks again where the survey asks once, and never more often than the survey allows', () => {
  expect(repeatOfWave({ kind: 'once' }, 30)).toEqual({ kind: 'every', days: 30 });
  expect(repeatOfWave({ kind: 'always' }, 30)).toEqual({ kind: 'every', days: 30 });
  expect(repeatOfWave({ kind: 'every', days: 90 }, 30)).toEqual({ kind: 'every', days: 90 });
  expect(repeatOfWave({ kind: 'until_answered', days: 7 }, 30)).toEqual({ kind: 'every', days: 30 });
});

test('what is a matter of time says from when on it is open, to the millisecond for the clocks', () => {
  const clocks: Change[] = [
    { person: { lastThis: ago(40), lastAny: ago(40) } },
    { person: { lastAny: ago(12) } },
    { person: { quarantine: { until: '2026-12-24' } } },
  ];
  for (const change of clocks) {
    const { rule, notBefore = Number.NaN } = decideAsk(facts(change));
    expect(decideAsk({ ...facts(change), now: notBefore }).rule).toBe('asked');
    const earlier = rule === 'quarantined' ? 1.5 * DAY : 1;
    expect(decideAsk({ ...facts(change), now: notBefore - earlier }).rule).toBe(rule);
  }
  for (const change of [
    { person: { optedOut: true } },
    { person: { quarantine: { until: null } } },
    { survey: { repeat: { kind: 'once' } as const }, person: { lastThis: ago(40) } },
    { survey: { repeat: { kind: 'until_answered', days: 9 } as const }, person: { answered: true } },
    {},
  ]) {
    expect(decideAsk(facts(change)).notBefore).toBeUndefined();
  }
});

test('a wave decides itself whom it asks: of the survey only the two clocks hold', () => {
  const { visit: _, ...wave } = facts({ moments: { on: false, share: 0.01, cap: 1 } });
  expect(decideAsk(wave).rule).toBe('asked');
  expect(decideAsk({ ...wave, person: { ...wave.person, lastAny: ago(29.9) } }).rule).toBe('any_survey');
  expect(decideAsk({ ...wave, person: { ...wave.person, optedOut: true } }).rule).toBe('opted_out');
});

test('the rules are gates in their order: of two that close, the earlier one is named', () => {
  const closing: Record<string, Change> = {
    opted_out: { person: { optedOut: true } },
    quarantined: { person: { quarantine: { until: null } } },
    off: { moments: { on: false } },
    not_published: { visit: { published: false } },
    not_started: { moments: { from: '2999-01-01' } },
    ended: { moments: { until: '1999-01-01' } },
    enough_answers: { moments: { cap: 1 }, visit: { answers: 1 } },
    device: { target: { devices: ['desktop'] } },
    language: { target: { languages: ['fr'] } },
    attributes: { target: { if: basic } },
    segment: { target: { segments: ['b'] } },
    answered: { survey: { repeat: { kind: 'until_answered', days: 90 } }, person: { answered: true } },
    this_survey: { person: { lastThis: ago(1) } },
    any_survey: { person: { lastAny: ago(1) } },
    share: { visit: { draw: 0.99 }, moments: { share: 1 } },
    site_cap: { visit: { site: { dailyCap: 1, askedToday: 1 } } },
  };
  const rules = RULES.slice(0, RULES.indexOf('asked'));
  expect(Object.keys(closing)).toEqual(rules);
  for (const [i, first] of rules.entries()) {
    for (const second of rules.slice(i)) {
      const [a, b] = [closing[first] ?? {}, closing[second] ?? {}];
      const both = facts({
        survey: { ...b.survey, ...a.survey },
        person: { ...b.person, ...a.person },
        visit: { ...b.visit, ...a.visit },
        moments: { ...b.moments, ...a.moments },
        target: { ...b.target, ...a.target },
      });
      expect(decideAsk(both).rule).toBe(first);
    }
  }
});

test('every rule is a sentence after one person and after many', () => {
  const of = { moments: { ...MOMENTS, cap: 1, share: 50 }, repeat: { kind: 'once' } as const, anySurveyDays: 1 };
  const people = RULES.filter((rule) => !isOfSurvey(rule));
  for (const rule of people) {
    expect(ruleInWords(rule, 1, of)).toMatch(/^(is|has|was|does|came|would) /);
    expect(ruleInWords(rule, 2, of)).toMatch(/^(are|have|were|do|came|would) /);
  }
  expect(ruleInWords('attributes', 1, of)).toBe('does not meet the condition on attributes');
  expect(ruleInWords('any_survey', 320, of)).toBe('were asked for some survey in the last 1 day');
  expect(RULES.filter(isOfSurvey)).toEqual(['off', 'not_published', 'not_started', 'ended', 'enough_answers']);
  expect(ruleInWords('off', 320, of)).toBe('asking is switched off');
  expect(ruleInWords('enough_answers', 320, of)).toBe('1 response is there');
});

const repeats: fc.Arbitrary<Repeat> = fc.oneof(
  fc.constant<Repeat>({ kind: 'once' }),
  fc.constant<Repeat>({ kind: 'always' }),
  fc.record({ kind: fc.constant('every' as const), days: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ kind: fc.constant('until_answered' as const), days: fc.integer({ min: 1, max: 200 }) }),
);

describe('over random histories', () => {
  test('no two asks of one person come within the clock of any survey, over channels, hours and changed rules', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.array(repeats, { minLength: 1, maxLength: 4 }),
        fc.array(
          fc.record({
            hours: fc.integer({ min: 0, max: 400 }),
            survey: fc.nat(3),
            channel: fc.constantFrom('mail', 'web', 'link'),
            answers: fc.boolean(),
          }),
          { maxLength: 60 },
        ),
        (anySurveyDays, kinds, attempts) => {
          const history: { at: number; survey: number; channel: string; answered: boolean }[] = [];
          let now = NOW;
          for (const { hours, survey: drawn, channel, answers } of attempts) {
            now += hours * 3_600_000;
            const survey = drawn % kinds.length;
            const last = (of: typeof history) =>
              of.reduce<LastAsk | undefined>((_, { at, channel }) => ({ at, survey: 'x', channel }), undefined);
            const [lastAny, lastThis] = [last(history), last(history.filter((ask) => ask.survey === survey))];
            const made = facts({
              facts: { now, anySurveyDays },
              survey: { repeat: kinds[survey] ?? { kind: 'once' } },
              person: {
                ...(lastAny && { lastAny }),
                ...(lastThis && { lastThis }),
                answered: history.some((ask) => ask.survey === survey && ask.answered),
              },
            });
            const { visit, ...wave } = made;
            if (decideAsk(channel === 'web' && visit ? made : wave).ask)
              history.push({ at: now, survey, channel, answered: answers });
          }
          for (const [i, ask] of history.entries()) {
            const before = history[i - 1];
            if (before) expect(ask.at - before.at).toBeGreaterThanOrEqual(anySurveyDays * DAY);
            const same = history.slice(0, i).findLast(({ survey }) => survey === ask.survey);
            const rule = kinds[ask.survey];
            if (same && rule?.kind === 'every') expect(ask.at - same.at).toBeGreaterThanOrEqual(rule.days * DAY);
            if (same) expect(rule?.kind).not.toBe('once');
            if (same && rule?.kind === 'until_answered') expect(same.answered).toBe(false);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('stricter rules never turn a no into a yes', () => {
    const day = fc.double({ min: 0, max: 120, noNaN: true });
    fc.assert(
      fc.property(
        fc.record({
          days: fc.nat(60),
          more: fc.nat(60),
          share: fc.double({ min: 0.01, max: 100, noNaN: true }),
          less: fc.double({ min: 0, max: 1, noNaN: true }),
          draw: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
          any: day,
          since: day,
          repeat: fc.integer({ min: 1, max: 100 }),
        }),
        ({ days, more, share, less, draw, any, since, repeat }) => {
          const person = { lastAny: ago(Math.min(any, since)), lastThis: ago(since) };
          const at = (anySurveyDays: number, of: number, every: number) =>
            decideAsk(
              facts({
                facts: { anySurveyDays },
                moments: { share: of },
                survey: { repeat: { kind: 'every', days: every } },
                visit: { draw },
                person,
              }),
            ).ask;
          const loose = at(days, share, repeat);
          for (const strict of [
            at(days + more, share, repeat),
            at(days, share * less, repeat),
            at(days, share, repeat + more),
          ]) {
            if (strict) expect(loose).toBe(true);
          }
        },
      ),
    );
  });

  test('of evenly spread numbers exactly the share is drawn', () => {
    for (const share of [0.01, 1, 12.5, 50, 100]) {
      const n = 20_000;
      const asked = Array.from({ length: n }, (_, i) => i / n).filter(
        (draw) => decideAsk(facts({ moments: { share }, visit: { draw } })).ask,
      ).length;
      expect(asked).toBe(Math.ceil((share / 100) * n));
    }
  });
});

test('a draw holds for one span of the repetition, and for good where a survey asks once', () => {
  const every: Repeat = { kind: 'every', days: 30 };
  const from = samplePeriod(every, NOW);
  const periods = Array.from({ length: 60 }, (_, i) => samplePeriod(every, NOW + i * DAY));
  expect(new Set(periods).size).toBe(3);
  expect(periods.filter((period) => period === from + 1)).toHaveLength(30);
  expect(samplePeriod({ kind: 'once' }, NOW)).toBe(samplePeriod({ kind: 'once' }, NOW + 1e12));
  expect(samplePeriod({ kind: 'always' }, NOW)).not.toBe(samplePeriod({ kind: 'always' }, NOW + DAY));
});

test('days are days in the time zone', () => {
  expect(dayIn(Date.UTC(2026, 0, 1, 4), 'America/New_York')).toBe('2025-12-31');
  expect(dayIn(Date.UTC(2026, 0, 1, 4), 'Asia/Tokyo')).toBe('2026-01-01');
  expect([repeatOf(null), repeatOf(30)]).toEqual([{ kind: 'once' }, { kind: 'every', days: 30 }]);
});
