import { expect, test } from 'vitest';
import { formatFile, formatTools } from '../../../test/format-files.ts';
import { definitionSchema } from '../../server/surveys/definition-schema.ts';
import { qualtricsQsf } from './qsf.ts';

const choice = (Display: string, more: object = {}) => ({ Display, ...more });
const question = (QuestionID: string, more: object) => ({
  Element: 'SQ',
  PrimaryAttribute: QuestionID,
  Payload: { QuestionID, DataExportTag: QuestionID.replace('QID', 'Q'), QuestionText: 'What?', ...more },
});
const block = (ID: string, qids: string[], more: object = {}) => ({
  ID,
  Description: ID,
  BlockElements: qids.map((QuestionID) => ({ Type: 'Question', QuestionID })),
  ...more,
});
const read = (questions: object[], blocks: object[], flow: object[], rest: object[] = []) =>
  qualtricsQsf.readSurvey!(
    formatFile({
      json: {
        SurveyEntry: { SurveyName: 'Ferry', SurveyLanguage: 'EN' },
        SurveyElements: [
          { Element: 'BL', Payload: blocks },
          { Element: 'FL', Payload: { Flow: flow } },
          ...questions,
          ...rest,
        ],
      },
    }),
    formatTools,
  );
const CHOICES = { 1: choice('A'), 2: choice('B') };

test.each<[string, object, RegExp]>([
  ['translations', { Language: { DE: { QuestionText: 'Was?' } } }, /translations/],
  ['a picture', { QuestionText: 'Look <img src="x.png">' }, /pictures/],
  ['JavaScript', { QuestionJS: 'Qualtrics.SurveyEngine.addOnload(…)' }, /JavaScript/],
  [
    'choices carried forward',
    { DynamicChoices: { Locator: 'q://QID1/ChoiceGroup/SelectedChoices' } },
    /carried forward/,
  ],
  [
    'a condition of a choice',
    { Choices: { 1: choice('A', { DisplayLogic: { 0: {} } }), 2: choice('B') } },
    /single choices/,
  ],
  ['a choice that excludes', { Choices: { 1: choice('A'), 2: choice('None', { ExclusiveAnswer: true }) } }, /excludes/],
  ['a part of its choices at random', { Randomization: { Type: 'Subset', TotalRandSubset: 1 } }, /random order/],
  ['how many', { Validation: { Settings: { Type: 'MinChoices', MinChoices: '2' } } }, /rules for valid/],
  ['a rule of its own', { Validation: { Settings: { CustomValidation: { Logic: {} } } } }, /rules for valid/],
  ['scores', { GradingData: [{ ChoiceID: '1', Grades: { SC_1: '5' } }] }, /scores/],
  ['a choice that is made beforehand', { DefaultChoices: { 1: { Selected: true } } }, /beforehand/],
])('%s of a question is told', (_, more, message) => {
  const made = question('QID1', { QuestionType: 'MC', Selector: 'MAVR', Choices: CHOICES, ...more });
  const { losses } = read([made], [block('BL_1', ['QID1'])], [{ Type: 'Block', ID: 'BL_1' }]);
  expect(losses).toEqual([{ question: 'Q1', message: expect.stringMatching(message) }]);
});

test('a plain question loses nothing, and what says nothing is not told', () => {
  const made = question('QID1', {
    QuestionType: 'MC',
    Selector: 'SAVR',
    Choices: CHOICES,
    Language: [],
    QuestionJS: '',
    DefaultChoices: false,
    GradingData: [],
    Randomization: { Type: 'None' },
    Validation: { Settings: { ForceResponse: 'ON', ForceResponseType: 'ON', Type: 'None' } },
  });
  const number = question('QID2', {
    QuestionType: 'TE',
    Selector: 'SL',
    Validation: { Settings: { ContentType: 'ValidNumber', ValidNumber: { Min: '1', Max: '9' } } },
  });
  const options = { SurveyTermination: 'DefaultMessage', EOSRedirectURL: 'http://', AvailableLanguages: { EN: [] } };
  const { definition, losses } = read(
    [made, number],
    [block('BL_1', ['QID1', 'QID2'], { Options: { RandomizeQuestions: 'false' } })],
    [{ Type: 'Block', ID: 'BL_1' }],
    [{ Element: 'SO', Payload: { ...options, BackButton: 'false', ProgressBarDisplay: 'None', Header: '' } }],
  );
  expect(losses).toEqual([]);
  expect(definition.settings).toMatchObject({ back: false, progress: false });
  expect(definition.pages[0]?.questions[1]).toMatchObject({ type: 'number', min: 1, max: 9 });
  expect(definition.endings).toEqual([{ id: 'end', title: { customer: { en: 'Thank you.' } } }]);
  expect(definitionSchema.safeParse(definition).success).toBe(true);
});

test('of the survey: quotas, scoring, languages, header, ends, random blocks, values that are set, what nobody reaches', () => {
  const made = ['QID1', 'QID2', 'QID3', 'QID4'].map((id) =>
    question(id, { QuestionType: 'MC', Selector: 'SAVR', Choices: CHOICES, QuestionJS: id === 'QID4' ? 'x' : '' }),
  );
  const { definition, losses } = read(
    made,
    [
      block('BL_1', ['QID1']),
      block('BL_2', ['QID2']),
      block('BL_3', ['QID3']),
      block('T', ['QID4'], { Type: 'Trash' }),
    ],
    [
      { Type: 'EmbeddedData', EmbeddedData: [{ Field: 'ship', Type: 'Custom', Value: 'Tern' }, { Field: 'order' }] },
      {
        Type: 'BlockRandomizer',
        SubSet: 1,
        Flow: [
          { Type: 'Block', ID: 'BL_1' },
          { Type: 'Block', ID: 'BL_2' },
        ],
      },
      { Type: 'EndSurvey', EndingType: 'Advanced', Options: { SurveyTermination: 'Redirect' } },
    ],
    [
      { Element: 'QO', Payload: { Name: 'Women' } },
      { Element: 'SCO', Payload: { ScoringCategories: [{ ID: 'SC_1' }] } },
      {
        Element: 'SO',
        Payload: {
          Header: '<b>Tern</b>',
          AvailableLanguages: { EN: [], DE: [] },
          SurveyTermination: 'Redirect',
          EOSRedirectURL: 'https://tern.example/thanks',
          EOSMessage: 'MS_abc123',
        },
      },
    ],
  );
  const told = losses.map(({ question: of, message }) => `${of ?? '-'} ${message}`);
  for (const message of [
    /- The embedded field “ship” is not set/,
    /- Everybody is asked all 2 blocks of which 1/,
    /- What an end of the survey’s flow does/,
    /Q3 No step of the survey’s flow/,
    /- Its quotas \(1\)/,
    /- Its scoring/,
    /- Its header/,
    /- It has 2 languages/,
    /- Its message at the end/,
  ]) {
    expect(told).toContainEqual(expect.stringMatching(message));
  }
  expect(told).toHaveLength(9);
  expect(definition.endings[0]).toMatchObject({ redirect: 'https://tern.example/thanks' });
});
