import { detectLabels } from '../detect-labels.ts';
import { beginning } from '../storable-text.ts';
import { CONTACT_FIELDS, type ContactField, OTHER } from '../survey/definition.ts';
import { blocksOf, formbricksSurvey, hiddenOf, surveyIn } from './formbricks.ts';
import { CONTACT_PARTS, labelsIn, OTHER_CHOICE } from './formbricks-questions.ts';
import { type FormbricksLanguages, languagesOf, textsOf } from './formbricks-texts.ts';
import { languageOf } from './make.ts';
import { type Cell, type Field, type Format, FormatError, type Loss, type NeutralResponse } from './neutral.ts';
import { at, entriesAt, isMap, textAt } from './values.ts';

/**
 * Responses as Formbricks' interface gives them. They name choices and rows by their labels and do not say what was
 * asked; put together with the survey (`{"survey": …, "responses": […]}`) they are read exactly.
 */
export const formbricksBoth: Format = {
  id: 'formbricks-both',
  name: 'Formbricks survey with its responses (JSON)',
  detect: (file) =>
    isMap(at(file.json(), 'survey')) && surveyIn(file.json()) !== undefined && responsesIn(file.json()) !== undefined,
  readSurvey: (file, tools) => formbricksSurvey.readSurvey!(file, tools),
  readAnswers: (file, tools) => formbricksAnswers.readAnswers!(file, tools),
};

/** Responses alone. */
export const formbricksAnswers: Format = {
  id: 'formbricks-responses',
  name: 'Formbricks responses (JSON)',
  detect: (file) => responsesIn(file.json()) !== undefined,
  readAnswers: (file) => {
    const json = file.json();
    const responses = responsesIn(json);
    if (!responses) throw new FormatError('The file holds no responses of Formbricks.');
    return readResponses(responses, surveyIn(at(json, 'survey')));
  },
};

function responsesIn(json: unknown): readonly unknown[] | undefined {
  const lists = [json, at(json, 'data'), at(json, 'responses'), at(json, 'responses', 'data')];
  return lists.find(
    (list): list is readonly unknown[] =>
      Array.isArray(list) &&
      isMap(at(list, 0, 'data')) &&
      (textAt(list, 0, 'surveyId') !== '' || textAt(list, 0, 'survey', 'id') !== '') &&
      textAt(list, 0, 'id') !== '',
  );
}

const MOST_QUESTIONS = 2_000;

/** What is known of one question from the survey. */
interface AskedElement {
  readonly type: string;
  readonly text: string;
  readonly written: unknown;
  /** Labels of rows or choices, in every language, and their names. */
  readonly named: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
}

function readResponses(responses: readonly unknown[], survey: unknown) {
  const languages = languagesOf(survey);
  const asked = new Map<string, AskedElement>();
  for (const element of blocksOf(survey).flatMap((block) => block.elements)) {
    const text = textsOf(at(element, 'headline'), languages)[languages.first] ?? '';
    const choices = labelsIn(element, 'choices', languages);
    const parts = choices.length > 0 ? choices : labelsIn(element, 'rows', languages);
    asked.set(textAt(element, 'id'), {
      type: textAt(element, 'type'),
      text,
      written: element,
      named: new Map(
        parts.flatMap(({ id, texts }) => Object.values(texts).map((said): [string, string] => [said, id])),
      ),
      labels: new Map(choices.map(({ id, text: said }) => [id, said])),
    });
  }
  const reading = new Reading(asked, new Set(hiddenOf(survey)), languages);
  const columns = reading.columns(responses);
  const read = responses.filter(isMap).map((response) => reading.response(response, columns));
  if (reading.fields.size === 0) throw new FormatError('The responses of this file hold no answer that can be kept.');
  reading.losses.push({
    question: null,
    message: 'Contacts’ ids, tags, notes, calculated values, browsers and times taken are not kept.',
  });
  return { fields: [...reading.fields.values()], responses: read, losses: reading.losses };
}

