import type { LookModule } from './site.ts';
import { type Mounted, mount } from './survey.tsx';

/**
 * Shows a survey on a page of somebody else, inside a shadow root: their style can't reach it and ours leaves nothing.
 * A pop-up is a native modal dialog, which keeps the focus, closes with Esc and gives the focus back; a slide-in takes
 * no focus; both disappear when the survey can't be read.
 */
export const present: LookModule['present'] = async ({ link: address, into, listeners, granted, post, ...more }) => {
  const { origin } = more;
  const from = new URL(address, `${origin}/s/`);
  if (from.origin !== origin) return undefined;
  const link = from.pathname.slice(3);
  const look = granted?.look;
  const modal = !into && look?.style !== 'slide';
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const box = document.createElement(modal ? 'dialog' : 'section');
  root.append(box);
  box.className = into ? 'embed' : `${look?.position}`;
  box.hidden = true;
  // Not into the body: single-page apps replace what is in there.
  (into || document.documentElement).append(host);
  const close = () => {
    mounted?.close();
    if (modal) (box as HTMLDialogElement).close();
    host.remove();
  };
  const never = () => {
    post('opt-out', {});
    close();
    // Last, because it throws where storage is blocked.
    localStorage.parallaxOff = 1;
  };
  let shown = false;
  let mounted: Mounted | undefined;
  mounted = await mount(box, {
    ...more,
    onClose: into ? undefined : close,
    onNever: granted && never,
    onFinished: () => granted && post('answered', { id: granted.id }),
    link,
    channel: 'widget',
    onAnswer: (question, value) => {
      // One that fails must not stop the person; its error is told like any other of the page.
      for (const listener of listeners) queueMicrotask(() => listener({ link, question, value }));
    },
    onShown: ({ title }) => {
      shown = true;
      box.ariaLabel = title;
    },
  });
  if (!shown) {
    close();
    return undefined;
  }
  box.hidden = false;
  box.addEventListener('close', close);
  box.addEventListener('keydown', (event: Event) => {
    if ((event as KeyboardEvent).key === 'Escape' && !into) close();
  });
  if (modal) {
    (box as HTMLDialogElement).showModal();
    box.querySelector<HTMLElement>('.focus,.asks')?.focus();
  }
  return { host, remove: close };
};
