import { AUDIENCES, type Audience } from '../perspective.ts';
import { type Page, type Question, type SurveyDefinition, scaleOf, type Text, type Wording } from './definition.ts';
import { baseLanguage } from './survey-language.ts';

export interface MirrorOptions {
  /** Who shall be asked besides those who are asked already. */
  readonly audiences: readonly Audience[];
  /** Adds one importance rating for each item whose experience is asked. */
  readonly importance: boolean;
  /** Names of items by key, for the importance questions; without a name the question that asks for the experience is quoted. */
  readonly itemNames?: ReadonlyMap<string, string>;
}

/** The id of the page that importance questions are put on. */
const IMPORTANCE_PAGE = 'importance';

/**
 * Makes one survey ask further audiences the same: same questions, items, scales and order. No question is copied: the
 * lens follows from the audience (`lensFor`), and a wording that leaders or staff don't have yet stays missing until
 * somebody writes it (they read the customers' until then).
 *
 * Questions for consent, e-mail and contact details stay with customers, unless they name their audiences: leaders and
 * staff answer anonymously.
 *
 * `importance` adds a last page with one rating per item whose experience is asked and whose importance is not. It is
 * asked on the scale of that question, from "not important" to "decisive", because an answer binds to an item only on
 * the item's own scale; the importance gap compares shares of all items, so that the scale cancels out. A scale of two
 * points can't tell important things from each other, so yes/no questions get none. Texts are written in the survey's
 * languages as far as they are English, German, Spanish, French or Dutch; others stay missing.
 *
 * Mirroring twice is the same as once.
 */
export function mirrorSurvey(definition: SurveyDefinition, options: MirrorOptions): SurveyDefinition {
  const audiences = AUDIENCES.filter(
    (audience) => definition.audiences.includes(audience) || options.audiences.includes(audience),
  );
  const many = audiences.some((audience) => audience !== 'customer');
  const pages = definition.pages.map((page) =>
    many && page.audiences === undefined ? { ...page, questions: page.questions.map(forCustomersOnly) } : page,
  );
  const mirrored = { ...definition, audiences, pages };
  return options.importance ? withImportance(mirrored, options.itemNames ?? new Map()) : mirrored;
}

function forCustomersOnly(question: Question): Question {
  const personal = question.type === 'consent' || question.type === 'email' || question.type === 'contact';
  return personal && question.audiences === undefined ? { ...question, audiences: ['customer'] } : question;
}

interface Asked {
  readonly item: string;
  readonly id: string;
  readonly text: Wording;
  readonly scale: { readonly min: number; readonly max: number; readonly step: number };
}

function withImportance(definition: SurveyDefinition, names: ReadonlyMap<string, string>): SurveyDefinition {
  const questions = definition.pages.flatMap((page) => page.questions);
  const done = new Set(questions.flatMap((question) => itemsAsked(question, 'importance')).map(({ item }) => item));
  const taken = new Set([...questions.map(({ id }) => id)]);
  const added: Question[] = [];
  for (const asked of questions.flatMap((question) => itemsAsked(question, 'experience'))) {
    if (done.has(asked.item) || asked.scale.max - asked.scale.min < 2) continue;
    done.add(asked.item);
    const id = freeId(`${asked.id}_importance`, taken);
    taken.add(id);
    added.push(importanceQuestion(id, asked, definition.languages, names.get(asked.item)));
  }
  if (added.length === 0) return definition;
  const there = definition.pages.some(({ id }) => id === IMPORTANCE_PAGE);
  const pages = there
    ? definition.pages.map((page) =>
        page.id === IMPORTANCE_PAGE ? { ...page, questions: [...page.questions, ...added] } : page,
      )
    : [...definition.pages, importancePage(definition.languages, added)];
  return { ...definition, pages };
}

/** What a question asks of items under one lens; each row of a matrix is one. */
function itemsAsked(question: Question, lens: 'experience' | 'importance'): Asked[] {
  const scale = scaleOf(question);
  if (!scale || !('lens' in question || lens === 'experience')) return [];
  const asked = 'lens' in question ? (question.lens ?? 'experience') : 'experience';
  if (asked !== lens) return [];
  if (question.type === 'matrix') {
    return question.rows.flatMap(({ id, text, item }) =>
      item === undefined ? [] : [{ item, id: `${question.id}_${id}`, text, scale }],
    );
  }
  const item = 'item' in question ? question.item : undefined;
  return item === undefined ? [] : [{ item, id: question.id, text: question.text, scale }];
}

