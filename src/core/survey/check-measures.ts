import type { Scale } from '../scale.ts';
import { audiencesAsked } from './audiences-asked.ts';
import { type Question, type SurveyDefinition, scaleOf, type Wording } from './definition.ts';
import { type EarlierVersions, earlierVersions } from './earlier-versions.ts';
import { error, type SurveyFinding, warning } from './finding.ts';
import { bindItems } from './item-answers.ts';
import { plainText, wordsOf } from './reading-grade.ts';
import { questionName, surveyTexts, textFor } from './survey-texts.ts';

/** Whether the answers will compare: with items, with earlier versions, and with what others call NPS and CES. */
export function measureFindings(
  definition: SurveyDefinition,
  items: ReadonlyMap<string, { readonly id: string; readonly scale: Scale }>,
  earlier: EarlierVersions,
): SurveyFinding[] {
  const placed = definition.pages.flatMap((page) => page.questions.map((question) => ({ page: page.id, question })));
  const pageOf = new Map(placed.map(({ page, question }) => [question.id, page]));
  return [
    ...bindItems(definition, items).problems.map(({ question, message }) =>
      error('item', message, { page: pageOf.get(question) ?? '', question }),
    ),
    ...placed.flatMap(({ page, question }) => [
      ...withoutItem(definition, question, page),
      ...misnamed(definition, question, page),
    ]),
    ...seriesBroken(definition, earlier),
    ...tooLong(definition),
  ];
}

const RATED: readonly Question['type'][] = ['nps', 'csat', 'ces', 'rating', 'slider', 'matrix'];

/** Yes/no questions are left alone: most of them only decide what is asked next. */
function withoutItem(definition: SurveyDefinition, question: Question, page: string): SurveyFinding[] {
  if (!RATED.includes(question.type)) return [];
  const bound =
    question.type === 'matrix'
      ? question.rows.every(({ item }) => item !== undefined)
      : 'item' in question && question.item !== undefined;
  if (bound) return [];
  const what = question.type === 'matrix' ? 'has rows that belong to no item' : 'belongs to no item';
  const message = `${questionName(definition, question)} ${what}: the answers are kept but appear in no gap. Choose an item.`;
  return [warning('no_item', message, { page, question: question.id })];
}

