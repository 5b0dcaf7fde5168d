import type { Audience } from '../perspective.ts';
import type { SurveyDefinition } from './definition.ts';
import { error, type Place, type SurveyFinding, warning } from './finding.ts';
import { questionName, type SurveyText, surveyTexts, type TextRole, textFor } from './survey-texts.ts';

/** Characters that each kind of text may have in one language. */
const LONGEST: Readonly<Record<TextRole, number>> = {
  title: 300,
  page: 300,
  question: 2000,
  help: 2000,
  end: 200,
  row: 500,
  choice: 500,
  ending: 500,
  'ending text': 4000,
};
/** Optional texts: empty in every language means that there is none. */
const OPTIONAL: readonly TextRole[] = ['page', 'help', 'end', 'ending text'];

/** Texts that are missing or too long, in each language and for each audience that reads them. */
export function textFindings(definition: SurveyDefinition): SurveyFinding[] {
  const texts = surveyTexts(definition).filter(({ wording, role }) => !(OPTIONAL.includes(role) && isBlank(wording)));
  return [...tooLong(definition, texts), ...missing(definition, texts), ...withoutMirror(definition, texts)];
}

function isBlank(wording: SurveyText['wording']): boolean {
  return Object.values(wording).every((text) => Object.values(text).every((one) => one.trim() === ''));
}

function placeOf({ page, question }: SurveyText): Place {
  return { ...(page === undefined ? {} : { page }), ...(question ? { question: question.id } : {}) };
}

function tooLong(definition: SurveyDefinition, texts: readonly SurveyText[]): SurveyFinding[] {
  return texts.flatMap((text) =>
    Object.entries(text.wording).flatMap(([audience, byLanguage]) =>
      Object.entries(byLanguage).flatMap(([language, written]) => {
        if (written.length <= LONGEST[text.role]) return [];
        const message = `${whereOf(definition, text)} has ${written.length} characters in ${languageName(language)}; ${LONGEST[text.role]} are the most. Shorten it.`;
        return [error('text_too_long', message, { ...placeOf(text), language, audience: audience as Audience })];
      }),
    ),
  );
}

/**
 * One finding for each question, language and audience, however many of its texts are missing. Nothing to read at all in
 * the first language is an error; the other languages have that one to fall back on.
 */
function missing(definition: SurveyDefinition, texts: readonly SurveyText[]): SurveyFinding[] {
  const [first, ...others] = definition.languages;
  if (first === undefined) return [];
  const groups = new Map<string, { text: SurveyText; language: string; audience: Audience; roles: TextRole[] }>();
  for (const language of [first, ...others]) {
    for (const text of texts) {
      for (const audience of text.readers) {
        if (isThere(text, audience, language)) continue;
        // Where leaders and staff read the customers' text, its absence is told once, for customers.
        if (audience !== 'customer' && text.readers.includes('customer') && !text.wording[audience]) continue;
        const key = JSON.stringify([text.page, text.question?.id, text.question ? '' : text.role, language, audience]);
        const group = groups.get(key) ?? { text, language, audience, roles: [] };
        groups.set(key, { ...group, roles: [...group.roles, text.role] });
      }
    }
  }
  return [...groups.values()].map(({ text, language, audience, roles }) => {
    const place = { ...placeOf(text), language, audience };
    const where = whereOf(definition, text);
    const what = listRoles(roles, text.question !== undefined);
    if (language === first) {
      const message = `${where} has no ${what} in ${languageName(language)} for ${PEOPLE[audience]}. Write it.`;
      return error('empty_text', message, place);
    }
    const message = `${where} has no ${what} in ${languageName(language)} for ${PEOPLE[audience]}; they would read ${languageName(first)}. Translate it, or remove ${languageName(language)}.`;
    return warning('missing_translation', message, place);
  });
}

/** An audience with a wording of its own needs it in every language: it must not jump between its own and the customers'. */
function isThere({ wording }: SurveyText, audience: Audience, language: string): boolean {
  const own = wording[audience];
  const written = Object.values(own ?? {}).some((text) => text.trim() !== '');
  return written ? Boolean(own?.[language]?.trim()) : textFor(wording, audience, language) !== undefined;
}

/** Leaders and staff who read "how was your …" answer for themselves, not what they believe customers get. */
function withoutMirror(definition: SurveyDefinition, texts: readonly SurveyText[]): SurveyFinding[] {
  return texts.flatMap((text) => {
    const { question, role, wording } = text;
    const bound = question && ('item' in question ? question.item !== undefined : question.type === 'matrix');
    if (role !== 'question' || !bound || !wording.customer) return [];
    return text.readers.flatMap((audience) => {
      if (audience === 'customer' || wording[audience]) return [];
      const message = `${whereOf(definition, text)} has no wording for ${PEOPLE[audience]}: they would read the customers'. Ask what they believe customers would answer.`;
      return [warning('missing_mirror', message, { ...placeOf(text), audience })];
    });
  });
}

const PEOPLE = { leadership: 'leaders', staff: 'staff', customer: 'customers' } as const;

function whereOf(definition: SurveyDefinition, { role, question, page, part }: SurveyText): string {
  if (question) return questionName(definition, question);
  if (role === 'page') return `The page ${page}`;
  if (role === 'ending' || role === 'ending text') return `The ending ${part}`;
  return 'The survey';
}

function listRoles(roles: readonly TextRole[], ofQuestion: boolean): string {
  const names: Partial<Record<TextRole, string>> = {
    question: 'text',
    help: 'help text',
    end: 'label of an end of the scale',
    row: 'text of a row',
    choice: 'text of a choice',
    'ending text': 'text',
  };
  const listed = [...new Set(roles)].map((role) => names[role] ?? 'title');
  return ofQuestion ? listed.join(', no ') : (listed[0] ?? 'text');
}

const LANGUAGE_NAMES: Readonly<Record<string, string>> = {
  en: 'English',
  de: 'German',
  es: 'Spanish',
  fr: 'French',
  nl: 'Dutch',
};

/** English names for the five languages that Parallax ships; the tag for all others. */
export function languageName(tag: string): string {
  return LANGUAGE_NAMES[tag] ?? tag;
}
