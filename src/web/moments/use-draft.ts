import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useReducer, useState } from 'react';
import { ApiProblem, inWorkspace, put } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { beginDraft, isUnsaved, reduceDraft, shownIn } from './draft.ts';
import { mergeMoments } from './merge.ts';
import { askingQuery, type Moments, type SurveyAsking } from './queries.ts';

/**
 * The moments as they are being edited. What somebody else saves meanwhile is taken in by itself where it touches nothing
 * of mine; where it does, a person chooses, and nothing is saved before.
 */
export function useDraft(workspaceId: string, surveyId: string, stored: SurveyAsking) {
  const client = useQueryClient();
  const [draft, dispatch] = useReducer(reduceDraft, stored, beginDraft);
  const [isChoosing, setChoosing] = useState(false);
  const moments = shownIn(draft);
  const save = useChange(workspaceId, async () => {
    try {
      const path = inWorkspace(workspaceId, 'surveys', surveyId, 'asking');
      const answer = await put<SurveyAsking>(path, { moments, revision: draft.revision });
      // Before anything is read again: my own save must not come back as somebody else's.
      dispatch({ type: 'saved', sent: moments, moments: answer.moments, revision: answer.revision });
    } catch (error) {
      if (!(error instanceof ApiProblem && error.status === 409)) throw error;
      const now = await client.fetchQuery({ ...askingQuery(workspaceId, surveyId), staleTime: 0 });
      if (now.revision <= draft.revision) throw error;
      setChoosing(mergeMoments(draft.saved, moments, now.moments, 'mine').clashes.length > 0);
    }
  });
  const { isPending } = save;
  const isNews = stored.revision > draft.revision && !isPending;
  const merged = isNews ? mergeMoments(draft.saved, moments, stored.moments, 'mine') : undefined;
  const isClash = merged !== undefined && merged.clashes.length > 0;
  useEffect(() => {
    if (!isNews || isClash) return;
    setChoosing(false);
    dispatch({ type: 'theirs', moments: stored.moments, revision: stored.revision, prefer: 'mine' });
  }, [isNews, isClash, stored]);
  const settle = (prefer: 'mine' | 'theirs') => {
    setChoosing(false);
    dispatch({ type: 'theirs', moments: stored.moments, revision: stored.revision, prefer });
  };
  const onClose = () => setChoosing(false);
  return {
    moments,
    revision: draft.revision,
    took: draft.took,
    isChanged: isUnsaved(draft),
    save,
    change: (part: Partial<Moments>) => dispatch({ type: 'change', part }),
    canUndo: draft.states.length > 1,
    undo: () => dispatch({ type: 'undo' }),
    /** What both changed, while nobody has said which holds. */
    clash: isClash
      ? { saved: draft.saved, mine: moments, theirs: stored.moments, merged, onSettle: settle, onClose }
      : undefined,
    isChoosing,
    choose: () => setChoosing(true),
  };
}
