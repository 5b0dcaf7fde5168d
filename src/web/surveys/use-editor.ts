import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { checkSurvey } from '../../core/survey/check-survey.ts';
import { journeysQuery } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { settingsQuery } from '../settings/queries.ts';
import type { Editor } from './editor.ts';
import type { reduce } from './history.ts';
import { type Draft, draftQuery, itemsOf, redirectHostsQuery, versionQuery, versionsQuery } from './queries.ts';
import type { useSaving } from './saving.ts';
import type { EditorSearch } from './search.ts';
import { whoSaved } from './who-saved.ts';

const here = getRouteApi('/w/$workspaceId/surveys/$surveyId/');

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
export function useTheirChanges({
  workspaceId,
  surveyId,
  draft,
  revision,
  dispatch,
  saving,
  others,
}: NewsInput): string {
  const [news, setNews] = useState('');
  useQuery({
    ...draftQuery(workspaceId, surveyId),
    refetchInterval: others.length > 0 ? WATCH_TOGETHER_MS : WATCH_MS,
  });
  const { unsaved, isRunning } = saving;
  useEffect(() => {
    if (draft.revision <= revision || unsaved || isRunning() || !draft.definition) return;
    dispatch({ type: 'theirs', definition: draft.definition, revision: draft.revision, keepMine: true });
    setNews(`${whoSaved(draft)} changed the survey; you see it now.`);
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
export function useEditorOf({ workspaceId, surveyId, state, dispatch, draft, onOpen }: EditorInput) {
  const { mayEdit } = useRights(workspaceId);
  const search = here.useSearch();
  const navigate = useNavigate();
  const journeys = useQuery(journeysQuery(workspaceId)).data?.journeys;
  const redirectHosts = useQuery(redirectHostsQuery(workspaceId)).data?.hosts;
  const threshold = useQuery(settingsQuery(workspaceId)).data?.anonymityThreshold ?? 5;
  const published = useQuery(versionQuery(workspaceId, surveyId, draft.version)).data?.definition;
  const version = useQuery(versionsQuery(workspaceId, surveyId)).data?.answered ?? null;
  const answered = useQuery(versionQuery(workspaceId, surveyId, version)).data;
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
            answered,
          })
        : [],
    [survey, items, hosts, published, answered, journeys],
  );
  const root = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  // After what was opened is drawn, the person is taken to its first text in the language and audience asked for.
  useEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    // A dialog that was just closed first gives the focus back to what opened it.
    setTimeout(() => focusIn(root.current, search), AFTER_DIALOG_MS);
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

const AFTER_DIALOG_MS = 60;
const NONE: readonly string[] = [];

function focusIn(root: HTMLElement | null, { audience, language }: EditorSearch) {
  const texts = [...(root?.querySelectorAll<HTMLElement>('[data-form] textarea') ?? [])];
  const fits = (text: HTMLElement) =>
    (!audience || text.dataset['audience'] === audience) && (!language || text.dataset['language'] === language);
  const target = texts.find(fits) ?? texts[0] ?? root?.querySelector<HTMLElement>('[data-form] h2');
  target?.focus();
}
