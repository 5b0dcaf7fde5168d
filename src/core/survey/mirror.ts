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

/** The id of the page that importance questions are put on; further ones have a number behind it. */
const IMPORTANCE_PAGE = 'importance';

/** What may stand behind the importance page: it asks of nothing that was experienced. */
const LAST_TYPES: readonly Question['type'][] = ['consent', 'email', 'contact', 'statement'];

/**
 * Makes one survey ask further audiences the same: same questions, items, scales and order. No question is copied: the
 * lens follows from the audience (`lensFor`), and a wording that leaders or staff don't have yet stays missing until
 * somebody writes it (they read the customers' until then).
 *
 * Questions for consent, e-mail and contact details stay with customers, unless they name their audiences: leaders and
 * staff answer anonymously.
 *
 * `importance` adds a page with one rating per item whose experience is asked and whose importance is not. It stands
 * behind the last page that asks for an item's experience, and before what only asks for consent and contact details. It is
 * asked on the scale of that question, from "not important" to "decisive", because an answer binds to an item only on
 * the item's own scale; the importance gap compares shares of all items, so that the scale cancels out. On one page there
 * is one scale: the same words over five and over seven points side by side are read as the same. A scale of two
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
  const added = new Map<string, Question[]>();
  for (const asked of questions.flatMap((question) => itemsAsked(question, 'experience'))) {
    if (done.has(asked.item) || asked.scale.max - asked.scale.min < 2) continue;
    done.add(asked.item);
    const id = freeId(`${asked.id}_importance`, taken);
    taken.add(id);
    const question = importanceQuestion(id, asked, definition.languages, names.get(asked.item));
    const scale = nameOfScale(asked.scale);
    added.set(scale, [...(added.get(scale) ?? []), question]);
  }
  // The page that most are on comes first, and has the plain id.
  const scales = [...added.values()].sort((a, b) => b.length - a.length);
  return { ...definition, pages: scales.reduce((pages, some) => withPage(definition, pages, some), definition.pages) };
}

/** On the page that asks for importance on their scale already, or on one of their own. */
function withPage(definition: SurveyDefinition, pages: readonly Page[], added: readonly Question[]): readonly Page[] {
  const scale = (question: Question) => nameOfScale(scaleOf(question));
  const [first] = added;
  const there = pages.find(
    ({ id, questions }) =>
      id.startsWith(IMPORTANCE_PAGE) &&
      questions.some((one) => isImportance(one) && first && scale(one) === scale(first)),
  );
  if (there) {
    return pages.map((page) => (page === there ? { ...page, questions: [...page.questions, ...added] } : page));
  }
  const id = freeId(IMPORTANCE_PAGE, new Set([...pages, ...definition.endings].map((one) => one.id)));
  const at = placeOfImportance(pages);
  const page = importancePage(id, definition.languages, added);
  return [...pages.slice(0, at), page, ...pages.slice(at)];
}

function placeOfImportance(pages: readonly Page[]): number {
  const rated = pages.findLastIndex(({ questions }) =>
    questions.some((one) => itemsAsked(one, 'experience').length > 0 || itemsAsked(one, 'importance').length > 0),
  );
  const personal = pages.findIndex(
    ({ questions }, at) =>
      at > rated && questions.length > 0 && questions.every(({ type }) => LAST_TYPES.includes(type)),
  );
  return personal < 0 ? pages.length : personal;
}

const isImportance = (question: Question) => 'lens' in question && question.lens === 'importance';
const nameOfScale = (scale: Asked['scale'] | undefined) => `${scale?.min} ${scale?.max} ${scale?.step}`;

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

/** Further pages have their number in the title as in the id: whoever hears them read out tells them apart by it. */
function importancePage(id: string, languages: readonly string[], questions: readonly Question[]): Page {
  const number = id.slice(IMPORTANCE_PAGE.length);
  return {
    id,
    title: sameInAll(languages, (words) => (number === '' ? words.page : `${words.page} (${number})`)),
    questions,
  };
}

