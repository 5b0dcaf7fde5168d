import type { Look } from '../core/survey/moments.ts';
import type { Answered, Granted, LookModule, Shown } from './site.ts';
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
type Method = ((...given: readonly unknown[]) => unknown) | undefined;
type Call = readonly [name: string, ...given: unknown[]];
interface Person {
  readonly signature?: string;
  readonly attributes?: string | Readonly<Record<string, string | number | boolean>>;
}
/** The build makes `import` of it: left to the bundler, it would come with code that puts style sheets into the page. */
declare const IMPORT_LOOK: (origin: string) => Promise<LookModule>;
declare global {
  interface Window {
    parallax?: unknown;
  }
}

const calls = window.parallax as (Tag & readonly Call[] & { readonly show?: unknown }) | undefined;
// The npm package has no script element: its list of calls stands in for it.
const { src, dataset } = (document.currentScript as HTMLScriptElement | null) ?? calls!;
const { origin } = new URL(src);
const api = `${origin}/api/v1/sites/${dataset.site}`;
const signal = (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl || +navigator.doNotTrack!;

const random = () => crypto.getRandomValues(new Uint8Array(16)).join('-');
/** Storage may be blocked, selectors and listeners may be wrong: none of it is the page's trouble. */
const attempt = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {}
};
const put = (store: 'localStorage' | 'sessionStorage', name: string, value: string | false) =>
  attempt(() => {
    if (value) window[store][name] = value;
    else delete window[store][name];
  });

let visitor = random();
let consented = false;
let internal: boolean | undefined;
let who: Person & { readonly person?: string } = {};
let asking = false;
let shown: Shown | undefined;
let steps: Steps = {};
const listeners = new Set<(answered: Answered) => void>();
const told: [name: string, properties?: Properties | undefined][] = [];
let tell = (name: string, properties?: Properties): unknown => told.push([name, properties]);

const call = (what = '', options?: RequestInit) => fetch(api + what, options).then((response) => response.json());
const post = (what: string, body: object) =>
  call(`/${what}`, { method: 'POST', body: JSON.stringify({ visitor, ...body }) }).catch(() => 0);
const keepSteps = () => put('sessionStorage', 'parallax', consented && JSON.stringify(steps));
const isOff = () => attempt(() => localStorage.parallaxOff || (!consented && sessionStorage.parallaxOff));

const load = () => IMPORT_LOOK(origin);
const close = () => shown?.remove();
/** A single-page app may have thrown an embedded survey away. */
const isBusy = () => asking || shown?.host.isConnected;

/** Asks the server, and shows the survey when it says so. `look`: as planned, for attempts that a trigger started. */
async function ask(survey: string, trigger?: number, look?: Look): Promise<boolean> {
  const into = look?.style === 'embed' && attempt(() => document.querySelector(look.into!));
  if (isBusy() || into == null || (look && isOff())) return false;
  asking = true;
  const device = matchMedia('(hover:none)').matches ? (innerWidth < 600 ? 'mobile' : 'tablet') : 'desktop';
  const granted = await post('ask', { ...who, survey, trigger, device, language: navigator.language });
  asking = false;
  if (!granted.ask) return false;
  if (!consented) put('sessionStorage', 'parallaxOff', '1');
  return present(granted.link, into, granted);
}

async function present(link: string, into?: Element | false, granted?: Granted): Promise<boolean> {
  if (isBusy()) return false;
  asking = true;
  const showing = { origin, link, into, internal, temporary: !consented, listeners, granted, post };
  shown = (await load()
    .then((module) => module.present(showing))
    .catch(() => {})) as Shown | undefined;
  asking = false;
  return !!shown;
}

const parallax = {
  identify(person: string, more?: Person) {
    who = { person, ...more };
    post('identify', who);
  },
  track: (name: string, properties?: Properties) => tell(name, properties),
  /** A survey by its id, which has the length of no token and no address; or a link. */
  show: (what: string, into?: Element) => (what.length === 36 ? ask(what) : present(what, into)),
  close,
  onAnswer(listener: (answered: Answered) => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  consent(given: boolean) {
    consented = given && !signal;
    visitor = (consented && attempt(() => localStorage.parallax)) || (given ? visitor : random());
    if (!given) who = {};
    put('localStorage', 'parallax', consented && visitor);
    keepSteps();
  },
  internal(is: boolean) {
    internal = is;
  },
  push(...more: readonly Call[]) {
    for (const [name, ...given] of more) ((parallax as Readonly<Record<string, unknown>>)[name] as Method)?.(...given);
  },
};

/** What the npm package's types are compared with. */
export type LoaderApi = typeof parallax;

async function start(): Promise<void> {
  if (dataset.consent === 'given') {
    steps = attempt(() => JSON.parse(sessionStorage.parallax)) || {};
    parallax.consent(true);
  }
  parallax.push(...(calls || []));
  let turn = call();
  const { surveys } = await turn;
  tell = watch(surveys, steps, keepSteps, (armed) => {
    turn = turn.then(() => armed.here && ask(armed.survey, armed.place, armed.look));
  });
  for (const event of told) tell(...event);
  // Answers that an earlier page could not send. Nothing is opened, and so made, where nothing ever was.
  const databases = await indexedDB.databases();
  if (databases.some(({ name }) => name === 'parallax')) (await load()).adopt();
}

// A second tag changes nothing.
if (!calls?.show) {
  window.parallax = parallax;
  start().catch(close);
}
