import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../test/deep.ts';
import { surveyArbitrary } from '../../../test/survey-arbitrary.ts';
import { BLANK } from '../../core/survey/blank.ts';
import type { SurveyDefinition } from '../../core/survey/definition.ts';
import {
  addQuestion,
  changeQuestion,
  findQuestion,
  moveQuestion,
  putText,
  questionsOf,
  removeQuestion,
} from './edit.ts';
import { begin, type EditorAction, type EditorState, isUnsaved, reduce } from './history.ts';
import { mergeSurveys, same } from './merge.ts';
import { newQuestion } from './question-types.ts';

const run = (state: EditorState, ...actions: EditorAction[]) => actions.reduce(reduce, state);
const edit = (label: string, change: (survey: SurveyDefinition) => SurveyDefinition, more = {}): EditorAction => ({
  type: 'edit',
  label,
  change,
  at: 0,
  ...more,
});
const titled = (en: string) => (survey: SurveyDefinition) => ({
  ...survey,
  title: putText(survey.title, 'customer', 'en', en),
});
const asking = (id: string) => edit('add', (survey) => addQuestion(survey, 'page1', newQuestion('nps', id)));
const ids = (survey: SurveyDefinition) => questionsOf(survey).map(({ id }) => id);

/** Any edits on any survey. */
const changes = fc.array(
  fc.oneof(
    fc.nat(30).map((n) => (survey: SurveyDefinition) => {
      const page = survey.pages[n % Math.max(survey.pages.length, 1)];
      return page && !findQuestion(survey, `new_${n}`)
        ? addQuestion(survey, page.id, newQuestion('rating', `new_${n}`))
        : survey;
    }),
    fc.nat(30).map((n) => (survey: SurveyDefinition) => {
      const question = questionsOf(survey)[n];
      return question ? removeQuestion(survey, question.id) : survey;
    }),
    fc.nat(30).map((n) => (survey: SurveyDefinition) => {
      const question = questionsOf(survey)[n];
      return question ? moveQuestion(survey, question.id, n % 2 ? 1 : -1) : survey;
    }),
    fc.string().map((text) => titled(text)),
  ),
  { maxLength: 120 },
);

describe('undo', () => {
  test('takes back every step, one by one, and redo makes them again', () => {
    fc.assert(
      fc.property(surveyArbitrary, changes, (survey, list) => {
        const states = [begin(survey, 1)];
        for (const change of list) states.push(reduce(states.at(-1) as EditorState, edit('step', change)));
        const last = states.at(-1) as EditorState;
        const shown = [...new Set(states.map(({ present }) => present))];
        let back = last;
        for (const before of shown.toReversed().slice(1)) {
          back = reduce(back, { type: 'undo' });
          expect(back.present).toBe(before);
        }
        expect(back.past).toEqual([]);
        expect(reduce(back, { type: 'undo' })).toBe(back);
        let again = back;
        while (again.future.length > 0) again = reduce(again, { type: 'redo' });
        expect(again.present).toBe(last.present);
      }),
      { numRuns: rounds(60, 1_000) },
    );
  });

  test('reaches back a hundred steps', () => {
    let state = begin(BLANK, 0);
    for (let n = 0; n < 150; n++) state = reduce(state, edit('write', titled(`title ${n}`)));
    for (let n = 0; n < 150; n++) state = reduce(state, { type: 'undo' });
    expect(state.present).toBe(BLANK);
  });

  test('typing in one field is one step until there is a pause or another field', () => {
    const type = (en: string, at: number, field = 'title') => edit('write the title', titled(en), { field, at });
    const state = run(begin(BLANK, 0), type('H', 0), type('He', 500), type('Hey', 1_000), type('Hey you', 5_000));
    expect(state.past).toHaveLength(2);
    const back = reduce(state, { type: 'undo' });
    expect(back.present.title.customer?.['en']).toBe('Hey');
    expect(run(back, type('Hello', 5_100)).past).toHaveLength(2);
    expect(run(begin(BLANK, 0), type('a', 0), type('b', 1, 'another')).past).toHaveLength(2);
  });

  test('an edit that changes nothing is no step', () => {
    const state = begin(BLANK, 0);
    expect(
      reduce(
        state,
        edit('nothing', (survey) => ({ ...survey, hidden: [...survey.hidden] })),
      ),
    ).toBe(state);
  });
});

