import { describe, expect, test } from 'vitest';
import { SCALES } from '../scale.ts';
import { checkSurvey } from './check-survey.ts';
import type { Condition, Page, Question, SurveyDefinition } from './definition.ts';

const en = (text: string) => ({ customer: { en: text } });
const delivery: Question = {
  id: 'q1',
  type: 'rating',
  text: en('How was the delivery?'),
  min: 1,
  max: 5,
  item: 'delivery',
};
const why: Question = { id: 'q2', type: 'long', text: en('What is the main reason?') };

function survey(change: Partial<SurveyDefinition> = {}): SurveyDefinition {
  return {
    format: 'parallax-survey/1',
    title: en('Your visit'),
    languages: ['en'],
    audiences: ['customer'],
    pages: [
      { id: 'p1', questions: [delivery] },
      { id: 'p2', questions: [why] },
    ],
    endings: [{ id: 'thanks', title: en('Thank you') }],
    hidden: [],
    quotas: [],
    appearance: {},
    settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: 90 },
    ...change,
  };
}

const ITEMS = new Map([
  ['delivery', { id: 'i1', scale: SCALES['1-5'] }],
  ['overall', { id: 'i2', scale: SCALES['0-10'] }],
]);
const check = (change: Partial<SurveyDefinition>, previous?: SurveyDefinition) =>
  checkSurvey(survey(change), { items: ITEMS, redirectHosts: ['www.example.org'], previous });
const codes = (change: Partial<SurveyDefinition>, previous?: SurveyDefinition) =>
  check(change, previous).map(({ level, code }) => `${level} ${code}`);
const page = (id: string, questions: readonly Question[], rest: Partial<Page> = {}): Page => ({
  id,
  questions,
  ...rest,
});
const only = (...questions: readonly Question[]) => ({ pages: [page('p1', questions)] });
const answer = (
  key: string,
  is: 'eq' | 'lt' | 'ge' | 'has' | 'empty' | 'in' | 'gt',
  value?: string | number,
): Condition => ({
  of: 'answer',
  key,
  is,
  ...(value === undefined ? {} : { value }),
});

test('a sound survey has no finding', () => {
  expect(check({})).toEqual([]);
});

