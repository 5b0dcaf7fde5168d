import { describe, expect, test } from 'vitest';
import { SCALES } from '../scale.ts';
import { checkSurvey } from './check-survey.ts';
import type { Question, SurveyDefinition } from './definition.ts';

const en = (text: string) => ({ customer: { en: text } });
const delivery = {
  id: 'q1',
  type: 'rating',
  text: en('How was the delivery?'),
  min: 1,
  max: 5,
  item: 'delivery',
} as const satisfies Question;
const survey = (change: Partial<SurveyDefinition>): SurveyDefinition => ({
  format: 'parallax-survey/1',
  title: en('Your visit'),
  languages: ['en'],
  audiences: ['customer'],
  pages: [],
  endings: [{ id: 'thanks', title: en('Thank you') }],
  hidden: [],
  quotas: [],
  appearance: {},
  settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: 90 },
  ...change,
});
const only = (...questions: readonly Question[]) => ({ pages: [{ id: 'p1', questions }] });
const ITEMS = new Map([['delivery', { id: 'i1', scale: SCALES['1-5'] }]]);

describe('rewording, against the version that was answered', () => {
  const rated = (low: string, high: string, more: Partial<Extract<Question, { type: 'rating' }>> = {}) =>
    only({ ...delivery, low: en(low), high: en(high), ...more });
  const against = (
    change: Partial<SurveyDefinition>,
    answered: Partial<SurveyDefinition> | undefined,
    previous?: Partial<SurveyDefinition>,
  ) =>
    checkSurvey(survey(change), {
      items: ITEMS,
      redirectHosts: [],
      previous: previous && survey(previous),
      answered: answered && { version: 2, definition: survey(answered) },
    }).map(({ code, message }) => `${code}: ${message}`);

  test('reworded ends of a scale change what every number means', () => {
    expect(against(rated('poor', 'excellent'), rated('bad', 'excellent'))).toEqual([
      'text_changed: In “How was the delivery?” the low end “bad” reads “poor” now. Answers given to version 2 were chosen between the earlier words and stand in one series with the new ones. If you only corrected the spelling, leave it so; add a new question if the scale means something else.',
    ]);
    const [both, ...none] = against(rated('poor', 'great'), rated('bad', 'good'));
    expect(both).toContain('the low end “bad” reads “poor” and the high end “good” reads “great” now.');
    expect(none).toEqual([]);
    // Question and ends: each says what it means for the answers.
    expect(against(rated('poor', 'good', { text: en('How was the ride?') }), rated('bad', 'good'))).toHaveLength(2);
    // Ends that are written or taken away.
    expect(against(rated('bad', 'good'), only(delivery))).toEqual([]);
  });

  test('ends that changed places turn the meaning around', () => {
    expect(against(rated('good', 'bad'), rated('bad', 'good'))).toEqual([
      'text_changed: In “How was the delivery?” the ends of the scale changed places: “bad” was low in version 2 and is high now. Earlier answers mean the opposite and stand in one series with the new ones. Put the ends back, or add a new question.',
    ]);
  });

  test('counts before the one published last, which nobody answered', () => {
    const [came, drove] = [en('How did you come?'), en('How did you drive?')];
    const asking = (text: typeof came) => only({ ...delivery, text });
    // Back to what the answers were given to.
    expect(against(asking(came), asking(came), asking(drove))).toEqual([]);
    expect(against(asking(drove), asking(came), asking(drove))).toEqual([
      expect.stringContaining('reads “How did you drive?” now. Answers given to version 2 keep'),
    ]);
    expect(
      against(
        rated('a', 'b', { max: 7, item: '' }),
        rated('a', 'b', { item: '' }),
        rated('a', 'b', { max: 7, item: '' }),
      ),
    ).toContainEqual(
      expect.stringContaining(
        'scale_changed: “How was the delivery?” was asked on 1–5 in version 2 and is on 1–7 now.',
      ),
    );
    // A question that came after the answers is compared with the version that brought it.
    const later = { id: 'q9', type: 'yesno', text: en('Did it arrive?') } as const;
    expect(
      against(only(delivery, { ...later, text: en('Is it there?') }), only(delivery), only(delivery, later)),
    ).toEqual([expect.stringContaining('Answers given to the version before keep')]);
  });

  test('a full stop, a capital letter or another apostrophe is no other text', () => {
    const say = (low: string, text: string) => rated(low, 'good', { text: en(text) });
    expect(against(say("Didn't work.", 'How was the Delivery ?'), say('didn’t work', 'How was the delivery?'))).toEqual(
      [],
    );
    expect(against(say('1 – bad', 'How was the delivery?'), say('1 – sad', 'How was the delivery?'))).toHaveLength(1);
  });
});
