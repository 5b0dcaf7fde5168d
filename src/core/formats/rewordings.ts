import type { Audience } from '../perspective.ts';
import type { Answers, SurveyDefinition } from '../survey/definition.ts';
import { columnsIn, type EarlierChoice, type ExportColumn, valueIn } from './export-columns.ts';

/** What one version of a survey worded otherwise than the latest one that has it. */
export interface Rewording {
  readonly label?: string;
  /** Choice → its text in that version. */
  readonly choices: ReadonlyMap<string, string>;
}
/** By column and version. */
export type Rewordings = ReadonlyMap<string, ReadonlyMap<number, Rewording>>;

/**
 * Where earlier versions asked or offered something in other words: an answer means what stood there when it was given.
 * Two versions are compared in a language that both have, so that another first language alone changes nothing.
 *
 * @param versions the latest first, without a gap down to version 1
 */
export function rewordings(versions: readonly SurveyDefinition[], audience: Audience): Rewordings {
  const read = reader(versions, audience);
  const latestWith = new Map<string, number>();
  const found = new Map<string, Map<number, Rewording>>();
  versions.forEach((definition, at) => {
    for (const name of read(at, definition.languages[0] ?? '').keys()) {
      const reference = latestWith.get(name);
      if (reference === undefined) {
        latestWith.set(name, at);
        continue;
      }
      const shared = versions[reference]?.languages.find((language) => definition.languages.includes(language));
      const now = read(reference, shared ?? versions[reference]?.languages[0] ?? '').get(name);
      const then = read(at, shared ?? definition.languages[0] ?? '').get(name);
      if (then === undefined || then === now) continue;
      const [id = '', choice] = JSON.parse(name) as string[];
      const byVersion = found.get(id) ?? new Map<number, Rewording>();
      const known = byVersion.get(versions.length - at) ?? { choices: new Map<string, string>() };
      byVersion.set(
        versions.length - at,
        choice === undefined
          ? { ...known, label: then }
          : { ...known, choices: new Map([...known.choices, [choice, then]]) },
      );
      found.set(id, byVersion);
    }
  });
  return found;
}

/** The texts of a version in a language, by column, or column and choice. */
function reader(versions: readonly SurveyDefinition[], audience: Audience) {
  const known = new Map<string, Map<string, string>>();
  return (at: number, language: string): Map<string, string> => {
    const name = `${at} ${language}`;
    const definition = versions[at];
    const texts =
      known.get(name) ??
      new Map(
        (definition ? columnsIn(definition, audience, language) : []).flatMap(({ id, label, choices }) => [
          [JSON.stringify([id]), label] as const,
          ...[...choices].map(([choice, text]) => [JSON.stringify([id, choice]), text] as const),
        ]),
      );
    known.set(name, texts);
    return texts;
  };
}

/** Columns with the choices that read otherwise in versions that somebody answered. */
export function withEarlierChoices(
  columns: readonly ExportColumn[],
  reworded: Rewordings,
  answered: ReadonlySet<number>,
): ExportColumn[] {
  return columns.map((column) => {
    const earlier = new Map<string, EarlierChoice>();
    for (const [version, { choices }] of reworded.get(column.id) ?? []) {
      if (!answered.has(version)) continue;
      for (const [id, text] of choices) {
        const name = JSON.stringify([id, text]);
        earlier.set(name, { id, text, versions: [version, ...(earlier.get(name)?.versions ?? [])] });
      }
    }
    return earlier.size === 0 ? column : { ...column, earlier: [...earlier.values()] };
  });
}

/** A column and whose answers stand in it, by the version that was answered. */
export interface VersionedColumn {
  readonly column: ExportColumn;
  holds(version: number | null): boolean;
}

/** One column for each wording of what was asked, the latest first, so that each heading is what its answers answer. */
export function splitByWording(
  column: ExportColumn,
  reworded: Rewordings,
  answered: ReadonlySet<number>,
): VersionedColumn[] {
  const byLabel = new Map<string, number[]>();
  for (const [version, { label }] of reworded.get(column.id) ?? []) {
    if (label !== undefined && answered.has(version)) byLabel.set(label, [version, ...(byLabel.get(label) ?? [])]);
  }
  const earlier = [...byLabel.values()].flat();
  return [
    { column, holds: (version) => version === null || !earlier.includes(version) },
    ...[...byLabel].map(([label, versions]) => ({
      column: { ...column, id: `${column.id}@${versions.at(-1)}`, label: `${label} (${named(versions)})` },
      holds: (version: number | null) => version !== null && versions.includes(version),
    })),
  ];
}

/** What one response holds in a column; of a choice that read otherwise in its version, that text. */
export function wordedValue(
  { column, holds }: VersionedColumn,
  version: number | null,
  answers: Answers,
): ReturnType<typeof valueIn> | EarlierChoice {
  if (!holds(version)) return undefined;
  const value = valueIn(column, answers);
  if (version === null || typeof value !== 'string') return value;
  return column.earlier?.find(({ id, versions }) => id === value && versions.includes(version)) ?? value;
}

/** Sentences for whoever reads a table that can hold only one text. */
export function rewordingNotes(
  columns: readonly ExportColumn[],
  reworded: Rewordings,
  answered?: ReadonlySet<number>,
): string[] {
  return columns.flatMap((column) => {
    const texts = new Map<string, { readonly now: string; readonly then: string; readonly versions: number[] }>();
    const add = (name: string, then: string, now: string, version: number) => {
      const known = texts.get(`${name} ${then}`);
      texts.set(`${name} ${then}`, { then, now, versions: [version, ...(known?.versions ?? [])] });
    };
    for (const [version, { label, choices }] of reworded.get(column.id) ?? []) {
      if (answered && !answered.has(version)) continue;
      if (label !== undefined) add('', label, column.label, version);
      for (const [id, text] of choices) add(id, text, column.choices.get(id) ?? id, version);
    }
    return [...texts.values()].map(
      ({ then, now, versions }) => `${column.id}: what reads “${now}” here read “${then}” in ${named(versions)}.`,
    );
  });
}

/** Versions in words, such as “version 1” or “versions 1, 3”. */
export function named(versions: readonly number[]): string {
  return `${versions.length === 1 ? 'version' : 'versions'} ${versions.join(', ')}`;
}
