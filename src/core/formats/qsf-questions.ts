import type { Choice, Question } from '../survey/definition.ts';
import { CHOICES_MOST, choicesOf, cut, idFrom, wordingOf } from './make.ts';
import { plainText } from './markup.ts';
import { numberRange } from './qsf-losses.ts';
import { at, entriesAt, type JsonMap, listAt, numberAt, textAt } from './values.ts';

/** A question of a QSF file, made ours; sliders, forms and sums with several lines become several questions. */
export interface MadeQuestion {
  readonly questions: Question[];
  /** The other tool's number of a choice → the id that stands for it in an answer. */
  readonly choiceIds: ReadonlyMap<string, string>;
}

type Lose = (message: string) => void;
interface Making {
  readonly payload: JsonMap;
  readonly id: string;
  readonly language: string;
  readonly lose: Lose;
  readonly text: string;
}

/**
 * Makes a question of ours of one of Qualtrics'. Ids are those of its files of answers: `QID3`, its choices' numbers (for a
 * single choice their recoded values, because these stand in the file).
 */
export function questionFromQsf(payload: JsonMap, language: string, lose: Lose): MadeQuestion {
  const id = idFrom(textAt(payload, 'QuestionID'));
  const making = { payload, id, language, lose, text: pipedText(textAt(payload, 'QuestionText'), lose) };
  const type = textAt(payload, 'QuestionType');
  const none: MadeQuestion = { questions: [], choiceIds: new Map() };
  const only = (...questions: Question[]): MadeQuestion => ({ questions, choiceIds: new Map() });
  switch (type) {
    case 'MC':
      return multipleChoice(making);
    case 'Matrix':
      return matrix(making);
    case 'TE':
      return only(...textEntry(making));
    case 'Slider':
      return only(...slider(making));
    case 'NPS':
      return only({ ...base(making), type: 'nps', ...npsEnds(making) });
    case 'RO': {
      const { choices, ids } = keyedChoices(making);
      return { questions: [{ ...base(making), type: 'ranking', choices }], choiceIds: ids };
    }
    case 'CS':
      lose('That its numbers add up to a total is not checked any more.');
      return only(...lines(making).map((line) => ({ ...line, type: 'number' as const })));
    case 'DB':
      return only({ ...base(making), type: 'statement' });
    case 'Timing':
    case 'Meta':
    case 'Captcha':
      lose(`“${type}” asks nothing of people and is left out.`);
      return none;
    default:
      lose(`Questions of the type “${cut(type, 40)}” do not exist here; it is left out.`);
      return none;
  }
}

function base({ payload, id, text, language }: Making) {
  const force = textAt(payload, 'Validation', 'Settings', 'ForceResponse');
  const required = force === 'ON' ? ('yes' as const) : force === 'RequestResponse' ? ('soft' as const) : undefined;
  return { id, text: wordingOf(text || id, language), ...(required ? { required } : {}) };
}

/** Choices or rows in their order: number, text and whether a text box stands beside. */
function ordered(
  payload: JsonMap,
  what: 'Choices' | 'Answers',
  order: string,
): { key: string; text: string; entry: boolean }[] {
  const entries = new Map(entriesAt(payload, what));
  const keys = listAt(payload, order)
    .map(String)
    .filter((key) => entries.has(key));
  return [...new Set([...keys, ...entries.keys()])].map((key) => ({
    key,
    text: plainText(textAt(entries.get(key), 'Display')),
    entry: ['on', 'true', '1'].includes(String(at(entries.get(key), 'TextEntry') ?? '').toLowerCase()),
  }));
}

function keyedChoices(making: Making): { choices: Choice[]; ids: Map<string, string> } {
  const all = ordered(making.payload, 'Choices', 'ChoiceOrder');
  const choices = choicesOf(
    all.map(({ key, text }) => [key, text]),
    making.language,
    making.lose,
  );
  return { choices, ids: new Map(all.map(({ key }) => [key, idFrom(key)])) };
}

const SEVERAL = /^(MA|MSB)/;

