import { same } from '../surveys/merge.ts';
import type { Moments, Trigger } from './queries.ts';

/** What is set as one thing, named as it is said. Parts merge one by one; half of mine and half of theirs is nobody's. */
export const PART_NAMES = {
  on: 'whether it asks',
  triggers: 'the triggers',
  attributes: 'the condition on attributes',
  segments: 'the segments',
  devices: 'the devices',
  languages: 'the languages',
  repeat: 'how often each person is asked',
  share: 'the share of persons',
  cap: 'how many responses are enough',
  priority: 'the priority',
  days: 'the first and the last day',
  look: 'how it appears',
  sites: 'the sites',
} as const;
export type Part = keyof typeof PART_NAMES;
const PARTS = Object.keys(PART_NAMES) as Part[];

interface Parts extends Omit<Moments, 'target' | 'from' | 'until'> {
  attributes: Moments['target']['if'];
  segments: Moments['target']['segments'];
  devices: Moments['target']['devices'];
  languages: Moments['target']['languages'];
  days: Pick<Moments, 'from' | 'until'>;
}

export interface Merged {
  readonly moments: Moments;
  /** What they alone changed. */
  readonly took: readonly Part[];
  /** What both of us changed, and not to the same. */
  readonly clashes: readonly Part[];
}

/**
 * My changes since `base`, made again over theirs. What only one of us touched is as that one left it; where both did, the
 * preferred one's holds.
 */
export function mergeMoments(base: Moments, mine: Moments, theirs: Moments, prefer: 'mine' | 'theirs'): Merged {
  const [was, my, their] = [partsOf(base), partsOf(mine), partsOf(theirs)];
  const merged = { ...my };
  const took: Part[] = [];
  const clashes: Part[] = [];
  for (const part of PARTS) {
    if (same(their[part], was[part]) || same(their[part], my[part])) continue;
    if (same(my[part], was[part])) {
      took.push(part);
      take(merged, part, their);
      continue;
    }
    const triggers = part === 'triggers' ? mergeTriggers(was.triggers, my.triggers, their.triggers, prefer) : undefined;
    if (triggers) {
      merged.triggers = triggers.merged;
      (triggers.clash ? clashes : took).push(part);
      continue;
    }
    clashes.push(part);
    if (prefer === 'theirs') take(merged, part, their);
  }
  return { moments: momentsOf(merged), took, clashes };
}

function partsOf({ target, from, until, ...rest }: Moments): Parts {
  const { if: attributes, segments, devices, languages } = target;
  return { ...rest, attributes, segments, devices, languages, days: { from, until } };
}

function momentsOf({ attributes, segments, devices, languages, days, ...rest }: Parts): Moments {
  return { ...rest, target: { if: attributes, segments, devices, languages }, ...days };
}

function take<P extends Part>(into: Parts, part: P, from: Parts): void {
  into[part] = from[part];
}

const MOST_TRIGGERS = 20;

/** One by one, where both of us only changed some and added others; otherwise it can't be told which one is which. */
function mergeTriggers(
  base: readonly Trigger[],
  mine: readonly Trigger[],
  theirs: readonly Trigger[],
  prefer: 'mine' | 'theirs',
): { merged: Trigger[]; clash: boolean } | undefined {
  if (!isInPlace(base, mine) || !isInPlace(base, theirs)) return undefined;
  const added = mine.slice(base.length);
  // Mine stay in their places: one that is being typed in must not become another under the cursor.
  const more = theirs.slice(base.length).filter((one) => !added.some((mineToo) => same(mineToo, one)));
  if (base.length + added.length + more.length > MOST_TRIGGERS) return undefined;
  let clash = false;
  const kept = base.map((was, i) => {
    const [my, their] = [mine[i] ?? was, theirs[i] ?? was];
    if (same(my, was)) return their;
    if (same(their, was) || same(my, their)) return my;
    clash = true;
    return prefer === 'mine' ? my : their;
  });
  return { merged: [...kept, ...added, ...more], clash };
}

/** Triggers have no names. They are taken for the same while each stays in its place and is none that stood elsewhere. */
function isInPlace(base: readonly Trigger[], list: readonly Trigger[]): boolean {
  return base.every((was, i) => {
    const one = list[i];
    return one !== undefined && one.kind === was.kind && (same(one, was) || !base.some((other) => same(other, one)));
  });
}
