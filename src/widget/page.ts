import { type Mounted, type MountOptions, mount } from './survey.tsx';

/** The link page: /s/{token} for open links, /s#token=… for personal ones, /s/preview for the editor. */
const { origin, pathname, search, hash } = location;
const last = pathname.split('/')[2] ?? '';
const query = Object.fromEntries(new URLSearchParams(search));
const common = { origin, channel: 'page', hidden: query, language: query.lang } as const;
const root = document.documentElement;

function open(options: MountOptions): Promise<Mounted> {
  return mount(document.body, {
    ...options,
    onShown: ({ title, language, direction }) => {
      document.title = title;
      root.lang = language;
      root.dir = direction;
    },
  });
}

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
  open({ ...common, link: decodeURIComponent(last), offerResume: true });
} else {
  // A personal link leaves the address bar at once. The tab remembers it, so that the page can be loaded again.
  const token = new URLSearchParams(hash.slice(1)).get('token') ?? sessionStorage.getItem('token') ?? '';
  history.replaceState(null, '', pathname + search);
  sessionStorage.setItem('token', token);
  open({ ...common, token });
}