describe('two people', () => {
  const base = run(begin(BLANK, 1), asking('a'), asking('b'), asking('c')).present;

  test('both edits hold when they touch different things, whoever is first', () => {
    const mine = changeQuestion(base, 'a', (one) => ({ ...one, text: { customer: { en: 'Mine' } } }));
    const theirs = removeQuestion(addQuestion(base, 'page1', newQuestion('long', 'theirs'), 'b'), 'c');
    const merged = mergeSurveys(base, mine, theirs);
    expect(ids(merged)).toEqual(['a', 'b', 'theirs']);
    expect(findQuestion(merged, 'a')?.text.customer?.['en']).toBe('Mine');
    expect(mergeSurveys(base, theirs, mine)).toEqual(merged);
  });

  test('where both touched the same thing mine holds; what I changed is not deleted under me', () => {
    const say = (en: string) => changeQuestion(base, 'a', (one) => ({ ...one, text: { customer: { en } } }));
    expect(mergeSurveys(base, say('Mine'), say('Theirs'))).toEqual(say('Mine'));
    expect(ids(mergeSurveys(base, say('Mine'), removeQuestion(base, 'a')))).toContain('a');
    expect(ids(mergeSurveys(base, removeQuestion(base, 'a'), base))).toEqual(['b', 'c']);
  });

  test('a merge is one of the two where only one changed, and no id stands twice', () => {
    fc.assert(
      fc.property(surveyArbitrary, changes, changes, (survey, first, second) => {
        const mine = first.reduce((now, change) => change(now), survey);
        const theirs = second.reduce((now, change) => change(now), survey);
        expect(mergeSurveys(survey, mine, survey)).toEqual(mine);
        expect(mergeSurveys(survey, survey, theirs)).toEqual(theirs);
        const merged = ids(mergeSurveys(survey, mine, theirs));
        expect(new Set(merged).size).toBe(merged.length);
      }),
      { numRuns: rounds(100, 2_000) },
    );
  });

  test('undo takes back mine and leaves what they did', () => {
    const theirs = addQuestion(base, 'page1', newQuestion('long', 'theirs'));
    const state = run(begin(base, 1), edit('write', titled('Mine')), {
      type: 'theirs',
      definition: theirs,
      revision: 2,
      keepMine: true,
    });
    expect(state.present.title.customer?.['en']).toBe('Mine');
    expect(ids(state.present)).toContain('theirs');
    expect(isUnsaved(state)).toBe(true);
    const back = reduce(state, { type: 'undo' });
    expect(same(back.present, theirs)).toBe(true);
    expect(isUnsaved(back)).toBe(false);
  });

  test('taking theirs can be undone: mine comes back over theirs', () => {
    const theirs = addQuestion(base, 'page1', newQuestion('long', 'theirs'));
    const state = run(begin(base, 1), edit('write', titled('Mine')), {
      type: 'theirs',
      definition: theirs,
      revision: 2,
      keepMine: false,
    });
    expect(state.present).toBe(theirs);
    expect(isUnsaved(state)).toBe(false);
    const back = reduce(state, { type: 'undo' });
    expect(back.present.title.customer?.['en']).toBe('Mine');
    expect(ids(back.present)).toContain('theirs');
  });

  test('what others did while nothing of mine was unsaved is taken over without a step', () => {
    const theirs = titled('Theirs')(base);
    const state = reduce(begin(base, 1), { type: 'theirs', definition: theirs, revision: 2, keepMine: true });
    expect(state).toMatchObject({ past: [], revision: 2 });
    expect(state.present).toBe(theirs);
  });
});
