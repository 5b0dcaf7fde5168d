import type { Audience } from '../perspective.ts';
import { audiencesAsked } from './audiences-asked.ts';
import {
  type Jump,
  type Page,
  type Question,
  type SurveyDefinition,
  scaleOf,
  type Test,
  type Text,
  type Wording,
} from './definition.ts';
import { isRightToLeft, runningAs } from './direction.ts';
import type { AskedChoice, AskedPage, AskedQuestion, Questionnaire } from './questionnaire.ts';
import { isAllowedRedirect } from './redirect.ts';

export interface QuestionnaireInput {
  readonly surveyId: string;
  readonly version: number;
  readonly definition: SurveyDefinition;
  readonly audience: Audience;
  /** What the respondent prefers, as a BCP 47 tag; any text is allowed. */
  readonly language?: string | undefined;
  /** Null: answers are shown with the contact who gave them. */
  readonly threshold: number | null;
  readonly test: boolean;
  /** All that is known of the contact; only what the questionnaire uses is passed on. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Ids of the quotas that are full. */
  readonly fullQuotas: readonly string[];
  /** Hosts that endings may lead to now, whatever could be published before; an ending with another one leads nowhere. */
  readonly redirectHosts?: readonly string[];
  readonly work: number;
}

/**
 * The survey as one respondent gets it: the questions of the audience in one language, and nothing that the renderer does
 * not need, because everybody can read what it is sent.
 *
 * Attributes are left out where answers are shown in groups only (`threshold`): nobody's address knows who they are.
 */
export function questionnaireFor(input: QuestionnaireInput): Questionnaire {
  const { definition, audience, fullQuotas, redirectHosts = [] } = input;
  const language = pickLanguage(definition.languages, input.language ?? '');
  const read: Read = (wording) => textFor(wording, audience, language, definition.languages[0] ?? language);
  const pages = askedPages(definition, audience, read);
  const endings = definition.endings.map(({ id, title, text, redirect }) => ({
    id,
    title: read(title) ?? '',
    ...optional('text', read(text)),
    ...(redirect !== undefined && isAllowedRedirect(redirect, redirectHosts) && { redirect }),
  }));
  const full = definition.quotas
    .filter((quota) => fullQuotas.includes(quota.id) && (quota.audience ?? audience) === audience)
    .map((quota) => ({ ending: quota.ending, ...optional('if', quota.if) }));
  const title = read(definition.title) ?? '';
  return {
    survey: input.surveyId,
    version: input.version,
    audience,
    language,
    languages: definition.languages,
    direction: isRightToLeft(language) ? 'rtl' : 'ltr',
    title,
    threshold: input.threshold,
    test: input.test,
    pages,
    endings,
    hidden: definition.hidden,
    attributes: input.threshold === null ? usedAttributes(input.attributes, { title, pages, endings, full }) : {},
    full,
    appearance: definition.appearance,
    progress: definition.settings.progress,
    back: definition.settings.back,
    work: input.work,
  };
}

type Read = (wording: Wording | undefined) => string | undefined;

/** `{[key]: value}`, or nothing where there is no value. */
const optional = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };

/**
 * The survey's language that serves the wish best: the same tag, the tag without its last parts, any of the same base
 * language, the survey's first.
 */
export function pickLanguage(languages: readonly string[], wish: string): string {
  const subtags = wish.toLowerCase().replaceAll('_', '-').split('-');
  for (let n = subtags.length; n > 0; n--) {
    const shorter = subtags.slice(0, n).join('-');
    const exact = languages.find((language) => language.toLowerCase() === shorter);
    if (exact !== undefined) return exact;
  }
  const base = languages.find((language) => language.toLowerCase().split('-')[0] === subtags[0]);
  return base ?? languages[0] ?? 'en';
}

