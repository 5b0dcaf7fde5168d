import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatFile, formatTools } from '../../../test/format-files.ts';
import { definitionSchema } from '../../server/surveys/definition-schema.ts';
import { dayOf } from './feedback.ts';
import { formatOf } from './formats.ts';
import { FormatError, type SourceFile } from './neutral.ts';

const answersOf = (file: SourceFile) => formatOf(file)!.readAnswers!(file, formatTools);
const play = (id: string, text: string, starRating: unknown, more: object = {}) => ({
  reviewId: id,
  authorName: 'Ann Lee',
  comments: [
    {
      userComment: {
        text,
        starRating,
        lastModified: { seconds: '1772600000', nanos: 1 },
        reviewerLanguage: 'de',
        appVersionName: '2.1',
        device: 'x',
        ...more,
      },
    },
    { developerComment: { text: 'Sorry!' } },
  ],
});
const cellsOf = (file: SourceFile) =>
  answersOf(file).responses.map(({ id, day, channel, cells }) => [id, day, channel, Object.fromEntries(cells)]);

test('reviews of Google Play from its interface: id, day, stars, title and text; no names, no replies', () => {
  const file = formatFile({
    json: { reviews: [play('gp:1', 'Slow\tToo <b>slow</b> & old', 2), play('gp:2', '', 6), play('gp:3', '\tFine', 5)] },
  });
  expect(formatOf(file)?.id).toBe('google-play-json');
  expect(cellsOf(file)).toEqual([
    ['gp:1', '2026-03-04', 'review', { stars: 2, text: 'Slow\nToo <b>slow</b> & old' }],
    ['gp:3', '2026-03-04', 'review', { stars: 5, text: 'Fine' }],
  ]);
  const read = answersOf(file);
  expect(read.responses[0]).toMatchObject({ language: 'de', attributes: new Map([['app_version', '2.1']]) });
  expect(read.losses.map(({ message }) => message).join(' ')).toMatch(/1 entries have stars.*1 entries say nothing/);
  expect(JSON.stringify(read.responses.map(({ cells }) => [...cells]))).not.toMatch(/Ann|Sorry/);
});

test('reviews of the App Store from its interface, over several pages; no names, no replies', () => {
  const review = (id: string, attributes: object) => ({
    type: 'customerReviews',
    id,
    attributes: { createdDate: '2026-03-04T23:10:34-08:00', reviewerNickname: 'Ann Lee', ...attributes },
    relationships: { response: { links: { self: 'https://store.example/1' } } },
  });
  const replies = [{ type: 'customerReviewResponses', id: 'x', attributes: { responseBody: 'Sorry!' } }];
  const file = formatFile({
    json: [
      { data: [review('a', { rating: 2, title: 'Slow', body: 'Too slow', territory: 'USA' })], included: replies },
      { data: [review('b', { rating: 5, title: null, body: 'Fine' }), review('c', { rating: 9 })], links: {} },
      { data: review('d', { rating: 1, title: 'Bad', body: null, territory: 'DEU' }) },
    ],
  });
  expect(formatOf(file)?.id).toBe('app-store-json');
  expect(cellsOf(file)).toEqual([
    ['a', '2026-03-04', 'review', { stars: 2, text: 'Slow\nToo slow' }],
    ['b', '2026-03-04', 'review', { stars: 5, text: 'Fine' }],
    ['d', '2026-03-04', 'review', { stars: 1, text: 'Bad' }],
  ]);
  const read = answersOf(file);
  expect(read.responses[0]?.attributes).toEqual(new Map([['country', 'USA']]));
  expect(read.losses.map(({ message }) => message).join(' ')).toMatch(/1 entries have stars/);
  expect(JSON.stringify(read.responses.map(({ cells }) => [...cells]))).not.toMatch(/Ann|Sorry/);
  expect(formatOf(formatFile({ json: { data: [{ type: 'apps', id: '1', attributes: {} }] } }))?.id).toBeUndefined();
});

test('the console’s monthly table gives the same review the same id, with or without a link', () => {
  const headings = [
    'Package Name',
    'App Version Name',
    'Reviewer Language',
    'Device',
    'Review Submit Date and Time',
    'Review Submit Millis Since Epoch',
    'Star Rating',
    'Review Title',
    'Review Text',
    'Developer Reply Text',
    'Review Link',
  ];
  const row = (stars: string, text: string, link: string) => [
    'org.example',
    '1.0',
    'en',
    'd',
    '2026-01-02T03:04:05Z',
    '1767323045000',
    stars,
    '',
    text,
    'reply',
    link,
  ];
  const file = formatFile({
    table: [headings, row('4', 'Good', 'https://play.example/r?reviewId=gp%3AAOq&corpus=x'), row('1', '', '')],
  });
  expect(formatOf(file)?.id).toBe('google-play-csv');
  expect(cellsOf(file)).toEqual([
    ['gp:AOq', '2026-01-02', 'review', { stars: 4, text: 'Good' }],
    ['org.example 1767323045000', '2026-01-02', 'review', { stars: 1 }],
  ]);
});

