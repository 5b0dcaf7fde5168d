import type { PartBody } from '../server/intake/schema.ts';
import { forget, type Kept, keep, kept } from './kept.ts';
import { type TicketAsk, ticketFor } from './ticket.ts';

/** A part on its way. It is kept until the server says that it is stored, over reloads and later visits. */
export interface Parcel extends Kept {
  readonly url: string;
  readonly body: PartBody;
  /** It goes out with a ticket instead of its token. */
  readonly ticket?: TicketAsk | undefined;
  /** How often it got another number, because the server has other answers under the one it had. */
  readonly renumbered?: number;
  /** The server will never take it (the status it said); it is kept and not sent again. */
  readonly refused?: number;
}

/** 1 s … 5 min, each time twice as long, and half of it by chance: a thousand visitors don't come back at once. */
export const pause = (failures: number, chance: number): number =>
  Math.min(300_000, 1000 * 2 ** failures) * (0.5 + chance / 2);

const FINAL = [400, 404, 409, 410, 413, 422];
const parcels = new Map<string, Parcel>();
const onTheWay = new Set<string>();
const listeners = new Set<() => void>();
let failures = 0;
let adopting = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Sends a part now, and again until it is acknowledged. */
export function send(url: string, body: PartBody, ticket?: TicketAsk, renumbered = 0): void {
  const parcel: Parcel = { key: `part ${body.response} ${body.part}`, url, body, ticket, renumbered };
  parcels.set(parcel.key, parcel);
  keep(parcel);
  flush();
}

/** How many answers are not stored yet, and how many of this response never will be. */
export function unsent(response: string): { waiting: number; refused: number } {
  const keys = (of: (parcel: Parcel) => unknown) =>
    new Set(
      [...parcels.values()]
        .filter(of)
        .flatMap(({ body }) => [
          ...Object.keys(body.answers).map((key) => body.response + key),
          ...(body.finished ? [body.response] : []),
        ]),
    ).size;
  return {
    // While everything goes well a part is on its way for a moment: that is nothing to be told.
    waiting: failures ? keys(({ refused }) => !refused) : 0,
    refused: keys(({ refused, body }) => refused && body.response === response),
  };
}

export const isQuiet = (): boolean => ![...parcels.values()].some(({ refused }) => !refused);

/** Calls back whenever something was sent, or could not be. */
export function onQueue(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Tries what waits, in order, of one response each second: what a kiosk took in a night without a network has to look
 * like people when it comes, not like a robot. Of the one that is `leaving` with its page, all is tried at once.
 */
export async function flush(leaving?: string): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  let one = leaving;
  for (const parcel of parcels.values()) {
    const { response } = parcel.body;
    if (parcel.refused || onTheWay.has(parcel.key)) continue;
    one ??= response;
    if (response !== one) {
      failures ||= 1;
      timer ??= setTimeout(flush, 1000);
      continue;
    }
    const sent = post(parcel);
    if (!leaving && !(await sent)) break;
  }
}

/** Text, so that the browser asks no permission first; a hanging network counts as none. */
function ask(url: string, body: unknown): Promise<Response> {
  const text = JSON.stringify(body);
  return fetch(url, {
    method: 'POST',
    body: text,
    credentials: 'omit',
    keepalive: text.length < 30_000,
    signal: AbortSignal.timeout(30_000),
  });
}

/** Whether the next part may be tried at once. */
async function post(parcel: Parcel): Promise<boolean> {
  const { key, url, body, ticket, renumbered = 0 } = parcel;
  let response = Response.error();
  let stored: unknown;
  onTheWay.add(key);
  try {
    const { token, ...rest } = body;
    const unnamed = ticket && {
      ...rest,
      ticket: await ticketFor(token!, ticket, (asked) => ask(url.replace(/responses$/, 'tickets'), asked)),
    };
    response = await ask(url, unnamed ?? body);
    ({ stored } = await response.json());
  } catch (refusal) {
    if (refusal instanceof Response) response = refusal;
  }
  const { status, headers } = response;
  // What stands between, such as a proxy with a page of its own, answers with any status: only our own word is final.
  const ours = /problem/.test(headers.get('Content-Type')!);
  onTheWay.delete(key);
  if (stored) {
    drop(key);
    // As long as others of a bad time wait, that is said.
    failures &&= +!isQuiet();
  } else if (ours && status === 409 && renumbered < 3) {
    // Another tab gave this number to other answers: these get one of their own.
    drop(key);
    send(url, { ...body, part: body.part + 1 + Math.floor(Math.random() * 9) }, ticket, renumbered + 1);
  } else if (ours && FINAL.includes(status)) {
    const refused = { ...parcel, refused: status };
    parcels.set(key, refused);
    keep(refused);
  } else {
    timer = setTimeout(flush, Math.max(+headers.get('Retry-After')! * 1000, pause(failures++, Math.random())));
  }
  for (const listener of listeners) listener();
  return !timer;
}

function drop(key: string): void {
  parcels.delete(key);
  forget(key);
}

/**
 * Takes over what earlier visits left. One tab of this origin does it at a time; when it is closed, the next one takes
 * over. Where browsers have no locks, two tabs may send the same part: the server stores it once.
 */
export function adopt(): void {
  if (adopting) return;
  adopting = true;
  const take = async () => {
    for (const parcel of await kept<Parcel>('part ')) if (!parcels.has(parcel.key)) parcels.set(parcel.key, parcel);
    await flush();
    return new Promise(() => {});
  };
  if (navigator.locks) navigator.locks.request('parallax', take);
  else take();
  addEventListener('online', () => flush());
}