function importanceQuestion(
  id: string,
  asked: Asked,
  languages: readonly string[],
  name: string | undefined,
): Question {
  const wording = (audience: Audience, of: 'you' | 'customers'): Text =>
    inLanguages(languages, (words, language) => {
      if (name !== undefined) return words[of].name(`${words.quotes[0]}${name}${words.quotes[1]}`);
      const text = asked.text[audience]?.[language] ?? asked.text.customer?.[language] ?? '';
      return text.trim() === '' ? undefined : words[of].text(`${words.quotes[0]}${text.trim()}${words.quotes[1]}`);
    });
  const { min, max, step } = asked.scale;
  return {
    id,
    // A slider has more points than can be shown side by side.
    ...(step === 1 && max - min <= 20 ? { type: 'rating', min, max } : { type: 'slider', min, max, step }),
    text: {
      customer: wording('customer', 'you'),
      staff: wording('staff', 'customers'),
      leadership: wording('leadership', 'customers'),
    },
    item: asked.item,
    lens: 'importance',
    low: sameInAll(languages, (words) => words.low),
    high: sameInAll(languages, (words) => words.high),
  };
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

/** `name`: of an item's name. `text`: where there is only the question that asks for the experience. */
interface Ask {
  readonly name: (what: string) => string;
  readonly text: (what: string) => string;
}

interface Words {
  readonly page: string;
  readonly you: Ask;
  readonly customers: Ask;
  readonly low: string;
  readonly high: string;
  readonly quotes: readonly [string, string];
}

/** What is asked about stands in quotation marks, so that it needs no article and no case. */
const WORDS = {
  en: {
    page: 'What matters most?',
    you: {
      name: (what) => `How important is ${what} to you?`,
      text: (what) => `How important is this to you: ${what}`,
    },
    customers: {
      name: (what) => `How important is ${what} to our customers?`,
      text: (what) => `How important is this to our customers: ${what}`,
    },
    low: 'Not important',
    high: 'Decisive',
    quotes: ['“', '”'],
  },
  de: {
    page: 'Was zählt am meisten?',
    you: {
      name: (what) => `Wie wichtig ist Ihnen ${what}?`,
      text: (what) => `Wie wichtig ist Ihnen das: ${what}`,
    },
    customers: {
      name: (what) => `Wie wichtig ist unseren Kundinnen und Kunden ${what}?`,
      text: (what) => `Wie wichtig ist das unseren Kundinnen und Kunden: ${what}`,
    },
    low: 'Nicht wichtig',
    high: 'Entscheidend',
    quotes: ['„', '“'],
  },
  es: {
    page: '¿Qué es lo que más cuenta?',
    you: {
      name: (what) => `¿Qué importancia tiene ${what} para usted?`,
      text: (what) => `¿Qué importancia tiene esto para usted? ${what}`,
    },
    customers: {
      name: (what) => `¿Qué importancia tiene ${what} para nuestros clientes?`,
      text: (what) => `¿Qué importancia tiene esto para nuestros clientes? ${what}`,
    },
    low: 'Ninguna',
    high: 'Decisiva',
    quotes: ['«', '»'],
  },
  fr: {
    page: 'Qu’est-ce qui compte le plus ?',
    you: {
      name: (what) => `Quelle importance accordez-vous à ${what} ?`,
      text: (what) => `Quelle importance cela a-t-il pour vous : ${what}`,
    },
    customers: {
      name: (what) => `Quelle importance nos clients accordent-ils à ${what} ?`,
      text: (what) => `Quelle importance cela a-t-il pour nos clients : ${what}`,
    },
    low: 'Aucune',
    high: 'Décisive',
    quotes: ['« ', ' »'],
  },
  nl: {
    page: 'Wat telt het meest?',
    you: {
      name: (what) => `Hoe belangrijk is ${what} voor u?`,
      text: (what) => `Hoe belangrijk is dit voor u: ${what}`,
    },
    customers: {
      name: (what) => `Hoe belangrijk is ${what} voor onze klanten?`,
      text: (what) => `Hoe belangrijk is dit voor onze klanten: ${what}`,
    },
    low: 'Niet belangrijk',
    high: 'Doorslaggevend',
    quotes: ['‘', '’'],
  },
} as const satisfies Record<string, Words>;
