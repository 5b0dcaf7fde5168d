import { CONTACT_FIELDS, type Question, type SurveyDefinition } from '../survey/definition.ts';
import { exportColumns } from './export-columns.ts';
import { idFrom } from './make.ts';
import type { Field } from './neutral.ts';
import { savName } from './sav.ts';

/** Which answer a field of a file is. */
export interface FieldBinding {
  /** Id of the field. */
  readonly field: string;
  /** The answer key. */
  readonly key: string;
  /** The field is one choice: ticked, or given its place in an order. */
  readonly choice?: string;
}

/** Words without regard to case, punctuation and blanks: how texts of two tools are compared. */
export function bare(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/**
 * Finds the question that each field answers: by the other tool's name, which is the question's id when the survey came
 * from that tool, and otherwise by its text. A field that finds none is left out; a person may bind it.
 */
export function bindFields(definition: SurveyDefinition, fields: readonly Field[]): FieldBinding[] {
  const questions = definition.pages.flatMap((page) => page.questions);
  const byId = new Map(questions.map((question) => [question.id, question]));
  const byText = new Map<string, Question>();
  for (const question of [...questions].reverse()) {
    for (const text of textsOf(question.text)) if (bare(text) !== '') byText.set(bare(text), question);
  }
  const own = ownColumns(definition);
  const taken = new Set<string>();
  return fields.flatMap((field) => {
    const exported = field.part ? undefined : own.get(field.id.toUpperCase());
    // A line of a form or a row of words is a question of its own.
    const { part, ...alone } = field;
    const line = part && byId.get(idFrom(`${field.question}_${part.id}`));
    const question =
      byId.get(idFrom(field.question)) ??
      byId.get(idFrom(field.id)) ??
      byText.get(bare(field.text)) ??
      byText.get(bare(field.question));
    const binding = exported
      ? { ...exported, field: field.id }
      : line
        ? bindingOf(line, alone)
        : question && bindingOf(question, field);
    const place = binding && `${binding.key}:${binding.choice ?? ''}`;
    if (!binding || !place || taken.has(place)) return [];
    taken.add(place);
    return [binding];
  });
}

/** Columns as they go out of here, by their heading and by their name in a .sav file, in upper case. */
function ownColumns(definition: SurveyDefinition): Map<string, Omit<FieldBinding, 'field'>> {
  const names = new Set<string>();
  return new Map(
    exportColumns([definition], 'customer').flatMap(({ id, key, choice }) => {
      const binding = { key, ...(choice ? { choice: choice.id } : {}) };
      const name = savName(id.replace(':', '.'), names);
      return [
        [name.toUpperCase(), binding],
        [id.toUpperCase(), binding],
      ] as const;
    }),
  );
}

const textsOf = (wording: Question['text']) => Object.values(wording).flatMap((text) => Object.values(text));

function bindingOf(question: Question, { id, part }: Field): FieldBinding | undefined {
  const key = question.id;
  const named = (all: readonly { readonly id: string; readonly text: Question['text'] }[]) =>
    part &&
    (
      all.find((one) => one.id === idFrom(part.id)) ??
      all.find((one) => textsOf(one.text).some((text) => bare(text) !== '' && bare(text) === bare(part.text)))
    )?.id;
  switch (question.type) {
    case 'statement':
      return undefined;
    case 'matrix': {
      const row = named(question.rows);
      return row === undefined ? undefined : { field: id, key: `${key}.${row}` };
    }
    case 'single':
      if (part?.kind === 'other') return question.other ? { field: id, key: `${key}.other` } : undefined;
      return part ? undefined : { field: id, key };
    case 'multiple': {
      if (part?.kind === 'other') return question.other ? { field: id, key: `${key}.other` } : undefined;
      if (!part) return { field: id, key };
      const choice = named(question.choices) ?? (question.other ? '_other' : undefined);
      return choice === undefined ? undefined : { field: id, key, choice };
    }
    case 'ranking': {
      if (!part) return { field: id, key };
      const choice = named(question.choices);
      return choice === undefined ? undefined : { field: id, key, choice };
    }
    case 'contact': {
      const contact = CONTACT_FIELDS.find((field) => field === part?.id);
      return contact ? { field: id, key: `${key}.${contact}` } : undefined;
    }
    default:
      // The text beside an answer has no place of its own.
      return part?.kind === 'other' ? undefined : { field: id, key };
  }
}
