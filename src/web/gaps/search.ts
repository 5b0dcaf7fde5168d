import { GAP_KINDS, type GapKind } from '../../core/gap.ts';

/** How the list may be ordered. */
export const ORDERS = {
  worth: 'what is worth closing',
  gap: 'size of the gap',
  customers: 'customers’ mean',
  verdict: 'verdict',
  name: 'name',
  journey: 'the journey',
} as const;
export type Order = keyof typeof ORDERS;

/** The filters of the gap screens: all of them live in the address, so that a view can be sent. */
export interface GapSearch {
  readonly journey?: string;
  readonly since?: string;
  readonly until?: string;
  readonly channel?: string;
  /** `name:value`, as the API takes them. */
  readonly attribute?: readonly string[];
  readonly pair?: GapKind;
  readonly sort?: Order;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Reads the address; what is not understood is dropped, never passed on. */
export function readGapSearch(search: Record<string, unknown>): GapSearch {
  const text = (name: string) => (typeof search[name] === 'string' && search[name] !== '' ? search[name] : undefined);
  const day = (name: string) => (DAY.test(text(name) ?? '') ? text(name) : undefined);
  const attribute = [search['attribute'] ?? []]
    .flat()
    .filter((one): one is string => typeof one === 'string' && one.indexOf(':') > 0);
  const pair = text('pair');
  const sort = text('sort');
  return {
    ...given('journey', text('journey')),
    ...given('since', day('since')),
    ...given('until', day('until')),
    ...given('channel', text('channel')),
    ...(attribute.length > 0 ? { attribute } : {}),
    ...(pair && Object.hasOwn(GAP_KINDS, pair) ? { pair: pair as GapKind } : {}),
    ...(sort && Object.hasOwn(ORDERS, sort) ? { sort: sort as Order } : {}),
  };
}

function given<K extends string>(name: K, value: string | undefined): { [key in K]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [key in K]: string });
}

/** `name:value` apart; a value may itself hold colons. */
export function splitAttribute(text: string): { name: string; value: string } {
  const colon = text.indexOf(':');
  return { name: text.slice(0, colon), value: text.slice(colon + 1) };
}

/** The part of the search that the API filters by; pair and order are looked at here, over one and the same report. */
export function apiFilters({ journey, since, until, channel, attribute }: GapSearch) {
  return { journey, since, until, channel, attribute };
}
