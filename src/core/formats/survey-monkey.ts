import { type ColumnUse, responsesFrom } from './columns.ts';
import { cut } from './make.ts';
import { plainText } from './markup.ts';
import { type Field, type Format, FormatError, type Loss, type ReadAnswers } from './neutral.ts';

/** Answers that were exported from SurveyMonkey as CSV or XLSX: a row of questions over a row of choices. */
export const surveyMonkeyAnswers: Format = {
  id: 'surveymonkey-answers',
  name: 'SurveyMonkey answers (CSV or XLSX)',
  detect: (file) => {
    const [first, second] = file.table() ?? [];
    return (
      first?.slice(0, 4).some((cell) => ID.test(cell)) === true &&
      second !== undefined &&
      (second[0] ?? '').trim() === ''
    );
  },
  readAnswers: (file) => readTable(file.table() ?? []),
};

const ID = /^\s*respondent[ _]?id\s*$/i;
const FACTS: readonly (readonly [RegExp, ColumnUse])[] = [
  [ID, { is: 'id' }],
  [/^\s*(end date|date modified)\s*$/i, { is: 'day' }],
  [/^\s*(start date|date created|collector[ _]?id|collector)\s*$/i, { is: 'nothing' }],
];
const PERSONAL = /^\s*(ip address|email address|first name|last name)\s*$/i;
/** What stands under a question that has one column. */
const ALONE = /^(response|open-ended response|antwort|offene antwort|respuesta|réponse)?$/i;
const OTHER = /^\s*(other|andere|otro|autre|anders).{0,60}$/i;
const CUSTOM = /^\s*custom data \d+\s*$/i;

function readTable(table: readonly (readonly string[])[]): ReadAnswers {
  const [questions = [], options = [], ...rows] = table;
  const losses: Loss[] = [];
  let asked = '';
  let group = 0;
  const uses = Array.from({ length: Math.max(questions.length, options.length) }, (_, i): ColumnUse => {
    const heading = plainText(questions[i] ?? '');
    if (heading !== '') {
      asked = heading;
      group = i;
    }
    const option = plainText(options[i] ?? '');
    const fact = option === '' ? FACTS.find(([name]) => name.test(heading))?.[1] : undefined;
    if (fact) {
      if (fact.is === 'nothing')
        losses.push({ question: null, message: `The column “${cut(heading, 60)}” is not kept.` });
      return fact;
    }
    if (option === '' && PERSONAL.test(heading)) {
      losses.push({ question: null, message: `The column “${cut(heading, 60)}” is about the person and is not kept.` });
      return { is: 'nothing' };
    }
    if (CUSTOM.test(heading)) return { is: 'attribute', name: heading };
    if (asked === '') return { is: 'nothing' };
    return { is: 'field', field: fieldOf(asked, group, i, option, rows, questions) };
  });
  if (!uses.some(({ is }) => is === 'field'))
    throw new FormatError('No column of this SurveyMonkey file is a question.');
  const read = responsesFrom(rows, uses, { usualOrder: 'month-first' });
  return { ...read, losses: [...losses, ...read.losses] };
}

function fieldOf(
  asked: string,
  group: number,
  i: number,
  option: string,
  rows: readonly (readonly string[])[],
  questions: readonly string[],
): Field {
  const question = `q${group + 1}`;
  const base = { id: `c${i + 1}`, question, text: asked };
  const alone = group === i && (questions[i + 1] ?? '').trim() !== '';
  if (ALONE.test(option.trim()) || (alone && !OTHER.test(option))) return base;
  if (OTHER.test(option)) {
    // Ticked "other" without a text box says its own words; texts are many.
    const isTick = rows.every((row) => (row[i]?.trim() ?? '') === '' || plainText(row[i] ?? '') === option);
    if (!isTick || group !== i) return { ...base, type: 'text', part: { kind: 'other', id: option, text: option } };
  }
  // A chosen choice says its own words; a row of a matrix says those of a point.
  const isChoice = rows.every((row) => (row[i]?.trim() ?? '') === '' || plainText(row[i] ?? '') === option);
  return { ...base, part: { kind: isChoice ? 'choice' : 'row', id: option, text: option } };
}
