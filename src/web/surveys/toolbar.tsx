import { type Dispatch, useEffect, useState } from 'react';
import { AUDIENCES } from '../../core/perspective.ts';
import { Button } from '../ui/button.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { checksInWords } from './checks.tsx';
import { useEditor } from './editor.ts';
import type { EditorAction, EditorState } from './history.ts';
import type { Draft } from './queries.ts';
import type { SaveState } from './saving.ts';

export type Pane = 'parts' | 'form' | 'preview';
const PANES: readonly { readonly pane: Pane; readonly name: string }[] = [
  { pane: 'parts', name: 'Parts' },
  { pane: 'form', name: 'Write' },
  { pane: 'preview', name: 'Preview and checks' },
];

interface ToolbarProps {
  readonly state: EditorState;
  readonly dispatch: Dispatch<EditorAction>;
  readonly save: SaveState;
  readonly unsaved: boolean;
  readonly onSave: () => void;
  readonly others: readonly string[];
  /** What somebody else did, or what a step of one's own added. */
  readonly news: string;
  readonly draft: Draft;
  readonly pane: Pane;
  readonly onPane: (pane: Pane) => void;
  readonly onMirror: () => void;
  readonly onPublish: () => void;
}

export function Toolbar(props: ToolbarProps) {
  const { state, dispatch, save, unsaved, onSave, others, news, draft, pane, onPane, onMirror, onPublish } = props;
  const { mayEdit, findings, survey } = useEditor();
  const asksAll = AUDIENCES.every((audience) => survey.audiences.includes(audience));
  const undo = state.past.at(-1);
  const redo = state.future[0];
  const errors = findings.some(({ level }) => level === 'error');
  return (
    <div className="sticky top-0 z-10 -mx-4 mb-5 flex flex-col gap-2 border-b border-hairline bg-ground px-4 py-2 sm:-mx-6 sm:px-6">
      <div className="flex flex-wrap items-center gap-2">
        {mayEdit && (
          <>
            <Button
              isDisabled={!undo}
              aria-label={undo ? `Undo: ${undo.label}` : 'Undo'}
              aria-keyshortcuts="Control+Z"
              onPress={() => dispatch({ type: 'undo' })}
            >
              Undo
            </Button>
            <Button
              isDisabled={!redo}
              aria-label={redo ? `Redo: ${redo.label}` : 'Redo'}
              aria-keyshortcuts="Control+Shift+Z"
              onPress={() => dispatch({ type: 'redo' })}
            >
              Redo
            </Button>
          </>
        )}
        <span className="text-sm text-muted">
          <SaveLine save={save} unsaved={unsaved} />
          {save.is === 'waiting' && (
            <Button look="plain" className="ml-2" onPress={onSave}>
              Try now
            </Button>
          )}
        </span>
        <span role="status" className="text-sm">
          {others.length > 0 && `${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} editing too. `}
          {news}
        </span>
        {mayEdit && (
          <span className="ml-auto flex flex-wrap items-center gap-2">
            <span className={`text-sm ${errors ? 'text-danger' : 'text-muted'}`}>
              {draft.version === null
                ? 'Draft'
                : `Version ${draft.version}${draft.changed || unsaved ? ', changed' : ''}`}{' '}
              · {checksInWords(findings)}
            </span>
            <Button look={asksAll ? 'plain' : 'quiet'} onPress={onMirror}>
              Ask leaders and staff the same
            </Button>
            <Button look="primary" onPress={onPublish}>
              Publish
            </Button>
          </span>
        )}
      </div>
      {save.is === 'refused' && <ProblemNotice error={save.error} onRetry={onSave} />}
      <fieldset className="flex gap-4 text-sm lg:hidden">
        <legend className="sr-only">What is shown</legend>
        {PANES.map(({ pane: one, name }) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === pane}
            className="cursor-pointer border-b-2 border-transparent py-1 text-muted aria-pressed:border-ink aria-pressed:text-ink"
            onClick={() => onPane(one)}
          >
            {name}
          </button>
        ))}
      </fieldset>
    </div>
  );
}

function SaveLine({ save, unsaved }: { readonly save: SaveState; readonly unsaved: boolean }) {
  const at = save.is === 'saved' && !unsaved ? save.at : null;
  return (
    <>
      <span role="status">
        {save.is === 'waiting'
          ? 'Not saved: the server can’t be reached. It is tried again by itself.'
          : save.is === 'refused'
            ? 'Not saved'
            : save.is === 'conflict'
              ? `Not saved: ${save.theirs.savedByYou ? 'you saved in another window' : 'somebody else saved'}`
              : unsaved || save.is === 'saving'
                ? 'Saving …'
                : 'Saved'}
      </span>
      {at !== null && <Ago at={at} />}
    </>
  );
}

const TICK_MS = 5_000;

function Ago({ at }: { readonly at: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  const [n, unit] =
    seconds < 60
      ? [seconds, 's']
      : seconds < 3600
        ? [seconds / 60, 'min']
        : seconds < 86_400
          ? [seconds / 3600, 'h']
          : [seconds / 86_400, 'd'];
  return <span> {seconds < 2 ? 'just now' : `${Math.round(n)} ${unit} ago`}</span>;
}
