import type { Audience } from '../perspective.ts';
import type { SurveyDefinition } from './definition.ts';
import { type SurveyFinding, warning } from './finding.ts';
import { questionName, quote, type SurveyText, surveyTexts, textFor } from './survey-texts.ts';

/** Texts that say what an answer means; the others may change without changing any. */
const MEANS: Readonly<Partial<Record<SurveyText['role'], string>>> = {
  question: 'question',
  row: 'row',
  choice: 'choice',
};

interface Change {
  readonly text: SurveyText;
  readonly then: string;
  readonly now: string;
  readonly language: string;
}

/**
 * Questions, rows and choices whose id was published with another text: one warning for each question. Whether the
 * meaning changed nobody can tell from the texts, so that every change is told. Only languages that both versions have are
 * compared: a translation that is added changes nothing.
 */
export function rewordingFindings(definition: SurveyDefinition, previous: SurveyDefinition): SurveyFinding[] {
  const before = new Map(surveyTexts(previous).map((text) => [nameOf(text), text]));
  const languages = definition.languages.filter((language) => previous.languages.includes(language));
  const byQuestion = new Map<string, Change[]>();
  for (const text of surveyTexts(definition)) {
    const id = text.question?.id;
    const then = before.get(nameOf(text));
    if (id === undefined || !then || !(text.role in MEANS) || text.question?.type === 'statement') continue;
    const change = changeOf(then, text, languages);
    if (change) byQuestion.set(id, [...(byQuestion.get(id) ?? []), change]);
  }
  return [...byQuestion.values()].flatMap(([first, ...more]) => (first ? [findingOf(definition, first, more)] : []));
}

const nameOf = ({ role, question, part }: SurveyText) => JSON.stringify([role, question?.id, part]);
const plain = (text: string | undefined) => text?.replace(/\s+/g, ' ').trim();

function changeOf(before: SurveyText, text: SurveyText, languages: readonly string[]): Change | undefined {
  // Customers first: leaders and staff may read the same text.
  const readers: Audience[] = [...text.readers].filter((reader) => before.readers.includes(reader)).reverse();
  for (const language of languages) {
    for (const reader of readers) {
      const then = plain(textFor(before.wording, reader, language));
      const now = plain(textFor(text.wording, reader, language));
      if (then !== undefined && now !== undefined && then !== now) return { text, then, now, language };
    }
  }
  return undefined;
}

function findingOf(definition: SurveyDefinition, change: Change, more: readonly Change[]): SurveyFinding {
  const { text, then, now, language } = change;
  const what = MEANS[text.role] ?? '';
  const where =
    text.role !== 'question' && text.question ? `In ${questionName(definition, text.question)} the ${what} ` : '';
  const others =
    more.length === 0 ? '' : ` So do${more.length === 1 ? 'es 1 more text' : ` ${more.length} more texts`} of it.`;
  const message = `${where}${quote(then)} reads ${quote(now)} now.${others} Answers given to the earlier version keep the earlier text. Add a new ${what} if you mean something else.`;
  const place = {
    ...(text.page === undefined ? {} : { page: text.page }),
    question: text.question?.id ?? '',
    language,
  };
  return warning('text_changed', message, place);
}
