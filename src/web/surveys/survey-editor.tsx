import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useBlocker } from '@tanstack/react-router';
import { type Dispatch, type KeyboardEvent, useReducer, useState } from 'react';
import { BLANK } from '../../core/survey/blank.ts';
import type { SurveyDefinition } from '../../core/survey/definition.ts';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Checks } from './checks.tsx';
import { ConflictDialog } from './conflict-dialog.tsx';
import { EditorProvider } from './editor.ts';
import { begin, type EditorAction, type EditorState, reduce } from './history.ts';
import { MIRROR_STEP, MirrorDialog } from './mirror-dialog.tsx';
import { OpenForm } from './open-form.tsx';
import { Outline } from './outline.tsx';
import { Preview } from './preview.tsx';
import { PublishDialog } from './publish-dialog.tsx';
import { type Draft, draftQuery } from './queries.ts';
import { useOthers, useSaving } from './saving.ts';
import { type Pane, Toolbar } from './toolbar.tsx';
import { useEditorOf, useTheirChanges } from './use-editor.ts';

const here = getRouteApi('/w/$workspaceId/surveys/$surveyId/');

/** Writing a survey: its parts on the left, the open one in the middle, what respondents see on the right. */
export function SurveyEditor() {
  const { workspaceId, surveyId } = here.useParams();
  const { mayEdit } = useRights(workspaceId);
  const draft = useQuery(draftQuery(workspaceId, surveyId));
  const [begun, setBegun] = useState(false);
  if (!draft.data) {
    return (
      <Page title="Survey">
        <ProblemNotice error={draft.error} onRetry={() => void draft.refetch()} />
        {draft.isPending && <Loading what="the survey" />}
      </Page>
    );
  }
  const { definition, name, revision } = draft.data;
  if (!definition && !begun) {
    return (
      <Page title={name}>
        <Empty title="This survey came with an import and has no questions">
          <p>Its answers count as they are. To ask it here, write its questions.</p>
          {mayEdit && (
            <p className="actions">
              <Button look="primary" onPress={() => setBegun(true)}>
                Begin with a blank page
              </Button>
            </p>
          )}
        </Empty>
      </Page>
    );
  }
  return (
    <EditorOf
      key={surveyId}
      workspaceId={workspaceId}
      surveyId={surveyId}
      first={definition ?? BLANK}
      firstRevision={revision}
      draft={draft.data}
    />
  );
}

interface EditorOfProps {
  readonly workspaceId: string;
  readonly surveyId: string;
  /** The definition and revision to begin from. */
  readonly first: SurveyDefinition;
  readonly firstRevision: number;
  /** As the server has it now. */
  readonly draft: Draft;
}

function EditorOf({ workspaceId, surveyId, first, firstRevision, draft }: EditorOfProps) {
  const { mayEdit } = useRights(workspaceId);
  const [state, dispatch] = useReducer(reduce, undefined, () => begin(first, firstRevision));
  const savedAt = draft.savedAt ? Date.parse(draft.savedAt) : null;
  const saving = useSaving({ workspaceId, surveyId, state, dispatch, savedAt });
  const others = useOthers(workspaceId, surveyId, mayEdit);
  const news = useTheirChanges({ workspaceId, surveyId, draft, revision: state.revision, dispatch, saving, others });
  const [dialog, setDialog] = useState<'mirror' | 'publish' | null>(null);
  const [mirrored, setMirrored] = useState('');
  const [pane, setPane] = useState<Pane>('form');
  const { editor, root } = useEditorOf({
    workspaceId,
    surveyId,
    state,
    dispatch,
    draft,
    onOpen: () => setPane('form'),
  });
  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    // Dialogs are children here, too, and not of the editor's own element.
    if (!(event.ctrlKey || event.metaKey) || !event.currentTarget.contains(event.target as Node) || !mayEdit) return;
    const key = event.key.toLowerCase();
    const undo = key === 'z' && !event.shiftKey;
    if (!undo && key !== 'y' && key !== 'z') return;
    event.preventDefault();
    dispatch({ type: undo ? 'undo' : 'redo' });
  }
  const shown = (one: Pane) => (pane === one ? '' : 'max-lg:hidden');
  return (
    <EditorProvider value={editor}>
      <Page title={draft.name}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: shortcuts of what is inside; each has a button too */}
        <div ref={root} onKeyDown={onKeyDown}>
          <Toolbar
            {...{ state, dispatch, others, draft, pane }}
            news={state.past.at(-1)?.label === MIRROR_STEP ? `${news} ${mirrored}` : news}
            save={saving.save}
            unsaved={saving.unsaved}
            onSave={() => void saving.flush()}
            onPane={setPane}
            onMirror={() => setDialog('mirror')}
            onPublish={() => setDialog('publish')}
          />
          <div className="grid gap-6 lg:grid-cols-[15rem_minmax(0,1fr)] xl:grid-cols-[15rem_minmax(0,1fr)_21.5rem]">
            <div className={shown('parts')}>
              <Outline />
            </div>
            <div className={`min-w-0 ${shown('form')}`}>
              <OpenForm />
            </div>
            <div className={`flex min-w-0 flex-col gap-6 lg:max-xl:col-start-2 ${shown('preview')}`}>
              <Preview />
              <Checks />
            </div>
          </div>
        </div>
      </Page>
      {dialog === 'mirror' && <MirrorDialog onDone={setMirrored} onClose={() => setDialog(null)} />}
      {dialog === 'publish' && (
        <PublishDialog
          version={draft.version}
          revision={saving.revision}
          flush={saving.flush}
          onClose={() => setDialog(null)}
        />
      )}
      <Settle state={state} dispatch={dispatch} saving={saving} />
      <Leaving saving={saving} />
    </EditorProvider>
  );
}

interface SettleProps {
  readonly state: EditorState;
  readonly dispatch: Dispatch<EditorAction>;
  readonly saving: ReturnType<typeof useSaving>;
}

function Settle({ state, dispatch, saving }: SettleProps) {
  const theirs = saving.save.is === 'conflict' ? saving.save.theirs : null;
  const definition = theirs?.definition;
  if (!theirs || !definition) return null;
  return (
    <ConflictDialog
      base={state.saved}
      mine={state.present}
      theirs={{ ...theirs, definition }}
      onSettle={(keepMine) => {
        dispatch({ type: 'theirs', definition, revision: theirs.revision, keepMine });
        saving.settle();
      }}
    />
  );
}

/** Going elsewhere saves first; only where that fails the person is asked. */
function Leaving({ saving }: Pick<SettleProps, 'saving'>) {
  const leave = useBlocker({
    shouldBlockFn: async ({ current, next }) =>
      current.pathname !== next.pathname && saving.unsaved && !(await saving.flush()),
    enableBeforeUnload: () => saving.unsaved,
    withResolver: true,
  });
  return (
    <ConfirmDialog
      title="Leave without saving?"
      isOpen={leave.status === 'blocked'}
      onClose={() => leave.reset?.()}
      action="Leave and lose them"
      onConfirm={async () => leave.proceed?.()}
    >
      Your last changes could not be saved. Stay until the server can be reached again.
    </ConfirmDialog>
  );
}
