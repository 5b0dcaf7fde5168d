import { Readable } from 'node:stream';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { saysNoSuchAddress } from '../../core/delivery-report.ts';
import { beginning } from '../../core/storable-text.ts';

/** What became of one mail. */
export type Delivery =
  | { readonly kind: 'sent' }
  /** The server says that there is no such address. */
  | { readonly kind: 'bounced'; readonly because: string }
  /** The server refuses this mail for good, for another reason. */
  | { readonly kind: 'refused'; readonly because: string }
  /** The server asks to try again later; the mail was certainly not accepted. */
  | { readonly kind: 'later'; readonly because: string }
  /** The server can't be used just now; says nothing about this mail, which was certainly not accepted. */
  | { readonly kind: 'unreachable'; readonly because: string }
  /** The message was under way and no answer came: it may or may not have been accepted. */
  | { readonly kind: 'unclear'; readonly because: string }
  /** It was not to be sent any more when its turn came; nothing of it went out. */
  | { readonly kind: 'withdrawn' };

/**
 * Called when the server has taken sender and recipient and waits for the message. Nothing of it goes out before this
 * resolves with true. It may take its time, and asks `isWanted` before it writes anything down: the server may have hung up.
 */
export type Begin = (isWanted: () => boolean) => Promise<boolean>;
const atOnce: Begin = async (isWanted) => isWanted();

export interface Letter {
  readonly from: string;
  readonly to: string;
  /** The whole message. */
  readonly raw: Buffer;
}

export interface SmtpTimeouts {
  readonly connectMs: number;
  readonly silenceMs: number;
}
export const SMTP_TIMEOUTS: SmtpTimeouts = { connectMs: 10_000, silenceMs: 30_000 };

/**
 * One connection to the mail server, opened when it is needed and kept for the next letter. It is used directly, not
 * through a pool that tries again by itself: whether a letter may be sent once more is decided by whoever keeps the queue,
 * and depends on whether the message had begun.
 */
export class SmtpLine {
  readonly #url: string;
  readonly #timeouts: SmtpTimeouts;
  #connection: SMTPConnection | undefined;

  constructor(url: string, timeouts: SmtpTimeouts = SMTP_TIMEOUTS) {
    this.#url = url;
    this.#timeouts = timeouts;
  }

  /** Connects and signs in where that is not done yet; says why it can't be used. Never throws. */
  async open(): Promise<Extract<Delivery, { kind: 'unreachable' }> | undefined> {
    try {
      await this.#open();
      return undefined;
    } catch (error) {
      this.close();
      return { kind: 'unreachable', because: sentenceOf(error) };
    }
  }

  /** Throws only what `begin` throws. */
  async deliver(letter: Letter, begin: Begin = atOnce): Promise<Delivery> {
    const problem = await this.open();
    if (problem) return problem;
    const connection = await this.#open();
    let delivery: Delivery | undefined;
    try {
      delivery = await this.#send(connection, letter, begin);
      return delivery;
    } finally {
      // After a refusal the state of the conversation is not certain any more.
      if (delivery?.kind !== 'sent') this.close();
    }
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  async #open(): Promise<SMTPConnection> {
    if (this.#connection) return this.#connection;
    const { auth, ...options } = parseConnectionUrl(this.#url);
    const connection = new SMTPConnection({
      ...options,
      connectionTimeout: this.#timeouts.connectMs,
      greetingTimeout: this.#timeouts.connectMs,
      socketTimeout: this.#timeouts.silenceMs,
      dnsTimeout: this.#timeouts.connectMs,
    });
    await new Promise<void>((resolve, reject) => {
      connection.once('error', reject);
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    // Whoever waits for an answer hears of it by a callback; without a listener it would end the process.
    connection.on('error', () => {});
    connection.once('end', () => {
      if (this.#connection === connection) this.#connection = undefined;
    });
    this.#connection = connection;
    if (auth?.user) {
      const credentials = { user: auth.user, pass: auth.pass ?? '' };
      await new Promise<void>((resolve, reject) => {
        connection.once('error', reject);
        connection.login({ credentials }, (error) => (error ? reject(error) : resolve()));
      });
    }
    return connection;
  }

  #send(connection: SMTPConnection, { from, to, raw }: Letter, begin: Begin): Promise<Delivery> {
    return new Promise((resolve, reject) => {
      let begun = false;
      let over = false;
      const end = (delivery: Delivery) => {
        over = true;
        resolve(delivery);
      };
      const isWanted = () => {
        begun = !over;
        return begun;
      };
      let asked = false;
      const message = new Readable({
        // It is read once the server has said that it waits for it.
        read() {
          if (asked) return;
          asked = true;
          begin(isWanted).then((go) => {
            if (over) return;
            if (!go) return end({ kind: 'withdrawn' });
            this.push(raw);
            this.push(null);
          }, reject);
        },
      });
      connection.send({ from, to: [to], size: raw.length }, message, (error) => {
        end(error ? outcomeOf(error, begun) : { kind: 'sent' });
      });
    });
  }
}

interface SmtpError {
  readonly command?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
}

/** What a failure means, by where in the conversation it came and what the server said. */
function outcomeOf(error: Error & SmtpError, begun: boolean): Delivery {
  const because = sentenceOf(error);
  const { responseCode: code, command = '' } = error;
  if (code === undefined) return { kind: begun ? 'unclear' : 'later', because };
  if (code === 421) return { kind: 'later', because };
  if (code < 500) return { kind: 'later', because };
  if (command.startsWith('RCPT'))
    return isNoSuchAddress(error) ? { kind: 'bounced', because } : { kind: 'refused', because };
  // The message itself is refused: as spam, or as too large.
  if (command === 'DATA') return { kind: 'refused', because };
  // Not signed in, or the sender may not send: the same for every mail until somebody mends it.
  return { kind: 'unreachable', because };
}

/** 5.1.x and 5.2.1 speak of the address; 5.7.x of what the server allows, and marks nobody as unreachable. */
function isNoSuchAddress({ responseCode, response = '' }: SmtpError): boolean {
  const enhanced = /^\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  if (enhanced) return saysNoSuchAddress(enhanced);
  return responseCode === 550 || responseCode === 551 || responseCode === 553 || responseCode === 556;
}

/** What the server said, on one line and not too long; never an address of ours. */
function sentenceOf(error: unknown): string {
  const said =
    error instanceof Error
      ? 'response' in error && typeof error.response === 'string'
        ? error.response
        : error.message
      : 'no answer';
  const line = said.replace(/[\p{Cc}\s]+/gu, ' ');
  const withoutAddresses = line.replace(/<[^<>]*>|[^\s<>]+/g, (part) => (part.includes('@') ? '…' : part));
  return beginning(withoutAddresses, 300);
}
