import { beginning } from '../storable-text.ts';
import type { Question } from '../survey/definition.ts';
import { cut, languageOf, surveyOf, wordingOf } from './make.ts';
import {
  type Cell,
  type Field,
  FormatError,
  type Loss,
  type NeutralResponse,
  type ReadAnswers,
  type ReadSurvey,
} from './neutral.ts';

/** Feedback that nobody asked for, such as reviews and tickets: what each of its parts is asked as, once it is a survey. */
export interface FeedbackPart {
  readonly id: string;
  readonly text: string;
  readonly type: 'stars' | 'text' | 'yesno';
}
/** One review or ticket, as far as the file says it. */
export interface Feedback {
  readonly id: string | null;
  readonly day: string | null;
  readonly language: string;
  readonly attributes: readonly (readonly [string, string])[];
  /** By the part's id; empty ones are left out. */
  readonly says: readonly (readonly [string, string | number | boolean | undefined])[];
}

const MOST_CHARACTERS = 10_000;
const MOST_ENTRIES = 200_000;

export function feedbackSurvey(name: string, parts: readonly FeedbackPart[]): ReadSurvey {
  const losses: Loss[] = [];
  const questions = parts.map(({ id, text, type }): Question => {
    const base = { id, text: wordingOf(text, 'en') };
    if (type === 'stars') return { ...base, type: 'csat', look: 'stars', points: 5 };
    return type === 'yesno' ? { ...base, type } : { ...base, type: 'long' };
  });
  return {
    name,
    definition: surveyOf({ title: name, language: 'en', pages: [{ id: 'page_1', questions }] }, losses),
    losses,
  };
}

/**
 * @param notKept one sentence: what of the file is left out on purpose
 */
export function feedbackAnswers(
  entries: readonly Feedback[],
  parts: readonly FeedbackPart[],
  channel: 'review' | 'ticket',
  notKept: string,
): ReadAnswers {
  if (entries.length > MOST_ENTRIES)
    throw new FormatError('The file has more than 200,000 entries; import it in parts.');
  const type = new Map(parts.map((part) => [part.id, part.type]));
  const lost = { cut: 0, stars: 0, empty: 0 };
  const responses = entries.flatMap((entry): NeutralResponse[] => {
    const cells = new Map<string, Cell>();
    for (const [id, said] of entry.says) {
      if (said === undefined || said === '') continue;
      if (type.get(id) === 'stars') {
        if (Number.isInteger(said) && Number(said) >= 1 && Number(said) <= 5) cells.set(id, said);
        else lost.stars += 1;
      } else if (typeof said === 'string') {
        const text = said.trim();
        if (text.length > MOST_CHARACTERS) lost.cut += 1;
        if (text) cells.set(id, cut(text, MOST_CHARACTERS));
      } else cells.set(id, said);
    }
    if (cells.size === 0) {
      lost.empty += 1;
      return [];
    }
    const attributes = entry.attributes
      .filter(([, value]) => value !== '')
      .map(([name, value]): [string, string] => [name, beginning(value, 1_000)]);
    return [
      {
        id: entry.id === null ? null : beginning(entry.id, 200),
        day: entry.day,
        language: entry.language ? languageOf(entry.language) : null,
        finished: true,
        channel,
        attributes: new Map(attributes),
        cells,
      },
    ];
  });
  const fields = parts.map(
    ({ id, text, type: kind }): Field => ({ id, question: id, text, type: kind === 'stars' ? 'scale' : kind }),
  );
  return { fields, responses, losses: lossesOf(lost, notKept) };
}

function lossesOf(lost: { cut: number; stars: number; empty: number }, notKept: string): Loss[] {
  const told = [
    ...(lost.stars > 0 ? [`${lost.stars} entries have stars that are not 1 to 5; their texts are kept.`] : []),
    ...(lost.cut > 0 ? [`${lost.cut} texts are longer than 10,000 characters and are cut.`] : []),
    ...(lost.empty > 0 ? [`${lost.empty} entries say nothing and are left out.`] : []),
    notKept,
  ];
  return told.map((message) => ({ question: null, message }));
}

/** The day of an ISO date, or of seconds or milliseconds since 1970. */
export function dayOf(written: string | number | undefined): string | null {
  if (typeof written === 'string') {
    const day = /^\s*(\d{4}-\d\d-\d\d)/.exec(written)?.[1];
    if (day) return day;
  }
  const number = Number(written);
  if (written === undefined || written === '' || !Number.isFinite(number) || number <= 0) return null;
  const milliseconds = number < 100_000_000_000 ? number * 1000 : number;
  return milliseconds < 4_102_444_800_000 ? new Date(milliseconds).toISOString().slice(0, 10) : null;
}

/** The cell of a row under the first heading that the table has; headings in lower case. */
export function cellsUnder(headings: readonly string[]): (row: readonly string[], ...names: string[]) => string {
  const places = new Map<string, number>();
  headings.forEach((heading, i) => {
    const name = heading.trim().toLowerCase();
    if (!places.has(name)) places.set(name, i);
  });
  return (row, ...names) => {
    const place = names.map((name) => places.get(name)).find((each) => each !== undefined);
    return place === undefined ? '' : (row[place] ?? '').trim();
  };
}

export function hasHeadings(
  headings: readonly string[] | undefined,
  ...groups: readonly (readonly string[])[]
): boolean {
  const there = new Set((headings ?? []).map((heading) => heading.trim().toLowerCase()));
  return groups.every((names) => names.some((name) => there.has(name)));
}
