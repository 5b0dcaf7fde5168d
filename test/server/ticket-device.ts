import { randomBytes, randomUUID } from 'node:crypto';
import { blindTicket, unblindTicket } from '../../src/core/blind.ts';
import type { Answers } from '../../src/core/survey/definition.ts';
import { nobody, type Reply, type World } from '../world.ts';

const random = () => randomBytes(32).toString('hex');

/** What the browser of somebody with a personal link of a protected audience does. */
export class Device {
  readonly token: string;
  readonly serial = random();
  private readonly chance = random();
  private readonly world: World;
  private part = 0;
  private ticket: string | undefined;

  constructor(world: World, token: string) {
    this.world = world;
    this.token = token;
  }

  open(): Promise<Reply> {
    return this.world.ask(nobody, 'POST', '/api/v1/questionnaires', { token: this.token });
  }

  /** Asks for the signature of this device's number. */
  async ask(key?: string): Promise<Reply> {
    const modulus = key ?? (await this.open()).json.ticket.key;
    const blinded = blindTicket(modulus, this.serial, this.chance);
    return this.world.ask(nobody, 'POST', '/api/v1/tickets', { token: this.token, blinded });
  }

  /** Gets the ticket; undefined with the refusal where there is none. */
  async fetchTicket(): Promise<string> {
    if (this.ticket) return this.ticket;
    const { way, key } = (await this.open()).json.ticket;
    const reply = await this.ask(key);
    if (reply.status !== 200) throw new Error(`no ticket: ${reply.status} ${reply.text}`);
    this.ticket = `${way}.${this.serial}.${unblindTicket(key, this.chance, reply.json.signed)}`;
    return this.ticket;
  }

  async send(answers: Answers, more: object = {}): Promise<Reply> {
    const ticket = await this.fetchTicket();
    this.part += 1;
    const sent = { response: randomUUID(), version: 1, part: this.part, answers, finished: true, took: 60_000 };
    const body = { ticket, ...sent, ...more };
    return this.world.ask(nobody, 'POST', '/api/v1/responses', body);
  }
}