type Points = ReadonlyMap<string, number>;

class Reading {
  readonly fields = new Map<string, Field>();
  readonly losses: Loss[] = [];
  private readonly asked: ReadonlyMap<string, AskedElement>;
  private readonly hidden: ReadonlySet<string>;
  private readonly languages: FormbricksLanguages;

  constructor(asked: ReadonlyMap<string, AskedElement>, hidden: ReadonlySet<string>, languages: FormbricksLanguages) {
    this.asked = asked;
    this.hidden = hidden;
    this.languages = languages;
  }

  /** Which point of a scale each column of a matrix is: from the survey, or from labels that are known. */
  columns(responses: readonly unknown[]): Map<string, Points> {
    const labels = new Map<string, Set<string>>();
    for (const response of responses) {
      for (const [question, value] of entriesAt(response, 'data')) {
        if (!isMap(value)) continue;
        const there = labels.get(question) ?? new Set();
        labels.set(question, there);
        for (const [, label] of entriesAt(value))
          if (typeof label === 'string' && label && there.size < 100) there.add(label);
      }
    }
    return new Map([...labels].map(([question, found]) => [question, this.pointsOf(question, found)]));
  }

  private pointsOf(question: string, found: ReadonlySet<string>): Points {
    const asked = this.asked.get(question);
    if (asked) {
      const columns = labelsIn(asked.written, 'columns', this.languages);
      return new Map(
        columns.flatMap(({ texts }, i) => Object.values(texts).map((text): [string, number] => [text, i + 1])),
      );
    }
    const known = detectLabels(found);
    if (known) {
      return new Map(
        [...found].flatMap((label) => {
          const point = Object.hasOwn(known.values, label.trim().toLowerCase())
            ? known.values[label.trim().toLowerCase()]
            : undefined;
          return point === undefined ? [] : [[label, point] as const];
        }),
      );
    }
    const numbers = [...found].map(Number);
    if (found.size > 0 && numbers.every(Number.isInteger))
      return new Map([...found].map((label) => [label, Number(label)]));
    this.losses.push({
      question,
      message: 'Its columns are words without a known order. Upload the survey together with its responses.',
    });
    return new Map();
  }

  response(response: unknown, columns: ReadonlyMap<string, Points>): NeutralResponse {
    const cells = new Map<string, Cell>();
    const attributes = new Map<string, string>();
    for (const [question, value] of entriesAt(response, 'data').slice(0, MOST_QUESTIONS)) {
      if (this.hidden.has(question)) {
        if (typeof value === 'string' && value) attributes.set(question, beginning(value, 1_000));
      } else this.answer(question, value, columns.get(question), cells);
    }
    const language = textAt(response, 'language');
    const own = at(response, 'contactAttributes') ?? at(response, 'personAttributes');
    for (const [name, value] of entriesAt(own).slice(0, 50)) {
      if (typeof value === 'string' && value) attributes.set(beginning(name, 100), beginning(value, 1_000));
    }
    return {
      id: textAt(response, 'id') || null,
      day: /^\d{4}-\d\d-\d\d/.exec(textAt(response, 'createdAt') || textAt(response, 'updatedAt'))?.[0] ?? null,
      language: language && language !== 'default' ? languageOf(language) : null,
      finished: at(response, 'finished') === true,
      channel: null,
      attributes,
      cells,
    };
  }

