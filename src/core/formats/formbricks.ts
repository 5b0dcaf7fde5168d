import type { Page, Question, SurveyDefinition, Wording } from '../survey/definition.ts';
import { type LogicRule, readLogic } from './formbricks-logic.ts';
import { convertElement } from './formbricks-questions.ts';
import { type FormbricksLanguages, languagesOf, textsOf, wordingIn } from './formbricks-texts.ts';
import { cut, idFrom, surveyOf, wordingOf } from './make.ts';
import { type Format, FormatError, type Loss, type ReadSurvey } from './neutral.ts';
import { fewerPages, requireQuestions, withSoundJumps } from './page-jumps.ts';
import { at, isMap, listAt, textAt } from './values.ts';

const MOST_QUESTIONS = 1_000;

/** A survey as Formbricks' interface gives it, with questions or with blocks of elements, alone or with its responses. */
export const formbricksSurvey: Format = {
  id: 'formbricks-survey',
  name: 'Formbricks survey (JSON)',
  detect: (file) => surveyIn(file.json()) !== undefined,
  readSurvey: (file) => {
    const survey = surveyIn(file.json());
    if (!survey) throw new FormatError('The file holds no survey of Formbricks.');
    const read = readFormbricks(survey);
    const envelope = [file.json(), at(file.json(), 'data')].some((json) => isMap(at(json, 'formbricks')));
    if (!envelope) return read;
    const message = 'A .formbricks.json has no quotas, follow-up mails, targets and times: set them here.';
    return { ...read, losses: [...read.losses, { question: null, message }] };
  },
};

/** The survey in what was saved: itself, under `data` or under `survey` (as in a `.formbricks.json`), or under both. */
export function surveyIn(json: unknown): unknown {
  return [json, at(json, 'data'), at(json, 'survey'), at(json, 'data', 'survey'), at(json, 'data', 0)].find(
    (each) =>
      isMap(each) &&
      typeof at(each, 'name') === 'string' &&
      (isMap(at(each, 'questions', 0, 'headline')) ||
        typeof at(each, 'questions', 0, 'headline') === 'string' ||
        Array.isArray(at(each, 'blocks', 0, 'elements'))),
  );
}

/** Elements that are asked together, with the rules for where to go after them. */
interface Block {
  readonly id: string;
  readonly elements: readonly unknown[];
  readonly logic: readonly unknown[];
  readonly fallback: string;
}

/** Blocks, and before there were blocks one question each. */
export function blocksOf(survey: unknown): Block[] {
  const blocks = listAt(survey, 'blocks');
  const parts = blocks.length > 0 ? blocks : listAt(survey, 'questions');
  return parts.slice(0, MOST_QUESTIONS).map((part) => ({
    id: textAt(part, 'id'),
    elements: blocks.length > 0 ? listAt(part, 'elements').slice(0, 200) : [part],
    logic: listAt(part, 'logic').slice(0, 100),
    fallback: textAt(part, 'logicFallback'),
  }));
}

export function hiddenOf(survey: unknown): string[] {
  const names = listAt(survey, 'hiddenFields', 'fieldIds').filter((name) => typeof name === 'string');
  return [...new Set(names)]
    .filter((name) => /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name) && !(name in Object.prototype))
    .slice(0, 50);
}

function readFormbricks(survey: unknown): ReadSurvey {
  const losses: Loss[] = [];
  const languages = languagesOf(survey);
  const hidden = hiddenOf(survey);
  const asked = new Map<string, Question>();
  const pages: Page[] = [];
  const rules: LogicRule[] = [];
  for (const block of blocksOf(survey)) {
    const questions = block.elements.flatMap((element) => questionsOf(element, languages, losses));
    for (const question of questions) asked.set(question.id, question);
    if (questions.length === 0) continue;
    const id = pageId(block.id);
    pages.push({ id, questions });
    rules.push({
      page: id,
      question: headlineOf(questions[0]!, languages),
      logic: block.logic,
      fallback: block.fallback,
    });
  }
  const ends = endingsOf(survey, languages, losses);
  const places = new Map([...pages.map((page): [string, string] => [page.id, page.id]), ...ends.ids]);
  const place = (name: string) => places.get(pageId(name)) ?? places.get(name);
  const jumps = readLogic(rules, { asked, hidden, place }, losses);
  const jumping = pages.map((page) => ({ ...page, ...(jumps.has(page.id) && { jumps: jumps.get(page.id)! }) }));
  const name = cut(textAt(survey, 'name'), 200) || 'Formbricks survey';
  const parts = {
    title: name,
    language: languages.first,
    languages: languages.all,
    pages: fewerPages([...welcomeOf(survey, languages), ...jumping], losses),
    endings: ends.list,
    hidden,
  };
  const made = surveyOf(parts, losses);
  const back = at(survey, 'isBackButtonHidden') !== true;
  const definition = requireQuestions(withSoundJumps({ ...made, settings: { ...made.settings, back } }, losses));
  losses.push(...lossesOf(survey));
  return { name, definition: recalled(definition, asked, hidden, losses), losses };
}

const MOST_ENDINGS = 20;

