import type { Questionnaire } from '../core/survey/questionnaire.ts';
import { appearanceStyle } from './appearance.ts';
import { draw } from './draw.ts';
import { onQueue, unsent } from './queue.ts';
import { type Mounted, type MountOptions, mount } from './survey.tsx';
import { loadWords, put, type Words } from './words.ts';

/** Seconds: until a finished survey makes room, until somebody who does nothing is asked, and until they are given up. */
const AFTER_END = 5;
const ASKED = 60;
const GIVEN_UP = 70;
/** What comes so soon (milliseconds) and so near (pixels) after a tap was meant for what stood there before. */
const SOON = 500;
const NEAR = 40;

/**
 * A device that strangers use one after the other. Each gets a survey of their own: what the one before answered is
 * sent, or waits to be, and is in no element and no variable that the next one could see. Never returns.
 */
export async function kiosk(options: MountOptions): Promise<void> {
  workOffline();
  const cover = document.body.appendChild(document.createElement('div'));
  let survey: Questionnaire | undefined;
  let words = {} as Words;
  let mounted: Mounted | undefined;
  let asking = false;
  let finished = false;
  let idle = 0;

  const show = () => {
    const left = GIVEN_UP - idle;
    draw(
      (!asking || (idle >= ASKED && !finished)) && (
        <div
          class="px kiosk cover"
          style={appearanceStyle(survey?.appearance ?? {})}
          role={asking ? 'alertdialog' : 'main'}
          title={survey?.title}
        >
          <h1>{asking ? put(words.stillThere, { n: left }) : survey?.title}</h1>
          <button type="button" class="main" onClick={asking ? stay : begin}>
            {(asking ? words.stay : words.begin) ?? '→'}
          </button>
          {!asking && (
            <button type="button" class="plain" onClick={() => document.documentElement.requestFullscreen()}>
              {words.fullScreen}
            </button>
          )}
          {!asking && unsent('').waiting > 0 && <p class="notice">{put(words.waiting, { n: unsent('').waiting })}</p>}
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
      onShown(shown) {
        survey = shown;
        options.onShown?.(shown);
      },
      onFinished: () => {
        finished = true;
        idle = 0;
      },
    });
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

  // Read once for its title, and taken away.
  await open();
  words = await loadWords(options.origin, survey?.language ?? navigator.language);
  reset();
  onQueue(show);
  // What the browser keeps of a page that was left must hold nobody's answers when it comes back.
  addEventListener('pagehide', reset);
  // Also the first one: what this page read without it is read again, and kept.
  navigator.serviceWorker?.addEventListener('controllerchange', () => {
    whenFree = () => location.reload();
    if (!asking) whenFree();
  });
  const active = () => !finished && idle && stay();
  for (const name of ['pointerdown', 'keydown', 'input']) addEventListener(name, active);
  ignoreDoubleTaps();
  setInterval(() => {
    if (!asking || !mounted) return;
    idle++;
    if (idle >= (finished ? AFTER_END : GIVEN_UP)) reset();
    else if (idle >= ASKED) show();
  }, 1000);
}

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

/** Without a network the page, its files and the questionnaires it has seen come from the service worker. */
async function workOffline(): Promise<void> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  try {
    // The page's own policy takes the address of a worker from this one function, which knows only one.
    const { trustedTypes } = window as {
      trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(address: string): string } };
    };
    const name = '/w/sw.js';
    const address = trustedTypes?.createPolicy('parallax', { createScriptURL: () => name }).createScriptURL('') ?? name;
    const registration = await serviceWorker.register(address, { scope: '/s/' });
    setInterval(() => registration.update().catch(() => {}), 3_600_000);
  } catch {}
}
