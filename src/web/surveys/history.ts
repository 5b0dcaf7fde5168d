import type { SurveyDefinition } from '../../core/survey/definition.ts';
import { mergeSurveys, same } from './merge.ts';

/** Steps that can be taken back. */
const MOST_STEPS = 500;
/** Typing goes on in the same step until there is a pause, or another field. */
const PAUSE_MS = 2_000;

interface Step {
  readonly before: SurveyDefinition;
  /** What was done, for the buttons: "Undo: move the question". */
  readonly label: string;
  /** The field that is typed in. */
  readonly field?: string | undefined;
  readonly at: number;
}

export interface EditorState {
  readonly past: readonly Step[];
  readonly present: SurveyDefinition;
  readonly future: readonly Step[];
  /** What the server has, as far as is known, and its revision. */
  readonly saved: SurveyDefinition;
  readonly revision: number;
}

export type EditorAction =
  | {
      readonly type: 'edit';
      readonly label: string;
      readonly change: (survey: SurveyDefinition) => SurveyDefinition;
      readonly field?: string | undefined;
      /** Milliseconds of any clock. */
      readonly at: number;
    }
  | { readonly type: 'undo' | 'redo' }
  | { readonly type: 'saved'; readonly definition: SurveyDefinition; readonly revision: number }
  /** Somebody else saved: go on from theirs, with my unsaved changes over it or without them. */
  | {
      readonly type: 'theirs';
      readonly definition: SurveyDefinition;
      readonly revision: number;
      readonly keepMine: boolean;
    };

export function begin(definition: SurveyDefinition, revision: number): EditorState {
  return { past: [], present: definition, future: [], saved: definition, revision };
}

export const isUnsaved = ({ present, saved }: EditorState): boolean => present !== saved && !same(present, saved);

export function reduce(state: EditorState, action: EditorAction): EditorState {
  switch (action.type) {
    case 'edit':
      return edit(state, action);
    case 'undo': {
      const step = state.past.at(-1);
      if (!step) return state;
      const undone = { ...step, before: state.present, field: undefined };
      return { ...state, past: state.past.slice(0, -1), present: step.before, future: [undone, ...state.future] };
    }
    case 'redo': {
      const [step, ...future] = state.future;
      if (!step) return state;
      return { ...state, past: [...state.past, { ...step, before: state.present }], present: step.before, future };
    }
    case 'saved':
      return { ...state, saved: action.definition, revision: action.revision };
    case 'theirs':
      return overTheirs(state, action);
  }
}

function edit(state: EditorState, { label, change, field, at }: EditorAction & { type: 'edit' }): EditorState {
  const present = change(state.present);
  if (present === state.present || same(present, state.present)) return state;
  const last = state.past.at(-1);
  const goesOn = field !== undefined && last?.field === field && at - last.at < PAUSE_MS && state.future.length === 0;
  const past = goesOn
    ? [...state.past.slice(0, -1), { ...last, at }]
    : [...state.past, { before: state.present, label, field, at }].slice(-MOST_STEPS);
  return { ...state, past, present, future: [] };
}

/** Steps are made again over theirs, so that undo takes back mine and never what somebody else did. */
function overTheirs(state: EditorState, action: EditorAction & { type: 'theirs' }): EditorState {
  const { definition: theirs, revision, keepMine } = action;
  const over = (mine: SurveyDefinition) => mergeSurveys(state.saved, mine, theirs);
  const moved = (steps: readonly Step[]) => steps.map((step) => ({ ...step, before: over(step.before) }));
  const mine = over(state.present);
  const base = { saved: theirs, revision };
  if (keepMine || same(mine, theirs)) {
    return { ...base, past: moved(state.past), present: mine, future: moved(state.future) };
  }
  const step = { before: mine, label: 'take theirs', at: 0 };
  return { ...base, past: [...moved(state.past), step], present: theirs, future: [] };
}
