import type { Condition } from './definition.ts';

/**
 * The moments at which customers on a website or in an app are asked: what starts an attempt (triggers), who may be
 * asked (target, share), how often, and how the survey appears. Triggers and look go to the page; everything else is
 * decided on the server (`decideAsk`) and never leaves it.
 */
export interface Moments {
  readonly on: boolean;
  /** Any of them starts an attempt; none: only the page's own code does. */
  readonly triggers: readonly Trigger[];
  readonly look: Look;
  /** Ids of the sites that ask it; null: every site. */
  readonly sites: readonly string[] | null;
  readonly target: Target;
  /** How many of a hundred persons are asked, 0.01 to 100. */
  readonly share: number;
  /** First and last day, in the workspace's time zone. */
  readonly from: string | null;
  readonly until: string | null;
  /** No more asks once so many responses of customers are there. */
  readonly cap: number | null;
  /** Null: as the survey's own settings say. */
  readonly repeat: Repeat | null;
  /** Where the triggers of several surveys fire at once, the highest is tried first. */
  readonly priority: number;
}

/** Days count from this person's last ask for this survey. */
export type Repeat =
  | { readonly kind: 'once' }
  | { readonly kind: 'every'; readonly days: number }
  /** Again after so many days, until the person has answered. */
  | { readonly kind: 'until_answered'; readonly days: number }
  /** Only the workspace's clock between any two surveys holds. */
  | { readonly kind: 'always' };

export const DEVICES = ['mobile', 'tablet', 'desktop'] as const;
export type Device = (typeof DEVICES)[number];

/** All that is given has to hold. */
export interface Target {
  /** On attributes of the person. */
  readonly if: Condition | null;
  /** Ids of segments; being in one of them is enough; none: everybody. */
  readonly segments: readonly string[];
  readonly devices: readonly Device[];
  /** `de` holds for `de-AT`, too. */
  readonly languages: readonly string[];
}

export interface Look {
  readonly style: 'popup' | 'slide' | 'embed';
  readonly position: 'center' | 'bottom-right' | 'bottom-left' | 'top-right' | 'top-left';
  /** CSS selector of the element that an embedded survey stands in. */
  readonly into: string | null;
  /** Seconds between the trigger and the survey. */
  readonly delay: number;
}

/**
 * What starts an attempt to ask. `pages` limits it to pages one of whose rules holds; none: every page.
 * - `page`: the page opens. `time`: it has been open for so many seconds. `scroll`: so many percent were seen.
 * - `exit`: the pointer leaves for the tabs (with a mouse) or the page is hidden (without).
 * - `inactivity`: nothing moved for so many seconds. `click`: an element that the selector finds was pressed.
 * - `event`: the page's own code told of it, with properties for which all of `where` holds.
 * - `abandonment`: a step was begun and another not reached within so many seconds (null: no limit in time), or, with
 *   `leaving`, the person is leaving before it.
 */
export type Trigger = { readonly pages: readonly AddressRule[] } & (
  | { readonly kind: 'page' | 'exit' }
  | { readonly kind: 'time' | 'inactivity'; readonly seconds: number }
  | { readonly kind: 'scroll'; readonly percent: number }
  | { readonly kind: 'click'; readonly selector: string }
  | { readonly kind: 'event'; readonly name: string; readonly where: readonly PropertyTest[] }
  | {
      readonly kind: 'abandonment';
      readonly began: Milestone;
      readonly finished: Milestone;
      readonly seconds: number | null;
      readonly leaving: boolean;
    }
);

/** A step of a visit: an event by name, or a page. */
export type Milestone = { readonly event: string } | { readonly page: AddressRule };

/**
 * A rule on a page's address. Compared is the path with its query; also the fragment where `value` holds a `#`; the
 * whole address where it begins with http:// or https://. In a `glob`, `*` stands for anything, also for nothing.
 */
export interface AddressRule {
  readonly is: 'contains' | 'equals' | 'starts' | 'glob';
  readonly value: string;
}

export interface PropertyTest {
  readonly property: string;
  readonly is: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'has';
  readonly value: string | number | boolean;
}

export const NO_MOMENTS: Moments = {
  on: false,
  triggers: [],
  look: { style: 'slide', position: 'bottom-right', into: null, delay: 0 },
  sites: null,
  target: { if: null, segments: [], devices: [], languages: [] },
  share: 100,
  from: null,
  until: null,
  cap: null,
  repeat: null,
  priority: 0,
};

/** Whether a rule holds for a page's full address. In time proportional to both, whatever they hold: no regex is built. */
export function addressMatches({ is, value }: AddressRule, address: string): boolean {
  let text = value.includes('#') ? address : (address.split('#')[0] ?? '');
  if (!/^https?:/.test(value)) text = text.replace(/^\w+:\/\/[^/?#]*/, '');
  const parts = is === 'glob' ? value.split('*') : [value];
  const toEnd = is === 'glob' || is === 'equals';
  // The first part at the beginning, the others one behind the other as early as possible, the last one at the end.
  let at = 0;
  return parts.every((part, i) => {
    const found = toEnd && i === parts.length - 1 ? text.length - part.length : text.indexOf(part, at);
    const fits = found >= at && (i > 0 || !found || is === 'contains') && text.startsWith(part, found);
    at = found + part.length;
    return fits;
  });
}

/** Whether all tests hold for an event's properties. A property that is missing only fulfils `ne`. */
export function propertiesMatch(
  where: readonly PropertyTest[],
  properties: Readonly<Record<string, unknown>> = {},
): boolean {
  return where.every(({ property, is, value }) => {
    const given = Object.hasOwn(properties, property) ? properties[property] : null;
    if (given == null) return is === 'ne';
    // Pages write numbers as text as often as not.
    const text = String(given);
    const wanted = String(value);
    const by = Number(given) - Number(value);
    const same = text === wanted;
    return { eq: same, ne: !same, has: text.includes(wanted), lt: by < 0, le: by <= 0, gt: by > 0, ge: by >= 0 }[is];
  });
}

/** A trigger in words, for the why-log and the editor. */
export function triggerInWords(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'page':
      return 'page opened';
    case 'time':
      return `${trigger.seconds} s on the page`;
    case 'scroll':
      return `${trigger.percent} % of the page seen`;
    case 'exit':
      return 'about to leave';
    case 'inactivity':
      return `${trigger.seconds} s without activity`;
    case 'click':
      return `pressed ${trigger.selector}`;
    case 'event':
      return `event ${trigger.name}`;
    case 'abandonment':
      return `began ${milestone(trigger.began)}, did not reach ${milestone(trigger.finished)}`;
  }
}

const milestone = (step: Milestone) => ('event' in step ? step.event : `page ${step.page.value}`);
