import fc from 'fast-check';
import type { Audience } from '../src/core/perspective.ts';
import { AUDIENCES } from '../src/core/perspective.ts';
import {
  type Answers,
  CONTACT_FIELDS,
  type Condition,
  type Given,
  type Page,
  type Question,
  type SurveyDefinition,
  scaleOf,
  type Wording,
} from '../src/core/survey/definition.ts';
import type { FlowState } from '../src/core/survey/flow.ts';

/** Surveys as fast-check makes them: every question type, any logic, languages and audiences left out here and there. */

const LANGUAGES = ['en', 'de', 'ar'];
const HIDDEN = ['order', 'store'];
const ATTRIBUTES = ['name', 'plan', 'since'];

const text = fc.dictionary(
  fc.constantFrom(...LANGUAGES),
  fc.constantFrom('', 'How was it?', 'Hi {{attribute:name|you}}'),
  {
    minKeys: 1,
    noNullPrototype: true,
  },
);
const wording: fc.Arbitrary<Wording> = fc.record(
  { customer: text, staff: text, leadership: text },
  { requiredKeys: ['customer'], noNullPrototype: true },
);
const someAudiences = fc.option(fc.subarray([...AUDIENCES], { minLength: 1 }), { nil: undefined });

function conditions(keys: readonly string[]): fc.Arbitrary<Condition> {
  const leaf = fc.record({
    of: fc.constantFrom('answer' as const, 'attribute' as const, 'hidden' as const),
    key: fc.constantFrom(...keys, ...HIDDEN, ...ATTRIBUTES, 'constructor'),
    is: fc.constantFrom(...(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'in', 'has', 'answered', 'empty'] as const)),
    value: fc.oneof(
      fc.integer({ min: 0, max: 10 }),
      fc.constantFrom('c0', 'c1', 'a', '2026-05-01', '5', ''),
      fc.boolean(),
      fc.array(fc.oneof(fc.integer({ min: 0, max: 10 }), fc.constantFrom('c0', 'c1')), { maxLength: 3 }),
    ),
  });
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({ all: fc.array(tie('condition'), { maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('condition'), { maxLength: 3 }) }),
      fc.record({ not: tie('condition') }),
    ),
  }));
  return condition;
}

/** Leaves out what is undefined: definitions come from JSON, which has no undefined. */
const strip = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

function question(id: string, keys: readonly string[]): fc.Arbitrary<Question> {
  const base = {
    id: fc.constant(id),
    text: wording,
    audiences: someAudiences,
    required: fc.constantFrom(undefined, 'no' as const, 'soft' as const, 'yes' as const),
    showIf: fc.option(conditions(keys), { nil: undefined, freq: 1 }),
  };
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const of = <T extends string>(...types: T[]) => fc.constantFrom(...types);
  const ends = { low: maybe(wording), high: maybe(wording) };
  const bound = { notApplicable: maybe(fc.boolean()), item: maybe(fc.constantFrom('i1', 'i2')) };
  const list = (prefix: string) =>
    fc
      .integer({ min: 1, max: 4 })
      .chain((n) =>
        fc.tuple(
          ...Array.from({ length: n }, (_, i) => wording.map((words) => ({ id: `${prefix}${i}`, text: words }))),
        ),
      );
  const kinds: fc.Arbitrary<object>[] = [
    fc.record({ ...base, ...ends, ...bound, type: of('nps', 'ces') }),
    fc.record({
      ...base,
      ...ends,
      ...bound,
      type: of('csat'),
      look: of('stars', 'smileys'),
      points: fc.integer({ min: 2, max: 10 }),
    }),
    fc.record({
      ...base,
      ...ends,
      ...bound,
      type: of('rating'),
      min: fc.constantFrom(0, 1),
      max: fc.constantFrom(5, 7),
    }),
    fc.record({
      ...base,
      ...bound,
      type: of('slider'),
      min: fc.constant(0),
      max: fc.constant(100),
      step: fc.constantFrom(0.1, 1, 5),
    }),
    fc.record({ ...base, ...bound, type: of('yesno') }),
    fc.record({
      ...base,
      type: of('matrix'),
      min: fc.constant(1),
      max: fc.constant(5),
      rows: list('r'),
      notApplicable: maybe(fc.boolean()),
    }),
    fc.record({ ...base, type: of('single', 'multiple'), choices: list('c'), other: maybe(fc.boolean()) }),
    fc.record({ ...base, type: of('ranking'), choices: list('c'), shuffle: maybe(fc.boolean()) }),
    fc.record({ ...base, type: of('short', 'long'), maxLength: maybe(fc.integer({ min: 1, max: 40 })) }),
    fc.record({
      ...base,
      type: of('number'),
      min: maybe(fc.constant(-3)),
      max: maybe(fc.constant(9)),
      step: maybe(fc.constant(0.5)),
    }),
    fc.record({
      ...base,
      type: of('date'),
      min: maybe(fc.constant('2026-01-01')),
      max: maybe(fc.constant('2026-12-31')),
    }),
    fc.record({ ...base, type: of('consent', 'statement', 'email') }),
    fc.record({ ...base, type: of('contact'), fields: fc.subarray([...CONTACT_FIELDS], { minLength: 1 }) }),
  ];
  return fc.oneof(...kinds).map((made) => strip(made) as Question);
}

