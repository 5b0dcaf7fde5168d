import { openPage } from './page.ts';

/** One file for websites, the link page and the kiosk: together they are smaller than apart. */
export { present } from './look.ts';
export { adopt } from './queue.ts';

const own = new URL(import.meta.url).origin === location.origin;
if (own && /^\/s(\/|$)/.test(location.pathname)) openPage();
