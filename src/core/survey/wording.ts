import { wordsOf } from './reading-grade.ts';
import type { JudgedLanguage } from './survey-language.ts';
import { DE } from './words/de.ts';
import { EN } from './words/en.ts';
import { ES } from './words/es.ts';
import { FR } from './words/fr.ts';
import type { LanguageWords } from './words/language-words.ts';
import { NL } from './words/nl.ts';

/**
 * What is wrong with how a question is put, by lists and rules of each language. They know no grammar: they find the usual
 * cases, and a person decides. On sentences written afterwards 1 of 45 good ones was flagged and 5 of 46 bad ones were missed
 * (wording.test.ts).
 */

const WORDS: Readonly<Record<JudgedLanguage, LanguageWords>> = { en: EN, de: DE, es: ES, fr: FR, nl: NL };

/** Words in one question: longer ones are read twice. */
export const LONG_QUESTION_WORDS = 25;

/** How many words a question has when that is more than 25. */
export function tooManyWords(text: string): number | undefined {
  const { length } = wordsOf(text);
  return length > LONG_QUESTION_WORDS ? length : undefined;
}

/**
 * Words that many readers won't know: the approach is length, because a list of everyday words would have to be there for
 * each language. A word counts as rare with more letters than 12 in English, 14 in Spanish and French, 16 in Dutch and 18
 * in German (which join words into one), unless it is in `known`: the survey's own title and the names of items.
 */
export function rareWords(text: string, language: JudgedLanguage, known: ReadonlySet<string>): string[] {
  const longest = WORDS[language].longestWord;
  const long = wordsOf(text)
    .map((word) => word.replace(/^\p{L}{1,2}[’']/u, ''))
    .filter((word) => [...word].length > longest && !known.has(word.toLowerCase()));
  return [...new Set(long)];
}

/**
 * The two things that a question asks at once (`fast and friendly`); undefined when it asks one. For questions with a
 * single answer only: a text box can take two. Opposites (`satisfied or dissatisfied`), names, numbers and the pairs of
 * the language that mean one thing (`friend or colleague`) are no two things, and neither is what stands in a scene before
 * a comma (`When you called and …, how …`).
 */
export function askedTogether(text: string, language: JudgedLanguage): string | undefined {
  const words = WORDS[language];
  const tokens = withoutScene(text, words).split(/\s+/).filter(Boolean);
  const joins = words.joins.filter((join) => !join.includes(' '));
  for (let i = 1; i < tokens.length - 1; i++) {
    const join = tokens[i]!.toLowerCase();
    const before = tokens[i - 1]!;
    const length = joins.includes(join) ? 1 : longJoin(tokens, i, words);
    if (length === 0) continue;
    const { right, phrase } = rightOf(tokens, i + length - 1, words);
    if (right === undefined || asksOne(before, join, right, phrase, words)) continue;
    return `${bare(before)} ${tokens.slice(i, i + length).join(' ')} ${bare(right)}`;
  }
  return undefined;
}

function withoutScene(text: string, { scenes }: LanguageWords): string {
  const first =
    text
      .replace(/^[¿¡\s]+/, '')
      .split(/\s+/)[0]
      ?.toLowerCase()
      .replace(/,$/, '') ?? '';
  const comma = text.indexOf(',');
  return comma > 0 && scenes.includes(first) ? text.slice(comma + 1) : text;
}

/** How many words a join such as `as well as`, `así como`, `ainsi que` has; 0 where none begins. */
function longJoin(tokens: readonly string[], i: number, { joins }: LanguageWords): number {
  const found = joins
    .map((join) => join.split(' '))
    .find((parts) => parts.length > 1 && parts.every((part, j) => tokens[i + j]?.toLowerCase() === part));
  return found?.length ?? 0;
}

/** The first word after the join that says something, and that word with the one after it (`less good`). */
function rightOf(tokens: readonly string[], join: number, { fillers }: LanguageWords) {
  let at = join + 1;
  while (at < tokens.length - 1 && fillers.includes(bare(tokens[at]!).toLowerCase())) at++;
  const right = tokens[at];
  return {
    right,
    phrase: tokens
      .slice(join + 1, at + 2)
      .map(bare)
      .join(' ')
      .toLowerCase(),
  };
}

function asksOne(left: string, join: string, right: string, phrase: string, words: LanguageWords): boolean {
  const [a, b] = [bare(left).toLowerCase(), bare(right).toLowerCase()];
  if (words.whether.includes(a) && words.or.includes(join)) return true;
  if (/\d/.test(a) || /\d/.test(b)) return true;
  if (words.capitalNouns !== true && isName(left) && isName(right)) return true;
  if (sameWord(a, b)) return true;
  if (words.or.includes(join) && opposite(a, b, phrase, words.opposites)) return true;
  return words.pairs.some((pair) => {
    const [one = '', other = ''] = pair.toLowerCase().split('/');
    const fits = (word: string, start: string) => word.startsWith(start);
    return (fits(a, one) && (fits(b, other) || phrase.startsWith(other))) || (fits(a, other) && fits(b, one));
  });
}

/** `Kundinnen und Kunden`, `clientes y clientas`. */
function sameWord(a: string, b: string): boolean {
  const length = Math.min(a.length - 2, b.length - 2, 5);
  return length >= 4 && a.slice(0, length) === b.slice(0, length);
}

function opposite(a: string, b: string, phrase: string, opposites: readonly string[]): boolean {
  return opposites.some((prefix) => {
    if (prefix.endsWith(' ')) return phrase.startsWith(prefix) || phrase === prefix.trim();
    return b.startsWith(prefix + a.slice(0, 4)) || a.startsWith(prefix + b.slice(0, 4));
  });
}

function isName(token: string): boolean {
  return /^\p{Lu}\p{Ll}/u.test(token) && !/[?.!]$/.test(token.slice(0, -1));
}

function bare(token: string): string {
  return token.replace(/^[^\p{L}\p{N}&]+|(?<=[\p{L}\p{N}&])[^\p{L}\p{N}&]+$/gu, '');
}

/** What a point of the scale means: `1 (unacceptable)`, `unacceptable (1)` or `1 = not acceptable`, with its number. */
const ANCHOR =
  /(?<![\d.,])(-?\d+)\s*(?:\([^()]{1,60}\)|[=:–—]\s*\p{L}[\p{L}’'-]*(?:\s\p{L}[\p{L}’'-]*){0,2})|(?<!\p{L})\p{L}[\p{L}’'-]{0,40}\s{0,5}\(\s{0,5}(-?\d{1,5})\s{0,5}\)/gu;

/** A wording without the words that name both ends of its scale: together they press for neither. */
function withoutAnchors(text: string): string {
  const points = new Set([...text.matchAll(ANCHOR)].map(([, before, behind]) => before ?? behind));
  return points.size < 2 ? text : text.replace(ANCHOR, ' ');
}

/** The words that press for an answer or judge beforehand; undefined for a neutral question. */
export function leadingWords(written: string, language: JudgedLanguage): string | undefined {
  const words = WORDS[language];
  const text = withoutAnchors(written);
  for (const pattern of words.leading) {
    const found = pattern.exec(text)?.[0];
    if (found) return found.replace(/^[\s,¿]+|(?<![\s,?])[\s,?]+$/g, '');
  }
  const lower = ` ${text.toLowerCase()} `;
  const balanced = words.or.some((or) => lower.includes(` ${or} `));
  if (balanced) return undefined;
  for (const pattern of words.oneSided) {
    const found = pattern.exec(text)?.[0];
    if (found) return found.trim();
  }
  return undefined;
}