/** The audience's own wording first, in any language, because the customers' asks something else. */
function textFor(
  wording: Wording | undefined,
  audience: Audience,
  language: string,
  first: string,
): string | undefined {
  for (const text of [wording?.[audience], wording?.customer, ...Object.values(wording ?? {})]) {
    const found = inLanguage(text, language, first);
    // A text that is not translated runs its own way also where the survey runs the other one.
    if (found !== undefined) return runningAs(found.text, found.language, language);
  }
  return undefined;
}

function inLanguage(text: Text | undefined, language: string, first: string) {
  const found = [language, first, ...Object.keys(text ?? {})].find((tag) => text?.[tag]?.trim());
  return found === undefined ? undefined : { language: found, text: text?.[found] ?? '' };
}

function askedPages(definition: SurveyDefinition, audience: Audience, read: Read): AskedPage[] {
  const asks = (page: Page) =>
    page.questions.filter((question) => audiencesAsked(definition, page, question).includes(audience));
  const kept = definition.pages.filter((page) => asks(page).length > 0);
  return kept.map((page) => ({
    id: page.id,
    ...optional('title', read(page.title)),
    ...optional('showIf', page.showIf),
    ...optional('shuffle', page.shuffle),
    questions: asks(page).map((question) => askedQuestion(question, read)),
    ...optional(
      'jumps',
      page.jumps?.map((jump) => landing(definition, kept, jump)),
    ),
  }));
}

/** A jump to a page that this audience does not get leads to where that page would have led on to. */
function landing(definition: SurveyDefinition, kept: readonly Page[], jump: Jump): Jump {
  const target = definition.pages.findIndex((page) => page.id === jump.to);
  if (target === -1) return jump;
  const next = definition.pages.slice(target).find((page) => kept.includes(page));
  return { if: jump.if, to: next?.id ?? definition.endings[0]?.id ?? jump.to };
}

function askedQuestion(question: Question, read: Read): AskedQuestion {
  const choices = (list: readonly { id: string; text: Wording }[]): AskedChoice[] =>
    list.map((choice) => ({ id: choice.id, text: read(choice.text) ?? '' }));
  return {
    id: question.id,
    type: question.type,
    text: read(question.text) ?? '',
    ...optional('help', read(question.help)),
    ...optional('required', question.required),
    ...optional('showIf', question.showIf),
    ...('notApplicable' in question && optional('notApplicable', question.notApplicable)),
    ...(question.type === 'csat' && { look: question.look }),
    ...(question.type === 'number' || question.type === 'date'
      ? { ...optional('min', question.min), ...optional('max', question.max) }
      : {}),
    ...(question.type === 'number' && optional('step', question.step)),
    ...scaleOf(question),
    // Without own words the renderer takes those of its language file.
    ...('low' in question && optional('low', read(question.low))),
    ...('high' in question && optional('high', read(question.high))),
    ...(question.type === 'matrix' && { rows: choices(question.rows) }),
    ...('choices' in question && { choices: choices(question.choices), ...optional('shuffle', question.shuffle) }),
    ...('other' in question && optional('other', question.other)),
    ...('maxLength' in question && optional('maxLength', question.maxLength)),
    ...(question.type === 'contact' && { fields: question.fields }),
  };
}

/** Attributes that a placeholder or a condition names. */
function usedAttributes(
  attributes: Readonly<Record<string, string>>,
  shown: Pick<Questionnaire, 'title' | 'pages' | 'endings' | 'full'>,
): Record<string, string> {
  const used = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      for (const match of value.matchAll(/\{\{attribute:([^{}|]+)/g)) used.add((match[1] ?? '').trim());
    } else if (typeof value === 'object' && value !== null) {
      if (isAttributeTest(value)) used.add(value.key);
      for (const part of Object.values(value)) visit(part);
    }
  };
  visit(shown);
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => used.has(name)));
}

const isAttributeTest = (value: object): value is Test =>
  'of' in value && value.of === 'attribute' && 'key' in value && typeof value.key === 'string';
