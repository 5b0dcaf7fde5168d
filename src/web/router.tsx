import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { ApiProblem } from './api.ts';
import { type ContactSearch, readContactSearch } from './contacts/search.ts';
import { FirstScreen } from './gaps/first-screen.tsx';
import { gapsQuery } from './gaps/queries.ts';
import { type GapSearch, readGapSearch } from './gaps/search.ts';
import { type LogSearch, readLogSearch } from './moments/log-search.ts';
import { NotHere } from './not-here.tsx';
import { type Session, sessionQuery } from './session.ts';
import { PlainShell, WorkspaceShell } from './shell.tsx';
import { type AnswersSearch, readAnswersSearch } from './surveys/reasons.ts';
import { type EditorSearch, readEditorSearch } from './surveys/search.ts';
import { MarkPatterns } from './ui/mark.tsx';
import { Loading, ProblemNotice } from './ui/notice.tsx';

const root = createRootRouteWithContext<{ readonly client: QueryClient }>()({
  beforeLoad: async ({ context: { client } }) => ({ session: await client.ensureQueryData(sessionQuery) }),
  component: () => (
    <>
      <MarkPatterns />
      <Outlet />
    </>
  ),
  errorComponent: (props) => (
    <main>
      <Failure {...props} />
    </main>
  ),
  notFoundComponent: () => (
    <main>
      <NotHere />
    </main>
  ),
});

// ── Without an account ─────────────────────────────────────────────────────────────────────────────────────────────
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: ({ to }: Record<string, unknown>): { to?: string } => (typeof to === 'string' ? { to } : {}),
  component: lazyRouteComponent(() => import('./accounts/sign-in.tsx'), 'SignIn'),
});
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./accounts/setup.tsx'), 'Setup'),
});
const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  component: lazyRouteComponent(() => import('./accounts/invite.tsx'), 'Invite'),
});
const unsubscribe = createRoute({
  getParentRoute: () => root,
  path: '/unsubscribe',
  validateSearch: ({ lang }: Record<string, unknown>): { lang?: string } => (typeof lang === 'string' ? { lang } : {}),
  component: lazyRouteComponent(() => import('./mailings/unsubscribe.tsx'), 'Unsubscribe'),
});

// ── Signed in ──────────────────────────────────────────────────────────────────────────────────────────────────────
/** A view for people with an account: everybody else is sent to sign in, and back here afterwards. */
function requireUser({
  context: { session },
  location,
}: {
  context: { session: Session };
  location: { href: string };
}) {
  if (session.setupNeeded && !session.user) throw redirect({ to: '/setup' });
  if (!session.user) throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } });
}
const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: ({ context, location }) => {
    requireUser({ context, location });
    const [first] = context.session.workspaces;
    throw first
      ? redirect({ to: '/w/$workspaceId', params: { workspaceId: first.id } })
      : redirect({ to: '/workspaces' });
  },
});
const plain = createRoute({ getParentRoute: () => root, id: 'plain', beforeLoad: requireUser, component: PlainShell });
const account = createRoute({
  getParentRoute: () => plain,
  path: '/account',
  component: lazyRouteComponent(() => import('./accounts/account.tsx'), 'Account'),
});
const workspaces = createRoute({
  getParentRoute: () => plain,
  path: '/workspaces',
  component: lazyRouteComponent(() => import('./settings/workspaces.tsx'), 'Workspaces'),
});

