import type { JudgedLanguage } from './survey-language.ts';
import { syllables } from './syllables.ts';

/** How hard a text is to read. */
export interface ReadingGrade {
  /** School years that a reader needs, about; 4 to 15, so that languages can be set beside each other. */
  readonly grade: number;
  /** What the formula itself gives: a grade, or an ease from 0 (hard) to 100 (easy). */
  readonly value: number;
  readonly formula: string;
  readonly kind: 'grade' | 'ease';
  readonly words: number;
}

/** A formula says nothing about less than this; they were made for passages of 100 words. */
export const READING_NEEDS_WORDS = 40;

/**
 * The reading grade of some texts taken together, each a sentence of its own or several. Undefined below 40 words.
 *
 * - English: Flesch–Kincaid grade = 0.39 WS + 11.8 SW − 15.59 (Kincaid, Fishburne, Rogers & Chissom 1975).
 * - German: first Wiener Sachtextformel = 0.1935 MS + 0.1672 WS + 0.1297 LW − 0.0327 ES − 0.875, where MS, LW and ES are
 *   the percentages of words with 3 or more syllables, more than 6 letters, one syllable (Bamberger & Vanecek 1984).
 * - Spanish: Szigriszt-Pazos ease = 206.835 − 62.3 SW − WS (1993), read with the INFLESZ bands (Barrio-Cantalejo and
 *   others 2008: above 80 very easy, 65 to 80 quite easy, 55 to 65 normal, 40 to 55 rather hard, below hard).
 * - French: Kandel–Moles ease = 207 − 1.015 WS − 73.6 SW (Kandel & Moles 1958).
 * - Dutch: Flesch–Douma ease = 206.835 − 0.93 WS − 77 SW (Douma 1960).
 *
 * WS is words in a sentence, SW syllables in a word. Ease becomes a grade by Flesch's own table (1949: 90 = grade 5,
 * 80 = 6, 70 = 7, 60 = 9, 50 = 12, 30 = 15), for Spanish 5 points lower because INFLESZ has its "normal" at 55 to 65. All
 * of these count syllables, which `syllables` does approximately: take the grade as right to about one year.
 *
 * @example
 * readingGrade(Array(12).fill('Did we solve your problem?'), 'en')?.value // 0.52
 */
export function readingGrade(texts: readonly string[], language: JudgedLanguage): ReadingGrade | undefined {
  const sentences = texts.flatMap(sentencesOf);
  const words = sentences.flatMap(wordsOf);
  if (words.length < READING_NEEDS_WORDS) return undefined;
  const ws = words.length / sentences.length;
  const counts = words.map((word) => syllables(word, language));
  const sw = counts.reduce((sum, count) => sum + count, 0) / words.length;
  const percent = (hold: (count: number, i: number) => boolean) => (100 * counts.filter(hold).length) / words.length;
  const grade = (value: number, formula: string): ReadingGrade => ({
    grade: Math.min(15, Math.max(4, value)),
    value,
    formula,
    kind: 'grade',
    words: words.length,
  });
  const ease = (value: number, formula: string, offset = 0): ReadingGrade => ({
    grade: gradeOfEase(value + offset),
    value,
    formula,
    kind: 'ease',
    words: words.length,
  });
  switch (language) {
    case 'en':
      return grade(0.39 * ws + 11.8 * sw - 15.59, 'Flesch–Kincaid');
    case 'de': {
      const [ms, lw, es] = [
        percent((count) => count >= 3),
        percent((_, i) => (words[i] ?? '').length > 6),
        percent((count) => count === 1),
      ];
      return grade(0.1935 * ms + 0.1672 * ws + 0.1297 * lw - 0.0327 * es - 0.875, 'Wiener Sachtextformel 1');
    }
    case 'es':
      return ease(206.835 - 62.3 * sw - ws, 'Szigriszt-Pazos (INFLESZ)', 5);
    case 'fr':
      return ease(207 - 1.015 * ws - 73.6 * sw, 'Kandel–Moles');
    case 'nl':
      return ease(206.835 - 0.93 * ws - 77 * sw, 'Flesch–Douma');
  }
}

/** Straight lines between the points of Flesch's table. */
const EASE_TO_GRADE = [
  [100, 4],
  [90, 5],
  [80, 6],
  [70, 7],
  [60, 9],
  [50, 12],
  [30, 15],
] as const;

function gradeOfEase(ease: number): number {
  for (let i = 1; i < EASE_TO_GRADE.length; i++) {
    const [[upper, from], [lower, to]] = [EASE_TO_GRADE[i - 1]!, EASE_TO_GRADE[i]!];
    if (ease >= upper) return from;
    if (ease >= lower) return from + ((upper - ease) / (upper - lower)) * (to - from);
  }
  return 15;
}

/** Placeholders are taken out, marks of rich text don't count as words. */
export function plainText(text: string): string {
  return text
    .replace(/\{\{[^{}]*\}\}/g, 'X')
    .replace(/\]\([^()]*\)/g, ' ')
    .replace(/[*[\]]/g, '');
}

function sentencesOf(text: string): string[] {
  return plainText(text)
    .split(/[.!?…:;](?=\s|$)|\n/)
    .filter((sentence) => /\p{L}/u.test(sentence));
}

/** Words with their apostrophes; numbers are no words. */
export function wordsOf(text: string): string[] {
  return plainText(text).match(/\p{L}[\p{L}\p{M}’']*/gu) ?? [];
}
