import { createContext, useContext } from 'react';
import type { Audience } from '../../core/perspective.ts';
import type { SurveyFinding } from '../../core/survey/check-survey.ts';
import type { SurveyDefinition } from '../../core/survey/definition.ts';
import type { PlacedItem } from './queries.ts';
import type { EditorSearch } from './search.ts';

type Change = (survey: SurveyDefinition) => SurveyDefinition;

/** What every part of the editor knows and may do. */
export interface Editor {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly survey: SurveyDefinition;
  readonly mayEdit: boolean;
  /** Changes the survey, as a step that can be taken back. `field`: typing in one field is one step. */
  readonly edit: (label: string, change: Change, field?: string) => void;
  readonly search: EditorSearch;
  /** Opens something; `focus` takes the person there. */
  readonly open: (search: EditorSearch, focus?: boolean) => void;
  /** Whose texts and language are shown in the preview and written first. */
  readonly audience: Audience;
  readonly language: string;
  readonly items: readonly PlacedItem[];
  readonly hosts: readonly string[];
  readonly findings: readonly SurveyFinding[];
  /** What was published last. */
  readonly published: SurveyDefinition | undefined;
  /** Fewest people whose answers may show together. */
  readonly threshold: number;
}

const EditorContext = createContext<Editor | null>(null);
export const EditorProvider = EditorContext.Provider;

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error('This part of the editor stands outside of it.');
  return editor;
}
