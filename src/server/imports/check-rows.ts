import type { MappedAnswer, MappedRow, Mapping } from '../../core/mapping.ts';
import { type RowReader, rowToAnswers } from '../../core/mapping.ts';
import type { ItemTarget, ItemTargets } from './item-targets.ts';
import type { Row } from './read-csv.ts';
import type { Rejection } from './schema.ts';

export interface PlacedAnswer extends Pick<MappedAnswer, 'audience' | 'lens' | 'value'> {
  readonly target: ItemTarget;
}

export interface CheckedRow {
  readonly rowNumber: number;
  readonly response: MappedRow['response'];
  /** Empty when the row is rejected. */
  readonly answers: readonly PlacedAnswer[];
  readonly rejections: readonly Rejection[];
}

/** Reads rows with a mapping and holds their answers against the items of the workspace. */
export function rowChecker(mapping: Mapping, columns: readonly string[], items: ItemTargets): (row: Row) => CheckedRow {
  const read: RowReader = rowToAnswers(mapping, columns);
  const columnOf = answerColumns(mapping);
  return ({ rowNumber, cells }) => {
    const { response, answers: mapped, rejections: refused } = read(cells);
    const answers: PlacedAnswer[] = [];
    let rejections = refused.length === 0 ? NONE : refused.map((rejection) => ({ rowNumber, ...rejection }));
    for (const answer of mapped) {
      const target = items.accept(answer);
      if ('refused' in target) {
        const value = target.about === 'item' ? answer.item : String(answer.value);
        const column = columnOf(answer.item, target.about);
        rejections = [...rejections, { rowNumber, column, value, reason: target.refused }];
      } else answers.push({ audience: answer.audience, lens: answer.lens, value: answer.value, target });
    }
    if (rejections.length > 0) return { rowNumber, response, answers: [], rejections };
    for (const answer of answers) items.note(answer.target, answer.value);
    return { rowNumber, response, answers, rejections };
  };
}
const NONE: readonly Rejection[] = [];

/** The column that a refused answer is listed under. */
function answerColumns(mapping: Mapping): (item: string, about: 'item' | 'value') => string {
  if (mapping.layout === 'long') return (_item, about) => mapping.columns[about];
  const columns = new Map(mapping.items.map((item) => [item.item, item.columns.join(' + ')]));
  return (item) => columns.get(item) ?? '';
}