function multipleChoice(making: Making): MadeQuestion {
  const { payload, language, lose } = making;
  const selector = textAt(payload, 'Selector');
  if (selector === 'NPS')
    return { questions: [{ ...base(making), type: 'nps', ...npsEnds(making) }], choiceIds: new Map() };
  const all = ordered(payload, 'Choices', 'ChoiceOrder');
  const others = all.filter(({ entry }) => entry);
  const several = SEVERAL.test(selector);
  // With several text boxes beside choices only the last one's text can be kept.
  const other = others.at(-1);
  if (others.length > 1) lose('Of several choices with a text box only the last one keeps it.');
  const codes = new Map(
    all.map(({ key }) => [key, several ? key : textAt(payload, 'RecodeValues', key) || key] as const),
  );
  const unique = new Set(codes.values()).size === codes.size;
  const idOf = (key: string) => (key === other?.key ? '_other' : idFrom(unique ? (codes.get(key) ?? key) : key));
  const choiceIds = new Map(all.map(({ key }) => [key, idOf(key)]));
  const points = several || other ? undefined : scalePoints(all.map(({ text }) => text));
  if (points) {
    const ids = new Map(all.map(({ key, text }) => [key, String(Number.parseInt(text, 10))]));
    return { questions: [{ ...base(making), type: 'rating', ...points }], choiceIds: ids };
  }
  const choices = choicesOf(
    all.filter(({ key }) => key !== other?.key).map(({ key, text }) => [unique ? (codes.get(key) ?? key) : key, text]),
    language,
    lose,
  );
  const shuffle = at(payload, 'Randomization', 'Type') === 'All';
  const question = {
    ...base(making),
    type: several ? ('multiple' as const) : ('single' as const),
    choices,
    ...(other ? { other: true } : {}),
    ...(shuffle ? { shuffle } : {}),
  };
  return { questions: [question], choiceIds };
}

/** Choices that are nothing but the numbers of a scale, one after the other. */
function scalePoints(texts: readonly string[]): { min: number; max: number } | undefined {
  const numbers = texts.map((text) => (/^-?\d{1,2}$/.test(text) ? Number(text) : Number.NaN)).sort((a, b) => a - b);
  const [min] = numbers;
  const rising = numbers.length >= 3 && numbers.every((number, i) => number === (min ?? 0) + i);
  return rising && min !== undefined && numbers.length <= 21 ? { min, max: min + numbers.length - 1 } : undefined;
}

function npsEnds({ payload, language }: Making) {
  const low = plainText(textAt(payload, 'ColumnLabels', 0, 'Display'));
  const high = plainText(
    textAt(payload, 'ColumnLabels', 2, 'Display') || textAt(payload, 'ColumnLabels', 1, 'Display'),
  );
  return { ...(low ? { low: wordingOf(low, language) } : {}), ...(high ? { high: wordingOf(high, language) } : {}) };
}

const NOT_APPLICABLE = /^(n ?\/ ?a|not applicable|does not apply|keine angabe|trifft nicht zu|no aplica|sans objet)$/i;

function matrix(making: Making): MadeQuestion {
  const { payload, language, lose, id } = making;
  const [selector, sub] = [textAt(payload, 'Selector'), textAt(payload, 'SubSelector')];
  const none: MadeQuestion = { questions: [], choiceIds: new Map() };
  if (!['Likert', 'Bipolar'].includes(selector) || /Multiple/.test(sub)) {
    lose('A matrix with several answers per row, texts, ranks or MaxDiff does not exist here; it is left out.');
    return none;
  }
  const columns = ordered(payload, 'Answers', 'AnswerOrder');
  const apart = columns.filter(({ text }) => NOT_APPLICABLE.test(text));
  const points = columns.filter((column) => !apart.includes(column));
  if (points.length < 2 || points.length > 11) {
    lose(`A matrix has 2 to 11 points here; this one has ${points.length} and is left out.`);
    return none;
  }
  const values = points.map(({ key }, i) => numberAt(payload, 'RecodeValues', key) ?? i + 1);
  const [min = 1, max = points.length] = [Math.min(...values), Math.max(...values)];
  const even =
    max - min === points.length - 1 && values.every(Number.isInteger) && new Set(values).size === values.length;
  if (!even) lose('Its points have values that do not follow one another; they are counted from 1 here.');
  const falling = even && values[0] === max;
  const texts = points.map(({ text }) => text);
  const [low = '', high = ''] = falling ? [texts.at(-1), texts[0]] : [texts[0], texts.at(-1)];
  if (texts.length > 2) lose('The words of the points between the ends are not kept; import its answers as numbers.');
  const all = ordered(payload, 'Choices', 'ChoiceOrder');
  const rows = all.slice(0, CHOICES_MOST);
  if (all.length > rows.length) lose(`It has ${all.length} rows; the first ${CHOICES_MOST} are kept.`);
  const question: Question = {
    ...base(making),
    type: 'matrix',
    min: even ? min : 1,
    max: even ? max : points.length,
    rows: rows.map(({ key, text }) => ({ id: idFrom(key), text: wordingOf(text || `${id} ${key}`, language) })),
    ...(low ? { low: wordingOf(low, language) } : {}),
    ...(high ? { high: wordingOf(high, language) } : {}),
    ...(apart.length > 0 ? { notApplicable: true } : {}),
  };
  return { questions: [question], choiceIds: new Map() };
}

