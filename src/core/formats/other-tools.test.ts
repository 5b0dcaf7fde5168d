import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { formatFile, formatTools } from '../../../test/format-files.ts';
import { AnswerMaker } from './answers-from.ts';
import { bindFields } from './bind-fields.ts';
import { formatOf } from './formats.ts';
import type { SourceFile } from './neutral.ts';

const reference = (name: string) =>
  readFileSync(path.resolve(import.meta.dirname, '../../../test/reference/formats', name), 'utf8');

/** What is stored of a tool's answers when the survey came from that tool, too. */
function stored(survey: SourceFile, answers: SourceFile) {
  const { definition } = formatOf(survey)!.readSurvey!(survey, formatTools);
  const { fields, responses } = formatOf(answers)!.readAnswers!(answers, formatTools);
  const bindings = bindFields(definition, fields);
  const maker = new AnswerMaker(definition, fields, bindings);
  const made = responses.map((response, i) => maker.answers(response, i + 1));
  const bound = new Set(bindings.map(({ field }) => field));
  return {
    answers: made.map((each) => each.answers),
    faults: made.flatMap((each) => each.faults.map(({ message }) => message)),
    unbound: fields.map(({ id }) => id).filter((id) => !bound.has(id)),
  };
}

test('Typeform: every response finds its questions and choices', () => {
  const form = formatFile({ json: JSON.parse(reference('typeform-form.json')) });
  const responses = formatFile({ json: JSON.parse(reference('typeform-responses.json')) });
  expect(stored(form, responses)).toEqual({
    unbound: [],
    faults: [],
    answers: [
      {
        recommend: 9,
        clean: 4,
        purpose: 'work',
        liked: ['c3', 'c4', '_other'],
        'liked.other': 'Bar',
        order_of: ['place', 'price'],
        grid_food: 'good',
        again: 0,
        day: '2026-02-27',
        mail: 'ann@example.org',
        why: '=HYPERLINK("x") quiet',
      },
      { purpose: '_other', 'purpose.other': 'A wedding' },
    ],
  });
});

test('Formbricks: survey and responses of one file', () => {
  const file = formatFile({ json: JSON.parse(reference('formbricks.json')) });
  expect(stored(file, file)).toEqual({
    unbound: [],
    faults: [],
    answers: [
      {
        nps1: 3,
        why: 'Zu langsam',
        stars: 4,
        pick: 'ch1',
        many: ['m1', 'm2'],
        'grid.row1': 2,
        'grid.row2': 3,
        rank: ['o2', 'o1'],
        ok: true,
        'who.name': 'Ann Lee',
        'who.email': 'ann@example.org',
      },
      { pick: '_other', 'pick.other': 'Enterprise' },
    ],
  });
});

test('LimeSurvey: codes of its results are those of its survey', () => {
  const survey = formatFile({ text: reference('limesurvey.lss') });
  const headings = [
    'id',
    'submitdate',
    'lastpage',
    'startlanguage',
    'seed',
    'stay',
    'stay[other]',
    'nps',
    'room[SQ001]',
    'room[SQ002]',
    'tick[SQ001]',
    'tick[SQ002]',
    'order[1]',
    'order[2]',
    'again',
    'why',
  ];
  const rows = [
    [
      '1',
      '2026-03-04 10:00:00',
      '3',
      'en',
      '5',
      '-oth-',
      'A wedding',
      '9',
      'A3',
      'A1',
      'Y',
      '',
      'A2',
      'A1',
      'Y',
      'Quiet',
    ],
    ['2', '2026-03-05 10:00:00', '3', 'de', '5', 'A1', '', '0', 'A2', '', '', 'Y', '', '', 'N', ''],
  ];
  expect(stored(survey, formatFile({ table: [headings, ...rows] }))).toEqual({
    unbound: [],
    faults: [],
    answers: [
      {
        stay: '_other',
        'stay.other': 'A wedding',
        nps: 9,
        'room.SQ001': 3,
        'room.SQ002': 1,
        tick: ['SQ001'],
        order: ['A2', 'A1'],
        again: 1,
        why: 'Quiet',
      },
      { stay: 'A1', nps: 0, 'room.SQ001': 2, tick: ['SQ002'], again: 0 },
    ],
  });
});
