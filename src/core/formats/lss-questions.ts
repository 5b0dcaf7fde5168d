import type { Choice, MatrixRow, Question, Text, Wording } from '../survey/definition.ts';
import type { LssChoice, LssQuestion } from './lss-tables.ts';
import { CHOICES_MOST, cut, idFrom, TEXT_MOST } from './make.ts';

/** A question of LimeSurvey as one or more of ours. */
export interface Converted {
  readonly question: Question;
  /** What its equations and exports call it. */
  readonly name: string;
  /** Codes of answers and the points that they became. */
  readonly points?: ReadonlyMap<string, number>;
}

type Lose = (message: string) => void;
type Base = Pick<Question, 'id' | 'text' | 'help' | 'required'>;

/** Texts that come with the type and not with the file; other languages read the English ones. */
const GENDERS: readonly (readonly [code: string, texts: Text])[] = [
  ['F', { en: 'Female', de: 'Weiblich', es: 'Femenino', fr: 'Féminin', nl: 'Vrouw' }],
  ['M', { en: 'Male', de: 'Männlich', es: 'Masculino', fr: 'Masculin', nl: 'Man' }],
];
const UNCERTAIN: readonly (readonly [code: string, texts: Text])[] = [
  ['Y', { en: 'Yes', de: 'Ja', es: 'Sí', fr: 'Oui', nl: 'Ja' }],
  ['U', { en: 'Uncertain', de: 'Unsicher', es: 'No estoy seguro', fr: 'Incertain', nl: 'Onzeker' }],
  ['N', { en: 'No', de: 'Nein', es: 'No', fr: 'Non', nl: 'Nee' }],
];
const LESS: Text = { en: 'Decrease', de: 'Abnahme', es: 'Disminuir', fr: 'Diminuer', nl: 'Afname' };
const MORE: Text = { en: 'Increase', de: 'Zunahme', es: 'Aumentar', fr: 'Augmenter', nl: 'Toename' };
const CHANGES = new Map([
  ['D', 1],
  ['S', 2],
  ['I', 3],
]);
const NOT_APPLICABLE =
  /^(n\.?\/?a\.?|not applicable|does(n['’]t| not) apply|no opinion|don['’]?t know|keine angabe|entfällt|trifft nicht zu|weiß nicht|no aplica|sans objet|niet van toepassing)$/i;

/** Converts one question; what cannot be carried over is told through `lose`. An empty list: nothing of it can. */
export function convertQuestion(question: LssQuestion, languages: readonly string[], lose: Lose): Converted[] {
  const { title, type } = question;
  const maker = new Maker(question, languages, lose);
  tellLostSettings(question, lose);
  switch (type) {
    case '5':
      return [{ name: title, question: { ...maker.base(), type: 'rating', min: 1, max: 5 } }];
    case 'A':
      return maker.matrix(1, 5);
    case 'B':
      return maker.matrix(1, 10);
    case 'E':
      return maker.matrix(1, 3, { low: maker.built(LESS), high: maker.built(MORE) }, CHANGES);
    case 'C':
      return maker.perPart((base) => ({ ...base, type: 'single', choices: maker.builtChoices(UNCERTAIN) }));
    case 'F':
    case 'H':
      return maker.labelledMatrix('', maker.scale('0'));
    case '1':
      lose('Its two scales are asked as two questions.');
      return [...maker.labelledMatrix('_0', maker.scale('0')), ...maker.labelledMatrix('_1', maker.scale('1'))];
    case 'L':
    case '!':
      return maker.list();
    case 'O':
      return [...maker.list(), maker.comment()];
    case 'M':
    case 'P':
      if (type === 'P') lose('The comments beside its choices are not asked.');
      return [{ name: title, question: { ...maker.base(), type: 'multiple', ...maker.choices(question.parts) } }];
    case 'R':
      return [{ name: title, question: maker.ranking() }];
    case 'N':
      return [{ name: title, question: maker.number(maker.base()) }];
    case 'K':
      return maker.perPart((base) => maker.number(base));
    case 'Q':
      return maker.perPart((base) => ({ ...base, type: 'short', ...maker.length() }));
    case 'S':
      return [{ name: title, question: { ...maker.base(), type: 'short', ...maker.length() } }];
    case 'T':
    case 'U':
      return [{ name: title, question: { ...maker.base(), type: 'long', ...maker.length() } }];
    case 'D':
      return [{ name: title, question: { ...maker.base(), type: 'date', ...maker.days() } }];
    case 'G':
      return [{ name: title, question: { ...maker.base(), type: 'single', choices: maker.builtChoices(GENDERS) } }];
    case 'Y':
      return [{ name: title, question: { ...maker.base(), type: 'yesno' } }];
    case 'X':
      return [{ name: title, question: { ...maker.base(), required: 'no', type: 'statement' } }];
    default:
      lose(`${NOT_KEPT.get(type) ?? `Questions of type “${type.slice(0, 10)}”`} cannot be carried over.`);
      return [];
  }
}

const NOT_KEPT = new Map([
  [':', 'Tables of numbers'],
  [';', 'Tables of texts'],
  ['|', 'Uploads of files'],
  ['*', 'Equations'],
  ['I', 'The choice of a language within the questions'],
]);

/** Settings that change what respondents see or may answer. */
const SETTINGS: readonly (readonly [name: string, what: string])[] = [
  ['em_validation_q', 'Its rule for valid answers is not checked.'],
  ['em_validation_sq', 'Its rule for valid answers is not checked.'],
  ['array_filter', 'All its choices are shown; they were those chosen in another question.'],
  ['array_filter_exclude', 'All its choices are shown; those chosen in another question were left out.'],
  ['min_answers', 'How many answers there have to be is not checked.'],
  ['max_answers', 'How many answers there may be is not checked.'],
  ['exclude_all_others', 'A choice that excludes all others does not do that.'],
  ['time_limit', 'Its limit of time is not kept.'],
  ['random_group', 'Its place in a random order is not kept.'],
  ['prefix', 'The words before its boxes are not shown.'],
  ['suffix', 'The words behind its boxes are not shown.'],
  ['slider_default', 'Where its slider stood at first is not kept.'],
];
/** Those that may say that they are off. */
const SWITCHES: readonly (readonly [name: string, what: string])[] = [
  ['exclude_all_others_auto', 'A choice that excludes all others does not do that.'],
  ['other_comment_mandatory', 'That the text beside “other” is needed is not checked.'],
  ['numbers_only', 'That only numbers may be given is not checked.'],
  ['alphasort', 'Its choices stand in their written order, not in that of the alphabet.'],
];
/** Types that become the rows of a matrix, or a question each. */
const ROWS = new Set(['A', 'B', 'C', 'E', 'F', 'H', '1', 'K', 'Q']);

function tellLostSettings({ type, attribute, row, parts }: LssQuestion, lose: Lose): void {
  const lost = [
    ...SETTINGS.filter(([name]) => attribute(name) !== ''),
    ...SWITCHES.filter(([name]) => attribute(name) === '1'),
  ].map(([, what]) => what);
  const order = [
    attribute('random_order') === '1' ? 'random' : '',
    attribute('answer_order'),
    attribute('subquestion_order'),
  ];
  if (ROWS.has(type) && order.includes('random')) lost.push('Its rows stand in their written order.');
  if (order.includes('alphabetical'))
    lost.push('Its choices stand in their written order, not in that of the alphabet.');
  if (type === 'D' && /[Hh]/.test(attribute('date_format'))) lost.push('The day is asked for, not the time.');
  if (/^image_select/.test(row.get('question_theme_name') ?? ''))
    lost.push('Its pictures are not shown; their labels are.');
  if (row.get('preg')) lost.push('The pattern that its answers had to have is not checked.');
  if (parts.some(({ relevance }) => relevance !== '' && relevance !== '1')) {
    lost.push('Conditions of single rows or choices are not kept.');
  }
  for (const what of new Set(lost)) lose(what);
}

class Maker {
  private readonly asked: LssQuestion;
  private readonly languages: readonly string[];
  private readonly lose: Lose;

  constructor(asked: LssQuestion, languages: readonly string[], lose: Lose) {
    this.asked = asked;
    this.languages = languages;
    this.lose = lose;
  }

  base(suffix = '', texts: Text = this.asked.texts): Base {
    const { title, helps, row } = this.asked;
    const mandatory = row.get('mandatory');
    return {
      id: idFrom(`${title}${suffix}`),
      text: this.wording(texts, title),
      ...(Object.keys(helps).length > 0 && { help: { customer: helps } }),
      ...((mandatory === 'Y' || mandatory === 'S') && { required: mandatory === 'Y' ? 'yes' : 'soft' }),
    };
  }

  /** A text that has something in the first language. */
  wording(texts: Text, otherwise: string): Wording {
    const first = this.languages[0]!;
    return { customer: texts[first] ? texts : { ...texts, [first]: Object.values(texts)[0] ?? otherwise } };
  }

  built(texts: Text): Wording {
    const pick = (language: string) => {
      const main = language.split('-')[0] ?? '';
      return (Object.hasOwn(texts, main) ? texts[main] : texts['en']) ?? '';
    };
    return { customer: Object.fromEntries(this.languages.map((language) => [language, pick(language)])) };
  }

  builtChoices(entries: readonly (readonly [string, Text])[]): Choice[] {
    return entries.map(([id, texts]) => ({ id, text: this.built(texts) }));
  }

  /** One question for each row, where a matrix cannot hold its answers. */
  perPart(make: (base: Base) => Question): Converted[] {
    const { title, texts, parts } = this.asked;
    return parts.map((part) => {
      const together = Object.fromEntries(
        Object.keys({ ...texts, ...part.texts }).map((language) => [
          language,
          cut([texts[language], part.texts[language]].filter(Boolean).join(': '), TEXT_MOST),
        ]),
      );
      const suffix = `_${part.code}`;
      return { name: `${title}${suffix}`, question: make(this.base(suffix, together)) };
    });
  }

  matrix(
    min: number,
    max: number,
    ends: { readonly low?: Wording; readonly high?: Wording; readonly notApplicable?: true } = {},
    points?: ReadonlyMap<string, number>,
    suffix = '',
  ): Converted[] {
    const rows = this.rows();
    if (rows.length === 0) {
      this.lose('It has no rows, so it is left out.');
      return [];
    }
    const question: Question = { ...this.base(suffix), type: 'matrix', min, max, rows, ...ends };
    return [{ name: `${this.asked.title}${suffix}`, question, ...(points && { points }) }];
  }

  rows(): MatrixRow[] {
    return this.limited(this.asked.parts.filter((part) => part.scale === '0')).map((part) => ({
      id: idFrom(part.code),
      text: this.wording(part.texts, part.code),
    }));
  }

  scale(scale: string): LssChoice[] {
    return this.asked.answers.filter((answer) => answer.scale === scale);
  }

  /** Answers with labels become the points of a scale, in their order; more than a matrix holds become choices. */
  labelledMatrix(suffix: string, answers: readonly LssChoice[]): Converted[] {
    const real = answers.filter((answer) => !this.isNotApplicable(answer));
    if (real.length < 2 || real.length > 11) {
      if (suffix || real.length < 2) {
        this.lose(`Its ${real.length} answers make no scale of a matrix (2 to 11), so it is left out.`);
        return [];
      }
      return this.perPart((base) => ({ ...base, type: 'single', ...this.choices(answers) }));
    }
    const numbers = real.map(({ code }) => pointOf(code));
    const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
    // Answers come as codes: where these are numbers, they have to be the points, gaps and all.
    const byCode = new Set(numbers).size === real.length && most - least <= 10;
    const ordered = byCode ? [...real].sort((a, b) => pointOf(a.code) - pointOf(b.code)) : real;
    const [min, max] = byCode ? [least, most] : [1, real.length];
    const points = new Map(ordered.map(({ code }, i) => [code, byCode ? pointOf(code) : i + 1]));
    const labelled = ordered.slice(1, -1).some(({ code, texts }) => {
      return (texts[this.languages[0]!] || code) !== String(points.get(code));
    });
    if (labelled || max - min + 1 !== real.length) {
      this.lose(`Its answers are asked as the points ${min} to ${max}; only the ends keep their labels.`);
    }
    const ends = {
      low: this.wording(ordered[0]!.texts, ordered[0]!.code),
      high: this.wording(ordered.at(-1)!.texts, ordered.at(-1)!.code),
      ...(real.length < answers.length && { notApplicable: true as const }),
    };
    return this.matrix(min, max, ends, points, suffix);
  }

  private isNotApplicable({ texts }: LssChoice): boolean {
    return Object.values(texts).some((text) => NOT_APPLICABLE.test(text.trim()));
  }

  /** A list of running numbers is a scale; every other one a choice. */
  list(): Converted[] {
    const { title, row } = this.asked;
    const answers = this.scale('0');
    const first = this.languages[0]!;
    const numbers = answers.map(({ texts }) => numberOf(texts[first] ?? ''));
    const least = numbers[0];
    const rising = least !== undefined && numbers.every((each, i) => each === least + i);
    if (rising && answers.length >= 3 && answers.length <= 21 && row.get('other') !== 'Y') {
      const points = new Map(answers.map(({ code }, i) => [code, least + i]));
      const max = least + answers.length - 1;
      const base = this.base();
      return [
        {
          name: title,
          points,
          question: least === 0 && max === 10 ? { ...base, type: 'nps' } : { ...base, type: 'rating', min: least, max },
        },
      ];
    }
    return [{ name: title, question: { ...this.base(), type: 'single', ...this.choices(answers) } }];
  }

  choices(entries: readonly LssChoice[]): { choices: Choice[]; other?: true; shuffle?: true } {
    const { row, attribute } = this.asked;
    const choices = this.limited(entries.filter((entry) => entry.scale === '0')).map((entry) => ({
      id: idFrom(entry.code),
      text: this.wording(entry.texts, entry.code),
    }));
    const other = row.get('other') === 'Y';
    if (other && attribute('other_replace_text')) this.lose('Its own word for “other” is not kept.');
    return {
      choices,
      ...(other && { other: true }),
      ...((attribute('random_order') === '1' || attribute('answer_order') === 'random') && { shuffle: true }),
    };
  }

  ranking(): Question {
    const { answers, parts } = this.asked;
    const { other, ...choices } = this.choices(answers.length > 0 ? answers : parts);
    if (other) this.lose('“Other” is no choice of an order here.');
    return { ...this.base(), type: 'ranking', ...choices };
  }

  /** Entries with different ids, as many as a question holds. */
  private limited<T extends { readonly code: string }>(entries: readonly T[]): T[] {
    const different = [...new Map(entries.map((entry) => [idFrom(entry.code), entry])).values()];
    if (different.length > CHOICES_MOST) {
      this.lose(`It has ${different.length} rows or choices; the first ${CHOICES_MOST} are kept.`);
    }
    return different.slice(0, CHOICES_MOST);
  }

  comment(): Converted {
    const { title } = this.asked;
    const text = this.built({ en: 'Comment', de: 'Kommentar', es: 'Comentario', fr: 'Commentaire', nl: 'Opmerking' });
    const question: Question = { id: idFrom(`${title}_comment`), text, type: 'long' };
    return { name: `${title}_comment`, question };
  }

  number(base: Base): Question {
    const { attribute } = this.asked;
    const slider = attribute('slider_layout') === '1';
    const min = limit(attribute(slider ? 'slider_min' : 'min_num_value_n') || attribute('min_num_value'));
    const max = limit(attribute(slider ? 'slider_max' : 'max_num_value_n') || attribute('max_num_value'));
    const step = limit(attribute('slider_accuracy')) ?? 1;
    if (slider && min !== undefined && max !== undefined && min < max && step > 0 && (max - min) / step <= 10_000) {
      return { ...base, type: 'slider', min, max, step };
    }
    const rising = min === undefined || max === undefined || min < max;
    return {
      ...base,
      type: 'number',
      ...(rising && min !== undefined && { min }),
      ...(rising && max !== undefined && { max }),
      ...(attribute('num_value_int_only') === '1' && { step: 1 }),
    };
  }

  length(): { maxLength?: number } {
    const most = limit(this.asked.attribute('maximum_chars'));
    return most !== undefined && Number.isInteger(most) && most >= 1 && most <= 10_000 ? { maxLength: most } : {};
  }

  days(): { min?: string; max?: string } {
    const [min, max] = ['date_min', 'date_max'].map((name) => {
      const day = this.asked.attribute(name);
      return /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$/.test(day) ? day : undefined;
    });
    const rising = min === undefined || max === undefined || min < max;
    return { ...(rising && min && { min }), ...(rising && max && { max }) };
  }
}

/** The number in a code such as `A3`, `AO03` or `3`; NaN in all others. The reader of answers (lss-answers.ts) does the same. */
function pointOf(code: string): number {
  return Number(/^[A-Za-z]{0,3}0*(\d{1,2})$/.exec(code)?.[1] ?? Number.NaN);
}

function numberOf(text: string): number | undefined {
  return /^\s*\d{1,3}\s*$/.test(text) ? Number(text) : undefined;
}

/** A plain number within what surveys hold; equations are none. */
function limit(text: string): number | undefined {
  return /^-?\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
}
