import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useBlocker, useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { checkSurvey } from '../../core/survey/check-survey.ts';
import type { SurveyDefinition } from '../../core/survey/definition.ts';
import { journeysQuery } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { settingsQuery } from '../settings/queries.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Checks } from './checks.tsx';
import { ConflictDialog } from './conflict-dialog.tsx';
import { BLANK } from './edit.ts';
import { type Editor, EditorProvider } from './editor.ts';
import { begin, reduce } from './history.ts';
import { MirrorDialog } from './mirror-dialog.tsx';
import { OpenForm } from './open-form.tsx';
import { Outline } from './outline.tsx';
import { Preview } from './preview.tsx';
import { PublishDialog } from './publish-dialog.tsx';
import { type Draft, draftQuery, itemsOf, redirectHostsQuery, versionQuery } from './queries.ts';
import { useOthers, useSaving } from './saving.ts';
import type { EditorSearch } from './search.ts';
import { Toolbar } from './toolbar.tsx';

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
  const [pane, setPane] = useState<'parts' | 'form' | 'preview'>('form');
  const { editor, root } = useEditorOf({
    workspaceId,
    surveyId,
    state,
    dispatch,
    draft,
    onOpen: () => setPane('form'),
  });
  const leave = useBlocker({
    shouldBlockFn: async ({ current, next }) =>
      current.pathname !== next.pathname && saving.unsaved && !(await saving.flush()),
    enableBeforeUnload: () => saving.unsaved,
    withResolver: true,
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
  const conflict = saving.save.is === 'conflict' ? saving.save.theirs : null;
  return (
    <EditorProvider value={editor}>
      <Page title={draft.name}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: shortcuts of what is inside; each has a button too */}
        <div ref={root} onKeyDown={onKeyDown}>
          <Toolbar
            state={state}
            dispatch={dispatch}
            save={saving.save}
            unsaved={saving.unsaved}
            onSave={() => void saving.flush()}
            others={others}
            news={news}
            draft={draft}
            pane={pane}
            onPane={setPane}
            onMirror={() => setDialog('mirror')}
            onPublish={() => setDialog('publish')}
          />
          <div className="grid gap-6 lg:grid-cols-[15rem_minmax(0,1fr)] xl:grid-cols-[15rem_minmax(0,1fr)_21.5rem]">
            <div className={pane === 'parts' ? '' : 'max-lg:hidden'}>
              <Outline />
            </div>
            <div className={`min-w-0 ${pane === 'form' ? '' : 'max-lg:hidden'}`}>
              <OpenForm />
            </div>
            <div
              className={`flex min-w-0 flex-col gap-6 lg:max-xl:col-start-2 ${pane === 'preview' ? '' : 'max-lg:hidden'}`}
            >
              <Preview />
              <Checks />
            </div>
          </div>
        </div>
      </Page>
      {dialog === 'mirror' && <MirrorDialog onClose={() => setDialog(null)} />}
      {dialog === 'publish' && (
        <PublishDialog
          version={draft.version}
          revision={saving.revision}
          flush={saving.flush}
          onClose={() => setDialog(null)}
        />
      )}
      {conflict?.definition && (
        <ConflictDialog
          base={state.saved}
          mine={state.present}
          theirs={{ ...conflict, definition: conflict.definition }}
          onSettle={(keepMine) => {
            const { definition, revision } = conflict;
            if (definition) dispatch({ type: 'theirs', definition, revision, keepMine });
            saving.settle();
          }}
        />
      )}
      <ConfirmDialog
        title="Leave without saving?"
        isOpen={leave.status === 'blocked'}
        onClose={() => leave.reset?.()}
        action="Leave and lose them"
        onConfirm={async () => leave.proceed?.()}
      >
        Your last changes could not be saved. Stay until the server can be reached again.
      </ConfirmDialog>
    </EditorProvider>
  );
}

interface NewsInput {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly draft: Draft;
  readonly revision: number;
  readonly dispatch: React.Dispatch<Parameters<typeof reduce>[1]>;
  readonly saving: ReturnType<typeof useSaving>;
  readonly others: readonly string[];
}

