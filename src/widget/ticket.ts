import { blindTicket, unblindTicket } from '../core/blind.ts';
import { type Kept, keep, kept } from './kept.ts';
import { uuid } from './proof.ts';

/** What the questionnaire of a personal link says of tickets. */
export interface TicketAsk {
  readonly way: string;
  readonly key: string;
}

/** Kept for good: the same number gets the same ticket again, another one none. */
interface Held extends Kept {
  readonly serial: string;
  readonly chance: string;
}

const tickets = new Map<string, Promise<string>>();
/** 244 random bits. */
const random = () => (uuid() + uuid()).replaceAll('-', '');

/**
 * The ticket of a personal link, got from the server when first needed: it signs a number that it cannot read, so that
 * nobody can tell which link the answers belong to. Throws the server's answer where it refuses.
 */
export function ticketFor(
  token: string,
  { way, key }: TicketAsk,
  ask: (body: unknown) => Promise<Response>,
): Promise<string> {
  const get = async () => {
    const name = `ticket ${token}`;
    const [there] = await kept<Held>(name);
    const held = there ?? { key: name, serial: random(), chance: random() };
    await keep(held);
    const answer = await ask({ token, blinded: blindTicket(key, held.serial, held.chance) });
    if (!answer.ok) throw answer;
    const { signed } = await answer.json();
    return `${way}.${held.serial}.${unblindTicket(key, held.chance, signed)}`;
  };
  let got = tickets.get(token);
  if (!got) {
    got = get();
    tickets.set(token, got);
    got.catch(() => tickets.delete(token));
  }
  return got;
}
