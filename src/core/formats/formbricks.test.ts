import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { formatFile, formatTools } from '../../../test/format-files.ts';
import { definitionSchema } from '../../server/surveys/definition-schema.ts';
import { checkSurvey } from '../survey/check-survey.ts';
import { formatOf } from './formats.ts';
import { formbricksSurvey } from './formbricks.ts';
import { formbricksAnswers, formbricksBoth } from './formbricks-answers.ts';

const file = path.resolve(import.meta.dirname, '../../../test/reference/formats/formbricks.json');
const both: { survey: { questions: { logic?: object[]; id: string }[] }; responses: object[] } = JSON.parse(
  readFileSync(file, 'utf8'),
);
const read = (json: unknown) => formbricksSurvey.readSurvey!(formatFile({ json }), formatTools);
const whole = read(both);
const { pages } = whole.definition;
const questions = new Map(pages.flatMap((page) => page.questions).map((one) => [one.id, one]));
const pageOf = (id: string) => pages.find((page) => page.questions.some((one) => one.id === id));

test('a survey in two languages can be saved and checked', () => {
  expect(formatOf(formatFile({ json: both }))).toBe(formbricksBoth);
  expect(formatOf(formatFile({ json: { data: both.survey } }))).toBe(formbricksSurvey);
  expect(formatOf(formatFile({ json: { data: both.responses } }))).toBe(formbricksAnswers);
  expect(definitionSchema.safeParse(whole.definition).error?.issues ?? []).toEqual([]);
  const findings = checkSurvey(whole.definition, { items: new Map(), redirectHosts: ['example.org'] });
  expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
  expect(whole.definition).toMatchObject({ languages: ['en', 'de'], hidden: ['plan'] });
  expect(pages[0]?.questions[0]?.text).toEqual({ customer: { en: 'Hi!\n\nOne minute.', de: 'Hallo!' } });
});

test('questions keep their scales, choices and languages', () => {
  expect(questions.get('nps1')).toMatchObject({ type: 'nps', required: 'yes', low: { customer: { en: 'No' } } });
  expect(questions.get('why')).toMatchObject({
    type: 'long',
    maxLength: 500,
    text: { customer: { en: 'Why {{answer:nps1|that number}}? x' } },
  });
  expect(questions.get('stars')).toMatchObject({ type: 'csat', look: 'stars', points: 5 });
  expect(questions.get('pick')).toMatchObject({
    type: 'single',
    other: true,
    shuffle: true,
    choices: [{ id: 'ch1', text: { customer: { en: 'Free', de: 'Gratis' } } }, { id: 'ch2' }],
  });
  expect(questions.get('grid')).toMatchObject({
    type: 'matrix',
    min: 1,
    max: 3,
    rows: [{ id: 'row1' }, { id: 'row2' }],
  });
  expect(questions.get('who')).toMatchObject({ type: 'contact', fields: ['name', 'email'] });
  expect(questions.get('cta')?.type).toBe('statement');
  expect(questions.has('pics')).toBe(false);
});

test('jumps, fallbacks and endings are kept; variables and pictures are told', () => {
  expect(pageOf('nps1')?.jumps).toEqual([
    { if: { of: 'answer', key: 'nps1', is: 'ge', value: 9 }, to: pageOf('pick')!.id },
  ]);
  expect(pageOf('pick')?.jumps).toEqual([
    {
      if: {
        any: [
          { of: 'answer', key: 'pick', is: 'eq', value: 'ch1' },
          { of: 'hidden', key: 'plan', is: 'eq', value: 'free' },
        ],
      },
      to: 'end_2',
    },
    { if: { all: [] }, to: pageOf('grid')!.id },
  ]);
  expect(whole.definition.endings[1]?.redirect).toBe('https://example.org/free');
  const told = whole.losses.map(({ question, message }) => `${question}: ${message}`).join('\n');
  for (const loss of [
    /Recommend\?: A jump/,
    /Recommend\?: Its calculations/,
    /Pictures: .*pictureSelection/,
    /Rate: .*only the ends/,
    /Which plan\?: All its choices are shuffled/,
    /1 placeholders/,
  ]) {
    expect(told).toMatch(loss);
  }
});

test('blocks of elements are pages', () => {
  const [first, second] = both.survey.questions;
  const logic = [
    {
      conditions: {
        connector: 'and',
        conditions: [{ leftOperand: { type: 'element', value: 'nps1' }, operator: 'isSkipped' }],
      },
      actions: [{ objective: 'jumpToBlock', target: 'b2' }],
    },
  ];
  const blocks = [
    { id: 'b1', name: 'One', elements: [{ ...first, logic: undefined }, second], logic },
    { id: 'b2', name: 'Two', elements: [both.survey.questions[2]] },
  ];
  const { definition } = read({ name: 'Blocks', blocks });
  expect(definition.pages.map((page) => page.questions.map(({ id }) => id))).toEqual([['nps1', 'why'], ['stars']]);
  expect(definition.pages[0]?.jumps).toEqual([
    { if: { of: 'answer', key: 'nps1', is: 'empty' }, to: definition.pages[1]!.id },
  ]);
});