/** What belongs to no question. */
function lossesOf(survey: unknown): Loss[] {
  const cards = [at(survey, 'welcomeCard'), ...listAt(survey, 'endings')];
  const names = new Set(listAt(survey, 'hiddenFields', 'fieldIds')).size;
  const filled = (name: string) => !['', 'null', '0', 'false'].includes(String(at(survey, name) ?? ''));
  const found: [boolean, string][] = [
    [
      cards.some((card) => ['imageUrl', 'videoUrl', 'fileUrl'].some((name) => textAt(card, name) !== '')),
      'Pictures and videos of its welcome and endings are not shown.',
    ],
    [cards.length - 1 > MOST_ENDINGS, `Of its ${cards.length - 1} endings the first ${MOST_ENDINGS} are kept.`],
    [hiddenOf(survey).length < names, 'Some hidden fields have names that cannot be kept, or are too many.'],
    [
      listAt(survey, 'triggers').length > 0 ||
        listAt(survey, 'distribution', 'triggers').length > 0 ||
        listAt(survey, 'segment', 'filters').length > 0,
      'When and to whom it was shown is not carried over: set its moments here.',
    ],
    [listAt(survey, 'followUps').length > 0, 'Its follow-up mails are not sent.'],
    [listAt(survey, 'variables').length > 0, 'Its variables are not calculated.'],
    [listAt(survey, 'quotas').length > 0, 'Its quotas are not carried over.'],
    [['runOnDate', 'closeOnDate', 'autoComplete'].some(filled), 'When it opens and closes is not kept.'],
    [filled('pin') || filled('isVerifyEmailEnabled'), 'Its PIN and the check of e-mail addresses are not kept.'],
    [at(survey, 'singleUse', 'enabled') === true, 'Its links for one use are not kept; personal links do that here.'],
  ];
  return found.filter(([holds]) => holds).map(([, message]) => ({ question: null, message }));
}

const pageId = (name: string) => idFrom(`page_${name}`);
const headlineOf = (question: Question, { first }: FormbricksLanguages) =>
  (question.text.customer?.[first] ?? question.id).slice(0, 80);

function questionsOf(element: unknown, languages: FormbricksLanguages, losses: Loss[]): Question[] {
  const id = textAt(element, 'id');
  if (!isMap(element) || id === '') return [];
  const headline = textsOf(at(element, 'headline'), languages)[languages.first] ?? id;
  const help = textsOf(at(element, 'subheader'), languages);
  return convertElement({
    written: element,
    type: textAt(element, 'type'),
    languages,
    base: {
      id: idFrom(id),
      text: wordingIn(at(element, 'headline'), id, languages),
      ...(Object.keys(help).length > 0 && { help: { customer: help } }),
      ...(at(element, 'required') === true && { required: 'yes' }),
    },
    lose: (message) => losses.push({ question: headline.slice(0, 80), message }),
  });
}

function welcomeOf(survey: unknown, languages: FormbricksLanguages): Page[] {
  const card = at(survey, 'welcomeCard');
  if (at(card, 'enabled') !== true) return [];
  const headline = textsOf(at(card, 'headline'), languages);
  const more = { ...textsOf(at(card, 'html'), languages), ...textsOf(at(card, 'subheader'), languages) };
  const texts = Object.fromEntries(
    languages.all.flatMap((language) => {
      const text = [headline[language], more[language]].filter(Boolean).join('\n\n');
      return text ? [[language, cut(text, 4_000)]] : [];
    }),
  );
  if (Object.keys(texts).length === 0) return [];
  return [{ id: 'welcome', questions: [{ id: 'welcome_text', type: 'statement', text: { customer: texts } }] }];
}

function endingsOf(survey: unknown, languages: FormbricksLanguages, losses: Loss[]) {
  const ids = new Map<string, string>();
  const cards = listAt(survey, 'endings').slice(0, MOST_ENDINGS);
  const list = cards.map((card, i): SurveyDefinition['endings'][number] => {
    const id = `end_${i + 1}`;
    if (textAt(card, 'id')) ids.set(textAt(card, 'id'), id);
    const address = textAt(card, 'type') === 'redirectToUrl' ? textAt(card, 'url') : '';
    const safe = URL.canParse(address) && new URL(address).protocol === 'https:' && address.length <= 2_000;
    if (address && !safe)
      losses.push({ question: null, message: 'The address after an ending is no https address and is left out.' });
    if (textAt(card, 'buttonLink')) losses.push({ question: null, message: 'The button of an ending is not shown.' });
    const text = textsOf(at(card, 'subheader'), languages);
    return {
      id,
      title: wordingIn(at(card, 'headline'), 'Thank you.', languages),
      ...(Object.keys(text).length > 0 && { text: { customer: text } }),
      ...(safe && { redirect: address }),
    };
  });
  ids.set('end', list[0]?.id ?? 'end');
  return { ids, list: list.length > 0 ? list : [{ id: 'end', title: wordingOf('Thank you.', languages.first) }] };
}

/** Placeholders that name a hidden field become one of those; those that name nothing give their fallback, and are told. */
function recalled(
  definition: SurveyDefinition,
  asked: ReadonlyMap<string, Question>,
  hidden: readonly string[],
  losses: Loss[],
): SurveyDefinition {
  let lost = 0;
  const fill = (text: string) =>
    text.replace(/\{\{answer:([^{}|]+)\|([^{}]*)\}\}/g, (_, id: string, fallback: string) => {
      if (asked.has(idFrom(id))) return `{{answer:${idFrom(id)}|${fallback}}}`;
      if (hidden.includes(id)) return `{{hidden:${id}|${fallback}}}`;
      lost += 1;
      return fallback;
    });
  const said = (wording: Wording): Wording => ({
    customer: Object.fromEntries(
      Object.entries(wording.customer ?? {}).map(([language, text]) => [language, fill(text)]),
    ),
  });
  const pages = definition.pages.map((page) => ({
    ...page,
    questions: page.questions.map((question) => ({
      ...question,
      text: said(question.text),
      ...(question.help && { help: said(question.help) }),
    })),
  }));
  const endings = definition.endings.map((ending) => ({
    ...ending,
    title: said(ending.title),
    ...(ending.text && { text: said(ending.text) }),
  }));
  if (lost > 0)
    losses.push({
      question: null,
      message: `${lost} placeholders in texts name nothing that is asked; their fallback stands there.`,
    });
  return { ...definition, pages, endings };
}
