import { createLink, getRouteApi, Link, Outlet, useMatchRoute, useNavigate } from '@tanstack/react-router';
import { Button, Menu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components';
import { Logo } from './accounts/frame.tsx';
import { remove } from './api.ts';
import { NotHere } from './not-here.tsx';
import { type Membership, useForgetEverything, useSession } from './session.ts';

const here = getRouteApi('/w/$workspaceId');

/** The frame of every view inside a workspace. */
export function WorkspaceShell() {
  const { workspaceId } = here.useParams();
  const session = useSession();
  const workspace = session.workspaces.find(({ id }) => id === workspaceId);
  // Sites, rules and the why-log are of all surveys; their addresses stand beside those of the surveys.
  const isAsking = useMatchRoute()({ to: '/w/$workspaceId/asking', params: { workspaceId }, fuzzy: true }) !== false;
  if (!workspace)
    return (
      <Frame content={<NotHere />}>
        <WorkspaceMenu workspaces={session.workspaces} current={undefined} />
      </Frame>
    );
  return (
    <Frame>
      <WorkspaceMenu workspaces={session.workspaces} current={workspace} />
      <nav
        aria-label="Workspace"
        className="order-last flex w-full gap-x-5 overflow-x-auto text-sm sm:order-none sm:w-auto"
      >
        <NavLink to="/w/$workspaceId" params={{ workspaceId }} activeOptions={{ exact: true, includeSearch: false }}>
          Gaps
        </NavLink>
        <NavLink to="/w/$workspaceId/journeys" params={{ workspaceId }}>
          Journey
        </NavLink>
        <NavLink
          to="/w/$workspaceId/surveys"
          params={{ workspaceId }}
          {...(isAsking ? { 'aria-current': 'page' } : {})}
        >
          Surveys
        </NavLink>
        <NavLink to="/w/$workspaceId/contacts" params={{ workspaceId }}>
          Contacts
        </NavLink>
        <NavLink to="/w/$workspaceId/imports" params={{ workspaceId }}>
          Import
        </NavLink>
        <NavLink to="/w/$workspaceId/members" params={{ workspaceId }}>
          Members
        </NavLink>
        <NavLink to="/w/$workspaceId/settings" params={{ workspaceId }}>
          Settings
        </NavLink>
      </nav>
    </Frame>
  );
}

/** The frame of the views outside a workspace. */
export function PlainShell() {
  const session = useSession();
  return (
    <Frame>
      <WorkspaceMenu workspaces={session.workspaces} current={undefined} />
    </Frame>
  );
}

interface FrameProps {
  /** What stands in the header. */
  readonly children: React.ReactNode;
  /** In place of the view of the address. */
  readonly content?: React.ReactNode;
}

function Frame({ children, content = <Outlet /> }: FrameProps) {
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="border-b border-hairline print:hidden">
        <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-6 gap-y-1 px-4 py-2 sm:px-6">
          <Link
            to="/"
            className="flex items-center gap-2 py-1 font-semibold tracking-tight"
            aria-label="Parallax, start"
          >
            <Logo />
            <span className="hidden sm:inline">Parallax</span>
          </Link>
          {children}
          <AccountMenu />
        </div>
      </header>
      <main id="main" tabIndex={-1} className="mx-auto max-w-7xl px-4 pt-5 pb-16 outline-none sm:px-6 print:p-0">
        {content}
      </main>
    </>
  );
}

const NavLink = createLink((props: React.ComponentProps<'a'>) => (
  <a
    {...props}
    className="border-b-2 border-transparent py-1.5 text-muted hover:text-ink aria-[current=page]:border-ink aria-[current=page]:text-ink"
  />
));

const MENU_BUTTON = 'flex min-h-8 max-w-56 cursor-pointer items-center gap-1.5 rounded-sm px-1.5 text-sm hover:bg-wash';
const MENU =
  'min-w-52 max-w-80 rounded-sm border border-hairline bg-raised py-1 text-sm text-ink shadow-sm outline-none';
const MENU_ITEM = 'block cursor-pointer px-3 py-1.5 outline-none data-focused:bg-wash';

function Caret() {
  return (
    <svg viewBox="0 0 10 6" width="10" height="6" aria-hidden="true" className="shrink-0">
      <path d="M1 1l4 4 4-4" className="fill-none stroke-muted" strokeWidth="1.4" />
    </svg>
  );
}

interface WorkspaceMenuProps {
  readonly workspaces: readonly Membership[];
  readonly current: Membership | undefined;
}

function WorkspaceMenu({ workspaces, current }: WorkspaceMenuProps) {
  const navigate = useNavigate();
  return (
    <MenuTrigger>
      <Button className={MENU_BUTTON} aria-label={current ? `Workspace: ${workspaceLabel(current)}` : 'Workspaces'}>
        <span className="truncate">{current ? workspaceLabel(current) : 'Workspaces'}</span>
        <Caret />
      </Button>
      <Popover className={MENU}>
        <Menu
          className="outline-none"
          onAction={(key) =>
            void (key === 'all'
              ? navigate({ to: '/workspaces' })
              : navigate({ to: '/w/$workspaceId', params: { workspaceId: String(key) } }))
          }
        >
          {workspaces.map((workspace) => (
            <MenuItem key={workspace.id} id={workspace.id} textValue={workspace.name} className={MENU_ITEM}>
              {workspaceLabel(workspace)}
            </MenuItem>
          ))}
          <Separator className="my-1 border-t border-hairline" />
          <MenuItem id="all" className={MENU_ITEM}>
            All workspaces, new or restored
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

export function workspaceLabel({ name, sample }: Pick<Membership, 'name' | 'sample'>): string {
  return sample && !/sample/i.test(name) ? `${name} (sample)` : name;
}

function AccountMenu() {
  const { user } = useSession();
  const navigate = useNavigate();
  const forget = useForgetEverything();
  async function signOut() {
    await remove('/session');
    await forget();
    await navigate({ to: '/sign-in' });
  }
  if (!user) return null;
  return (
    <div className="ml-auto">
      <MenuTrigger>
        <Button className={MENU_BUTTON} aria-label={`Account: ${user.name}`}>
          <span className="truncate">{user.name}</span>
          <Caret />
        </Button>
        <Popover className={MENU} placement="bottom end">
          <Menu
            className="outline-none"
            onAction={(key) => void (key === 'account' ? navigate({ to: '/account' }) : signOut())}
          >
            <MenuItem id="account" className={MENU_ITEM}>
              Your account
            </MenuItem>
            <MenuItem id="sign-out" className={MENU_ITEM}>
              Sign out
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
    </div>
  );
}