test('responses beside their survey are read exactly, in whatever language they were given', () => {
  const { fields, responses } = formbricksBoth.readAnswers!(formatFile({ json: both }), formatTools);
  expect(responses[0]).toMatchObject({ id: 'resp1', day: '2026-04-05', language: 'de', finished: true });
  expect([...responses[0]!.attributes]).toEqual([
    ['plan', 'free'],
    ['tier', 'gold'],
  ]);
  expect(Object.fromEntries(responses[0]!.cells)).toEqual({
    nps1: 3,
    why: 'Zu langsam',
    stars: 4,
    pick: 'ch1',
    many: ['m1', 'm2'],
    '["grid","row1"]': 2,
    '["grid","row2"]': 3,
    rank: ['o2', 'o1'],
    ok: true,
    '["who","name"]': 'Ann Lee',
    '["who","email"]': 'ann@example.org',
  });
  expect(responses[1]).toMatchObject({ language: null, finished: false });
  expect(Object.fromEntries(responses[1]!.cells)).toEqual({ pick: '_other', 'pick other': 'Enterprise' });
  expect(fields.find(({ id }) => id === '["grid","row1"]')).toMatchObject({
    question: 'grid',
    part: { kind: 'row', id: 'row1' },
  });
});

test('without the survey, columns of a matrix need an order that is known', () => {
  const response = (grid: object) => ({ id: 'r', surveyId: 's', finished: true, data: { grid } });
  const answers = (...grids: object[]) =>
    formbricksAnswers.readAnswers!(formatFile({ json: { data: grids.map(response) } }), formatTools);
  const cellsOf = ({ responses }: ReturnType<typeof answers>) => responses.map(({ cells }) => [...cells.values()]);
  expect(cellsOf(answers({ Speed: 'Agree' }, { Speed: 'Strongly disagree' }))).toEqual([[4], [1]]);
  expect(cellsOf(answers({ Speed: '2' }, { Speed: '5' }))).toEqual([[2], [5]]);
  const unknown = answers({ Speed: 'Blue' }, { Speed: 'Red' });
  expect(cellsOf(unknown)).toEqual([['Blue'], ['Red']]);
  expect(unknown.losses[0]?.message).toContain('Upload the survey together');
});

test.each([null, [], {}, { data: [] }, { name: 'x', questions: [] }, { data: [{ data: 1 }] }, 'text', 7])(
  'something else is not taken for Formbricks: %j',
  (json) => {
    expect(
      [formbricksBoth, formbricksSurvey, formbricksAnswers].some((format) => format.detect(formatFile({ json }))),
    ).toBe(false);
  },
);

test('what belongs to no question, and small print of questions, is told; a plain survey loses nothing', () => {
  const label = (text: string) => ({ default: text });
  const choice = (id: string) => ({ id, label: label(id) });
  const survey = (more: object, question: object = {}) => ({
    id: 's',
    name: 'Stay',
    questions: [
      {
        id: 'q',
        type: 'multipleChoiceMulti',
        headline: label('What?'),
        choices: [choice('a'), choice('b')],
        ...question,
      },
    ],
    hiddenFields: { enabled: true, fieldIds: ['plan', 'plan'] },
    triggers: [],
    segment: null,
    welcomeCard: { enabled: false },
    ...more,
  });
  const told = (json: object) => read(json).losses.map(({ message }) => message);
  expect(told(survey({ pin: null, autoComplete: null, singleUse: { enabled: false }, quotas: [] }))).toEqual([]);
  const found = told(
    survey(
      {
        triggers: [{ actionClass: {} }],
        followUps: [{ id: 'f' }],
        variables: [{ id: 'v', name: 'sum', type: 'number', value: 0 }],
        quotas: [{}],
        closeOnDate: '2026-12-31T00:00:00Z',
        pin: '1234',
        singleUse: { enabled: true },
        hiddenFields: { enabled: true, fieldIds: ['1st'] },
        endings: [{ id: 'e', type: 'endScreen', headline: label('Bye'), imageUrl: 'https://x.example/a.png' }],
      },
      { choices: [choice('a'), choice('none')], validation: { rules: [{ type: 'minSelections' }] } },
    ),
  );
  for (const message of [
    /rules for valid/,
    /choice of none/,
    /Pictures/,
    /hidden fields/,
    /to whom/,
    /follow-up/,
    /variables/,
    /quotas/,
    /opens and closes/,
    /PIN/,
    /one use/,
  ]) {
    expect(found).toContainEqual(expect.stringMatching(message));
  }
  expect(found).toHaveLength(11);
  expect(read(survey({ isBackButtonHidden: true })).definition.settings.back).toBe(false);
});

test('a .formbricks.json, as saved and as its interface gives it: texts by their language', () => {
  const headline = { 'en-US': 'What should be better?', 'de-DE': 'Was soll besser werden?' };
  const envelope = {
    formbricks: { exportFormat: 1, exportedAt: '2026-09-08T12:00:00.000Z', appVersion: '6.2.0', source: {} },
    survey: {
      name: 'Feedback',
      type: 'app',
      defaultLanguage: 'en-US',
      languages: [
        { code: 'en-US', default: true, enabled: true },
        { code: 'de-DE', default: false, enabled: true },
      ],
      blocks: [{ id: 'b1', name: 'Main', elements: [{ id: 'q1', type: 'openText', headline, required: true }] }],
      distribution: { triggers: [{ actionClassId: 'a' }] },
    },
    references: { actionClasses: [] },
  };
  for (const json of [envelope, { data: envelope }]) {
    expect(formatOf(formatFile({ json }))).toBe(formbricksSurvey);
    const { definition, losses } = read(json);
    expect(definition).toMatchObject({
      languages: ['en-US', 'de-DE'],
      pages: [{ questions: [{ id: 'q1', type: 'short', required: 'yes', text: { customer: headline } }] }],
    });
    expect(definitionSchema.safeParse(definition).success).toBe(true);
    expect(losses.map(({ message }) => message)).toEqual([
      expect.stringMatching(/When and to whom/),
      expect.stringMatching(/no quotas, follow-up mails/),
    ]);
  }
  const { languages: _, ...rest } = envelope.survey;
  expect(read({ ...envelope, survey: rest }).definition.languages).toEqual(['en-US']);
});
