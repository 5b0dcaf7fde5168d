/** One answer as it is given. */
export interface Answered {
  /** Token of the link that it was given at. */
  readonly link: string;
  /** The question's id, with a row or a field behind a dot. */
  readonly question: string;
  readonly value: number | string | boolean | null | readonly string[];
}

export interface Person {
  /**
   * HMAC-SHA256 under the site's secret, in hex, computed on your server: of the person's id, or of the id, a line break
   * and the text in `attributes`.
   */
  readonly signature?: string;
  /**
   * An object counts in this browser only, for targeting. The JSON text of one, exactly as your server signed it, is
   * stored with the contact.
   */
  readonly attributes?: string | Readonly<Record<string, string | number | boolean>>;
}

export interface Api {
  /** Who is visiting: your own id of the person, and what is known of them. */
  identify(person: string, more?: Person): void;
  /** Something happened that a moment may wait for. */
  track(name: string, properties?: Readonly<Record<string, unknown>>): void;
  /** Shows a survey by its id, if the rules of asking allow it, or a link (address or token) at once; `into`: inside this element. */
  show(surveyOrLink: string, into?: Element): Promise<boolean>;
  /** Takes the open survey away; what was answered so far is sent. */
  close(): void;
  /** Calls back with each answer; returns what ends that. */
  onAnswer(listener: (answer: Answered) => void): () => void;
  /** Whether the visitor agrees that this browser is known again. */
  consent(given: boolean): void;
  /** Answers from now on are of the organisation's own people: marked, and left out of every number. */
  internal(is: boolean): void;
  /** Calls by name, as in the list that stands in before the script is loaded. */
  push(...calls: readonly (readonly [name: string, ...given: unknown[]])[]): void;
}

export interface Site {
  /** Where your Parallax runs, such as `https://cx.example.org`, without a slash at the end. */
  readonly origin: string;
  /** The key of the site. */
  readonly site: string;
  /** The visitor has agreed already. */
  readonly consent?: boolean;
}

/** Loads the code from your Parallax; calls made before or meanwhile are kept. Rejects when it can't be loaded. */
export function start(site: Site): Promise<void>;
export function identify(person: string, more?: Person): void;
export function track(name: string, properties?: Readonly<Record<string, unknown>>): void;
export function show(surveyOrLink: string, into?: Element): void;
export function close(): void;
export function onAnswer(listener: (answer: Answered) => void): () => void;
export function consent(given: boolean): void;
export function internal(is: boolean): void;

declare global {
  interface Window {
    /** A list of calls until the script is loaded, then the API. */
    parallax?: Api | unknown[];
  }
}