describe('errors', () => {
  const cases: readonly [string, string, Partial<SurveyDefinition>][] = [
    ['no question', 'no_question', { pages: [] }],
    ['only statements', 'no_question', only({ id: 's', type: 'statement', text: en('Welcome') })],
    [
      'an audience that is asked nothing',
      'no_question',
      {
        audiences: ['customer', 'staff'],
        pages: [page('p1', [delivery], { audiences: ['customer'] })],
      },
    ],
    ['nobody', 'no_audience', { audiences: [] }],
    ['no ending', 'no_ending', { endings: [] }],
    ['no language', 'no_language', { languages: [] }],
    ['an empty title', 'empty_text', { title: {} }],
    [
      'an empty choice',
      'empty_text',
      only({
        id: 's',
        type: 'single',
        text: en('Which one?'),
        choices: [
          { id: 'a', text: en('This one') },
          { id: 'b', text: en(' ') },
        ],
      }),
    ],
    ['a language that is none', 'bad_language', { languages: ['en', 'not a tag'] }],
    ['a language twice', 'bad_language', { languages: ['en', 'en'] }],
    ['a question id twice', 'bad_id', only(delivery, { ...why, id: 'q1' })],
    ['an id with a dot', 'bad_id', only({ ...delivery, id: 'q.1' })],
    ['a page that is called like an ending', 'bad_id', { pages: [page('thanks', [delivery])] }],
    [
      'a jump to nowhere',
      'bad_jump',
      { pages: [page('p1', [delivery], { jumps: [{ if: answer('q1', 'lt', 3), to: 'p9' }] })] },
    ],
    [
      'a jump back',
      'bad_jump',
      {
        pages: [page('p1', [delivery]), page('p2', [why], { jumps: [{ if: answer('q1', 'lt', 3), to: 'p1' }] })],
      },
    ],
    ['a quota without ending', 'bad_quota', { quotas: [{ id: 'k', name: 'Women', limit: 10, ending: 'full' }] }],
    ['a quota of nobody', 'bad_quota', { quotas: [{ id: 'k', name: 'Women', limit: 0, ending: 'thanks' }] }],
    ['a condition on nothing', 'unknown_key', only(delivery, { ...why, showIf: answer('q7', 'lt', 3) })],
    [
      'a condition on a missing hidden field',
      'unknown_key',
      only(delivery, {
        ...why,
        showIf: { of: 'hidden', key: 'order', is: 'answered' },
      }),
    ],
    [
      'a redirect without https',
      'bad_redirect',
      { endings: [{ id: 't', title: en('Bye'), redirect: 'http://www.example.org/' }] },
    ],
    [
      'a script as redirect',
      'bad_redirect',
      { endings: [{ id: 't', title: en('Bye'), redirect: 'javascript:alert(1)' }] },
    ],
    [
      'a host that is not listed',
      'bad_redirect',
      { endings: [{ id: 't', title: en('Bye'), redirect: 'https://example.org/' }] },
    ],
    [
      'a host behind a user name',
      'bad_redirect',
      {
        endings: [{ id: 't', title: en('Bye'), redirect: 'https://www.example.org@evil.example/' }],
      },
    ],
    ['201 questions', 'too_many', only(...Array.from({ length: 201 }, (_, i) => ({ ...why, id: `q${i}` })))],
    [
      '101 choices',
      'bad_question',
      only({
        id: 's',
        type: 'multiple',
        text: en('Which ones?'),
        choices: Array.from({ length: 101 }, (_, i) => ({ id: `c${i}`, text: en(`Choice ${i}`) })),
      }),
    ],
    ['a text of a book', 'text_too_long', only({ ...why, text: en('Why? '.repeat(500)) })],
    ['pale text', 'low_contrast', { appearance: { text: '#bbbbbb' } }],
    ['a pale accent', 'low_contrast', { appearance: { accent: '#ffee88' } }],
    ['a colour by name', 'bad_colour', { appearance: { accent: 'red' } }],
    ['an item that is not there', 'item', only({ ...delivery, item: 'gone' })],
    ['another scale than the item', 'item', only({ ...delivery, max: 7 })],
  ];
  test.each(cases)('%s', (_, code, change) => {
    expect(codes(change)).toContain(`error ${code}`);
  });

  test('a dark ground alone is fine: the text on it becomes light', () => {
    expect(codes({ appearance: { background: '#101820' } })).toEqual([]);
    expect(codes({ appearance: { background: '#808080' } })).not.toEqual(['error bad_colour']);
  });

  test('a listed host is fine, in any case of letters', () => {
    const endings = [{ id: 't', title: en('Bye'), redirect: 'https://WWW.example.org/thanks?a=1' }];
    expect(codes({ endings })).toEqual([]);
  });

  test('errors stand before warnings, and say where', () => {
    const found = check(only({ ...delivery, item: 'gone', text: en('How was our excellent service?') }));
    expect(found.map(({ level }) => level)).toEqual(['error', 'warning']);
    expect(found[0]).toMatchObject({ page: 'p1', question: 'q1' });
    expect(found[1]).toMatchObject({ code: 'leading', language: 'en', audience: 'customer' });
  });
});

describe('texts', () => {
  test('a missing translation is told once for a question, language and audience', () => {
    const found = check({
      languages: ['en', 'de'],
      title: { customer: { en: 'Your visit', de: 'Ihr Besuch' } },
      endings: [{ id: 't', title: { customer: { en: 'Thanks', de: 'Danke' } } }],
      ...only({
        id: 's',
        type: 'single',
        text: en('Which one?'),
        choices: [
          { id: 'a', text: en('This one') },
          { id: 'b', text: { customer: { en: 'That', de: 'Der' } } },
        ],
      }),
    });
    expect(found).toMatchObject([{ level: 'warning', code: 'missing_translation', language: 'de', question: 's' }]);
    expect(found[0]?.message).toContain('no text, no text of a choice in German for customers');
  });

  test('a language that was just added is one line, by its name and how many texts it lacks', () => {
    const questions = Array.from({ length: 20 }, (_, i) => ({ ...delivery, id: `q${i}` }));
    const found = check({ languages: ['en', 'ar'], pages: [{ id: 'p1', questions }] }).filter(
      ({ code }) => code === 'missing_translation',
    );
    expect(found).toMatchObject([{ level: 'warning', language: 'ar', audience: 'customer' }]);
    expect(found[0]?.message).toMatch(
      /^Arabic: \d\d texts are missing for customers, who would read English there\. Translate them, or remove Arabic\.$/,
    );
    expect(Number(/\d+/.exec(found[0]?.message ?? '')?.[0])).toBeGreaterThanOrEqual(22);
  });

  test('places are named by their words, or by which they are, never by their ids', () => {
    const found = check({
      languages: ['en', 'de'],
      pages: [{ id: 'p_0', title: en('Your trip'), questions: [{ ...delivery, text: { customer: { de: 'Wie?' } } }] }],
      endings: [
        { id: 'e_0', title: en('Thanks') },
        { id: 'e_1', title: { customer: { de: 'Ende' } } },
      ],
    }).map(({ message }) => message);
    expect(found.join('\n')).toMatch(/^Question 1 has no text/m);
    expect(found.join('\n')).toMatch(/^Page “Your trip” has no title in German/m);
    expect(found.join('\n')).toMatch(/^Ending “Thanks” has no title in German/m);
    expect(found.join('\n')).toMatch(/^Nothing leads to ending 2\./m);
    expect(found.join('\n')).not.toMatch(/p_0|e_0|e_1/);
  });

  test('leaders without a wording of their own would read the customers’', () => {
    const audiences = ['leadership', 'customer'] as const;
    expect(check({ audiences })).toMatchObject([{ code: 'missing_mirror', audience: 'leadership', question: 'q1' }]);
    const mirrored = { ...delivery, text: { ...delivery.text, leadership: { en: 'How is delivery for customers?' } } };
    expect(check({ audiences, ...only(mirrored) })).toEqual([]);
  });

  test('a wording of their own is needed in every language', () => {
    const text = { customer: { en: 'How was it?', de: 'Wie war es?' }, staff: { en: 'How is it for customers?' } };
    const found = check({
      audiences: ['staff', 'customer'],
      languages: ['en', 'de'],
      title: { customer: { en: 'Visit', de: 'Besuch' } },
      endings: [{ id: 't', title: { customer: { en: 'Thanks', de: 'Danke' } } }],
      ...only({ ...delivery, text }),
    });
    expect(found).toMatchObject([{ code: 'missing_translation', language: 'de', audience: 'staff' }]);
  });
});