function freeId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  let n = 2;
  while (taken.has(`${wanted}${n}`)) n++;
  return `${wanted}${n}`;
}

function importancePage(languages: readonly string[], questions: readonly Question[]): Page {
  return {
    id: IMPORTANCE_PAGE,
    title: sameInAll(languages, (words) => words.page),
    questions,
  };
}

function importanceQuestion(
  id: string,
  asked: Asked,
  languages: readonly string[],
  name: string | undefined,
): Question {
  const about = (audience: Audience, language: string) =>
    name ?? quoted(asked.text[audience]?.[language] ?? asked.text.customer?.[language], language);
  const wording = (audience: Audience, ask: (words: Words) => (what: string) => string): Text =>
    inLanguages(languages, (words, language) => {
      const what = about(audience, language);
      return what === undefined ? undefined : ask(words)(what);
    });
  const { min, max, step } = asked.scale;
  return {
    id,
    // A slider has more points than can be shown side by side.
    ...(step === 1 && max - min <= 20 ? { type: 'rating', min, max } : { type: 'slider', min, max, step }),
    text: {
      customer: wording('customer', (words) => words.toYou),
      staff: wording('staff', (words) => words.toCustomers),
      leadership: wording('leadership', (words) => words.toCustomers),
    },
    item: asked.item,
    lens: 'importance',
    low: sameInAll(languages, (words) => words.low),
    high: sameInAll(languages, (words) => words.high),
  };
}

function quoted(text: string | undefined, language: string): string | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const [open, close] = WORDS[baseLanguage(language) ?? 'en'].quotes;
  return `${open}${text.trim()}${close}`;
}

function sameInAll(languages: readonly string[], pick: (words: Words) => string): Wording {
  return { customer: inLanguages(languages, pick) };
}

function inLanguages(
  languages: readonly string[],
  write: (words: Words, language: string) => string | undefined,
): Text {
  return Object.fromEntries(
    languages.flatMap((language) => {
      const base = baseLanguage(language);
      const text = base && write(WORDS[base], language);
      return text === undefined ? [] : [[language, text]];
    }),
  );
}

interface Words {
  readonly page: string;
  readonly toYou: (what: string) => string;
  readonly toCustomers: (what: string) => string;
  readonly low: string;
  readonly high: string;
  readonly quotes: readonly [string, string];
}

/** The name stands behind a colon, so that it needs no article and no case. */
const WORDS = {
  en: {
    page: 'What matters most?',
    toYou: (what) => `How important is this to you: ${what}`,
    toCustomers: (what) => `How important is this to our customers: ${what}`,
    low: 'Not important',
    high: 'Decisive',
    quotes: ['“', '”'],
  },
  de: {
    page: 'Was zählt am meisten?',
    toYou: (what) => `Wie wichtig ist Ihnen das: ${what}`,
    toCustomers: (what) => `Wie wichtig ist das unseren Kundinnen und Kunden: ${what}`,
    low: 'Nicht wichtig',
    high: 'Entscheidend',
    quotes: ['„', '“'],
  },
  es: {
    page: '¿Qué es lo que más cuenta?',
    toYou: (what) => `¿Qué importancia tiene esto para usted? ${what}`,
    toCustomers: (what) => `¿Qué importancia tiene esto para nuestros clientes? ${what}`,
    low: 'Ninguna',
    high: 'Decisiva',
    quotes: ['«', '»'],
  },
  fr: {
    page: 'Qu’est-ce qui compte le plus ?',
    toYou: (what) => `Quelle importance cela a-t-il pour vous : ${what}`,
    toCustomers: (what) => `Quelle importance cela a-t-il pour nos clients : ${what}`,
    low: 'Aucune',
    high: 'Décisive',
    quotes: ['« ', ' »'],
  },
  nl: {
    page: 'Wat telt het meest?',
    toYou: (what) => `Hoe belangrijk is dit voor u: ${what}`,
    toCustomers: (what) => `Hoe belangrijk is dit voor onze klanten: ${what}`,
    low: 'Niet belangrijk',
    high: 'Doorslaggevend',
    quotes: ['‘', '’'],
  },
} as const satisfies Record<string, Words>;
