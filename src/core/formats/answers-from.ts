import { checkAnswers } from '../survey/check-answers.ts';
import type { Answers, Given, Question, SurveyDefinition } from '../survey/definition.ts';
import { isEmpty } from '../survey/flow.ts';
import type { FieldBinding } from './bind-fields.ts';
import type { Field, NeutralResponse } from './neutral.ts';
import { readCell, readTicks } from './read-cell.ts';

/** A cell that could not be kept, with the row's number from 1. */
export interface CellFault {
  readonly row: number;
  readonly field: string;
  readonly message: string;
}

interface Column {
  readonly field: Field;
  readonly key: string;
  readonly choice: string | undefined;
  readonly question: Question;
}

/** Makes answers of a file's responses, row by row; what does not fit its question is left out and told. */
export class AnswerMaker {
  private readonly columns: readonly Column[];
  private readonly definition: SurveyDefinition;

  constructor(definition: SurveyDefinition, fields: readonly Field[], bindings: readonly FieldBinding[]) {
    this.definition = definition;
    const questions = new Map(definition.pages.flatMap((page) => page.questions).map((one) => [one.id, one]));
    const byId = new Map(fields.map((field) => [field.id, field]));
    this.columns = bindings.flatMap(({ field: id, key, choice }) => {
      const field = byId.get(id);
      const question = questions.get(key.split('.')[0] ?? '');
      return field && question ? [{ field, key, choice, question }] : [];
    });
  }

  /** @param row number of the response in the file, from 1, for the sentences */
  answers(response: NeutralResponse, row: number): { answers: Answers; faults: CellFault[] } {
    const given = new Map<string, Given>();
    const faults: CellFault[] = [];
    const ticks = new Map<string, Column[]>();
    for (const column of this.columns) {
      const { field, key, choice, question } = column;
      if (choice !== undefined) {
        ticks.set(key, [...(ticks.get(key) ?? []), column]);
        continue;
      }
      const read = readCell(question, besideOther(column), response.cells.get(field.id));
      if (!read) continue;
      if ('fault' in read) faults.push({ row, field: field.id, message: read.fault });
      else {
        given.set(key, read.given);
        if (read.other !== undefined) given.set(`${key}.other`, read.other);
      }
    }
    for (const [key, columns] of ticks) {
      const cells = columns.map(({ field, choice }) => ({ choice: choice ?? '', cell: response.cells.get(field.id) }));
      const chosen = readTicks(cells, columns[0]?.question.type === 'ranking');
      if (chosen !== undefined) given.set(key, chosen);
    }
    const answers = Object.fromEntries([...given].filter(([, value]) => !isEmpty(value)));
    // The guard of every way in has the last word; whatever it refuses is left out here, so that one cell spoils no file.
    for (const { key, message } of checkAnswers(this.definition, 'customer', answers)) {
      delete answers[key];
      faults.push({ row, field: key, message });
    }
    return { answers, faults };
  }
}

/** The text beside "other" is read as text, whatever its field says of itself. */
function besideOther({ field, key }: Column): Field {
  if (!key.endsWith('.other') || field.part?.kind === 'other') return field;
  return { ...field, part: { kind: 'other', id: 'other', text: '' } };
}
