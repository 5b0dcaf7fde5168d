import { type RawBuilder, sql } from 'kysely';
import type { Condition, Test } from '../../core/survey/definition.ts';

/** What the database and JavaScript both call blank. */
const BLANKS =
  ' \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';
const NEVER = sql<boolean>`false`;

/**
 * A condition on attributes as SQL over a row of contacts: it holds for the same contacts as `holds` of
 * src/core/survey/flow.ts (asserted over random contacts). Keys and values only ever are parameters.
 * `attributes` is the column, such as `sql.ref('contacts.attributes')`. Tests of answers and hidden fields, of which a
 * contact has none, see nothing there.
 */
export function conditionSql(condition: Condition, attributes: RawBuilder<unknown>): RawBuilder<boolean> {
  const each = (parts: readonly Condition[]) => parts.map((part) => conditionSql(part, attributes));
  if ('all' in condition) return joined(each(condition.all), ' AND ', sql<boolean>`true`);
  if ('any' in condition) return joined(each(condition.any), ' OR ', NEVER);
  if ('not' in condition) return sql<boolean>`NOT ${conditionSql(condition.not, attributes)}`;
  return testSql(condition, attributes);
}

function joined(parts: readonly RawBuilder<boolean>[], by: string, none: RawBuilder<boolean>): RawBuilder<boolean> {
  return parts.length === 0 ? none : sql<boolean>`(${sql.join(parts, by === ' AND ' ? sql` AND ` : sql` OR `)})`;
}

function testSql({ of, key, is, value }: Test, attributes: RawBuilder<unknown>): RawBuilder<boolean> {
  const given = of === 'attribute' ? sql<string>`(${attributes} ->> ${key}::text)` : sql<string>`(null::text)`;
  const filled = sql<boolean>`coalesce(btrim(${given}, ${BLANKS}::text) <> '', false)`;
  if (is === 'answered') return filled;
  if (is === 'empty') return sql<boolean>`NOT ${filled}`;
  const wanted: readonly unknown[] = Array.isArray(value) ? value : [value];
  const and = (test: RawBuilder<boolean>) => sql<boolean>`(${filled} AND coalesce(${test}, false))`;
  const equal = and(
    joined(
      wanted.map((one) => equalSql(given, one)),
      ' OR ',
      NEVER,
    ),
  );
  if (is === 'in') return equal;
  if (is === 'eq') return wanted.length === 1 ? equal : NEVER;
  if (is === 'ne') return wanted.length === 1 ? sql<boolean>`NOT ${equal}` : sql<boolean>`true`;
  if (is === 'has') {
    const part = (one: unknown) => sql<boolean>`strpos(lower(${given}), lower(${String(one)}::text)) > 0`;
    return and(joined(wanted.map(part), ' OR ', NEVER));
  }
  // A list has no order.
  return Array.isArray(value) ? NEVER : sql<boolean>`coalesce(${orderSql(given, is, value)}, false)`;
}

function equalSql(given: RawBuilder<string>, wanted: unknown): RawBuilder<boolean> {
  if (typeof wanted === 'string') return sql<boolean>`${given} = ${wanted}::text`;
  if (typeof wanted === 'boolean' || typeof wanted === 'number') {
    return sql<boolean>`attribute_number(${given}) = ${Number(wanted)}::float8`;
  }
  return NEVER;
}

/** Numbers as numbers, days as days; nothing else has an order. */
function orderSql(given: RawBuilder<string>, is: 'lt' | 'le' | 'gt' | 'ge', wanted: unknown): RawBuilder<boolean> {
  const sign = sql.raw({ lt: '<', le: '<=', gt: '>', ge: '>=' }[is]);
  const number = typeof wanted === 'string' && wanted.trim() === '' ? Number.NaN : Number(wanted);
  if (wanted !== undefined && Number.isFinite(number)) {
    return sql<boolean>`attribute_number(${given}) ${sign} ${number}::float8`;
  }
  if (typeof wanted !== 'string' || !/^\d{4}-\d\d-\d\d/.test(wanted)) return NEVER;
  return sql<boolean>`(${given} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' AND ${given} COLLATE "C" ${sign} ${wanted}::text)`;
}
