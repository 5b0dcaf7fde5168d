import { kiosk } from './kiosk.tsx';
import { type Mounted, type MountOptions, mount } from './survey.tsx';

const { origin, pathname, search, hash } = location;
const read = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text));
const query = read(search);
const given = read(hash.slice(1));
const root = document.documentElement;
const common = {
  origin,
  channel: 'page',
  hidden: query,
  language: given.l ?? query.lang,
  chosen: given.a,
  // For links that go round in the organisation itself.
  internal: query.internal == null ? undefined : true,
  onShown: ({ title, language, direction }) => {
    document.title = title;
    root.lang = language;
    root.dir = direction;
  },
} as const satisfies MountOptions;

function open(options: MountOptions): Promise<Mounted> {
  return mount(document.body, options);
}

/** The link page: /s/{token} for open links (?kiosk: as a kiosk), /s#token=… for personal ones, /s/preview for the editor. */
export function openPage(): void {
  const last = decodeURIComponent(pathname.split('/')[2] ?? '');
  if (last === 'preview') {
    // Only the editor, which is of our own origin and holds this page in a frame, is listened to.
    let shown: Promise<Mounted> | undefined;
    addEventListener('message', async (event) => {
      if (event.origin !== origin || event.source !== parent || event.data?.type !== 'preview') return;
      const before = shown;
      shown = (async () => {
        (await before)?.close();
        return open({ ...common, questionnaire: event.data.questionnaire, page: event.data.page });
      })();
    });
    parent.postMessage({ type: 'preview-ready' }, origin);
  } else if (last) {
    const options = { ...common, link: last };
    if (query.kiosk == null) open({ ...options, offerResume: true });
    else kiosk({ ...options, channel: 'kiosk', temporary: true });
  } else {
    // A personal link leaves the address bar at once. The tab remembers it, so that the page can be loaded again.
    const token = given.token || sessionStorage.getItem('token') || '';
    history.replaceState(null, '', pathname + search);
    sessionStorage.setItem('token', token);
    open({ ...common, token });
  }
}
