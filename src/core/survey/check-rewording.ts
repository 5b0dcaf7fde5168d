import type { Audience } from '../perspective.ts';
import type { SurveyDefinition } from './definition.ts';
import { type EarlierVersions, earlierVersions } from './earlier-versions.ts';
import { type SurveyFinding, warning } from './finding.ts';
import { questionName, quote, type SurveyText, surveyTexts, textFor } from './survey-texts.ts';

/** Texts that say what an answer means; the others may change without changing any. */
const MEANS: Readonly<Partial<Record<SurveyText['role'], string>>> = {
  question: 'question',
  row: 'row',
  choice: 'choice',
  end: 'end of the scale',
};

interface Change {
  readonly text: SurveyText;
  readonly then: string;
  readonly now: string;
  readonly language: string;
  /** The version that read otherwise. */
  readonly version: string;
}

/**
 * Questions, rows, choices and ends of scales whose id was asked with another text, in the latest version that has answers
 * or, where it is none of that, in the one published last: one warning for each question, and one for the ends of its
 * scale, as these change what every number means. Whether the meaning changed nobody can tell from the texts, so that every
 * change of words is told and the message says what a mere correction means. Only languages that both versions have are
 * compared: a translation that is added changes nothing.
 */
export function rewordingFindings(definition: SurveyDefinition, earlier: EarlierVersions): SurveyFinding[] {
  const before = new Map(
    earlierVersions(earlier).flatMap(({ definition: was, name }) =>
      surveyTexts(was).map((text) => [nameOf(text), { text, version: name, languages: was.languages }] as const),
    ),
  );
  const found = new Map<string, Change[]>();
  for (const text of surveyTexts(definition)) {
    const then = before.get(nameOf(text));
    if (text.question === undefined || !then || !(text.role in MEANS) || text.question.type === 'statement') continue;
    const languages = definition.languages.filter((language) => then.languages.includes(language));
    const change = changeOf(then.text, text, languages);
    const group = `${text.question.id} ${text.role === 'end'}`;
    if (!change) continue;
    // A question may have 20,000 choices: no list is copied for each.
    const list = found.get(group) ?? [];
    list.push({ ...change, text, version: then.version });
    found.set(group, list);
  }
  return [...found.values()].flatMap(([first, ...more]) => (first ? [findingOf(definition, first, more)] : []));
}

const nameOf = ({ role, question, part }: SurveyText) => JSON.stringify([role, question?.id, part]);

/** A full stop, a capital letter, another kind of apostrophe: nobody reads another question. */
export const plain = (text: string) =>
  text
    .replace(/[‘’ʼ´`]/g, "'")
    .replace(/[“”„«»]/g, '"')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/(?<![.!?:…])[.!?:…]+$/, '')
    .trimEnd()
    .toLowerCase();

function changeOf(
  before: SurveyText,
  text: SurveyText,
  languages: readonly string[],
): Pick<Change, 'then' | 'now' | 'language'> | undefined {
  // Customers first: leaders and staff may read the same text.
  const both = text.readers.filter((reader) => before.readers.includes(reader));
  const readsOwn = (reader: Audience) => reader === 'customer' || before.wording[reader] || text.wording[reader];
  const readers = both.filter((reader) => readsOwn(reader) || !both.includes('customer')).reverse();
  for (const language of languages) {
    for (const reader of readers) {
      const then = textFor(before.wording, reader, language);
      const now = textFor(text.wording, reader, language);
      if (then === undefined || now === undefined || then === now) continue;
      if (plain(then) !== plain(now)) return { then, now, language };
    }
  }
  return undefined;
}

function findingOf(definition: SurveyDefinition, change: Change, more: readonly Change[]): SurveyFinding {
  const { text, language } = change;
  const place = {
    ...(text.page === undefined ? {} : { page: text.page }),
    question: text.question?.id ?? '',
    language,
  };
  const message = text.role === 'end' ? aboutEnds(definition, change, more) : aboutTexts(definition, change, more);
  return warning('text_changed', message, place);
}

function aboutTexts(definition: SurveyDefinition, change: Change, more: readonly Change[]): string {
  const { text, then, now, version } = change;
  const what = MEANS[text.role] ?? '';
  const where =
    text.role !== 'question' && text.question ? `In ${questionName(definition, text.question)} the ${what} ` : '';
  const others =
    more.length === 0 ? '' : ` So do${more.length === 1 ? 'es 1 more text' : ` ${more.length} more texts`} of it.`;
  return `${where}${quote(then)} reads ${quote(now)} now.${others} Answers given to ${version} keep the earlier text. If you only corrected the spelling, leave it so; add a new ${what} if you mean something else.`;
}

function aboutEnds(definition: SurveyDefinition, change: Change, more: readonly Change[]): string {
  const { text, version } = change;
  const name = text.question ? questionName(definition, text.question) : '';
  const [other] = more;
  if (other && plain(other.then) === plain(change.now) && plain(other.now) === plain(change.then)) {
    return `In ${name} the ends of the scale changed places: ${quote(change.then)} was low in ${version} and is high now. Earlier answers mean the opposite and stand in one series with the new ones. Put the ends back, or add a new question.`;
  }
  const ends = [change, ...more].map(
    ({ text: { part }, then, now }) => `the ${part} end ${quote(then)} reads ${quote(now)}`,
  );
  return `In ${name} ${ends.join(' and ')} now. Answers given to ${version} were chosen between the earlier words and stand in one series with the new ones. If you only corrected the spelling, leave it so; add a new question if the scale means something else.`;
}
