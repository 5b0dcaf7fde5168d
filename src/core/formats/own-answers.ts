import { type ColumnUse, responsesFrom } from './columns.ts';
import { NOT_APPLICABLE } from './export-columns.ts';
import { cut } from './make.ts';
import type { Cell, Field, Format, Loss, NeutralResponse, ReadAnswers } from './neutral.ts';
import { FormatError } from './neutral.ts';
import { isSav, readSav, type SavFile } from './read-sav.ts';
import type { SavVariable } from './sav.ts';
import { dayOfSeconds } from './write-sav.ts';

/** Answers that went out of here as CSV or XLSX, with ids for headings. */
export const ownAnswers: Format = {
  id: 'parallax-answers',
  name: 'Answers exported from here (CSV or XLSX)',
  detect: (file) => file.table()?.[0]?.[0] === '_response',
  readAnswers: (file) => {
    const [headings = [], ...rows] = file.table() ?? [];
    const uses = headings.map((heading): ColumnUse => factOf(heading) ?? { is: 'field', field: fieldOf(heading) });
    const read = responsesFrom(rows, uses, {
      cell: (text) => (text === NOT_APPLICABLE ? null : unprefixed(text)),
    });
    const filled = (i: number) => rows.some((row) => !['', '1'].includes(row[i]?.trim() ?? ''));
    return { ...read, losses: [...read.losses, ...factLosses(headings.filter((_, i) => filled(i)))] };
  },
};

/** Without the apostrophe that keeps spreadsheets from taking a text for a formula. */
function unprefixed(text: string): string {
  return /^'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? text.slice(1) : text;
}

/** Facts of an export that do not come in again; `headings` of columns that say something. */
function factLosses(headings: readonly string[]): Loss[] {
  const facts = headings.filter((heading) => /^(v_)?_/.test(heading)).map((heading) => heading.replace(/^(v_)?_/, ''));
  const found: [boolean, string][] = [
    [facts.includes('weight'), 'Weights are not taken over: each response counts once.'],
    [facts.includes('contact'), 'Which contact answered is not taken over.'],
    [facts.includes('wave'), 'Waves are not taken over; choose the wave that the answers belong to.'],
    [facts.some((fact) => fact.startsWith('item.')), 'Ratings that came with a table (“_item…”) come in under Import.'],
  ];
  return found.filter(([holds]) => holds).map(([, message]) => ({ question: null, message }));
}

const fieldOf = (id: string): Field => ({ id, question: id, text: '' });

function factOf(name: string): ColumnUse | undefined {
  if (!/^(v_)?_/.test(name)) return undefined;
  const fact = name.replace(/^(v_)?_/, '');
  if (fact === 'response') return { is: 'id' };
  if (fact === 'day' || fact === 'language' || fact === 'channel' || fact === 'finished') return { is: fact };
  return fact.startsWith('attribute.') ? { is: 'attribute', name: fact.slice(10) } : { is: 'nothing' };
}

const MOST_CELLS = 5_000_000;
const APPLIES_NOT = /not appl|does not apply|n\/a|trifft nicht|no aplica|sans objet|niet van toep/i;

/** SPSS files, of whoever wrote them. */
export const spssAnswers: Format = {
  id: 'spss-sav',
  name: 'SPSS file (.sav)',
  detect: (file) => isSav(file.bytes),
  readAnswers: (file, tools): ReadAnswers => {
    const sav = readSav(file.bytes, tools);
    const uses = sav.variables.map(
      (variable): ColumnUse => factOf(variable.name) ?? { is: 'field', field: savField(variable) },
    );
    const responses: NeutralResponse[] = [];
    const filled = new Set<string>();
    let cellsLeft = MOST_CELLS;
    for (const row of sav.rows()) {
      cellsLeft -= row.length;
      if (cellsLeft < 0)
        throw new FormatError('The .sav file has more than 5 million values. Split it into smaller files.');
      responses.push(savResponse(sav.variables, uses, row));
      sav.variables.forEach(({ name }, i) => {
        if (row[i] !== null && row[i] !== '' && row[i] !== 1) filled.add(name);
      });
    }
    const fields = uses.flatMap((use) => (use.is === 'field' ? [use.field] : []));
    const answered = responses.filter(({ cells }) => cells.size > 0);
    const losses = [...factLosses([...filled]), ...savLosses(sav, responses.length - answered.length)];
    return { fields, responses: answered, losses };
  },
};

