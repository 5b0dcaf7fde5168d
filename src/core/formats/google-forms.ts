import { type ColumnUse, responsesFrom } from './columns.ts';
import { cut } from './make.ts';
import { type Field, type Format, FormatError, type Loss, type ReadAnswers } from './neutral.ts';

const TIME =
  /^(timestamp|zeitstempel|marca temporal|horodateur|tijdstempel|carimbo de data\/hora|informazioni cronologiche)$/i;
const PERSONAL =
  /^(e-?mail(-| )?(address|adresse)?|username|nutzername|nombre de usuario|adresse e-mail|e-mailadres)$/i;
const SCORE = /^(score|punktzahl|puntuación)$/i;

/** Answers of Google Forms as CSV: a time, then one column per question, of a grid one per row: `Question [Row]`. */
export const googleFormsAnswers: Format = {
  id: 'google-forms-answers',
  name: 'Google Forms answers (CSV)',
  detect: (file) => {
    const headings = file.table()?.[0];
    return headings !== undefined && headings.length > 1 && TIME.test((headings[0] ?? '').trim());
  },
  readAnswers: (file) => readTable(file.table() ?? []),
};

function readTable(table: readonly (readonly string[])[]): ReadAnswers {
  const [headings = [], ...rows] = table;
  const losses: Loss[] = [];
  const texts = headings.map((heading) => heading.replace(/\s+/g, ' ').trim());
  const uses = texts.map((text, i): ColumnUse => {
    if (i === 0) return { is: 'day' };
    if (PERSONAL.test(text)) {
      losses.push({ question: null, message: `The column “${cut(text, 60)}” is about the person and is not kept.` });
      return { is: 'nothing' };
    }
    if (text === '' || SCORE.test(text)) {
      if (rows.some((row) => (row[i]?.trim() ?? '') !== '')) {
        losses.push({
          question: null,
          message: `${text === '' ? `Column ${i + 1} has no heading; it` : `The column “${cut(text, 60)}”`} is not kept.`,
        });
      }
      return { is: 'nothing' };
    }
    return { is: 'field', field: fieldOf(text, i, rows) };
  });
  if (!uses.some(({ is }) => is === 'field')) throw new FormatError('No column of this file is a question.');
  const read = responsesFrom(rows, uses);
  losses.push({
    question: null,
    message: 'Google Forms gives responses no id: the same row again is known by its content.',
  });
  return { ...read, losses: [...losses, ...read.losses] };
}

function fieldOf(text: string, i: number, rows: readonly (readonly string[])[]): Field {
  const id = `c${i + 1}`;
  // `Question [row]`: the last bracket begins the row.
  const at = text.endsWith(']') ? text.lastIndexOf(' [') : -1;
  const [question, row] = [text.slice(0, Math.max(at, 0)), text.slice(at + 2, -1)];
  if (question !== '' && row !== '' && question.length <= 2000 && row.length <= 500) {
    return { id, question, text: question, part: { kind: 'row', id: row, text: row } };
  }
  const values = rows.map((row) => row[i]?.trim() ?? '').filter((value) => value !== '');
  // Checkboxes come with semicolons between them, and some of their texts come again alone.
  const alone = new Set(values.filter((value) => !value.includes(';')));
  const joined = values.filter((value) => value.includes(';'));
  const several = joined.length > 0 && joined.some((value) => value.split(';').some((part) => alone.has(part.trim())));
  return { id, question: text, text, ...(several ? { type: 'choices' as const } : {}) };
}
