import {
  cellsUnder,
  dayOf,
  type Feedback,
  type FeedbackPart,
  feedbackAnswers,
  feedbackSurvey,
  hasHeadings,
} from './feedback.ts';
import { type Format, FormatError, type SourceFile } from './neutral.ts';
import { at, isMap, listAt, numberAt, textAt } from './values.ts';

const PARTS: readonly FeedbackPart[] = [
  { id: 'stars', text: 'How many stars?', type: 'stars' },
  { id: 'text', text: 'What do you say about it?', type: 'text' },
];
const NOT_KEPT = 'Names of reviewers, their devices and replies to them are not kept.';

function reviewFormat(
  id: string,
  name: string,
  detect: Format['detect'],
  read: (file: SourceFile) => Feedback[],
): Format {
  return {
    id,
    name,
    detect,
    readSurvey: () => feedbackSurvey('Reviews', PARTS),
    readAnswers: (file) => feedbackAnswers(read(file), PARTS, 'review', NOT_KEPT),
  };
}

/** What the list of reviews is called differs; one review per line is a list, too. */
function reviewsIn(json: unknown): readonly unknown[] {
  if (isMap(json)) return listAt(json, 'reviews');
  const list: readonly unknown[] = Array.isArray(json) ? json : [];
  return list.flatMap((one) => (Array.isArray(at(one, 'reviews')) ? listAt(one, 'reviews') : [one]));
}

function userComment(review: unknown): unknown {
  return listAt(review, 'comments')
    .map((comment) => at(comment, 'userComment'))
    .find(isMap);
}

/** Reviews as the Google Play Developer API gives them. Title and text of a review stand in one text, parted by a tab. */
export const googlePlayJson = reviewFormat(
  'google-play-json',
  'Google Play reviews (JSON)',
  (file) => {
    const first = reviewsIn(file.json())[0];
    return textAt(first, 'reviewId') !== '' && userComment(first) !== undefined;
  },
  (file) =>
    reviewsIn(file.json()).flatMap((review): Feedback[] => {
      const said = userComment(review);
      if (!said) return [];
      return [
        {
          id: textAt(review, 'reviewId') || null,
          day: dayOf(numberAt(said, 'lastModified', 'seconds')),
          language: textAt(said, 'reviewerLanguage'),
          attributes: [['app_version', textAt(said, 'appVersionName')]],
          says: [
            ['stars', numberAt(said, 'starRating')],
            ['text', (textAt(said, 'originalText') || textAt(said, 'text')).replace('\t', '\n').trim()],
          ],
        },
      ];
    }),
);