/** What the file says of its data, and answers here do not. */
function savLosses({ variables, weight, sets, documented }: SavFile, empty: number): Loss[] {
  const days = variables.filter(({ kind }) => kind === 'datetime').map(({ name }) => name);
  const silent = variables.filter(
    (variable) =>
      variable.missingRange !== undefined ||
      (variable.missingTexts ?? []).length > 0 ||
      variable.missing.some((code) => !APPLIES_NOT.test(variable.valueLabels.get(code) ?? '')),
  );
  const named = (names: readonly string[]) =>
    cut(names.slice(0, 10).join(', '), 400) + (names.length > 10 ? ` and ${names.length - 10} more` : '');
  const found: [boolean, string][] = [
    [weight !== undefined, `Its cases are weighted by ${weight}; here each response counts once.`],
    [sets.length > 0, `Its sets of several answers (${named(sets)}) are read variable by variable.`],
    [silent.length > 0, `Codes that the file calls missing are no answers: ${named(silent.map(({ name }) => name))}.`],
    [days.length > 0, `Of ${named(days)} the day is kept, not the time.`],
    [documented, 'The notes of its authors are not kept.'],
    [empty > 0, `${empty} rows answer no question and are left out.`],
  ];
  return found.filter(([holds]) => holds).map(([, message]) => ({ question: null, message }));
}

function savField(variable: SavVariable): Field {
  const { name, label, kind, measure } = variable;
  const labels = new Map(
    [...variable.valueLabels]
      .filter(([code]) => !(typeof code === 'number' && isMissing(variable, code)))
      .map(([code, text]) => [String(code), text]),
  );
  const type = kind === 'date' || kind === 'datetime' ? 'date' : measure === 'ordinal' ? 'scale' : undefined;
  return { id: name, question: name, text: label, ...(labels.size > 0 ? { labels } : {}), ...(type ? { type } : {}) };
}

const isMissing = ({ missing, missingRange }: SavVariable, value: number) =>
  missing.includes(value) || (missingRange !== undefined && value >= missingRange.low && value <= missingRange.high);

function savResponse(
  variables: readonly SavVariable[],
  uses: readonly ColumnUse[],
  row: readonly (number | string | null)[],
): NeutralResponse {
  const cells = new Map<string, Cell>();
  const attributes = new Map<string, string>();
  const facts = new Map<string, string>();
  variables.forEach((variable, i) => {
    const cell = savCell(variable, row[i] ?? null);
    const use = uses[i];
    if (cell === undefined || use === undefined) return;
    if (use.is === 'field') cells.set(use.field.id, cell);
    else if (use.is === 'attribute') attributes.set(use.name, String(cell));
    else facts.set(use.is, String(cell));
  });
  return {
    id: facts.get('id') ?? null,
    day: facts.get('day') ?? null,
    language: facts.get('language') ?? null,
    finished: facts.get('finished') !== '0',
    channel: facts.get('channel') ?? null,
    attributes,
    cells,
  };
}

/** Null where a user-missing code says "does not apply"; undefined where it says that nothing was answered. */
function savCell(variable: SavVariable, value: number | string | null): Cell | undefined {
  if (value === null || value === '') return undefined;
  if (typeof value === 'string') {
    if (!variable.missingTexts?.includes(value)) return value;
    return APPLIES_NOT.test(variable.valueLabels.get(value) ?? '') ? null : undefined;
  }
  if (isMissing(variable, value)) return APPLIES_NOT.test(variable.valueLabels.get(value) ?? '') ? null : undefined;
  if (variable.kind === 'date' || variable.kind === 'datetime') return dayOfSeconds(value) ?? undefined;
  return value;
}
