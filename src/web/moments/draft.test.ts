import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_MOMENTS } from '../../core/survey/moments.ts';
import { same } from '../surveys/merge.ts';
import { beginDraft, isUnsaved, type MomentsDraft, reduceDraft, shownIn } from './draft.ts';
import { mergeMoments } from './merge.ts';
import type { Moments, Trigger } from './queries.ts';

const base = structuredClone(NO_MOMENTS) as Moments;
const page = (value: string): Trigger => ({ kind: 'page', pages: [{ is: 'starts', value }] });
const scroll = (percent: number): Trigger => ({ kind: 'scroll', pages: [], percent });
const event = (name: string): Trigger => ({ kind: 'event', pages: [], name, where: [] });
const having = (...triggers: Trigger[]): Moments => ({ ...base, triggers });
const triggersOf = (was: Trigger[], mine: Trigger[], theirs: Trigger[], prefer: 'mine' | 'theirs' = 'mine') => {
  const { moments, clashes, took } = mergeMoments(having(...was), having(...mine), having(...theirs), prefer);
  return { triggers: moments.triggers, clashes, took };
};

describe('merging', () => {
  /** One change of each part, in two spellings. */
  const changes: ((of: Moments, n: number) => Moments)[] = [
    (of) => ({ ...of, on: true }),
    (of, n) => ({ ...of, target: { ...of.target, if: { of: 'attribute', key: 'plan', is: 'eq', value: n } } }),
    (of, n) => ({ ...of, target: { ...of.target, segments: [`s${n}`] } }),
    (of, n) => ({ ...of, target: { ...of.target, devices: n % 2 ? ['mobile'] : ['tablet'] } }),
    (of, n) => ({ ...of, target: { ...of.target, languages: [n % 2 ? 'de' : 'fr'] } }),
    (of, n) => ({ ...of, repeat: { kind: 'every', days: n } }),
    (of, n) => ({ ...of, share: n }),
    (of, n) => ({ ...of, cap: n }),
    (of, n) => ({ ...of, priority: n }),
    (of, n) => ({ ...of, from: `2026-01-0${(n % 9) + 1}` }),
    (of, n) => ({ ...of, look: { ...of.look, delay: n } }),
    (of, n) => ({ ...of, sites: [`t${n}`] }),
    (of, n) => ({ ...of, triggers: [...of.triggers, scroll(n)] }),
  ];
  const some = fc.subarray(changes.map((_, i) => i));
  const changed = (which: readonly number[], n: number) =>
    which.reduce((of, i) => changes[i]?.(of, n) ?? of, having(page('/a')));

  test('what only one of us changed is as that one left it', () => {
    fc.assert(
      fc.property(some, some, (mine, theirs) => {
        const only = theirs.filter((i) => !mine.includes(i));
        const both = changed([...mine, ...only], 5);
        const merged = mergeMoments(having(page('/a')), changed(mine, 5), changed(only, 5), 'mine');
        // `on`, first: the order of changes does not count.
        expect(same(merged.moments, both)).toBe(true);
        expect([merged.clashes, merged.took.length]).toEqual([[], only.length]);
      }),
    );
  });

  test('what both changed is told, and is as preferred; the same change is none', () => {
    fc.assert(
      fc.property(some, some, (mine, theirs) => {
        // Switching on and adding a trigger of one's own are the same or go together.
        const both = mine.filter((i) => theirs.includes(i) && i !== 0 && i !== changes.length - 1);
        const of = [having(page('/a')), changed(mine, 5), changed(theirs, 6)] as const;
        const kept = mergeMoments(...of, 'mine');
        expect(kept.clashes).toHaveLength(both.length);
        const taken = mergeMoments(...of, 'theirs');
        const [again] = [mergeMoments(of[0], of[1], of[1], 'theirs')];
        expect([again.moments, again.clashes, again.took]).toEqual([of[1], [], []]);
        for (const i of both) {
          expect(same(changes[i]?.(kept.moments, 5), kept.moments)).toBe(true);
          expect(same(changes[i]?.(taken.moments, 6), taken.moments)).toBe(true);
        }
      }),
    );
  });

  test('triggers that each of us added both stay, mine in their places', () => {
    const [a, b] = [page('/a'), page('/b')];
    const merged = triggersOf([a, b], [a, b, scroll(50)], [a, page('/c'), event('paid')]);
    expect(merged).toEqual({ triggers: [a, page('/c'), scroll(50), event('paid')], clashes: [], took: ['triggers'] });
    expect(triggersOf([a], [a, scroll(50)], [a, scroll(50)]).triggers).toEqual([a, scroll(50)]);
  });

  test('one trigger changed by both, or taken out where the other changed one, is for a person', () => {
    const [a, b] = [page('/a'), page('/b')];
    const [mine, theirs] = [
      [page('/mine'), b],
      [page('/theirs'), b, scroll(10)],
    ];
    expect(triggersOf([a, b], mine, theirs)).toMatchObject({
      triggers: [page('/mine'), b, scroll(10)],
      clashes: ['triggers'],
    });
    expect(triggersOf([a, b], mine, theirs, 'theirs').triggers).toEqual([page('/theirs'), b, scroll(10)]);
    // Taken out, and one of its kind added: it only looks as if all stood in their places.
    const moved = [b, page('/new')];
    expect(triggersOf([a, b], mine, moved)).toMatchObject({ triggers: mine, clashes: ['triggers'] });
    expect(triggersOf([a, b], mine, moved, 'theirs').triggers).toEqual(moved);
    expect(triggersOf([a, b], [a, b], moved)).toMatchObject({ triggers: moved, clashes: [] });
  });

  test('nothing that I wrote goes unless I take theirs', () => {
    const trigger = fc.oneof(
      fc.integer({ min: 1, max: 4 }).map(scroll),
      fc.constantFrom('/a', '/b', '/c').map(page),
      fc.constantFrom('x', 'y').map(event),
    );
    const list = fc.array(trigger, { maxLength: 6 });
    fc.assert(
      fc.property(list, list, list, (was, mine, theirs) => {
        const { triggers, clashes } = triggersOf(was, mine, theirs);
        const isIn = (all: readonly Trigger[], one: Trigger) => all.some((other) => same(other, one));
        const lost = mine.filter((one) => !isIn(was, one) && !isIn(triggers, one));
        expect(lost).toEqual([]);
        // Nor does theirs without being told.
        if (clashes.length === 0) {
          expect(theirs.filter((one) => !isIn(was, one) && !isIn(triggers, one))).toEqual([]);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a draft', () => {
  const run = (draft: MomentsDraft, ...actions: Parameters<typeof reduceDraft>[1][]) =>
    actions.reduce(reduceDraft, draft);
  const begun = beginDraft({ moments: base, revision: 1 });
  const theirs = (moments: Moments, prefer: 'mine' | 'theirs') =>
    ({ type: 'theirs', moments, revision: 2, prefer }) as const;

  test('undo takes back mine and never what somebody else did', () => {
    const draft = run(begun, { type: 'change', part: { share: 40 } }, theirs({ ...base, cap: 9 }, 'mine'));
    expect(shownIn(draft)).toEqual({ ...base, share: 40, cap: 9 });
    expect([draft.revision, draft.took, isUnsaved(draft)]).toEqual([2, ['cap'], true]);
    const undone = run(draft, { type: 'undo' });
    expect([shownIn(undone), isUnsaved(undone)]).toEqual([{ ...base, cap: 9 }, false]);
  });

  test('theirs are taken where we clash, mine stay elsewhere, and undo brings all of mine back', () => {
    const mine = run(begun, { type: 'change', part: { share: 40, priority: 3 } });
    const taken = run(mine, theirs({ ...base, share: 20, cap: 9 }, 'theirs'));
    expect(shownIn(taken)).toEqual({ ...base, share: 20, priority: 3, cap: 9 });
    expect(shownIn(run(taken, { type: 'undo' }))).toEqual({ ...base, share: 40, priority: 3, cap: 9 });
    expect(shownIn(run(mine, theirs({ ...base, share: 20 }, 'mine')))).toMatchObject({ share: 40 });
  });

  test('what was typed while it was being saved stays', () => {
    const sent = { ...base, share: 40 };
    const typed = run(begun, { type: 'change', part: { share: 40 } }, { type: 'change', part: { cap: 7 } });
    const saved = run(typed, { type: 'saved', sent, moments: sent, revision: 2 });
    expect([shownIn(saved), isUnsaved(saved), saved.revision]).toEqual([{ ...sent, cap: 7 }, true, 2]);
    const all = run(saved, { type: 'saved', sent: shownIn(saved), moments: shownIn(saved), revision: 3 });
    expect(isUnsaved(all)).toBe(false);
  });
});
