import type { Questionnaire } from '../core/survey/questionnaire.ts';
import { appearanceStyle } from './appearance.ts';
import { draw } from './draw.ts';
import { onQueue } from './queue.ts';
import { type Mounted, type MountOptions, mount, Unsent } from './survey.tsx';
import { put, type Words } from './words.ts';

/** Seconds: until a finished survey makes room, until somebody who does nothing is asked, and until they are given up. */
const AFTER_END = 5;
const ASKED = 60;
const GIVEN_UP = 70;
/** Seconds until a survey that could not be loaded is tried again. */
const AGAIN = 5;
/** Milliseconds that the service worker is waited for at most. */
const READY = 15_000;
/** What comes so soon (milliseconds) and so near (pixels) after a tap was meant for what stood there before. */
const SOON = 500;
const NEAR = 40;

/**
 * A device that strangers use one after the other. Each gets a survey of their own: what the one before answered is
 * sent, or waits to be, and is in no element and no variable that the next one could see. Never returns.
 */
export async function kiosk(options: MountOptions): Promise<void> {
  const cover = document.body.appendChild(document.createElement('div'));
  let survey: Questionnaire | undefined;
  let words = {} as Words;
  let mounted: Mounted | undefined;
  let asking = true;
  let finished = false;
  let idle = 0;

  const show = () => {
    draw(
      (!asking || (idle >= ASKED && !finished)) && (
        <div
          class="px kiosk cover"
          style={appearanceStyle(survey?.appearance ?? {})}
          role={asking ? 'alertdialog' : 'main'}
          title={survey?.title}
        >
          <h1>{asking ? put(words.stillThere, { n: GIVEN_UP - idle }) : survey?.title}</h1>
          <button type="button" class="main" onClick={asking ? stay : begin}>
            {(asking ? words.stay : words.begin) ?? '→'}
          </button>
          {asking || <ForTheOwner words={words} />}
        </div>
      ),
      cover,
    );
  };
  let whenFree = show;
  const stay = () => {
    idle = 0;
    show();
  };
  const open = async () => {
    mounted = await mount(document.body, {
      ...options,
      onFinished: () => {
        finished = true;
        idle = 0;
      },
    });
    ({ survey, words } = mounted.visit);
  };
  const begin = async () => {
    if (asking) return;
    asking = true;
    finished = false;
    idle = 0;
    await open();
    show();
  };
  const reset = () => {
    mounted?.close();
    mounted = undefined;
    asking = false;
    whenFree();
  };

  // Before anything is read: what is read through the service worker is kept, so that the start screen can say it is.
  await workOffline(() => {
    whenFree = () => location.reload();
    if (!asking) whenFree();
  });
  // Read once for its title, and taken away.
  await open();
  if (survey) reset();
  onQueue(show);
  // What the browser keeps of a page that was left must hold nobody's answers when it comes back.
  addEventListener('pagehide', reset);
  const active = () => !finished && idle && stay();
  for (const name of ['pointerdown', 'keydown', 'input']) addEventListener(name, active);
  ignoreDoubleTaps();
  setInterval(() => {
    if (!asking || !mounted) return;
    idle++;
    const { visit } = mounted;
    // Nobody has to press anything when the network comes back.
    if (!survey) {
      if (visit.step) {
        ({ survey, words } = visit);
        reset();
      } else if (visit.failure && idle >= AGAIN) {
        visit.open();
        idle = 0;
      }
    } else if (idle >= (finished ? AFTER_END : GIVEN_UP)) reset();
    else if (idle >= ASKED) show();
  }, 1000);
}

/** What only the start screen shows: nobody is there, or whoever sets the device up. */
const ForTheOwner = ({ words }: { readonly words: Words }) => [
  <button type="button" class="plain" onClick={() => document.documentElement.requestFullscreen()}>
    {words.fullScreen}
  </button>,
  !navigator.serviceWorker?.controller && <p class="notice">{words.needsNetwork}</p>,
  <Unsent v={{ response: '', words }} />,
];

function ignoreDoubleTaps(): void {
  // Numbers, not the event: that would hold on to what the person before saw.
  let [at, x, y] = [-SOON, 0, 0];
  addEventListener(
    'click',
    (event) => {
      const now = performance.now();
      if (now - at < SOON && Math.hypot(event.clientX - x, event.clientY - y) < NEAR) {
        event.preventDefault();
        event.stopPropagation();
      } else [at, x, y] = [now, event.clientX, event.clientY];
    },
    true,
  );
}

/**
 * Without a network the page, its files and the questionnaires it has seen come from the service worker. Resolves when
 * it has this page, or there will be none; one that comes later, or of another build, is told.
 */
async function workOffline(renewed: () => void): Promise<void> {
  const { serviceWorker } = navigator;
  try {
    let first = !serviceWorker.controller;
    // Listened for before there can be one: a worker takes this page over at any moment from its registration on.
    const ready = new Promise<void>((done) => {
      const settle = () => {
        first = false;
        done();
      };
      serviceWorker.oncontrollerchange = () => (first ? settle() : renewed());
      setTimeout(settle, first ? READY : 0);
    });
    // The page's own policy takes the address of a worker from this one function, which knows only one.
    const { trustedTypes } = window as {
      trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(address: string): string } };
    };
    const name = '/w/sw.js';
    const address = trustedTypes?.createPolicy('parallax', { createScriptURL: () => name }).createScriptURL('') ?? name;
    const registration = await serviceWorker.register(address, { scope: '/s/' });
    setInterval(() => registration.update().catch(() => {}), 3_600_000);
    await ready;
  } catch {}
}