// ── Inside a workspace ─────────────────────────────────────────────────────────────────────────────────────────────
const workspace = createRoute({
  getParentRoute: () => root,
  path: '/w/$workspaceId',
  beforeLoad: requireUser,
  component: WorkspaceShell,
});
const firstScreen = createRoute({
  getParentRoute: () => workspace,
  path: '/',
  validateSearch: (search): GapSearch => readGapSearch(search),
  loaderDeps: ({ search }) => search,
  // Begins the read while the code is still coming; the screen itself shows how it went.
  loader: ({ context: { client }, params, deps }) => void client.prefetchQuery(gapsQuery(params.workspaceId, deps)),
  component: FirstScreen,
});
const touchpoint = createRoute({
  getParentRoute: () => workspace,
  path: '/touchpoints/$touchpointId',
  validateSearch: (search): GapSearch => readGapSearch(search),
  component: lazyRouteComponent(() => import('./gaps/touchpoint-screen.tsx'), 'TouchpointScreen'),
});
const journeys = createRoute({
  getParentRoute: () => workspace,
  path: '/journeys',
  component: lazyRouteComponent(() => import('./journeys/journey-map.tsx'), 'JourneyMap'),
});
const touchpointEditor = createRoute({
  getParentRoute: () => workspace,
  path: '/journeys/touchpoints/$touchpointId',
  component: lazyRouteComponent(() => import('./journeys/touchpoint-editor.tsx'), 'TouchpointEditor'),
});
const teams = createRoute({
  getParentRoute: () => workspace,
  path: '/journeys/teams',
  component: lazyRouteComponent(() => import('./journeys/teams.tsx'), 'Teams'),
});
const surveys = createRoute({
  getParentRoute: () => workspace,
  path: '/surveys',
  component: lazyRouteComponent(() => import('./surveys/survey-list.tsx'), 'SurveyList'),
});
const survey = createRoute({
  getParentRoute: () => workspace,
  path: '/surveys/$surveyId',
  component: lazyRouteComponent(() => import('./surveys/survey-frame.tsx'), 'SurveyFrame'),
});
const surveyEditor = createRoute({
  getParentRoute: () => survey,
  path: '/',
  validateSearch: (search): EditorSearch => readEditorSearch(search),
  component: lazyRouteComponent(() => import('./surveys/survey-editor.tsx'), 'SurveyEditor'),
});
const surveyAsk = createRoute({
  getParentRoute: () => survey,
  path: '/ask',
  component: lazyRouteComponent(() => import('./surveys/ask-screen.tsx'), 'AskScreen'),
});
const surveyAnswers = createRoute({
  getParentRoute: () => survey,
  path: '/answers',
  validateSearch: (search): AnswersSearch => readAnswersSearch(search),
  component: lazyRouteComponent(() => import('./surveys/answers-screen.tsx'), 'AnswersScreen'),
});
const surveyWaves = createRoute({
  getParentRoute: () => survey,
  path: '/waves',
  component: lazyRouteComponent(() => import('./mailings/waves-screen.tsx'), 'WavesScreen'),
});
const surveyWave = createRoute({
  getParentRoute: () => survey,
  path: '/waves/$waveId',
  // What the response rate is shown by: `segments`, or `a:` and the name of an attribute.
  validateSearch: ({ by }: Record<string, unknown>): { by?: string } =>
    typeof by === 'string' && /^(segments|a:.{1,200})$/.test(by) ? { by } : {},
  component: lazyRouteComponent(() => import('./mailings/wave-screen.tsx'), 'WaveScreen'),
});
const contacts = createRoute({
  getParentRoute: () => workspace,
  path: '/contacts',
  validateSearch: (search): ContactSearch => readContactSearch(search),
  component: lazyRouteComponent(() => import('./contacts/contacts-screen.tsx'), 'ContactsScreen'),
});
const segments = createRoute({
  getParentRoute: () => workspace,
  path: '/contacts/segments',
  component: lazyRouteComponent(() => import('./contacts/segments-screen.tsx'), 'SegmentsScreen'),
});
const quarantine = createRoute({
  getParentRoute: () => workspace,
  path: '/contacts/quarantine',
  component: lazyRouteComponent(() => import('./contacts/quarantine-screen.tsx'), 'QuarantineScreen'),
});
const contactImport = createRoute({
  getParentRoute: () => workspace,
  path: '/contacts/import/$importId',
  component: lazyRouteComponent(() => import('./contacts/import-screen.tsx'), 'ContactImportScreen'),
});
const contact = createRoute({
  getParentRoute: () => workspace,
  path: '/contacts/$contactId',
  component: lazyRouteComponent(() => import('./contacts/contact-screen.tsx'), 'ContactScreen'),
});
const imports = createRoute({
  getParentRoute: () => workspace,
  path: '/imports',
  component: lazyRouteComponent(() => import('./imports/import-list.tsx'), 'ImportList'),
});
const importWizard = createRoute({
  getParentRoute: () => workspace,
  path: '/imports/$importId',
  component: lazyRouteComponent(() => import('./imports/import-wizard.tsx'), 'ImportWizard'),
});
const members = createRoute({
  getParentRoute: () => workspace,
  path: '/members',
  component: lazyRouteComponent(() => import('./members/members.tsx'), 'Members'),
});
const apiKeys = createRoute({
  getParentRoute: () => workspace,
  path: '/members/api-keys',
  component: lazyRouteComponent(() => import('./members/api-keys.tsx'), 'ApiKeys'),
});
const audit = createRoute({
  getParentRoute: () => workspace,
  path: '/members/audit',
  component: lazyRouteComponent(() => import('./members/audit-log.tsx'), 'AuditLog'),
});
const settings = createRoute({
  getParentRoute: () => workspace,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings.tsx'), 'Settings'),
});
const mail = createRoute({
  getParentRoute: () => workspace,
  path: '/settings/mail',
  component: lazyRouteComponent(() => import('./settings/mail.tsx'), 'MailScreen'),
});
const webhooks = createRoute({
  getParentRoute: () => workspace,
  path: '/settings/webhooks',
  component: lazyRouteComponent(() => import('./settings/webhooks.tsx'), 'Webhooks'),
});
const webhook = createRoute({
  getParentRoute: () => workspace,
  path: '/settings/webhooks/$webhookId',
  validateSearch: ({ state }: Record<string, unknown>): { state?: 'waiting' | 'delivered' | 'dead' } =>
    state === 'waiting' || state === 'delivered' || state === 'dead' ? { state } : {},
  component: lazyRouteComponent(() => import('./settings/webhooks-screen.tsx'), 'WebhookScreen'),
});