/** One question per line of a form, a sum or a slider; a single line keeps the question's own id. */
function lines(making: Making) {
  const all = ordered(making.payload, 'Choices', 'ChoiceOrder');
  const { id, text, language, ...rest } = { ...making };
  if (all.length <= 1)
    return [{ ...base(making), line: all[0]?.key ?? '1' }].map(({ line: _, ...question }) => question);
  rest.lose('Each of its lines is a question of its own here.');
  return all.map((line) => ({
    ...base(making),
    id: idFrom(`${id}_${line.key}`),
    text: wordingOf(line.text ? `${text}: ${line.text}` : text || id, language),
  }));
}

function textEntry(making: Making): Question[] {
  const { payload, lose } = making;
  const selector = textAt(payload, 'Selector');
  if (selector === 'PW') {
    lose('Passwords are not asked for here; it is left out.');
    return [];
  }
  if (selector === 'FORM') return lines(making).map((line) => ({ ...line, type: 'short' as const }));
  const content = textAt(payload, 'Validation', 'Settings', 'ContentType');
  if (content === 'ValidNumber') return [{ ...base(making), type: 'number', ...numberRange(payload) }];
  if (content === 'ValidEmail') return [{ ...base(making), type: 'email' }];
  if (content === 'ValidDate') return [{ ...base(making), type: 'date' }];
  const most = numberAt(payload, 'Validation', 'Settings', 'TotalChars');
  const limit = most !== undefined && most >= 1 && most <= 10_000 ? { maxLength: Math.floor(most) } : {};
  return [{ ...base(making), type: selector === 'SL' ? 'short' : 'long', ...limit }];
}

function slider(making: Making): Question[] {
  const { payload, lose } = making;
  const stars = textAt(payload, 'Selector') === 'STAR';
  const max = numberAt(payload, 'Configuration', stars ? 'StarCount' : 'CSSliderMax') ?? (stars ? 5 : 100);
  const min = numberAt(payload, 'Configuration', 'CSSliderMin') ?? 0;
  if (stars && Number.isInteger(max) && max >= 2 && max <= 11) {
    return lines(making).map((line) => ({ ...line, type: 'csat' as const, look: 'stars' as const, points: max }));
  }
  const decimals = numberAt(payload, 'Configuration', 'NumDecimals') ?? 0;
  const step = decimals > 0 && decimals <= 2 ? 10 ** -decimals : 1;
  if (!(min < max) || (max - min) / step > 10_000) {
    lose('Its ends are not a scale; it is left out.');
    return [];
  }
  return lines(making).map((line) => ({ ...line, type: 'slider' as const, min, max, step }));
}

/** Plain text with the other tool's placeholders turned into ours; those that cannot be are left out and told. */
export function pipedText(markup: string, lose: Lose): string {
  // Whatever looks like a placeholder of ours was ordinary text there.
  const text = plainText(markup).replaceAll('{{', '{ {');
  return text.replace(/\$\{([a-z]{1,4}):\/\/([^}]{1,300})\}/g, (_, scheme: string, rest: string) => {
    const answer =
      scheme === 'q' ? /^(QID\d{1,9})\/(ChoiceGroup\/Selected|ChoiceTextEntry)/.exec(rest)?.[1] : undefined;
    if (answer) return `{{answer:${answer}|…}}`;
    const field = scheme === 'e' ? /^Field\/([A-Za-z][A-Za-z0-9_-]{0,63})$/.exec(rest)?.[1] : undefined;
    if (field) return `{{hidden:${field}|…}}`;
    lose(`The placeholder “${cut(rest, 60)}” is left out of its text.`);
    return '…';
  });
}
