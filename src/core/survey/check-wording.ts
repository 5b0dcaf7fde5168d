import type { Audience } from '../perspective.ts';
import { isTooLong, languageName } from './check-texts.ts';
import { type Question, type SurveyDefinition, scaleOf } from './definition.ts';
import { type Place, type SurveyFinding, warning } from './finding.ts';
import { plainText, readingGrade, wordsOf } from './reading-grade.ts';
import { baseLanguage, type JudgedLanguage } from './survey-language.ts';
import { quote, type SurveyText, surveyTexts, textFor } from './survey-texts.ts';
import { askedTogether, LONG_QUESTION_WORDS, leadingWords, rareWords, tooManyWords } from './wording.ts';

/** School years that a questionnaire should need at most. Official advice for the public is grade 8 or less. */
const HIGHEST_GRADE = 8;

/**
 * How questions are put, and how hard the whole questionnaire is to read, in English, German, Spanish, French and Dutch.
 * Texts in other languages are not judged, nor are those that are too long to be published.
 */
export function wordingFindings(definition: SurveyDefinition, itemNames: readonly string[]): SurveyFinding[] {
  const texts = surveyTexts(definition).filter(({ role }) => role !== 'choice' && role !== 'end');
  const languages = definition.languages.flatMap((language) => {
    const base = baseLanguage(language);
    return base ? [{ language, base }] : [];
  });
  return languages.flatMap(({ language, base }) => {
    const known = knownWords(definition, itemNames, language);
    const questions = texts.flatMap((text) => judgeText(text, language, base, known));
    return [...questions, ...gradeOf(definition, texts, language, base)];
  });
}

function knownWords(definition: SurveyDefinition, itemNames: readonly string[], language: string): Set<string> {
  const titles = Object.values(definition.title).flatMap((text) => text[language] ?? []);
  return new Set([...titles, ...itemNames].flatMap(wordsOf).map((word) => word.toLowerCase()));
}

/** Each wording once, with the first audience that reads it. */
function judgeText(
  text: SurveyText,
  language: string,
  base: JudgedLanguage,
  known: ReadonlySet<string>,
): SurveyFinding[] {
  const { role, question, page } = text;
  if (!question || (role !== 'question' && role !== 'row')) return [];
  const seen = new Set<string>();
  return [...text.readers].reverse().flatMap((audience) => {
    const written = textFor(text.wording, audience, language);
    if (written === undefined || seen.has(written) || isTooLong(role, written)) return [];
    seen.add(written);
    const place = { ...(page === undefined ? {} : { page }), question: question.id, language, audience };
    return judge(plainText(written), question, base, known, place);
  });
}

function judge(
  text: string,
  question: Question,
  language: JudgedLanguage,
  known: ReadonlySet<string>,
  place: Place,
): SurveyFinding[] {
  const found: SurveyFinding[] = [];
  const called = quote(text);
  const words = question.type === 'consent' || question.type === 'statement' ? undefined : tooManyWords(text);
  if (words !== undefined) {
    const message = `${called} has ${words} words. Say it in ${LONG_QUESTION_WORDS} or fewer, or move some into the help text.`;
    found.push(warning('long_question', message, place));
  }
  const rare = rareWords(text, language, known);
  if (rare.length > 0) {
    const message = `${called} uses long words that some readers won't know: ${rare.join(', ')}. Use everyday words.`;
    found.push(warning('rare_words', message, place));
  }
  const two = scaleOf(question) ? askedTogether(text, language) : undefined;
  if (two !== undefined) {
    const message = `${called} seems to ask two things at once (${two}); one answer can't say which of them it means. Make two questions of it.`;
    found.push(warning('double_barrelled', message, place));
  }
  const leading =
    question.type === 'consent' || question.type === 'statement' ? undefined : leadingWords(text, language);
  if (leading !== undefined) {
    const message = `${called} suggests an answer (“${leading}”). Ask neutrally, or name both ends of the scale.`;
    found.push(warning('leading', message, place));
  }
  return found;
}

function gradeOf(
  definition: SurveyDefinition,
  texts: readonly SurveyText[],
  language: string,
  base: JudgedLanguage,
): SurveyFinding[] {
  return definition.audiences.flatMap((audience) => {
    const read = texts.filter(({ readers }) => readers.includes(audience));
    const result = readingGrade(writtenFor(read, audience, language), base);
    if (!result || Math.round(result.grade) <= HIGHEST_GRADE) return [];
    const who = { leadership: 'leaders', staff: 'staff', customer: 'customers' }[audience];
    const message = `In ${languageName(language)}, what ${who} read needs about ${Math.round(result.grade)} years of school (${result.formula} ${result.value.toFixed(1)}, ${result.words} words); ${HIGHEST_GRADE} or fewer let nearly everybody follow. Use shorter sentences and words.`;
    return [warning('hard_to_read', message, { language, audience })];
  });
}

function writtenFor(texts: readonly SurveyText[], audience: Audience, language: string): string[] {
  return texts.flatMap(({ wording, role }) => {
    const written = textFor(wording, audience, language);
    return written === undefined || isTooLong(role, written) ? [] : [written];
  });
}
