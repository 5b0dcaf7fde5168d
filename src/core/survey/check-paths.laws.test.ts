import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rounds } from '../../../test/deep.ts';
import { pathFindings } from './check-paths.ts';
import type { Answers, Condition, Given, Page, Question, SurveyDefinition } from './definition.ts';
import { nextStep, visibleQuestions } from './flow.ts';
import { questionnaireFor } from './questionnaire-for.ts';

/**
 * Small surveys with random conditions and jumps, walked by every respondent that there can be. Whatever a respondent is
 * shown must not be called unreachable, and what nobody is shown should be.
 */
const en = (text: string) => ({ customer: { en: text } });
const QUESTIONS: readonly Question[] = [
  { id: 'a', type: 'yesno', text: en('A?') },
  { id: 'b', type: 'csat', look: 'stars', points: 3, text: en('B?') },
  {
    id: 'c',
    type: 'single',
    text: en('C?'),
    choices: [
      { id: 'x', text: en('X') },
      { id: 'y', text: en('Y') },
    ],
  },
  { id: 'd', type: 'yesno', text: en('D?') },
];
const VALUES: Readonly<Record<string, readonly Given[]>> = { a: [0, 1], b: [1, 2, 3], c: ['x', 'y'], d: [0, 1] };

const value = fc.constantFrom<string | number>(0, 1, 2, 3, 'x', 'y');
const single: fc.Arbitrary<Condition> = fc
  .record({
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    is: fc.constantFrom(
      'eq' as const,
      'ne' as const,
      'lt' as const,
      'ge' as const,
      'answered' as const,
      'empty' as const,
    ),
    value,
  })
  .map((one) => ({ of: 'answer', ...one }));
const condition: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 3, arbitrary: single },
  { weight: 2, arbitrary: fc.array(single, { minLength: 1, maxLength: 3 }).map((all) => ({ all })) },
  { weight: 1, arbitrary: fc.array(single, { minLength: 1, maxLength: 2 }).map((any) => ({ any })) },
  { weight: 1, arbitrary: single.map((not) => ({ not })) },
);
const maybe = fc.option(condition, { nil: undefined, freq: 2 });
const survey: fc.Arbitrary<SurveyDefinition> = fc
  .tuple(
    fc.array(fc.tuple(maybe, maybe, fc.option(fc.tuple(condition, fc.nat(4)), { nil: undefined })), {
      minLength: 4,
      maxLength: 4,
    }),
  )
  .map(([parts]) => ({
    format: 'parallax-survey/1',
    title: en('Survey'),
    languages: ['en'],
    audiences: ['customer'],
    pages: QUESTIONS.map((question, i): Page => {
      const [pageIf, questionIf, jump] = parts[i]!;
      const to = jump && Math.min(i + 1 + jump[1], 4);
      return {
        id: `p${i}`,
        questions: [{ ...question, ...(questionIf ? { showIf: questionIf } : {}) }],
        ...(pageIf ? { showIf: pageIf } : {}),
        ...(jump ? { jumps: [{ if: jump[0], to: to === 4 ? 'end' : `p${to}` }] } : {}),
      };
    }),
    endings: [{ id: 'end', title: en('Thanks') }],
    hidden: [],
    quotas: [],
    appearance: {},
    settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
  }));

/** Ids of all questions that some respondent is shown. */
function shownToAnybody(definition: SurveyDefinition): Set<string> {
  const questionnaire = questionnaireFor({
    surveyId: 's',
    version: 1,
    definition,
    audience: 'customer',
    language: 'en',
    threshold: null,
    test: false,
    attributes: {},
    fullQuotas: [],
    work: 0,
  });
  const shown = new Set<string>();
  const walk = (from: string | null, answers: Answers): void => {
    const state = { answers, hidden: {}, attributes: {} };
    const step = nextStep(questionnaire, from, state);
    if (!('page' in step)) return;
    const [question] = visibleQuestions(step.page, state, '');
    if (question === undefined) return;
    shown.add(question.id);
    for (const given of [undefined, ...(VALUES[question.id] ?? [])]) {
      walk(step.page.id, given === undefined ? answers : { ...answers, [question.id]: given });
    }
  };
  walk(null, {});
  return shown;
}

test('nothing that a respondent can be shown is called unreachable, and what nobody is shown nearly always is', () => {
  let hidden = 0;
  let found = 0;
  fc.assert(
    fc.property(survey, (definition) => {
      const shown = shownToAnybody(definition);
      const findings = pathFindings(definition).filter(
        ({ code, message }) => code === 'unreachable' && !message.startsWith('The jump'),
      );
      const dead = new Set(
        findings.flatMap(({ page, question }) =>
          question ? [question] : (definition.pages.find(({ id }) => id === page)?.questions ?? []).map(({ id }) => id),
        ),
      );
      expect([...dead].filter((id) => shown.has(id))).toEqual([]);
      const never = QUESTIONS.filter(({ id }) => !shown.has(id));
      hidden += never.length;
      found += never.filter(({ id }) => dead.has(id)).length;
    }),
    { numRuns: rounds(300, 20_000) },
  );
  expect(hidden).toBeGreaterThan(50);
  expect(found / hidden).toBeGreaterThan(0.95);
}, 60_000);
