import type { Audience } from '../perspective.ts';
import type { SurveyDefinition, Text } from './definition.ts';
import { error, type Place, type SurveyFinding, warning } from './finding.ts';
import {
  atStart,
  endingName,
  pageName,
  questionName,
  type SurveyText,
  surveyTexts,
  type TextRole,
  textFor,
} from './survey-texts.ts';

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

export const isTooLong = (role: TextRole, written: string): boolean => written.length > LONGEST[role];

function tooLong(definition: SurveyDefinition, texts: readonly SurveyText[]): SurveyFinding[] {
  return texts.flatMap((text) =>
    Object.entries(text.wording).flatMap(([audience, byLanguage]) =>
      Object.entries(byLanguage).flatMap(([language, written]) => {
        if (!isTooLong(text.role, written)) return [];
        const message = `${whereOf(definition, text)} has ${written.length} characters in ${languageName(language)}; ${LONGEST[text.role]} are the most. Shorten it.`;
        return [error('text_too_long', message, { ...placeOf(text), language, audience: audience as Audience })];
      }),
    ),
  );
}

/**
 * One finding for each question, language and audience, however many of its texts are missing; one for a language that
 * is missing in more than three places. Nothing to read at all in
 * the first language is an error; the other languages have that one to fall back on.
 */
function missing(definition: SurveyDefinition, texts: readonly SurveyText[]): SurveyFinding[] {
  const [first, ...others] = definition.languages;
  if (first === undefined) return [];
  // All that no language changes is found out once: 20,000 choices may miss 40 translations.
  const looked = texts.flatMap((text) => {
    const place = JSON.stringify([text.page, text.question?.id, text.question ? '' : text.role]);
    return (
      text.readers
        // Where leaders and staff read the customers' text, its absence is told once, for customers.
        .filter((reader) => reader === 'customer' || !text.readers.includes('customer') || text.wording[reader])
        .map((audience) => ({ text, audience, own: ownOf(text, audience), key: `${place} ${audience}` }))
    );
  });
  const groups = [first, ...others].flatMap((language) => {
    const found = new Map<string, Missing>();
    for (const { text, audience, own, key } of looked) {
      if (own ? own[language]?.trim() : textFor(text.wording, audience, language) !== undefined) continue;
      const group = found.get(key);
      if (group) {
        group.roles.add(text.role);
        group.texts++;
      } else found.set(key, { text, language, audience, roles: new Set([text.role]), texts: 1 });
    }
    return [...found.values()];
  });
  const byReaders = new Map<string, Missing[]>();
  for (const one of groups) {
    if (one.language === first) continue;
    const key = `${one.audience} ${one.language}`;
    byReaders.set(key, byReaders.get(key) ?? []);
    byReaders.get(key)?.push(one);
  }
  const told = [...byReaders.values()].filter((many) => many.length > EACH_TOLD);
  const together = new Set(told.flat());
  return [
    ...groups.filter((one) => !together.has(one)).map((one) => missingOf(definition, one, first)),
    ...told.map((many) => untranslated(many, first)),
  ];
}

interface Missing {
  readonly text: SurveyText;
  readonly language: string;
  readonly audience: Audience;
  readonly roles: Set<TextRole>;
  /** How many texts of the place are missing. */
  texts: number;
}

/** Places that lack a language and are told one by one; more are told together, because a language was just added. */
const EACH_TOLD = 3;

/** All that one language lacks, in one sentence; it leads to the first of the places. */
function untranslated(many: readonly Missing[], first: string): SurveyFinding {
  const [{ text, language, audience }] = many as [Missing, ...Missing[]];
  const texts = many.reduce((sum, one) => sum + one.texts, 0);
  const message = `${languageName(language)}: ${texts} texts are missing for ${PEOPLE[audience]}, who would read ${languageName(first)} there. Translate them, or remove ${languageName(language)}.`;
  return warning('missing_translation', message, { ...placeOf(text), language, audience });
}

function missingOf(definition: SurveyDefinition, one: Missing, first: string): SurveyFinding {
  const { text, language, audience, roles } = one;
  const place = { ...placeOf(text), language, audience };
  const where = whereOf(definition, text);
  const what = listRoles(roles, text.question !== undefined);
  if (language === first) {
    const message = `${where} has no ${what} in ${languageName(language)} for ${PEOPLE[audience]}. Write it.`;
    return error('empty_text', message, place);
  }
  const message = `${where} has no ${what} in ${languageName(language)} for ${PEOPLE[audience]}; they would read ${languageName(first)}. Translate it, or remove ${languageName(language)}.`;
  return warning('missing_translation', message, place);
}

/** An audience with a wording of its own needs it in every language: it must not jump between its own and the customers'. */
function ownOf({ wording }: SurveyText, audience: Audience): Text | undefined {
  const own = wording[audience];
  return Object.values(own ?? {}).some((text) => text.trim() !== '') ? own : undefined;
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

export const PEOPLE = { leadership: 'leaders', staff: 'staff', customer: 'customers' } as const;

function whereOf(definition: SurveyDefinition, { role, question, page, part }: SurveyText): string {
  if (question) return questionName(definition, question);
  if (role === 'page') return atStart(pageName(definition, page));
  if (role === 'ending' || role === 'ending text') return atStart(endingName(definition, part));
  return 'The survey';
}

function listRoles(roles: ReadonlySet<TextRole>, ofQuestion: boolean): string {
  const names: Partial<Record<TextRole, string>> = {
    question: 'text',
    help: 'help text',
    end: 'label of an end of the scale',
    row: 'text of a row',
    choice: 'text of a choice',
    'ending text': 'text',
  };
  const listed = [...roles].map((role) => names[role] ?? 'title');
  return ofQuestion ? listed.join(', no ') : (listed[0] ?? 'text');
}

const NAMES = new Intl.DisplayNames('en', { type: 'language' });

/** `Arabic` for `ar`; the tag itself where it is none. */
export function languageName(tag: string): string {
  try {
    return NAMES.of(tag) ?? tag;
  } catch {
    return tag;
  }
}