describe('placeholders', () => {
  const asking = (text: string): Partial<SurveyDefinition> => only(delivery, { ...why, text: en(text) });
  test('of an earlier answer, an attribute of a known customer, a hidden field', () => {
    expect(codes(asking('Why {{answer:q1|this}}?'))).toEqual([]);
    expect(codes(asking('Why, {{ attribute:name }}?'))).toEqual(['warning placeholder']);
    expect(codes(asking('Why, {{attribute:name|you}}?'))).toEqual([]);
    expect(codes({ hidden: ['order'], ...asking('Why {{hidden:order|}}?') })).toEqual([]);
  });
  test('that show nothing but their fallback', () => {
    expect(codes(asking('Why {{answer:q2|this}}?'))).toEqual(['warning placeholder']);
    expect(codes(asking('Why {{answer:gone|this}}?'))).toEqual(['warning placeholder']);
    expect(codes(asking('Why {{hidden:order|}}?'))).toEqual(['warning placeholder']);
    const settings = { ...survey().settings, anonymousCustomers: true };
    expect(codes({ settings, ...asking('Why, {{attribute:name|you}}?') })).toEqual(['warning placeholder']);
  });
});

test('a question for an audience that the survey does not ask', () => {
  expect(codes(only(delivery, { ...why, audiences: ['staff'] }))).toEqual(['warning asked_of_nobody']);
});

test('anonymous people are asked neither by a quota on their answers nor for who they are', () => {
  const quota = { id: 'low', name: 'Low', limit: 1, ending: 'thanks', if: answer('q1', 'lt', 3) };
  const both = { audiences: ['customer', 'staff'] as const };
  expect(codes({ quotas: [quota] })).toEqual([]);
  expect(codes({ ...both, quotas: [{ ...quota, audience: 'customer' }] })).not.toContain('error bad_quota');
  expect(codes({ ...both, quotas: [quota] })).toContain('error bad_quota');
  const settings = { progress: true, back: true, anonymousCustomers: true, askAgainAfterDays: 90 };
  expect(codes({ settings, quotas: [quota] })).toContain('error bad_quota');
  const email: Question = { id: 'q3', type: 'email', text: en('What is your e-mail address?') };
  expect(codes(only(delivery, email))).toEqual([]);
  expect(codes({ ...only(delivery, email), settings })).toEqual(['warning asks_who']);
});