const WATCH_MS = 20_000;
const WATCH_TOGETHER_MS = 3_000;

/** Takes over what others saved while nothing of mine is unsaved; says who it was. */
function useTheirChanges({ workspaceId, surveyId, draft, revision, dispatch, saving, others }: NewsInput): string {
  const [news, setNews] = useState('');
  useQuery({
    ...draftQuery(workspaceId, surveyId),
    refetchInterval: others.length > 0 ? WATCH_TOGETHER_MS : WATCH_MS,
  });
  const { unsaved, isRunning } = saving;
  useEffect(() => {
    if (draft.revision <= revision || unsaved || isRunning() || !draft.definition) return;
    dispatch({ type: 'theirs', definition: draft.definition, revision: draft.revision, keepMine: true });
    setNews(`${draft.savedBy ?? 'Somebody'} changed the survey; you see it now.`);
  }, [draft, revision, unsaved, isRunning, dispatch]);
  return news;
}

interface EditorInput {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly state: ReturnType<typeof reduce>;
  readonly dispatch: React.Dispatch<Parameters<typeof reduce>[1]>;
  readonly draft: Draft;
  readonly onOpen: () => void;
}

/** All that the parts of the editor know, gathered. */
function useEditorOf({ workspaceId, surveyId, state, dispatch, draft, onOpen }: EditorInput) {
  const { mayEdit } = useRights(workspaceId);
  const search = here.useSearch();
  const navigate = useNavigate();
  const journeys = useQuery(journeysQuery(workspaceId)).data?.journeys;
  const redirectHosts = useQuery(redirectHostsQuery(workspaceId)).data?.hosts;
  const threshold = useQuery(settingsQuery(workspaceId)).data?.anonymityThreshold ?? 5;
  const published = useQuery(versionQuery(workspaceId, surveyId, draft.version)).data?.definition;
  const survey = state.present;
  const items = useMemo(() => itemsOf(journeys ?? []), [journeys]);
  const hosts = redirectHosts ?? NONE;
  const findings = useMemo(
    () =>
      journeys
        ? checkSurvey(survey, {
            items: new Map(items.map((item) => [item.key, item])),
            redirectHosts: hosts,
            previous: published,
          })
        : [],
    [survey, items, hosts, published, journeys],
  );
  const root = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  // After what was opened is drawn, the person is taken to its first text in the language and audience asked for.
  useEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    focusIn(root.current, search);
  });
  const open = useCallback(
    (next: EditorSearch, focus = false) => {
      wantsFocus.current = focus;
      onOpen();
      const { audience, language, device } = search;
      const kept = { ...(audience && { audience }), ...(language && { language }), ...(device && { device }) };
      void navigate({
        to: '/w/$workspaceId/surveys/$surveyId',
        params: { workspaceId, surveyId },
        search: { ...kept, ...next },
        replace: !focus && next.question === undefined,
        resetScroll: false,
      });
    },
    [navigate, workspaceId, surveyId, search, onOpen],
  );
  const first = survey.languages[0] ?? 'en';
  const audiences = survey.audiences;
  const customer = audiences.includes('customer') ? 'customer' : (audiences[0] ?? 'customer');
  const editor: Editor = {
    workspaceId,
    surveyId,
    survey,
    mayEdit,
    edit: (label, change, field) => mayEdit && dispatch({ type: 'edit', label, change, field, at: performance.now() }),
    search,
    open,
    audience: search.audience && audiences.includes(search.audience) ? search.audience : customer,
    language: search.language && survey.languages.includes(search.language) ? search.language : first,
    items,
    hosts,
    findings,
    published,
    threshold,
  };
  return { editor, root };
}

const NONE: readonly string[] = [];

function focusIn(root: HTMLElement | null, { audience, language }: EditorSearch) {
  const texts = [...(root?.querySelectorAll<HTMLElement>('[data-form] textarea') ?? [])];
  const fits = (text: HTMLElement) =>
    (!audience || text.dataset['audience'] === audience) && (!language || text.dataset['language'] === language);
  const target = texts.find(fits) ?? texts[0] ?? root?.querySelector<HTMLElement>('[data-form] h2');
  target?.focus();
}
