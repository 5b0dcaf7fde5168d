import type { Audience } from '../../core/perspective.ts';
import type {
  Condition,
  Ending,
  Page,
  Question,
  SurveyDefinition,
  Text,
  Wording,
} from '../../core/survey/definition.ts';

/** Every change that the editor makes to a survey: pure, from one definition to the next. What is the same stays the same object. */

/** The same thing with a field set, or without the field where there is no value. */
export function put<T extends object, K extends keyof T>(thing: T, key: K, value: T[K] | undefined): T {
  const copy = { ...thing };
  if (value === undefined) delete copy[key];
  else copy[key] = value;
  return copy;
}

/** A text in one wording and language; an empty one is taken out, so that the customers' is read. */
export function putText(wording: Wording | undefined, audience: Audience, language: string, text: string): Wording {
  const { [language]: _, ...others } = wording?.[audience] ?? {};
  const texts: Text = text === '' ? others : { ...wording?.[audience], [language]: text };
  if (Object.keys(texts).length > 0 || audience === 'customer') return { ...wording, [audience]: texts };
  return put(wording ?? {}, audience, undefined);
}

/** Undefined for a wording that says nothing to anybody: an optional text that was emptied. */
export function orNothing(wording: Wording): Wording | undefined {
  return Object.values(wording).some((text) => Object.keys(text).length > 0) ? wording : undefined;
}

export const questionsOf = (survey: SurveyDefinition): Question[] => survey.pages.flatMap((page) => page.questions);
export const findQuestion = (survey: SurveyDefinition, id: string | undefined): Question | undefined =>
  questionsOf(survey).find((question) => question.id === id);
export const pageOf = (survey: SurveyDefinition, questionId: string | undefined): Page | undefined =>
  survey.pages.find((page) => page.questions.some(({ id }) => id === questionId));

/** `wanted`, or with a number behind it where it is taken. */
export function freeId(wanted: string, taken: Iterable<string>): string {
  const used = new Set(taken);
  for (let n = 1; ; n++) {
    const id = n === 1 ? wanted : `${wanted}${n}`;
    if (!used.has(id)) return id;
  }
}

const change = <T extends { readonly id: string }>(list: readonly T[], id: string, make: (one: T) => T): T[] =>
  list.map((one) => (one.id === id ? make(one) : one));
const without = <T extends { readonly id: string }>(list: readonly T[], id: string): T[] =>
  list.filter((one) => one.id !== id);
const insert = <T>(list: readonly T[], at: number, one: T): T[] => [...list.slice(0, at), one, ...list.slice(at)];

export const changeQuestion = (survey: SurveyDefinition, id: string, make: (question: Question) => Question) => ({
  ...survey,
  pages: survey.pages.map((page) =>
    page.questions.some((question) => question.id === id)
      ? { ...page, questions: change(page.questions, id, make) }
      : page,
  ),
});
export const changePage = (survey: SurveyDefinition, id: string, make: (page: Page) => Page): SurveyDefinition => ({
  ...survey,
  pages: change(survey.pages, id, make),
});
export const changeEnding = (survey: SurveyDefinition, id: string, make: (ending: Ending) => Ending) => ({
  ...survey,
  endings: change(survey.endings, id, make),
});

/** Puts a question on a page: behind `after`, or at the end. */
export function addQuestion(survey: SurveyDefinition, pageId: string, question: Question, after?: string) {
  return changePage(survey, pageId, (page) => {
    const at = page.questions.findIndex(({ id }) => id === after);
    return { ...page, questions: insert(page.questions, at === -1 ? page.questions.length : at + 1, question) };
  });
}
export const removeQuestion = (survey: SurveyDefinition, id: string): SurveyDefinition => ({
  ...survey,
  pages: survey.pages.map((page) => ({ ...page, questions: without(page.questions, id) })),
});

/** Takes a question from where it is to a place on a page; `index` counts without the question itself. */
export function placeQuestion(survey: SurveyDefinition, id: string, pageId: string, index: number): SurveyDefinition {
  const question = findQuestion(survey, id);
  if (!question || !survey.pages.some((page) => page.id === pageId)) return survey;
  return changePage(removeQuestion(survey, id), pageId, (page) => ({
    ...page,
    questions: insert(page.questions, Math.max(0, Math.min(index, page.questions.length)), question),
  }));
}

/** One place up (-1) or down (1); over the edge of its page onto the next one. At the very end nothing changes. */
export function moveQuestion(survey: SurveyDefinition, id: string, by: -1 | 1): SurveyDefinition {
  const at = survey.pages.findIndex((page) => page.questions.some((question) => question.id === id));
  const page = survey.pages[at];
  if (!page) return survey;
  const index = page.questions.findIndex((question) => question.id === id) + by;
  if (index >= 0 && index < page.questions.length) return placeQuestion(survey, id, page.id, index);
  const next = survey.pages[at + by];
  return next ? placeQuestion(survey, id, next.id, by === 1 ? 0 : next.questions.length) : survey;
}