describe('measures', () => {
  test('a rating without item', () => {
    const { item: _, ...unbound } = delivery as Extract<Question, { type: 'rating' }>;
    expect(codes(only(unbound))).toEqual(['warning no_item']);
    expect(codes(only(delivery, { id: 'y', type: 'yesno', text: en('Did it arrive?') }))).toEqual([]);
  });

  test('NPS and CES in another length', () => {
    const recommend = { ...delivery, text: en('How likely are you to recommend us?') };
    expect(codes(only(recommend))).toEqual(['warning nps_scale']);
    expect(codes(only({ ...delivery, text: en('You made it easy for me.') }))).toEqual(['warning ces_scale']);
    expect(
      codes(only({ id: 'n', type: 'nps', text: en('How likely are you to recommend us?'), item: 'overall' })),
    ).toEqual([]);
  });

  test('another scale or item than before starts a new series', () => {
    const before = survey({ pages: [page('p1', [{ ...delivery, max: 7 }])] });
    expect(codes(only(delivery), before)).toEqual(['warning scale_changed']);
    const other = survey({ pages: [page('p1', [{ ...delivery, item: 'overall' }])] });
    expect(codes(only(delivery), other)).toEqual(['warning item_changed']);
    expect(codes(only(delivery), survey())).toEqual([]);
  });

  test('another text behind an id that was published', () => {
    const way = (plane: string, text = 'How did you come?'): Question => ({
      id: 'w',
      type: 'single',
      text: en(text),
      choices: [
        { id: 'a', text: en('By boat') },
        { id: 'b', text: en(plane) },
      ],
    });
    const before = survey(only(way('By train')));
    expect(codes(only(way('By  train ')), before)).toEqual([]);
    expect(check(only(way('By plane')), before)).toEqual([
      {
        level: 'warning',
        code: 'text_changed',
        page: 'p1',
        question: 'w',
        language: 'en',
        message:
          'In “How did you come?” the choice “By train” reads “By plane” now. Answers given to the version before keep the earlier text. If you only corrected the spelling, leave it so; add a new choice if you mean something else.',
      },
    ]);
    const [both] = check(only(way('By plane', 'How will you go?')), before);
    expect(both?.message).toBe(
      '“How did you come?” reads “How will you go?” now. So does 1 more text of it. Answers given to the version before keep the earlier text. If you only corrected the spelling, leave it so; add a new question if you mean something else.',
    );
    // A translation that is added changes no answer; one that changes does.
    const german = (text: string) => ({ customer: { en: 'How did you come?', de: text } });
    const translated = (text: string) => ({
      languages: ['en', 'de'],
      ...only({ ...way('By train'), text: german(text) }),
    });
    const textCodes = (change: Partial<SurveyDefinition>, previous: SurveyDefinition) =>
      codes(change, previous).filter((code) => code.includes('text_changed'));
    expect(textCodes(translated('Wie sind Sie gekommen?'), before)).toEqual([]);
    expect(textCodes(translated('Wie reisen Sie?'), survey(translated('Wie sind Sie gekommen?')))).toHaveLength(1);
  });

  test('more than five minutes', () => {
    const open = (n: number) => Array.from({ length: n }, (_, i): Question => ({ ...why, id: `o${i}` }));
    expect(codes(only(...open(13)))).toEqual([]);
    expect(codes(only(...open(16)))).toEqual(['warning too_long']);
  });
});

describe('wording', () => {
  test('a hard questionnaire', () => {
    const text = en(
      'Notwithstanding organisational considerations, participants characterise administrative procedures implemented regarding accessibility, responsiveness, professionalism and interdepartmental collaboration.',
    );
    const found = check(only(...[1, 2, 3].map((i): Question => ({ ...why, id: `o${i}`, text }))));
    expect(found.map(({ code }) => code)).toContain('hard_to_read');
    expect(found.map(({ code }) => code)).toContain('rare_words');
    expect(found.find(({ code }) => code === 'hard_to_read')?.message).toMatch(/Flesch–Kincaid \d+\.\d, \d+ words/);
  });

  test('words of the title and of items are not rare', () => {
    const text = en('How was the electrocardiogram?');
    expect(codes(only({ ...delivery, text }))).toEqual(['warning rare_words']);
    const items = new Map([['delivery', { id: 'i', scale: SCALES['1-5'], name: 'Electrocardiogram' }]]);
    expect(checkSurvey(survey(only({ ...delivery, text })), { items, redirectHosts: [] })).toEqual([]);
  });

  test('two things at once are found on scales only', () => {
    expect(codes(only({ ...delivery, text: en('How fast and friendly was our team?') }))).toEqual([
      'warning double_barrelled',
    ]);
    expect(codes(only({ ...why, text: en('What was good and what was bad?') }))).toEqual([]);
  });
});

test('the largest survey with the most involved conditions is checked, and nothing is claimed of what could not be decided', () => {
  const involved = (): Condition => ({
    all: Array.from({ length: 10 }, (_, i) => ({
      any: Array.from({ length: 5 }, (_, j) => ({
        of: 'attribute' as const,
        key: `a${i}`,
        is: 'has' as const,
        value: `v${j}`,
      })),
    })),
  });
  const pages = Array.from({ length: 60 }, (_, p) =>
    page(
      `p${p}`,
      [0, 1, 2].map(
        (i): Question => ({
          ...why,
          id: `q${p}_${i}`,
          text: en(`${'{{'.repeat(900)}${'](.'.repeat(600)}`),
          showIf: involved(),
        }),
      ),
      { showIf: involved(), jumps: [{ if: involved(), to: 'thanks' }] },
    ),
  );
  expect(check({ pages }).filter(({ code }) => code === 'unreachable')).toEqual([]);
});
