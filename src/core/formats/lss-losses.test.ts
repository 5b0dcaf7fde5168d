import { expect, test } from 'vitest';
import { formatFile, formatTools } from '../../../test/format-files.ts';
import { limeSurveyLss } from './lss.ts';

type Row = Readonly<Record<string, string>>;

/** The sentences about a survey with one question, by LimeSurvey's letter of its type. */
function told(type: string, attributes: Row = {}, more: Record<string, Row[]> = {}, words: Row = {}): string[] {
  const tables: Record<string, Row[]> = {
    surveys: [{ sid: '7', language: 'en', format: 'G' }],
    surveys_languagesettings: [{ surveyls_language: 'en', surveyls_title: 'Stay' }],
    groups: [{ gid: '1', group_order: '1' }],
    group_l10ns: [{ gid: '1', group_name: 'You', language: 'en' }],
    questions: [{ qid: '10', parent_qid: '0', gid: '1', type, title: 'q', question_order: '1', relevance: '1' }],
    question_l10ns: [{ qid: '10', question: 'What?', language: 'en', ...words }],
    subquestions: ['a', 'b'].map((title) => ({ qid: `1${title}`, parent_qid: '10', title, scale_id: '0' })),
    answers: ['A1', 'A2'].map((code, i) => ({ aid: code, qid: '10', code, sortorder: String(i), scale_id: '0' })),
    question_attributes: Object.entries(attributes).map(([attribute, value]) => ({ qid: '10', attribute, value })),
    ...more,
  };
  const cell = ([name, value]: [string, string]) => `<${name}><![CDATA[${value}]]></${name}>`;
  const sections = Object.entries(tables).map(
    ([name, rows]) =>
      `<${name}><rows>${rows.map((row) => `<row>${Object.entries(row).map(cell).join('')}</row>`).join('')}</rows></${name}>`,
  );
  const text = `<document><LimeSurveyDocType>Survey</LimeSurveyDocType>${sections.join('')}</document>`;
  return limeSurveyLss.readSurvey!(formatFile({ text }), formatTools).losses.map(({ message }) => message);
}

test('a plain question loses nothing, whatever is switched off', () => {
  expect(told('S', { numbers_only: '0', other_comment_mandatory: '0', random_order: '0', prefix: '' })).toEqual([]);
  expect(told('M', { random_order: '1', exclude_all_others_auto: '0' })).toEqual([]);
});

test.each<[string, string, Row, RegExp]>([
  ['rows at random', 'A', { random_order: '1' }, /Its rows stand in their written order/],
  ['rows at random, since version 6', 'F', { subquestion_order: 'random' }, /Its rows stand/],
  ['choices by the alphabet', 'L', { answer_order: 'alphabetical' }, /alphabet/],
  ['a time', 'D', { date_format: 'dd.mm.yyyy HH:MM' }, /not the time/],
  ['words behind a box', 'N', { suffix: '€' }, /words behind/],
  ['numbers only', 'S', { numbers_only: '1' }, /only numbers/],
  ['a choice that excludes', 'M', { exclude_all_others_auto: '1' }, /excludes/],
])('%s of a question is told', (_, type, attributes, message) => {
  expect(told(type, attributes)).toContainEqual(expect.stringMatching(message));
});

test('what belongs to the survey is told: answers beforehand, addresses, scripts, pictures, notices, its time', () => {
  const found = told(
    'S',
    {},
    {
      surveys: [{ sid: '7', language: 'en', format: 'G', expires: '2026-12-31 00:00:00', showsurveypolicynotice: '2' }],
      surveys_languagesettings: [
        {
          surveyls_language: 'en',
          surveyls_title: 'Stay',
          surveyls_description: 'About it',
          surveyls_policy_notice: 'We keep it.',
        },
      ],
      defaultvalues: [{ qid: '10' }],
      survey_url_parameters: [{ parameter: 'order' }, { parameter: 'ship' }],
    },
    { question: 'Look: <img src="x.png">', script: 'alert(1)' },
  );
  for (const message of [
    /beforehand \(1\)/,
    /from its address \(2\)/,
    /scripts of 1/,
    /description/,
    /data protection/,
    /opens and closes/,
    /Pictures/,
  ]) {
    expect(found).toContainEqual(expect.stringMatching(message));
  }
  expect(found).toHaveLength(7);
});
