/**
 * Keeps the kiosk going without a network, and is registered by it alone. The code of one build is a cache of its own,
 * named by what is in them: another build has another service worker, which takes over at once. What has no hash in its
 * name comes from the network whenever that answers, so that nothing stale is ever served by preference.
 */
interface Worker {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(
    name: 'install' | 'activate',
    listener: (event: { waitUntil(work: Promise<unknown>): void }) => void,
  ): void;
  addEventListener(
    name: 'fetch',
    listener: (event: { readonly request: Request; respondWith(answer: Promise<Response>): void }) => void,
  ): void;
}
const own: unknown = self;
const worker = own as Worker;

// The build puts both in.
const MAIN = 'MAIN_FILE';
const BUILD = 'parallax BUILD_HASH';
const OTHERS = 'parallax';

worker.addEventListener('install', (event) => {
  const keep = async () => {
    const cache = await caches.open(BUILD);
    await cache.addAll(['/s/', MAIN]);
    await worker.skipWaiting();
  };
  event.waitUntil(keep());
});

worker.addEventListener('activate', (event) => {
  const takeOver = async () => {
    for (const name of await caches.keys()) if (name !== BUILD && name !== OTHERS) await caches.delete(name);
    await worker.clients.claim();
  };
  event.waitUntil(takeOver());
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  const survey = /questionnaires$/.test(pathname);
  if (!survey && !/^\/[sw]\//.test(pathname)) return;
  const answer = async () => {
    // A cache holds no POST: what is asked becomes part of an address.
    const key = survey ? `/s/?${await request.clone().text()}` : request.mode === 'navigate' ? '/s/' : request;
    const kept = await caches.match(key);
    if (kept && pathname.startsWith('/w/assets/')) return kept;
    try {
      const fresh = await fetch(request, { signal: AbortSignal.timeout(5000) });
      // A page where none was asked for comes from something between, such as a proxy that says "back soon".
      const asked = key === '/s/' || !/html/.test(fresh.headers.get('Content-Type')!);
      if (key !== '/s/' && asked && fresh.ok) await (await caches.open(OTHERS)).put(key, fresh.clone());
      return kept && !(asked && fresh.status < 500) ? kept : fresh;
    } catch (error) {
      if (kept) return kept;
      throw error;
    }
  };
  event.respondWith(answer());
});