test('reviews of Trustpilot and tables of other portals', () => {
  const json = formatFile({
    json: {
      reviews: [
        {
          id: 'tp1',
          stars: 5,
          title: 'Great',
          text: 'All of it',
          language: 'en',
          createdAt: '2026-02-03T00:00:00Z',
          consumer: { displayName: 'Bob', countryCode: 'GB' },
        },
      ],
    },
  });
  expect(formatOf(json)?.id).toBe('trustpilot-json');
  expect(cellsOf(json)).toEqual([['tp1', '2026-02-03', 'review', { stars: 5, text: 'Great\nAll of it' }]]);
  const csv = formatFile({
    table: [
      ['Review Id', 'Review Created (UTC)', 'Review Stars', 'Review Title', 'Review Content'],
      ['tp2', '2026-02-04 10:00', '3', 'So', 'so'],
      ['', '', '', '', ''],
    ],
  });
  expect(formatOf(csv)?.id).toBe('reviews-csv');
  expect(cellsOf(csv)).toEqual([['tp2', '2026-02-04', 'review', { stars: 3, text: 'So\nso' }]]);
});

test('tickets of Zendesk as lines of JSON and as a table; good and bad are yes and no', () => {
  const ticket = {
    id: 35436,
    subject: 'Printer',
    description: 'It is on fire',
    created_at: '2026-07-20T22:55:29Z',
    priority: 'high',
    requester_id: 1,
    tags: ['a', 'b'],
    via: { channel: 'web' },
    satisfaction_rating: { score: 'bad', comment: 'Slow' },
  };
  const json = formatFile({
    json: [ticket, { ...ticket, id: 2, satisfaction_rating: { score: 'offered' } }, { nothing: 1 }],
  });
  expect(formatOf(json)?.id).toBe('zendesk-json');
  expect(cellsOf(json)).toEqual([
    ['35436', '2026-07-20', 'ticket', { subject: 'Printer', text: 'It is on fire', satisfied: false, comment: 'Slow' }],
    ['2', '2026-07-20', 'ticket', { subject: 'Printer', text: 'It is on fire' }],
  ]);
  expect(answersOf(json).responses[0]?.attributes.get('tags')).toBe('a b');
  const csv = formatFile({
    table: [
      ['Id', 'Requester', 'Subject', 'Status', 'Created at', 'Satisfaction Score'],
      ['7', 'Ann', 'Help', 'Open', '2026-07-20 22:55', 'Good'],
    ],
  });
  expect(formatOf(csv)?.id).toBe('zendesk-csv');
  expect(cellsOf(csv)).toEqual([['7', '2026-07-20', 'ticket', { subject: 'Help', satisfied: true }]]);
});

test('the survey that holds them can be saved, and its questions are the fields', () => {
  for (const json of [{ reviews: [play('1', 'x', 1)] }, [{ id: 1, subject: 'x', via: {} }]]) {
    const file = formatFile({ json });
    const { definition } = formatOf(file)!.readSurvey!(file, formatTools);
    expect(definitionSchema.safeParse(definition).error?.issues ?? []).toEqual([]);
    const asked = definition.pages.flatMap((page) => page.questions.map(({ id }) => id));
    expect(answersOf(file).fields.map(({ question }) => question)).toEqual(asked);
  }
});

test('texts that are too long are cut and counted; half a character is never left', () => {
  const file = formatFile({ json: { reviews: [play('1', '😀'.repeat(6_000), 1)] } });
  const { responses, losses } = answersOf(file);
  const text = String(responses[0]?.cells.get('text'));
  expect(text.length).toBeLessThanOrEqual(10_000);
  expect(text).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  expect(losses[0]?.message).toMatch(/1 texts are longer/);
});

test('days come from seconds, milliseconds and ISO dates, never from nonsense', () => {
  expect([dayOf(1772600000), dayOf(1772600000000), dayOf('2026-03-04T05:06:07Z'), dayOf('1772600000')]).toEqual(
    Array(4).fill('2026-03-04'),
  );
  expect([dayOf(''), dayOf('soon'), dayOf(-5), dayOf(Number.NaN), dayOf(undefined), dayOf(9e15)]).toEqual(
    Array(6).fill(null),
  );
});

test('no JSON makes a reader fail in another way than with a sentence', () => {
  const reviewish = fc.record(
    {
      reviewId: fc.anything(),
      id: fc.anything(),
      stars: fc.anything(),
      text: fc.anything(),
      subject: fc.anything(),
      via: fc.anything(),
      comments: fc.anything(),
      answers: fc.anything(),
      token: fc.anything(),
      data: fc.anything(),
      surveyId: fc.anything(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.array(reviewish, { maxLength: 3 }), reviewish), (value) => {
      const file = formatFile({ json: JSON.parse(JSON.stringify(value) ?? 'null') });
      const format = formatOf(file);
      for (const read of [format?.readSurvey, format?.readAnswers]) {
        try {
          read?.(file, formatTools);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }
    }),
    { numRuns: 300 },
  );
});
