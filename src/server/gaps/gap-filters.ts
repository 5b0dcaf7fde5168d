import { type Audience, type Perspective, parsePerspective } from '../../core/perspective.ts';
import { Problem } from '../http/problem.ts';
import type { AnswerFilter } from '../responses/answer-counts.ts';
import type { GapQuery } from './schema.ts';

/** What a report is asked for, understood. */
export interface GapFilters {
  readonly journeys: readonly string[];
  readonly touchpoints: readonly string[];
  readonly items: readonly string[];
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly channels: readonly string[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  readonly from: Perspective | undefined;
  readonly to: Perspective | undefined;
  readonly tolerance: number | undefined;
  readonly level: number | undefined;
}

/** Reads the query. Throws invalid_request where its parts contradict each other. */
export function gapFilters(query: GapQuery): GapFilters {
  if (query.since && query.until && query.since > query.until) {
    const message = `until (${query.until}) comes before since (${query.since}).`;
    throw new Problem('invalid_request', message, { fields: [{ field: 'query.until', message }] });
  }
  const attributes: Record<string, string[]> = Object.create(null);
  for (const text of query.attribute ?? []) {
    // At the first colon: a value may hold further ones.
    const at = text.indexOf(':');
    const name = text.slice(0, at);
    attributes[name] = [...(attributes[name] ?? []), text.slice(at + 1)];
  }
  const from = query.from === undefined ? undefined : parsePerspective(query.from);
  const to = query.to === undefined ? undefined : parsePerspective(query.to);
  if (from && to && from.audience === to.audience && from.lens === to.lens) {
    const message = 'A gap is between two different perspectives.';
    throw new Problem('invalid_request', message, { fields: [{ field: 'query.to', message }] });
  }
  return {
    journeys: query.journey ?? [],
    touchpoints: query.touchpoint ?? [],
    items: query.item ?? [],
    since: query.since,
    until: query.until,
    channels: query.channel ?? [],
    attributes,
    from,
    to,
    tolerance: query.tolerance,
    level: query.level,
  };
}

/** One thing that people are filtered by. */
export type Condition =
  | { readonly by: 'period'; readonly since: string | undefined; readonly until: string | undefined }
  | { readonly by: 'channel'; readonly values: readonly string[] }
  | { readonly by: 'attribute'; readonly name: string; readonly values: readonly string[] };

export function conditionsOf(filters: GapFilters): Condition[] {
  return [
    ...(filters.since || filters.until ? [{ by: 'period' as const, since: filters.since, until: filters.until }] : []),
    ...(filters.channels.length > 0 ? [{ by: 'channel' as const, values: filters.channels }] : []),
    ...Object.entries(filters.attributes).map(([name, values]) => ({ by: 'attribute' as const, name, values })),
  ];
}

/** What each audience's responses carry, which decides what they can be filtered by. */
export interface Carried {
  readonly there: ReadonlySet<Audience>;
  readonly channel: ReadonlySet<Audience>;
  readonly period: ReadonlySet<Audience>;
  readonly attributes: ReadonlyMap<string, ReadonlySet<Audience>>;
}

/** A filter applies to the audiences that carry what it asks about; the others are taken whole, and a note says so. */
export function conditionsFor(audience: Audience, conditions: readonly Condition[], carried: Carried): Condition[] {
  return conditions.filter((condition) => carriersOf(condition, carried).has(audience));
}

export function carriersOf(condition: Condition, carried: Carried): ReadonlySet<Audience> {
  if (condition.by === 'period') return carried.period;
  if (condition.by === 'channel') return carried.channel;
  return carried.attributes.get(condition.name) ?? new Set();
}

/** The conditions as storage takes them. */
export function answerFilter(conditions: readonly Condition[]): AnswerFilter {
  const period = conditions.find((one) => one.by === 'period');
  const channel = conditions.find((one) => one.by === 'channel');
  const attributes = conditions.filter((one) => one.by === 'attribute');
  return {
    ...(period && { since: period.since, until: period.until }),
    ...(channel && { channels: channel.values }),
    ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes.map((one) => [one.name, one.values])) }),
  };
}
