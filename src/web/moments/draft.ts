import { same } from '../surveys/merge.ts';
import { mergeMoments, type Part } from './merge.ts';
import type { Moments } from './queries.ts';

export interface MomentsDraft {
  /** Every state since it was opened, for undo; the last one is shown. Never empty. */
  readonly states: readonly Moments[];
  /** What the server has, as far as is known, and its revision. */
  readonly saved: Moments;
  readonly revision: number;
  /** What somebody else changed and now stands here; told until the next save. */
  readonly took: readonly Part[];
}

export type DraftAction =
  | { readonly type: 'change'; readonly part: Partial<Moments> }
  | { readonly type: 'undo' }
  /** The server took `sent` and keeps it as `moments`. */
  | { readonly type: 'saved'; readonly sent: Moments; readonly moments: Moments; readonly revision: number }
  /** Somebody else saved: go on from theirs, with my changes over it; where both changed the same, `prefer` holds. */
  | {
      readonly type: 'theirs';
      readonly moments: Moments;
      readonly revision: number;
      readonly prefer: 'mine' | 'theirs';
    };

const MOST_STATES = 100;

export function beginDraft({ moments, revision }: { moments: Moments; revision: number }): MomentsDraft {
  return { states: [moments], saved: moments, revision, took: [] };
}

/** What is shown. */
export const shownIn = ({ states, saved }: MomentsDraft): Moments => states.at(-1) ?? saved;
export const isUnsaved = (draft: MomentsDraft): boolean => !same(shownIn(draft), draft.saved);

export function reduceDraft(draft: MomentsDraft, action: DraftAction): MomentsDraft {
  const { states } = draft;
  switch (action.type) {
    case 'change':
      return { ...draft, states: [...states, { ...shownIn(draft), ...action.part }].slice(-MOST_STATES) };
    case 'undo':
      return states.length < 2 ? draft : { ...draft, states: states.slice(0, -1) };
    case 'saved': {
      const { sent, moments, revision } = action;
      return { states: states.map((one) => (same(one, sent) ? moments : one)), saved: moments, revision, took: [] };
    }
    case 'theirs': {
      const { moments, revision, prefer } = action;
      const { took } = mergeMoments(draft.saved, shownIn(draft), moments, prefer);
      const over = (mine: Moments, whose: 'mine' | 'theirs') => mergeMoments(draft.saved, mine, moments, whose).moments;
      // Each state is made again over theirs, so that undo takes back mine and never what somebody else did.
      const again = states.map((mine) => over(mine, 'mine'));
      const settled = prefer === 'mine' ? again : [...again, over(shownIn(draft), 'theirs')].slice(-MOST_STATES);
      return { states: settled, saved: moments, revision, took: [...new Set([...draft.took, ...took])] };
    }
  }
}
