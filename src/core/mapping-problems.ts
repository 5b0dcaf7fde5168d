import type { Mapping } from './mapping.ts';
import { parseScale } from './scale.ts';

/** What keeps a mapping from being used on a file with these columns, one sentence each; empty when nothing does. */
export function mappingProblems(mapping: Mapping, columns: readonly string[]): string[] {
  const there = new Set(columns);
  const problems = mappedColumns(mapping)
    .filter((name) => !there.has(name))
    .map((name) => `The file has no column "${name}"${nearest(name, columns)}.`);
  const scales =
    mapping.layout === 'long'
      ? [mapping.scale, ...Object.values(mapping.scales ?? {})]
      : mapping.items.map((item) => item.scale);
  scales.push(...Object.values(mapping.newItems ?? {}).map((item) => item.scale));
  for (const scale of new Set(scales)) {
    if (scale !== undefined && !parseScale(scale))
      problems.push(`"${scale}" is no scale; write it like 1-5 or yes/no.`);
  }
  return [...problems, ...(mapping.layout === 'long' ? longProblems(mapping) : wideProblems(mapping))];
}

/** The columns a mapping reads, each once, in no order. */
export function mappedColumns(mapping: Mapping): string[] {
  const names: (string | undefined)[] =
    mapping.layout === 'long'
      ? [...Object.values(mapping.columns), ...mapping.attributes]
      : [
          'column' in mapping.audience ? mapping.audience.column : undefined,
          mapping.respondent,
          mapping.weight,
          mapping.at,
          mapping.channel,
          mapping.contact,
          mapping.unit,
          ...(mapping.attributes ?? []),
          ...mapping.items.flatMap((item) => item.columns),
        ];
  return [...new Set(names.filter((name) => name !== undefined))];
}

function longProblems(mapping: Extract<Mapping, { layout: 'long' }>): string[] {
  if (mapping.columns.audience !== undefined || mapping.audience !== undefined) return [];
  return ['The mapping names neither an audience column (columns.audience) nor the audience of all rows (audience).'];
}

function wideProblems(mapping: Extract<Mapping, { layout: 'wide' }>): string[] {
  const problems: string[] = [];
  if (mapping.items.length === 0) problems.push('The mapping names no item: at least one column has to be rated.');
  const seen = new Set<string>();
  for (const item of mapping.items) {
    if (item.columns.length === 0) problems.push(`The item "${item.item}" names no column.`);
    const key = JSON.stringify([item.item, item.audience, item.lens]);
    if (seen.has(key)) {
      problems.push(
        `The item "${item.item}" stands twice for the same audience and lens; list its columns together, or give each its own key.`,
      );
    }
    seen.add(key);
  }
  return problems;
}

function nearest(name: string, columns: readonly string[]): string {
  const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const near = columns.find((column) => plain(column) === plain(name));
  return near === undefined ? '' : `; it has "${near}"`;
}