export const surveyArbitrary: fc.Arbitrary<SurveyDefinition> = fc
  .array(fc.integer({ min: 0, max: 3 }), { maxLength: 6 })
  .chain((sizes) => {
    const ids = sizes.map((size, page) => Array.from({ length: size }, (_, i) => `q${page}_${i}`));
    const keys = ids.flat().flatMap((id) => [id, `${id}.r0`, `${id}.other`]);
    const targets = [...sizes.map((_, page) => `p${page}`), 'e0', 'e1', 'nowhere'];
    const jump = fc.record({ if: conditions(keys), to: fc.constantFrom(...targets) });
    const pages = ids.map((questions, page) =>
      fc
        .record({
          id: fc.constant(`p${page}`),
          title: fc.option(wording, { nil: undefined }),
          audiences: someAudiences,
          showIf: fc.option(conditions(keys), { nil: undefined }),
          shuffle: fc.boolean(),
          questions: fc.tuple(...questions.map((id) => question(id, keys))),
          jumps: fc.option(fc.array(jump, { maxLength: 3 }), { nil: undefined }),
        })
        .map((made): Page => strip(made) as Page),
    );
    return fc.record({
      format: fc.constant('parallax-survey/1' as const),
      title: wording,
      languages: fc.constantFrom(['en'], ['de', 'en'], ['ar', 'de', 'en']),
      audiences: fc.subarray([...AUDIENCES], { minLength: 1 }),
      pages: fc.tuple(...pages),
      endings: fc.constant([
        { id: 'e0', title: { customer: { en: 'Thank you' } } },
        { id: 'e1', title: { customer: { en: 'Sorry' } }, redirect: 'https://shop.example/bye' },
      ]),
      hidden: fc.constant(HIDDEN),
      quotas: fc.array(
        fc
          .record({
            id: fc.constantFrom('t0', 't1'),
            name: fc.constant('Quota'),
            limit: fc.constant(10),
            audience: fc.option(fc.constantFrom(...AUDIENCES), { nil: undefined }),
            if: fc.option(conditions(keys), { nil: undefined }),
            ending: fc.constantFrom('e0', 'e1', 'nowhere'),
          })
          .map((made) => strip(made)),
        { maxLength: 2 },
      ),
      appearance: fc.constant({}),
      settings: fc.constant({ progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: 90 }),
    }) as fc.Arbitrary<SurveyDefinition>;
  });

/** Answers that a renderer can make of this survey for this audience: some of them, right by construction. */
export function answersArbitrary(definition: SurveyDefinition, audience: Audience): fc.Arbitrary<Answers> {
  const asked = definition.pages
    .filter((page) => !page.audiences || page.audiences.includes(audience))
    .flatMap((page) => page.questions)
    .filter((each) => !each.audiences || each.audiences.includes(audience))
    .filter(() => definition.audiences.includes(audience));
  const keyed = Object.fromEntries(asked.flatMap(givenByKey));
  // `requiredKeys: []` leaves keys out; it never gives undefined.
  return fc.record(keyed, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Answers>;
}

function givenByKey(asked: Question): [string, fc.Arbitrary<Given>][] {
  const scale = scaleOf(asked);
  if (scale !== undefined) {
    const { min, max, step } = scale;
    const point = fc.integer({ min: 0, max: Math.round((max - min) / step) }).map((i) => Math.min(max, min + i * step));
    const given = 'notApplicable' in asked && asked.notApplicable ? fc.oneof(point, fc.constant(null)) : point;
    if (asked.type === 'matrix') return asked.rows.map((row) => [`${asked.id}.${row.id}`, given]);
    return [[asked.id, given]];
  }
  switch (asked.type) {
    case 'single':
    case 'multiple': {
      const ids = [...asked.choices.map((choice) => choice.id), ...(asked.other ? ['_other'] : [])];
      const given = asked.type === 'single' ? fc.constantFrom(...ids) : fc.shuffledSubarray(ids);
      return asked.other
        ? [
            [asked.id, given],
            [`${asked.id}.other`, fc.string()],
          ]
        : [[asked.id, given]];
    }
    case 'ranking':
      return [[asked.id, fc.shuffledSubarray(asked.choices.map((choice) => choice.id))]];
    case 'short':
    case 'long':
      return [[asked.id, fc.string({ maxLength: asked.maxLength ?? 100 }).map((it) => it.slice(0, asked.maxLength))]];
    case 'number':
      return [[asked.id, fc.integer({ min: -6, max: 18 }).map((half) => half / 2)]];
    case 'date':
      return [[asked.id, fc.constantFrom('2026-01-01', '2026-02-28', '2026-12-31')]];
    case 'consent':
      return [[asked.id, fc.boolean()]];
    case 'email':
      return [[asked.id, fc.constantFrom('', 'a@b.example')]];
    case 'contact':
      return asked.fields.map((field) => [`${asked.id}.${field}`, fc.constantFrom('', 'a@b.example')]);
    default:
      return [];
  }
}

/** What may be known besides the answers. */
export function stateArbitrary(answers: fc.Arbitrary<Answers>): fc.Arbitrary<FlowState> {
  const values = fc.constantFrom('', '5', 'c0', 'Ann', '2026-05-01');
  return fc.record({
    answers,
    hidden: fc.dictionary(fc.constantFrom(...HIDDEN), values, { noNullPrototype: true }),
    attributes: fc.dictionary(fc.constantFrom(...ATTRIBUTES), values, { noNullPrototype: true }),
  });
}
