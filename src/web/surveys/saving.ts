import { useQuery } from '@tanstack/react-query';
import { type Dispatch, useCallback, useEffect, useRef, useState } from 'react';
import { ApiProblem, get, inWorkspace, post, put } from '../api.ts';
import { type EditorAction, type EditorState, isUnsaved } from './history.ts';
import { same } from './merge.ts';
import type { Draft } from './queries.ts';

export type SaveState =
  | { readonly is: 'saved'; readonly at: number | null }
  | { readonly is: 'saving' }
  /** The server can't be reached: it is tried again by itself. */
  | { readonly is: 'waiting' }
  | { readonly is: 'refused'; readonly error: unknown }
  /** Somebody else saved since; a person has to say what holds. */
  | { readonly is: 'conflict'; readonly theirs: Draft };

/** The server remembers for 30 seconds. */
const PRESENCE_MS = 5_000;
const TYPING_MS = 700;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 30_000;

interface SavingInput {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly state: EditorState;
  readonly dispatch: Dispatch<EditorAction>;
  readonly savedAt: number | null;
}

/** Saves a moment after the last change, keeps trying while the server is away, and stops when somebody else was faster. */
export function useSaving({ workspaceId, surveyId, state, dispatch, savedAt }: SavingInput) {
  const path = inWorkspace(workspaceId, 'surveys', surveyId, 'draft');
  const [save, setSave] = useState<SaveState>({ is: 'saved', at: savedAt });
  const [attempt, setAttempt] = useState(0);
  const latest = useRef(state);
  const running = useRef<Promise<boolean> | null>(null);
  const sent = useRef<unknown>(undefined);
  useEffect(() => {
    latest.current = state;
  });

  const once = useCallback(async (): Promise<boolean> => {
    const { present, revision } = latest.current;
    if (!isUnsaved(latest.current)) return true;
    setSave({ is: 'saving' });
    sent.current = present;
    try {
      const answer = await put<{ revision: number; savedAt: string }>(path, { definition: present, revision });
      dispatch({ type: 'saved', definition: present, revision: answer.revision });
      setSave({ is: 'saved', at: Date.now() });
      setAttempt(0);
      return true;
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 409) {
        const theirs = await get<Draft>(path).catch(() => null);
        // A save whose answer was lost on the way is no conflict: what is there is what was sent.
        if (theirs?.definition && same(theirs.definition, sent.current)) {
          dispatch({ type: 'saved', definition: theirs.definition, revision: theirs.revision });
          setSave({ is: 'saved', at: Date.now() });
          return true;
        }
        setSave(theirs ? { is: 'conflict', theirs } : { is: 'waiting' });
        if (!theirs) setAttempt((before) => before + 1);
      } else if (error instanceof ApiProblem && error.status >= 400 && error.status < 500 && error.status !== 429) {
        setSave({ is: 'refused', error });
      } else {
        setSave({ is: 'waiting' });
        setAttempt((before) => before + 1);
      }
      return false;
    }
  }, [path, dispatch]);

  /** Saves now what is not saved yet. True when all of it is. */
  const flush = useCallback(async (): Promise<boolean> => {
    while (running.current) await running.current;
    running.current = once();
    const done = await running.current;
    running.current = null;
    return done;
  }, [once]);

  const isRunning = useCallback(() => running.current !== null, []);
  const revision = useCallback(() => latest.current.revision, []);
  const unsaved = isUnsaved(state);
  const stopped = save.is === 'conflict';
  // biome-ignore lint/correctness/useExhaustiveDependencies: another present is another reason to wait for a pause
  useEffect(() => {
    if (!unsaved || stopped) return;
    const wait = attempt === 0 ? TYPING_MS : Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LAST_RETRY_MS);
    const timer = setTimeout(() => void flush(), wait);
    return () => clearTimeout(timer);
  }, [unsaved, stopped, state.present, attempt, flush]);

  return {
    save,
    unsaved,
    flush,
    isRunning,
    /** As of now, also while a save is on its way. */
    revision,
    /** The person said what holds. */
    settle: () => setSave({ is: 'saved', at: null }),
  };
}

/** Names of the others who have this survey open; tells them that we have. */
export function useOthers(workspaceId: string, surveyId: string, enabled: boolean): readonly string[] {
  const { data } = useQuery({
    queryKey: ['workspace', workspaceId, 'survey', surveyId, 'presence'],
    queryFn: () =>
      post<{ readonly editors: readonly string[] }>(inWorkspace(workspaceId, 'surveys', surveyId, 'presence')),
    refetchInterval: PRESENCE_MS,
    enabled,
  });
  return data?.editors ?? [];
}
