import type { Look } from '../core/survey/moments.ts';
import type { Answered, Granted, LookModule } from './site.ts';
import { type Steps, watch } from './site-triggers.ts';

/**
 * What a page of any website loads. It learns which surveys the site offers, watches for their moments, and fetches the
 * rest only when one is granted. A classic script in one file, without a name of its own on the page but `parallax`.
 */
interface Tag {
  readonly src: string;
  readonly dataset: { readonly site?: string; readonly consent?: string };
}
type Properties = Readonly<Record<string, unknown>>;
type Call = readonly [name: string, ...given: unknown[]];
interface Person {
  readonly signature?: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}
/** The build makes `import` of it: left to the bundler, it would come with code that puts style sheets into the page. */
declare const IMPORT_LOOK: (origin: string) => Promise<LookModule>;
declare global {
  interface Window {
    parallax?: unknown;
  }
}

const calls = window.parallax as (Tag & readonly Call[]) | undefined;
// The npm package has no script element: its list of calls stands in for it.
const { src, dataset } = (document.currentScript ?? calls) as unknown as Tag;
const { origin } = new URL(src);
const api = `${origin}/api/v1/sites/${dataset.site}`;
const signal = (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl || navigator.doNotTrack === '1';

const random = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18)))).replace(/[+/]/g, '-');
/** Storage may be blocked, selectors and listeners may be wrong: none of it is the page's trouble. */
const attempt = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {}
};
const put = (store: 'localStorage' | 'sessionStorage', name: string, value: string | false) =>
  attempt(() => (value ? window[store].setItem(name, value) : window[store].removeItem(name)));

let visitor = random();
let consented = false;
let internal: true | undefined;
let who: Person & { readonly person?: string } = {};
/** Takes away what is shown. */
let remove: (() => void) | undefined;
/** Where an embedded survey stands; a single-page app may have thrown it away. */
let place: Element | null | undefined;
let busy = false;
let turn: Promise<unknown> = Promise.resolve();
let refused: string[] = [];
let steps: Steps = {};
const listeners = new Set<(answered: Answered) => void>();
const told: [name: string, properties?: Properties | undefined][] = [];
let tell = (name: string, properties?: Properties): unknown => told.push([name, properties]);

const post = (what: string, body: object) =>
  fetch(`${api}/${what}`, {
    method: 'POST',
    body: JSON.stringify({ visitor, ...body }),
    credentials: 'omit',
    keepalive: true,
  })
    .then((response) => response.json())
    .catch(() => ({}));
const keepSteps = () => put('sessionStorage', 'parallax', consented && JSON.stringify(steps));
const isOff = () => attempt(() => localStorage['parallax.off'] || (!consented && sessionStorage['parallax.off']));

function close(): void {
  remove?.();
  remove = undefined;
  busy = false;
}

/** Asks the server, and shows the survey when it says so. */
async function ask(survey: string, trigger?: number, look?: Look): Promise<boolean> {
  if (place?.isConnected === false) close();
  const into = look?.style === 'embed' ? attempt(() => document.querySelector(look.into!)) : undefined;
  if (busy || (look && (refused.includes(survey) || isOff() || into === null))) return false;
  busy = true;
  const device = matchMedia('(pointer:coarse)').matches
    ? Math.min(screen.width, screen.height) < 600
      ? 'mobile'
      : 'tablet'
    : 'desktop';
  const granted = await post('ask', { ...who, survey, trigger, device, language: navigator.language });
  busy = false;
  if (!granted.ask) refused.push(survey);
  else if (!consented) put('sessionStorage', 'parallax.off', '1');
  return granted.ask ? present(granted.link, into, granted) : false;
}

async function present(link: string, into?: Element | null, granted?: Granted): Promise<boolean> {
  if (busy) return false;
  busy = true;
  place = into;
  const showing = { origin, link, into, internal, forgetful: !consented, listeners, granted, post, close };
  remove = await IMPORT_LOOK(origin)
    .then((module) => module.present(showing))
    .catch(() => undefined);
  busy = !!remove;
  return busy;
}

const parallax = {
  identify(person: string | null, more?: Person) {
    refused = [];
    if (person == null) {
      who = {};
      visitor = random();
      put('localStorage', 'parallax', consented && visitor);
    } else {
      who = { person, ...more };
      post('identify', who);
    }
  },
  track: (name: string, properties?: Properties) => void tell(name, properties),
  show: (what: string, into?: Element) => (/^[\da-f-]{36}$/i.test(what) ? ask(what) : present(what, into)),
  close,
  onAnswer(listener: (answered: Answered) => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  consent(given: boolean) {
    consented = given && !signal;
    visitor = (consented && attempt(() => localStorage.parallax)) || (given ? visitor : random());
    put('localStorage', 'parallax', consented && visitor);
    keepSteps();
  },
  internal(is: boolean) {
    internal = is || undefined;
  },
  push(...more: readonly Call[]) {
    for (const [name, ...given] of more) {
      (parallax as unknown as Record<string, (...given: unknown[]) => unknown>)[name]?.(...given);
    }
  },
};

async function start(): Promise<void> {
  if (dataset.consent === 'given') {
    steps = attempt(() => JSON.parse(sessionStorage.parallax)) ?? {};
    parallax.consent(true);
  }
  parallax.push(...(calls ?? []));
  const { surveys } = await fetch(api, { credentials: 'omit' }).then((response) => response.json());
  if (!isOff() && surveys[0]) {
    tell = watch(surveys, steps, keepSteps, (armed) => {
      turn = turn.then(() => armed.here && ask(armed.survey, armed.place, armed.look));
    });
    for (const [name, properties] of told) tell(name, properties);
  }
  // Answers that an earlier page could not send. Nothing is opened, and so made, where nothing ever was.
  const databases = await indexedDB.databases();
  if (databases.some(({ name }) => name === 'parallax')) (await IMPORT_LOOK(origin)).adopt();
}

// A second tag changes nothing.
if (!calls || Array.isArray(calls)) {
  window.parallax = parallax;
  start().catch(() => {});
}