  private answer(question: string, value: unknown, points: Points | undefined, cells: Map<string, Cell>): void {
    const type = this.asked.get(question)?.type;
    if (value === '' || value === null || value === undefined) return;
    if (type !== undefined && NOT_KEPT.has(type)) {
      this.tell(question, 'Its answers are not kept.');
    } else if (isMap(value)) {
      this.matrix(question, value, points, cells);
    } else if (type === 'contactInfo') {
      this.contact(question, value, cells);
    } else if (Array.isArray(value)) {
      const labels = value.filter((one): one is string => typeof one === 'string' && one !== '');
      if (labels.length > 0)
        this.put(question, this.chosen(question, labels, cells), cells, type === 'ranking' ? 'ranking' : 'choices');
    } else if (value === 'accepted' && (type === 'consent' || type === undefined)) {
      this.put(question, true, cells);
    } else if (value === 'clicked' || value === 'dismissed') {
      this.tell(question, 'Clicks are not kept.');
    } else if (typeof value === 'number' && Number.isFinite(value)) {
      this.put(question, value, cells, type === 'openText' ? 'number' : 'scale');
    } else if (typeof value === 'string') {
      const [label] = type === 'multipleChoiceSingle' ? this.chosen(question, [value], cells) : [value];
      this.put(question, label, cells, FIELD_TYPES.get(type ?? ''));
    }
  }

  /** A label that the survey does not offer is what somebody wrote beside "other". */
  private chosen(question: string, labels: readonly string[], cells: Map<string, Cell>): string[] {
    const known = this.asked.get(question);
    if (!known) return [...labels];
    return labels.map((label) => {
      const id = known.named.get(label);
      if (id !== undefined && id !== OTHER_CHOICE) return id;
      const other = `${question} other`;
      this.field(other, { id: other, question, text: '', part: { kind: 'other', id: 'other', text: 'other' } });
      if (id === undefined) cells.set(other, label);
      return OTHER;
    });
  }

  private matrix(question: string, rows: unknown, points: Points | undefined, cells: Map<string, Cell>): void {
    const known = this.asked.get(question);
    for (const [row, label] of entriesAt(rows).slice(0, 200)) {
      if (typeof label !== 'string' || label === '') continue;
      const part = { kind: 'row' as const, id: known?.named.get(row) ?? row, text: row };
      const id = JSON.stringify([question, part.id]);
      this.field(id, {
        id,
        question,
        text: known?.text ?? '',
        part,
        ...(points && points.size > 0 && { type: 'scale' as const }),
      });
      cells.set(id, points?.get(label) ?? label);
    }
  }

  /** Parts of contact details, in their order; first and last name are one name. */
  private contact(question: string, value: unknown, cells: Map<string, Cell>): void {
    const parts = new Map<ContactField, string>();
    CONTACT_PARTS.forEach((name, i) => {
      const text = textAt(value, i);
      const field: ContactField = name === 'firstName' || name === 'lastName' ? 'name' : name;
      if (text) parts.set(field, [parts.get(field), text].filter(Boolean).join(' '));
    });
    for (const name of CONTACT_FIELDS) {
      const text = parts.get(name);
      const id = JSON.stringify([question, name]);
      if (!text) continue;
      this.field(id, { id, question, text: '', part: { kind: 'contact', id: name, text: name } });
      cells.set(id, text);
    }
  }

  private put(question: string, cell: Cell | undefined, cells: Map<string, Cell>, type?: Field['type']): void {
    if (cell === undefined) return;
    cells.set(question, cell);
    if (this.fields.has(question)) return;
    const { text = '', labels } = this.asked.get(question) ?? {};
    this.field(question, {
      id: question,
      question,
      text,
      ...(labels && labels.size > 0 && { labels }),
      ...(type && { type }),
    });
  }

  private field(id: string, field: Field): void {
    if (this.fields.has(id)) return;
    if (this.fields.size >= MOST_QUESTIONS)
      throw new FormatError('The file has more than 2,000 questions; it was not read.');
    this.fields.set(id, field);
  }

  private tell(question: string, message: string): void {
    if (!this.losses.some((loss) => loss.question === question && loss.message === message))
      this.losses.push({ question, message });
  }
}

const NOT_KEPT = new Set(['fileUpload', 'cta', 'cal', 'pictureSelection', 'address']);
const FIELD_TYPES: ReadonlyMap<string, NonNullable<Field['type']>> = new Map([
  ['openText', 'text'],
  ['multipleChoiceSingle', 'choice'],
  ['date', 'date'],
]);
