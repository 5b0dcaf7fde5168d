import { AUDIENCES, type Audience } from '../perspective.ts';
import { audiencesAsked } from './audiences-asked.ts';
import type { Page, Question, SurveyDefinition, Wording } from './definition.ts';

/** What a text is for. */
export type TextRole = 'title' | 'page' | 'question' | 'help' | 'end' | 'row' | 'choice' | 'ending' | 'ending text';

/** One text of a survey with the place where it stands and those who read it. */
export interface SurveyText {
  readonly role: TextRole;
  readonly wording: Wording;
  readonly readers: readonly Audience[];
  readonly page?: string;
  readonly question?: Question;
  /** Choices, rows and endings: their id; ends of a scale: `low` or `high`. */
  readonly part?: string;
}

/** A definition is never changed, and each check reads all of its texts. */
const made = new WeakMap<SurveyDefinition, readonly SurveyText[]>();

/** Every text that somebody reads, in the order of the survey. */
export function surveyTexts(definition: SurveyDefinition): readonly SurveyText[] {
  const texts = made.get(definition) ?? textsOf(definition);
  made.set(definition, texts);
  return texts;
}

function textsOf(definition: SurveyDefinition): SurveyText[] {
  const readers = definition.audiences;
  return [
    { role: 'title', wording: definition.title, readers },
    ...definition.pages.flatMap((page) => textsOfPage(definition, page)),
    ...definition.endings.flatMap(({ id, title, text }): SurveyText[] => [
      { role: 'ending', wording: title, readers, part: id },
      ...(text ? [{ role: 'ending text' as const, wording: text, readers, part: id }] : []),
    ]),
  ];
}

function textsOfPage(definition: SurveyDefinition, page: Page): SurveyText[] {
  return [
    ...(page.title
      ? [{ role: 'page' as const, wording: page.title, readers: readersOf(definition, page), page: page.id }]
      : []),
    ...page.questions.flatMap((question) =>
      textsOfQuestion(question).map((text) => ({
        ...text,
        page: page.id,
        question,
        readers: audiencesAsked(definition, page, question),
      })),
    ),
  ];
}

function readersOf(definition: SurveyDefinition, { audiences }: Page): Audience[] {
  return definition.audiences.filter((audience) => audiences?.includes(audience) ?? true);
}

function textsOfQuestion(question: Question): Pick<SurveyText, 'role' | 'wording' | 'part'>[] {
  const end = (part: 'low' | 'high', wording: Wording | undefined) =>
    wording ? [{ role: 'end' as const, wording, part }] : [];
  const rows = 'rows' in question ? question.rows : [];
  const choices = 'choices' in question ? question.choices : [];
  return [
    { role: 'question', wording: question.text },
    ...(question.help ? [{ role: 'help' as const, wording: question.help }] : []),
    ...end('low', 'low' in question ? question.low : undefined),
    ...end('high', 'high' in question ? question.high : undefined),
    ...rows.map(({ id, text }) => ({ role: 'row' as const, wording: text, part: id })),
    ...choices.map(({ id, text }) => ({ role: 'choice' as const, wording: text, part: id })),
  ];
}

/** What an audience reads in a language: its own wording, or else the customers'. Undefined where nothing is written. */
export function textFor(wording: Wording, audience: Audience, language: string): string | undefined {
  const own = wording[audience]?.[language];
  if (own?.trim()) return own;
  const theirs = wording.customer?.[language];
  return theirs?.trim() ? theirs : undefined;
}

/** A text short enough to be quoted in a message. The same long one may be in a thousand messages. */
export function quote(text: string): string {
  const plain = text.trim().slice(0, 500).replace(/\s+/g, ' ');
  return `“${plain.length > 50 ? `${plain.slice(0, 49).trimEnd()}…` : plain}”`;
}

/** How a question is called in a message: its text in the first language, or which one it is. */
export function questionName(definition: SurveyDefinition, question: Question): string {
  const written = words(definition, question.text);
  if (written !== undefined) return written;
  const all = definition.pages.flatMap(({ questions }) => questions);
  return `Question ${all.findIndex(({ id }) => id === question.id) + 1}`;
}

/** How a page is called in a message: `page “Your trip”`, or `page 2` where it has no title. */
export const pageName = (definition: SurveyDefinition, id: string | undefined): string =>
  `page ${nameOf(definition, definition.pages, id)}`;

/** How an ending is called in a message: `ending “Thank you”`. */
export const endingName = (definition: SurveyDefinition, id: string | undefined): string =>
  `ending ${nameOf(definition, definition.endings, id)}`;

function nameOf(
  definition: SurveyDefinition,
  among: readonly { readonly id: string; readonly title?: Wording | undefined }[],
  id: string | undefined,
): string {
  const at = among.findIndex((one) => one.id === id);
  return words(definition, among[at]?.title ?? {}) ?? (at < 0 ? quote(id ?? '') : String(at + 1));
}

/** The customers' words in the first language, or those of others, quoted. */
function words(definition: SurveyDefinition, wording: Wording): string | undefined {
  const language = definition.languages[0] ?? '';
  const text = AUDIENCES.map((audience) => textFor(wording, audience, language))
    .reverse()
    .find(Boolean);
  return text && quote(text);
}

/** As it stands at the beginning of a sentence. */
export const atStart = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);
