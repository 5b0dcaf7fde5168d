import { type Mapping, mappingProblems } from '../../core/mapping.ts';
import { scaleName } from '../../core/scale.ts';
import { rowChecker } from './check-rows.ts';
import { ItemTargets, type KnownItem } from './item-targets.ts';
import type { Table } from './read-table.ts';
import type { Preview } from './schema.ts';

const LOOKED_AT = 1_000;
const SHOWN = 200;

type ItemLine = Preview['items'][number] & { sum: number };

/** What a mapping makes of the first rows, with nothing stored. `rows` are those shown as they stand. */
export async function previewOf(
  table: Table,
  mapping: Mapping,
  known: readonly KnownItem[],
  rows: Preview['rows'],
): Promise<Preview> {
  const problems = mappingProblems(mapping, table.columns);
  const preview: Preview = {
    columns: table.columns,
    rows,
    rowsLookedAt: 0,
    rowsRejected: 0,
    problems,
    answers: [],
    rejections: [],
    items: [],
  };
  if (problems.length > 0) return preview;
  const targets = new ItemTargets(known, mapping);
  const check = rowChecker(mapping, table.columns, targets);
  const items = new Map<string, ItemLine>();
  for await (const row of table.rows()) {
    const checked = check(row);
    preview.rowsLookedAt++;
    if (checked.rejections.length > 0) preview.rowsRejected++;
    if (preview.rejections.length < SHOWN) preview.rejections.push(...checked.rejections.slice(0, 20));
    for (const answer of checked.answers) {
      const { response } = checked;
      if (preview.answers.length < SHOWN) {
        preview.answers.push({
          rowNumber: row.rowNumber,
          respondent: response.key,
          audience: answer.audience,
          item: answer.target.key,
          lens: answer.lens,
          value: answer.value,
          at: response.at,
          channel: response.channel,
          weight: response.weight,
        });
      }
      const id = `${answer.target.key} ${answer.audience} ${answer.lens}`;
      const line = items.get(id) ?? {
        key: answer.target.key,
        exists: answer.target.exists,
        scale: answer.target.scale ? scaleName(answer.target.scale) : null,
        audience: answer.audience,
        lens: answer.lens,
        answered: 0,
        notApplicable: 0,
        mean: null,
        sum: 0,
      };
      items.set(id, line);
      if (answer.value === null) line.notApplicable++;
      else {
        line.answered++;
        line.sum += answer.value;
      }
    }
    if (preview.rowsLookedAt >= LOOKED_AT) break;
  }
  preview.items = [...items.values()].map(({ sum, ...line }) => ({
    ...line,
    mean: line.answered > 0 ? sum / line.answered : null,
  }));
  return preview;
}