const RECOMMEND = /recommend|weiterempfehl|recomend|recommand|aanbevel|aanbeveelt/i;
const EFFORT =
  /made it (?:very )?easy|leicht gemacht|einfach gemacht|me (?:lo )?(?:puso|hizo) (?:fácil|sencillo)|me facilitó|m[’']a facilité|facilité la tâche|mij? (?:het )?(?:ge)?makkelijk|maakte het (?:mij|me)/i;

/** A question in the words of NPS or CES on another scale looks like one and compares with none. */
function misnamed(definition: SurveyDefinition, question: Question, page: string): SurveyFinding[] {
  const scale = scaleOf(question);
  if (!scale || question.type === 'yesno' || question.type === 'matrix') return [];
  const place = { page, question: question.id };
  const name = questionName(definition, question);
  const range = `${scale.min}–${scale.max}`;
  if (mentions(question.text, RECOMMEND) && !(scale.min === 0 && scale.max === 10)) {
    const message = `${name} asks about recommending on ${range}. NPS is only defined on 0–10: use the NPS question, or don't call the result NPS.`;
    return [warning('nps_scale', message, place)];
  }
  if (mentions(question.text, EFFORT) && !(scale.min === 1 && scale.max === 7)) {
    const message = `${name} asks about ease on ${range}. CES 2.0 is defined on 1–7: use the CES question, or don't call the result CES.`;
    return [warning('ces_scale', message, place)];
  }
  return [];
}

function mentions(wording: Wording, pattern: RegExp): boolean {
  return Object.values(wording).some((text) => Object.values(text).some((one) => pattern.test(one)));
}

/** What one answer key measures. */
interface Measured {
  readonly question: Question;
  readonly page: string;
  readonly scale: string;
  readonly item: string;
}

function measured(definition: SurveyDefinition): Map<string, Measured> {
  const all = definition.pages.flatMap((page) =>
    page.questions.flatMap((question): [string, Measured][] => {
      const ends = scaleOf(question);
      if (!ends) return [];
      const scale = `${ends.min}–${ends.max}`;
      const lens = ('lens' in question ? question.lens : undefined) ?? 'experience';
      const about = (item: string | undefined) => (item === undefined ? '' : `${lens} of ${item}`);
      if (question.type === 'matrix') {
        return question.rows.map(({ id, item }) => [
          `${question.id}.${id}`,
          { question, page: page.id, scale, item: about(item) },
        ]);
      }
      const item = 'item' in question ? question.item : undefined;
      return [[question.id, { question, page: page.id, scale, item: about(item) }]];
    }),
  );
  return new Map(all);
}

function seriesBroken(definition: SurveyDefinition, earlier: EarlierVersions): SurveyFinding[] {
  const before = new Map(
    earlierVersions(earlier).flatMap(({ definition: was, name }) =>
      [...measured(was)].map(([key, one]) => [key, { ...one, version: name }] as const),
    ),
  );
  return [...measured(definition)].flatMap(([key, now]) => {
    const then = before.get(key);
    if (!then) return [];
    const name = questionName(definition, now.question);
    const place = { page: now.page, question: now.question.id };
    if (then.scale !== now.scale) {
      const message = `${name} was asked on ${then.scale} in ${then.version} and is on ${now.scale} now. This starts a new series: earlier answers don't compare. Keep the scale if you want one series.`;
      return [warning('scale_changed', message, place)];
    }
    if (then.item !== '' && then.item !== now.item) {
      const message = `${name} was about the ${then.item} in ${then.version}${now.item === '' ? '' : ` and is about the ${now.item} now`}. This ends its series. Add a new question if you mean something else.`;
      return [warning('item_changed', message, place)];
    }
    return [];
  });
}

/** Longer surveys are finished less often. */
const MOST_MINUTES = 5;

/**
 * Minutes that an audience needs when it sees every question: reading at 200 words a minute, and for answering 2 seconds for
 * a click, 3 more for each further one, 8 for a field, 20 for a text box. Our own assumption; the real time is in the
 * responses once there are some.
 */
export function estimatedMinutes(
  definition: SurveyDefinition,
  audience: SurveyDefinition['audiences'][number],
): number {
  const language = definition.languages[0] ?? '';
  const read = surveyTexts(definition).filter(({ readers }) => readers.includes(audience));
  const words = read.reduce(
    (sum, { wording }) => sum + wordsOf(plainText(textFor(wording, audience, language) ?? '')).length,
    0,
  );
  const seconds = definition.pages
    .flatMap((page) => page.questions.filter((one) => audiencesAsked(definition, page, one).includes(audience)))
    .reduce((sum, question) => sum + secondsToAnswer(question), 0);
  return words / 200 + seconds / 60;
}

function secondsToAnswer(question: Question): number {
  switch (question.type) {
    case 'statement':
      return 0;
    case 'matrix':
      return 2 + 3 * (question.rows.length - 1);
    case 'multiple':
      return 5;
    case 'ranking':
      return 2 + 3 * question.choices.length;
    case 'long':
      return 20;
    case 'short':
    case 'number':
    case 'date':
    case 'email':
      return 8;
    case 'contact':
      return 8 * question.fields.length;
    default:
      return 2;
  }
}

function tooLong(definition: SurveyDefinition): SurveyFinding[] {
  const who = { leadership: 'Leaders', staff: 'Staff', customer: 'Customers' };
  return definition.audiences.flatMap((audience) => {
    const minutes = estimatedMinutes(definition, audience);
    if (minutes <= MOST_MINUTES) return [];
    const count = definition.pages
      .flatMap((page) => page.questions.filter((one) => audiencesAsked(definition, page, one).includes(audience)))
      .filter(({ type }) => type !== 'statement').length;
    const message = `${who[audience]} need about ${Math.round(minutes)} minutes for ${count} questions. Ask less, or expect that fewer finish: ${MOST_MINUTES} minutes are a good limit.`;
    return [warning('too_long', message, { audience })];
  });
}