/** A page of its own for what begins at this place: behind `after`, or last. */
export function addPage(survey: SurveyDefinition, page: Page, after?: string): SurveyDefinition {
  const at = survey.pages.findIndex(({ id }) => id === after);
  return { ...survey, pages: insert(survey.pages, at === -1 ? survey.pages.length : at + 1, page) };
}
/** The page goes with its questions. */
export const removePage = (survey: SurveyDefinition, id: string): SurveyDefinition => ({
  ...survey,
  pages: without(survey.pages, id),
});
export function movePage(survey: SurveyDefinition, id: string, by: -1 | 1): SurveyDefinition {
  const at = survey.pages.findIndex((page) => page.id === id);
  const page = survey.pages[at];
  if (!page || at + by < 0 || at + by >= survey.pages.length) return survey;
  return { ...survey, pages: insert(without(survey.pages, id), at + by, page) };
}

export const addEnding = (survey: SurveyDefinition, ending: Ending): SurveyDefinition => ({
  ...survey,
  endings: [...survey.endings, ending],
});
/** Ways that lead to it lead nowhere then; the check says so. */
export const removeEnding = (survey: SurveyDefinition, id: string): SurveyDefinition => ({
  ...survey,
  endings: without(survey.endings, id),
});

/** Adds a language, or takes one out with all its texts. */
export function putLanguages(survey: SurveyDefinition, languages: readonly string[]): SurveyDefinition {
  const gone = survey.languages.filter((language) => !languages.includes(language));
  return { ...(gone.length > 0 ? withoutTexts(survey, gone) : survey), languages };
}

/** Every text of these languages is taken out, wherever it stands. */
function withoutTexts(survey: SurveyDefinition, gone: readonly string[]): SurveyDefinition {
  const wording = (one: Wording): Wording =>
    Object.fromEntries(
      Object.entries(one).map(([audience, text]) => [
        audience,
        Object.fromEntries(Object.entries(text).filter(([language]) => !gone.includes(language))),
      ]),
    );
  const maybe = (one: Wording | undefined) => (one ? orNothing(wording(one)) : undefined);
  const question = (one: Question): Question => {
    let next: Question = put({ ...one, text: wording(one.text) }, 'help', maybe(one.help));
    if ('low' in next) next = put(next, 'low', maybe(next.low));
    if ('high' in next) next = put(next, 'high', maybe(next.high));
    if ('rows' in next) next = { ...next, rows: next.rows.map((row) => ({ ...row, text: wording(row.text) })) };
    if ('choices' in next) next = { ...next, choices: next.choices.map((c) => ({ ...c, text: wording(c.text) })) };
    return next;
  };
  return {
    ...survey,
    title: wording(survey.title),
    pages: survey.pages.map((page) =>
      put({ ...page, questions: page.questions.map(question) }, 'title', maybe(page.title)),
    ),
    endings: survey.endings.map((ending) =>
      put({ ...ending, title: wording(ending.title) }, 'text', maybe(ending.text)),
    ),
  };
}

/** Gives a question another id, and changes every condition and placeholder that names it. */
export function renameQuestion(survey: SurveyDefinition, from: string, to: string): SurveyDefinition {
  const key = (old: string) => (old === from || old.startsWith(`${from}.`) ? to + old.slice(from.length) : old);
  const condition = (one: Condition): Condition => {
    if ('all' in one) return { all: one.all.map(condition) };
    if ('any' in one) return { any: one.any.map(condition) };
    if ('not' in one) return { not: condition(one.not) };
    return one.of === 'answer' ? { ...one, key: key(one.key) } : one;
  };
  const piped = (text: string) =>
    text.replace(/\{\{\s*answer:([^|}]+)/g, (_, name: string) => `{{answer:${key(name.trim())}`);
  const inTexts = <T>(value: T): T => {
    if (typeof value === 'string') return piped(value) as T & string;
    if (Array.isArray(value)) return value.map(inTexts) as T & unknown[];
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inTexts(part)])) as T & object;
  };
  const next = inTexts(survey);
  return {
    ...next,
    pages: next.pages.map((page) => {
      const moved = put(page, 'showIf', page.showIf && condition(page.showIf));
      return {
        ...put(
          moved,
          'jumps',
          page.jumps?.map((jump) => ({ ...jump, if: condition(jump.if) })),
        ),
        questions: page.questions.map((question) => {
          const named: Question = question.id === from ? { ...question, id: to } : question;
          return put(named, 'showIf', named.showIf && condition(named.showIf));
        }),
      };
    }),
    quotas: next.quotas.map((quota) => put(quota, 'if', quota.if && condition(quota.if))),
  };
}