const moments = createRoute({
  getParentRoute: () => survey,
  path: '/moments',
  component: lazyRouteComponent(() => import('./moments/moments-screen.tsx'), 'MomentsScreen'),
});
const asking = createRoute({
  getParentRoute: () => workspace,
  path: '/asking',
  component: lazyRouteComponent(() => import('./moments/sites-screen.tsx'), 'SitesScreen'),
});
const whyLog = createRoute({
  getParentRoute: () => workspace,
  path: '/asking/log',
  validateSearch: (search): LogSearch => readLogSearch(search),
  component: lazyRouteComponent(() => import('./moments/why-log.tsx'), 'WhyLog'),
});
const methods = createRoute({
  getParentRoute: () => workspace,
  path: '/methods',
  validateSearch: ({ page }: Record<string, unknown>): { page?: string } => (typeof page === 'string' ? { page } : {}),
  component: lazyRouteComponent(() => import('./methods/methods.tsx'), 'Methods'),
});

const routes = root.addChildren([
  signIn,
  setup,
  invite,
  unsubscribe,
  start,
  plain.addChildren([account, workspaces]),
  workspace.addChildren([
    firstScreen,
    touchpoint,
    journeys,
    touchpointEditor,
    teams,
    surveys,
    survey.addChildren([surveyEditor, surveyAsk, surveyWaves, surveyWave, moments, surveyAnswers]),
    contacts,
    segments,
    quarantine,
    contactImport,
    contact,
    imports,
    importWizard,
    members,
    apiKeys,
    audit,
    settings,
    mail,
    webhooks,
    webhook,
    asking,
    whyLog,
    methods,
  ]),
]);

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: routes,
    context: { client },
    // What no screen knows, such as utm_source of a link that somebody was sent, is dropped: the API would refuse it.
    search: { strict: true },
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: () => <Loading what="the view" />,
    defaultErrorComponent: Failure,
    defaultNotFoundComponent: NotHere,
    parseSearch: parseSearch,
    stringifySearch: stringifySearch,
  });
}

// Plain query strings as people and the API write them: `attribute=year:2017&attribute=gate:A`, never JSON.
function parseSearch(text: string): Record<string, string | string[]> {
  const params = new URLSearchParams(text);
  return Object.fromEntries(
    [...new Set(params.keys())].map((name) => {
      const values = params.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}
function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

function Failure({ error, reset }: ErrorComponentProps) {
  return (
    <div className="mx-auto max-w-xl px-5 py-10">
      <h1 className="text-xl font-semibold">This view could not be shown</h1>
      <ProblemNotice
        error={
          error instanceof ApiProblem
            ? error
            : new Error(
                'The program met a state that it does not know. Reload the page; if it stays, tell whoever runs the server.',
              )
        }
        onRetry={reset}
      />
    </div>
  );
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
