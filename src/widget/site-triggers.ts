import { type AddressRule, addressMatches, type Look, propertiesMatch, type Trigger } from '../core/survey/moments.ts';

/** A survey that may be asked on this site; the list is in the order of priority. */
export interface Offered {
  readonly survey: string;
  readonly triggers: readonly Trigger[];
  readonly look: Look;
}

/** One trigger on the page that is open. */
export interface Armed {
  readonly survey: string;
  readonly look: Look;
  /** Its place in the survey's list. */
  readonly place: number;
  readonly key: string;
  readonly trigger: Trigger;
  /** It may start an attempt on this page. */
  here?: boolean;
  fired?: boolean;
  timer?: ReturnType<typeof setTimeout>;
}

/** When steps of an abandonment were begun, by survey and place of the trigger. */
export type Steps = Record<string, number>;

const matches = (rule: AddressRule) => addressMatches(rule, location.href);

/** A page has one tag, so there is one list. */
let all: Armed[];
let begun: Steps;
let keep: () => void;
let attempt: (armed: Armed) => void;

function each<K extends Trigger['kind']>(
  kind: K,
  work: (trigger: Extract<Trigger, { kind: K }>, armed: Armed) => unknown,
): void {
  for (const armed of all) {
    if (armed.trigger.kind === kind) work(armed.trigger as Extract<Trigger, { kind: K }>, armed);
  }
}

const fire = (_: unknown, armed: Armed) => {
  if (!armed.here || armed.fired) return;
  if (armed.trigger.kind === 'abandonment') {
    if (!begun[armed.key]) return;
    delete begun[armed.key];
    keep();
  } else armed.fired = true;
  setTimeout(attempt, armed.look.delay * 1000, armed);
};
const later = (armed: Armed, seconds: number) => {
  clearTimeout(armed.timer);
  armed.timer = setTimeout(fire, seconds * 1000, 0, armed);
};

/**
 * Watches the page, and calls `start` for each trigger that fires: each once on each page, in a single-page app after
 * each change of the address anew. Returns what tells of events of the page's own code.
 */
export function watch(
  offered: readonly Offered[],
  before: Steps,
  keepSteps: () => void,
  start: (armed: Armed) => void,
): (name: string, properties?: Readonly<Record<string, unknown>>) => void {
  begun = before;
  keep = keepSteps;
  attempt = start;
  all = offered.flatMap(({ survey, look, triggers }) =>
    triggers.map((trigger, place) => ({ survey, look, place, trigger, key: survey + place })),
  );
  /** Goes on with abandonments: something was reached, by an event (`name`) or (without) by the page's address. */
  const reached = (name?: string) =>
    each('abandonment', ({ began, finished, seconds, leaving }, armed) => {
      const is = (step: typeof began) => ('event' in step ? step.event === name : name == null && matches(step.page));
      const { key } = armed;
      if (is(finished)) delete begun[key];
      else if (is(began)) begun[key] ||= Date.now();
      // Begun before, and this is a page beside the step.
      else if (leaving && name == null && 'page' in began) later(armed, 0);
      if (begun[key] && seconds != null) later(armed, seconds + (begun[key] - Date.now()) / 1000);
      keep();
    });
  const wait = () => each('inactivity', ({ seconds }, armed) => later(armed, seconds));
  const leave = () => {
    each('exit', fire);
    each('abandonment', ({ leaving }, armed) => leaving && fire(0, armed));
  };

  let address = '';
  const opened = () => {
    if (address === location.href) return;
    address = location.href;
    for (const armed of all) {
      clearTimeout(armed.timer);
      armed.fired = false;
      armed.here = !armed.trigger.pages.length || armed.trigger.pages.some(matches);
    }
    reached();
    wait();
    each('page', fire);
    each('time', ({ seconds }, armed) => later(armed, seconds));
  };
  // The address is the new one once the page's own handlers are through.
  const soon = () => setTimeout(opened);
  // The window sees what happens in the page before anybody can stop it.
  const on = (names: string, listener: (event: Event) => void) => {
    for (const name of names.split(' ')) addEventListener(name, listener, true);
  };
  on('popstate', soon);
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name];
    history[name] = function (this: History, ...change) {
      original.apply(this, change);
      soon();
    };
  }
  const touch = matchMedia('(hover:none)').matches;
  on('pointermove keydown scroll', wait);
  on('mouseout', (event) => {
    if (!(event as MouseEvent).relatedTarget && (event as MouseEvent).clientY <= 0) leave();
  });
  on('visibilitychange', () => touch && document.hidden && leave());
  let top = 0;
  on('scroll', () => {
    const seen = ((scrollY + innerHeight) / document.documentElement.scrollHeight) * 100;
    each('scroll', ({ percent }, armed) => seen > percent - 1 && fire(0, armed));
    // So far within one frame: on the way to the address bar.
    if (touch && top > scrollY + 50) leave();
    top = scrollY;
  });
  on('click', (event) =>
    each('click', ({ selector }, armed) => {
      try {
        if ((event.composedPath()[0] as Element).closest(selector)) fire(0, armed);
      } catch {}
    }),
  );
  opened();
  return (name, properties) => {
    each('event', (trigger, armed) => {
      if (trigger.name === name && propertiesMatch(trigger.where, properties)) fire(0, armed);
    });
    reached(name);
  };
}
