import { storableText } from '../storable-text.ts';
import type { Choice, Question, SurveyDefinition, Wording } from '../survey/definition.ts';
import type { Loss } from './neutral.ts';

/** Building blocks of surveys that are made from other tools' files. All of them hold what the survey schema allows. */

export const TEXT_MOST = 4_000;
export const CHOICES_MOST = 100;
export const QUESTIONS_MOST = 200;
export const PAGES_MOST = 60;

/** What customers read, cut where it is too long. */
export function wordingOf(text: string, language: string): Wording {
  return { customer: { [language]: cut(text, TEXT_MOST) } };
}

export function cut(text: string, most: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  const clean = storableText(text).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, ' ');
  return clean.length > most ? `${clean.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : clean;
}

/**
 * An id from another tool's name, the same for the same name: letters, digits, dashes and underscores, at most 64. Names
 * that differ only in other characters, are too long or reserved get the number of a check sum behind them.
 *
 * @example
 * idFrom('QID3') // 'QID3'
 */
export function idFrom(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name) && !(name in Object.prototype)) return name;
  const base = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|(?<!_)_+$/g, '')
    .slice(0, 40);
  return `${base || 'q'}_${checkSum(name)}`;
}

/** FNV-1a with 32 bits, in base 36. */
function checkSum(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** Choices with ids from the other tool's codes; each id once, at most a hundred. */
export function choicesOf(
  entries: Iterable<readonly [code: string, text: string]>,
  language: string,
  lose: (message: string) => void,
): Choice[] {
  const all = [...new Map([...entries].map(([code, text]) => [idFrom(code), text]))];
  if (all.length > CHOICES_MOST)
    lose(`It has ${all.length} choices; the first ${CHOICES_MOST} are kept, which is the most that a question holds.`);
  return all
    .slice(0, CHOICES_MOST)
    .map(([id, text]) => ({ id, text: wordingOf(text.trim() === '' ? id : text, language) }));
}

/** A survey of customers from pages of questions, with one ending, within all limits. */
export function surveyOf(
  parts: {
    readonly title: string;
    readonly language: string;
    readonly languages?: readonly string[];
    readonly pages: SurveyDefinition['pages'];
    readonly endings?: SurveyDefinition['endings'];
    readonly hidden?: readonly string[];
  },
  losses: Loss[],
): SurveyDefinition {
  const { language } = parts;
  const seen = new Set<string>();
  let left = QUESTIONS_MOST;
  const pages = parts.pages
    .map((page) => {
      const questions = page.questions.filter((question) => keep(question, seen, losses)).slice(0, Math.max(0, left));
      left -= questions.length;
      return { ...page, questions };
    })
    .filter((page) => page.questions.length > 0);
  if (left <= 0) losses.push({ question: null, message: `Only the first ${QUESTIONS_MOST} questions are kept.` });
  if (pages.length > PAGES_MOST)
    losses.push({ question: null, message: `Only the first ${PAGES_MOST} pages are kept.` });
  const title = parts.title.trim() || 'Survey';
  return {
    format: 'parallax-survey/1',
    title: wordingOf(cut(title, 300), language),
    languages: parts.languages ?? [language],
    audiences: ['customer'],
    pages: pages.slice(0, PAGES_MOST),
    endings: parts.endings ?? [{ id: 'end', title: wordingOf('Thank you.', language) }],
    hidden: parts.hidden ?? [],
    quotas: [],
    appearance: {},
    settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
  };
}

function keep(question: Question, seen: Set<string>, losses: Loss[]): boolean {
  if (!seen.has(question.id)) {
    seen.add(question.id);
    return true;
  }
  losses.push({ question: question.id, message: 'A second question with the same name is left out.' });
  return false;
}

/** A language tag as surveys hold it, such as `pt-BR` from `PT_br`; `en` where it is none. */
export function languageOf(tag: unknown): string {
  if (typeof tag !== 'string') return 'en';
  const [main = '', ...rest] = tag.trim().replaceAll('_', '-').split('-');
  const language = [main.toLowerCase(), ...rest].join('-');
  return /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(language) ? language : 'en';
}
