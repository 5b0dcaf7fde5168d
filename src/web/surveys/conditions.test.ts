import { expect, test } from 'vitest';
import { BLANK } from '../../core/survey/blank.ts';
import type { Condition, SurveyDefinition } from '../../core/survey/definition.ts';
import { conditionOf, firstTest, groupOf, operatorsOf, subjectsOf, withOperator } from './conditions.ts';
import { addPage, addQuestion } from './edit.ts';
import { newQuestion } from './question-types.ts';

const A: Condition = { of: 'answer', key: 'a', is: 'answered' };
const B: Condition = { of: 'hidden', key: 'b', is: 'eq', value: '1' };

test.each<Condition>([
  A,
  { all: [A, B] },
  { any: [A, B] },
  { not: A },
  { not: { any: [A, B] } },
  { not: { all: [A, B] } },
  { all: [A, { any: [A, { not: B }] }] },
])('a condition that the form shows means the same when it is read back: %j', (condition) => {
  expect(conditionOf(groupOf(condition))).toEqual(condition);
});

test('no parts are no condition', () => {
  expect(conditionOf({ which: 'any', parts: [] })).toBeUndefined();
});

const survey: SurveyDefinition = [
  newQuestion('nps', 'n'),
  newQuestion('matrix', 'm'),
  newQuestion('statement', 's'),
].reduce(
  (now, question) => addQuestion(now, 'page1', question),
  addPage({ ...BLANK, hidden: ['order'] }, { id: 'page2', questions: [newQuestion('single', 'one')] }, 'page1'),
);

test('only what is known by then is offered', () => {
  const keys = (before?: string) => subjectsOf(survey, before).map(({ key }) => key);
  expect(keys('n')).toEqual(['order']);
  expect(keys('s')).toEqual(['n', 'm.row1', 'order']);
  expect(keys('page2')).toEqual(['n', 'm.row1', 'order']);
  expect(keys()).toEqual(['n', 'm.row1', 'one', 'order']);
});

test('a comparison that needs a value has one, of the kind of the answer', () => {
  for (const subject of subjectsOf(survey)) {
    const test = firstTest(subject);
    for (const { is } of operatorsOf(subject.kind, test.is)) {
      const next = withOperator(test, is, subject);
      expect('value' in next, `${subject.key} ${is}`).toBe(is !== 'answered' && is !== 'empty');
    }
  }
  const [nps] = subjectsOf(survey);
  expect(nps && firstTest(nps)).toMatchObject({ is: 'le', value: 5 });
});