/** The monthly report of the Google Play console. Reviews without a text have no link and so no id of their own. */
export const googlePlayCsv = reviewFormat(
  'google-play-csv',
  'Google Play reviews (CSV)',
  (file) =>
    hasHeadings(
      file.table()?.[0],
      ['star rating'],
      ['review text'],
      ['package name', 'review submit millis since epoch'],
    ),
  (file) =>
    fromTable(file, (row, cell) => {
      const link = cell(row, 'review link');
      const named = /[?&#](?:reviewid|id)=([^&#]{1,190})/i.exec(link)?.[1];
      const sent = cell(row, 'review submit millis since epoch');
      return {
        id: named ? decoded(named) : sent ? `${cell(row, 'package name')} ${sent}` : null,
        day:
          dayOf(cell(row, 'review last update date and time') || cell(row, 'review submit date and time')) ??
          dayOf(sent),
        language: cell(row, 'reviewer language'),
        attributes: [['app_version', cell(row, 'app version name')]],
        says: [
          ['stars', numberIn(cell(row, 'star rating'))],
          ['text', [cell(row, 'review title'), cell(row, 'review text')].filter(Boolean).join('\n')],
        ],
      };
    }),
);

/** Several answers of the App Store's interface, one per line, are its pages; `included` holds the replies. */
function appStoreReviews(json: unknown): readonly unknown[] {
  const pages: readonly unknown[] = Array.isArray(json) ? json : [json];
  return pages
    .flatMap((page) => (isMap(at(page, 'data')) ? [at(page, 'data')] : listAt(page, 'data')))
    .filter((review) => textAt(review, 'type') === 'customerReviews');
}

/** Reviews as the App Store Connect API gives them. */
export const appStoreJson = reviewFormat(
  'app-store-json',
  'App Store reviews (JSON)',
  (file) => isMap(at(appStoreReviews(file.json())[0], 'attributes')),
  (file) =>
    appStoreReviews(file.json()).map((review) => ({
      id: textAt(review, 'id') || null,
      day: dayOf(textAt(review, 'attributes', 'createdDate')),
      language: '',
      attributes: [['country', textAt(review, 'attributes', 'territory')]],
      says: [
        ['stars', numberAt(review, 'attributes', 'rating')],
        [
          'text',
          [textAt(review, 'attributes', 'title'), textAt(review, 'attributes', 'body')].filter(Boolean).join('\n'),
        ],
      ],
    })),
);

/** Reviews as Trustpilot's interface gives them. */
export const trustpilotJson = reviewFormat(
  'trustpilot-json',
  'Trustpilot reviews (JSON)',
  (file) => {
    const first = reviewsIn(file.json())[0];
    return (
      textAt(first, 'id') !== '' && numberAt(first, 'stars') !== undefined && typeof at(first, 'text') === 'string'
    );
  },
  (file) =>
    reviewsIn(file.json())
      .filter(isMap)
      .map((review) => ({
        id: textAt(review, 'id') || null,
        day: dayOf(textAt(review, 'experiencedAt') || textAt(review, 'createdAt')),
        language: textAt(review, 'language'),
        attributes: [['country', textAt(review, 'consumer', 'countryCode')]],
        says: [
          ['stars', numberAt(review, 'stars')],
          ['text', [textAt(review, 'title'), textAt(review, 'text')].filter(Boolean).join('\n')],
        ],
      })),
);

const STARS = ['stars', 'star rating', 'review stars', 'rating', 'review rating', 'score'];
const TEXTS = ['text', 'review text', 'review content', 'content', 'review', 'review body', 'body'];
const IDS = ['id', 'review id', 'reviewid', 'review_id'];
const TITLES = ['title', 'review title', 'headline'];
const DAYS = [
  'date',
  'created',
  'created at',
  'createdat',
  'created_at',
  'review created (utc)',
  'review date',
  'published',
];

/** Reviews of any shop or portal as a table: an id, the stars and the text, under the names that most of them use. */
export const reviewsCsv = reviewFormat(
  'reviews-csv',
  'Reviews (CSV), such as Trustpilot’s',
  (file) => hasHeadings(file.table()?.[0], STARS, TEXTS, IDS),
  (file) =>
    fromTable(file, (row, cell) => ({
      id: cell(row, ...IDS) || null,
      day: dayOf(cell(row, ...DAYS)),
      language: cell(row, 'language', 'review language', 'locale'),
      attributes: [['country', cell(row, 'country', 'territory')]],
      says: [
        ['stars', numberIn(cell(row, ...STARS))],
        ['text', [cell(row, ...TITLES), cell(row, ...TEXTS)].filter(Boolean).join('\n')],
      ],
    })),
);

type CellOf = ReturnType<typeof cellsUnder>;

function fromTable(file: SourceFile, read: (row: readonly string[], cell: CellOf) => Feedback): Feedback[] {
  const [headings, ...rows] = file.table() ?? [];
  if (!headings) throw new FormatError('The file has no rows.');
  const cell = cellsUnder(headings);
  return rows.filter((row) => row.some((each) => each.trim() !== '')).map((row) => read(row, cell));
}

/** Blank is no number; what is none stays one that is told. */
function numberIn(text: string): number | undefined {
  return text === '' ? undefined : Number(text.replace(',', '.'));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
