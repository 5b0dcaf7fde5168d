import { expect, test } from 'vitest';
import { formatFile, formatTools } from '../../../test/format-files.ts';
import { definitionSchema } from '../../server/surveys/definition-schema.ts';
import { checkSurvey } from '../survey/check-survey.ts';
import { limeSurveyLss } from './lss.ts';
import { readRelevance } from './lss-relevance.ts';
import { FormatError } from './neutral.ts';

type Row = Record<string, string | number>;
type TablesOf = Record<string, Row[]>;
/** An export as LimeSurvey writes it: tables of rows, values in CDATA. */
function lss(tables: TablesOf, version = 640): string {
  const sections = Object.entries(tables).map(([name, rows]) => {
    const written = rows.map(
      (row) =>
        `<row>${Object.entries(row)
          .map(([column, value]) => `<${column}><![CDATA[${value}]]></${column}>`)
          .join('')}</row>`,
    );
    return `<${name}><fields><fieldname>x</fieldname></fields><rows>${written.join('')}</rows></${name}>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>${version}</DBVersion><languages><language>en</language><language>de</language></languages>${sections.join('')}</document>`;
}

let qid = 10;
const tables: { [name: string]: Row[] } = {
  surveys: [{ sid: 77, language: 'en', additional_languages: 'de', anonymized: 'N', allowprev: 'N', format: 'G' }],
  surveys_languagesettings: [
    {
      surveyls_survey_id: 77,
      surveyls_language: 'en',
      surveyls_title: 'Hotel <b>stay</b>',
      surveyls_welcometext: '<p>Welcome!</p>',
      surveyls_endtext: 'Bye',
      surveyls_url: 'javascript:alert(1)',
    },
    { surveyls_survey_id: 77, surveyls_language: 'de', surveyls_title: 'Aufenthalt' },
  ],
  groups: [
    { gid: 1, group_order: 1, grelevance: '' },
    { gid: 2, group_order: 2, grelevance: 'stay.NAOK == "A2"' },
  ],
  group_l10ns: [
    { gid: 1, group_name: 'You', description: '', language: 'en' },
    { gid: 2, group_name: 'Rooms', description: 'About the room', language: 'en' },
    { gid: 2, group_name: 'Zimmer', description: 'Zum Zimmer', language: 'de' },
  ],
  questions: [],
  subquestions: [],
  question_l10ns: [],
  question_attributes: [],
  answers: [],
  answer_l10ns: [],
  quota: [{ id: 1 }],
};

function ask(
  gid: number,
  title: string,
  type: string,
  more: {
    parts?: string[];
    answers?: [string, string, string?][];
    row?: Row;
    attributes?: Record<string, string>;
  } = {},
) {
  qid += 10;
  tables['questions']!.push({
    qid,
    parent_qid: 0,
    gid,
    type,
    title,
    question_order: qid,
    other: 'N',
    mandatory: 'N',
    relevance: '1',
    ...more.row,
  });
  tables['question_l10ns']!.push(
    { qid, question: `<p>Ask ${title}?</p>`, language: 'en' },
    { qid, question: `Frage ${title}?`, language: 'de' },
  );
  more.parts?.forEach((code, i) => {
    tables['subquestions']!.push({ qid: qid + i + 1, parent_qid: qid, title: code, question_order: i, scale_id: 0 });
    tables['question_l10ns']!.push({ qid: qid + i + 1, question: `Part ${code}`, language: 'en' });
  });
  more.answers?.forEach(([code, text, scale = '0'], i) => {
    const aid = qid * 100 + i;
    tables['answers']!.push({ aid, qid, code, sortorder: i, scale_id: scale });
    tables['answer_l10ns']!.push({ aid, answer: text, language: 'en' });
  });
  for (const [attribute, value] of Object.entries(more.attributes ?? {})) {
    tables['question_attributes']!.push({ qid, attribute, value });
  }
}

ask(1, 'stay', 'L', {
  answers: [
    ['A1', 'Business'],
    ['A2', 'Holiday'],
  ],
  row: { other: 'Y', mandatory: 'Y' },
});
ask(1, 'recommend', 'L', {
  answers: Array.from({ length: 11 }, (_, i) => [`A${i + 1}`, String(i)] as [string, string]),
});
ask(1, 'five', '5', { row: { relevance: 'stay == "-oth-" or recommend.NAOK >= "A7"' } });
ask(1, 'tick', 'M', { parts: ['SQ001', 'SQ002'] });
ask(2, 'room', 'F', {
  parts: ['SQ001', 'SQ002'],
  answers: [
    ['A1', 'Bad'],
    ['A2', 'So so'],
    ['A3', 'Good'],
    ['A9', 'Not applicable'],
  ],
  row: { relevance: 'tick_SQ001 == "Y"' },
});
ask(2, 'dual', '1', {
  parts: ['SQ001'],
  answers: [
    ['1', 'low', '0'],
    ['2', 'high', '0'],
    ['1', 'little', '1'],
    ['2', 'much', '1'],
  ],
});
ask(2, 'sure', 'C', { parts: ['SQ001'] });
ask(2, 'rank', 'R', {
  answers: [
    ['A1', 'Bed'],
    ['A2', 'Bath'],
  ],
});
ask(2, 'nights', 'N', { attributes: { min_num_value_n: '1', max_num_value_n: '30', num_value_int_only: '1' } });
ask(2, 'temperature', 'K', {
  parts: ['SQ001'],
  attributes: { slider_layout: '1', slider_min: '10', slider_max: '30', slider_accuracy: '0.5' },
});
ask(2, 'words', 'T', { row: { relevance: 'sum(that.nights) > 3' }, attributes: { maximum_chars: '500' } });
ask(2, 'upload', '|');
ask(2, 'secret', 'S', { attributes: { hidden: '1' } });
ask(2, 'thanks', 'X');
ask(2, 'happy', 'Y', { row: { relevance: '!is_empty(room_SQ001.NAOK)' } });
tables['question_l10ns']!.find((row) => row['question'] === '<p>Ask words?</p>')!['question'] =
  'You said {recommend.shown}, {TOKEN:FIRSTNAME}; {sum(1,2)}';

const read = (text: string) => limeSurveyLss.readSurvey!(formatFile({ text }), formatTools);
const whole = read(lss(tables));
const questions = new Map(whole.definition.pages.flatMap((page) => page.questions).map((one) => [one.id, one]));
const lost = (question: string | null) =>
  whole.losses.filter((loss) => loss.question === question).map((loss) => loss.message);

test('a survey with groups, languages and every common type is one that can be saved and checked', () => {
  expect(definitionSchema.safeParse(whole.definition).error?.issues ?? []).toEqual([]);
  const errors = checkSurvey(whole.definition, { items: new Map(), redirectHosts: [] }).filter(
    ({ level }) => level === 'error',
  );
  expect(errors).toEqual([]);
  expect(whole.name).toBe('Hotel stay');
  expect(whole.definition.languages).toEqual(['en', 'de']);
  expect(whole.definition.title).toEqual({ customer: { en: 'Hotel stay', de: 'Aufenthalt' } });
  expect(whole.definition.pages.map((page) => page.id)).toEqual(['welcome', 'group_1', 'group_2']);
  expect(whole.definition.settings.back).toBe(false);
});

test('types keep what makes answers compare', () => {
  expect(questions.get('stay')).toMatchObject({
    type: 'single',
    other: true,
    required: 'yes',
    choices: [{ id: 'A1' }, { id: 'A2' }],
  });
  expect(questions.get('recommend')?.type).toBe('nps');
  expect(questions.get('five')).toMatchObject({
    type: 'rating',
    min: 1,
    max: 5,
    text: { customer: { en: 'Ask five?', de: 'Frage five?' } },
  });
  expect(questions.get('room')).toMatchObject({
    type: 'matrix',
    min: 1,
    max: 3,
    notApplicable: true,
    rows: [{ id: 'SQ001' }, { id: 'SQ002' }],
  });
  expect(questions.get('dual_1')).toMatchObject({ type: 'matrix', min: 1, max: 2, high: { customer: { en: 'much' } } });
  expect(questions.get('sure_SQ001')).toMatchObject({
    type: 'single',
    choices: [{ id: 'Y' }, { id: 'U' }, { id: 'N' }],
  });
  expect(questions.get('nights')).toMatchObject({ type: 'number', min: 1, max: 30, step: 1 });
  expect(questions.get('temperature_SQ001')).toMatchObject({ type: 'slider', min: 10, max: 30, step: 0.5 });
  expect(questions.get('words')).toMatchObject({ type: 'long', maxLength: 500 });
  expect(questions.get('rank')).toMatchObject({ type: 'ranking' });
});

test('simple conditions are kept, and everything else is told by question', () => {
  expect(questions.get('five')?.showIf).toEqual({
    any: [
      { of: 'answer', key: 'stay', is: 'eq', value: '_other' },
      { of: 'answer', key: 'recommend', is: 'ge', value: 6 },
    ],
  });
  expect(questions.get('room')?.showIf).toEqual({ of: 'answer', key: 'tick', is: 'has', value: 'SQ001' });
  expect(questions.get('happy')?.showIf).toEqual({ not: { of: 'answer', key: 'room.SQ001', is: 'empty' } });
  expect(whole.definition.pages[2]?.showIf).toEqual({ of: 'answer', key: 'stay', is: 'eq', value: 'A2' });
  expect(lost('words').join(' ')).toMatch(/no simple one.*sum\(that\.nights\) > 3.*\{sum\(1,2\)\}/s);
  expect(questions.get('words')?.text.customer?.['en']).toBe(
    'You said {{answer:recommend|}}, {{attribute:firstname|}};',
  );
  expect(lost('upload')).toEqual(['Uploads of files cannot be carried over.']);
  expect(lost('secret')).toEqual(['It is never shown, so it is left out.']);
  expect(lost('room').join()).toContain('only the ends keep their labels');
  expect(lost(null).join(' ')).toMatch(/no https address.*1 quotas/);
});

test('files of version 2, with their texts in the rows, are read the same', () => {
  const old = read(
    lss(
      {
        surveys: [{ sid: 5, language: 'de', additional_languages: 'en' }],
        surveys_languagesettings: [{ surveyls_language: 'de', surveyls_title: 'Alt' }],
        groups: [
          { gid: 1, group_order: 1, group_name: 'Gruppe', language: 'de' },
          { gid: 1, group_order: 1, group_name: 'Group', language: 'en' },
        ],
        questions: [
          {
            qid: 3,
            parent_qid: 0,
            gid: 1,
            type: 'L',
            title: 'q1',
            question: 'Frage',
            language: 'de',
            question_order: 1,
          },
          {
            qid: 3,
            parent_qid: 0,
            gid: 1,
            type: 'L',
            title: 'q1',
            question: 'Question',
            language: 'en',
            question_order: 1,
          },
          {
            qid: 4,
            parent_qid: 0,
            gid: 1,
            type: 'S',
            title: 'q2',
            question: 'Warum',
            language: 'de',
            question_order: 2,
            relevance: '5X1X3.NAOK == "b"',
          },
        ],
        answers: [
          { qid: 3, code: 'a', answer: 'eins', language: 'de', sortorder: 1, scale_id: 0 },
          { qid: 3, code: 'a', answer: 'one', language: 'en', sortorder: 1, scale_id: 0 },
          { qid: 3, code: 'b', answer: 'zwei', language: 'de', sortorder: 2, scale_id: 0 },
        ],
      },
      260,
    ),
  );
  expect(old.definition.pages[0]).toEqual({
    id: 'group_1',
    title: { customer: { de: 'Gruppe', en: 'Group' } },
    questions: [
      {
        id: 'q1',
        type: 'single',
        text: { customer: { de: 'Frage', en: 'Question' } },
        choices: [
          { id: 'a', text: { customer: { de: 'eins', en: 'one' } } },
          { id: 'b', text: { customer: { de: 'zwei' } } },
        ],
      },
      {
        id: 'q2',
        type: 'short',
        text: { customer: { de: 'Warum' } },
        showIf: { of: 'answer', key: 'q1', is: 'eq', value: 'b' },
      },
    ],
  });
});

test('equations that are no simple comparison give no condition, however they are written', () => {
  const variables = new Map([
    ['a', { key: 'a', kind: 'number' as const }],
    ['c', { key: 'c', kind: 'choice' as const }],
  ]);
  expect(readRelevance('((a.NAOK >= 3) and not (c == "x"))', variables)).toEqual({
    all: [{ of: 'answer', key: 'a', is: 'ge', value: 3 }, { not: { of: 'answer', key: 'c', is: 'eq', value: 'x' } }],
  });
  expect(readRelevance('3 < a', variables)).toEqual({ of: 'answer', key: 'a', is: 'gt', value: 3 });
  expect(readRelevance('a != ""', variables)).toEqual({ of: 'answer', key: 'a', is: 'answered' });
  expect(readRelevance(' ', variables)).toBe('always');
  expect(readRelevance('0', variables)).toBe('never');
  const none = [
    'a + 1 > 3',
    'a > c',
    'a >',
    '(a > 1',
    'a > 1)',
    'b == 1',
    'c < "x"',
    'a == "two"',
    'a.relevanceStatus == 1',
    '"',
    '1 == 1',
    'a > 1 a > 2',
    '__proto__ == 1',
  ];
  expect(none.filter((equation) => readRelevance(equation, variables) !== undefined)).toEqual([]);
  expect(readRelevance(`${'('.repeat(5_000)}a > 1`, variables)).toBeUndefined();
  expect(readRelevance(`${'!'.repeat(4_000)}a`, variables)).toBeUndefined();
  expect(readRelevance(Array.from({ length: 60 }, () => 'a > 1').join(' or '), variables)).toBeUndefined();
});

test.each([
  ['a document type', `<!DOCTYPE x [<!ENTITY a "b">]>${lss({})}`],
  ['a group alone', lss(tables).replace('Survey</Lime', 'Group</Lime')],
  ['no question', lss({ surveys: [{ language: 'en' }] })],
  ['half a file', lss(tables).slice(0, 9_000)],
  ['nothing', ''],
])('refuses %s with a sentence', (_, text) => {
  expect(() => read(text)).toThrow(FormatError);
});

test('names of objects in a file stay names', () => {
  const hostile = read(
    lss({
      __proto__: [],
      surveys: [{ language: '__proto__' }],
      groups: [{ gid: '__proto__', group_name: 'constructor', language: 'en' }],
      questions: [
        {
          qid: 'constructor',
          parent_qid: 0,
          gid: '__proto__',
          type: 'L',
          title: '__proto__',
          question: '<img src=x onerror=alert(1)>Hi<script>alert(1)</script>',
          relevance: 'toString == 1',
        },
      ],
      answers: [{ qid: 'constructor', code: '__proto__', answer: 'valueOf' }],
    }),
  );
  expect(definitionSchema.safeParse(hostile.definition).success).toBe(true);
  expect(hostile.definition.pages[0]?.questions[0]?.text).toEqual({ customer: { en: 'Hi' } });
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});
