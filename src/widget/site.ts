import type { Given } from '../core/survey/definition.ts';
import type { Look } from '../core/survey/moments.ts';

/** One answer, as the page's own code hears of it. */
export interface Answered {
  /** Token of the link that it was given at. */
  readonly link: string;
  /** Answer key: the question's id, with a row or field behind a dot. */
  readonly question: string;
  readonly value: Given;
}

/** What the server says to an attempt that it grants. */
export interface Granted {
  readonly id: string;
  readonly look: Look;
}

/** What appears on the page. */
export interface Showing {
  /** Where Parallax runs, without a slash at the end. */
  readonly origin: string;
  /** The address to answer at, or its token. */
  readonly link: string;
  /** Where an embedded survey stands. */
  readonly into?: Element | false | undefined;
  readonly internal?: boolean | undefined;
  /** Nothing but answers that are not sent yet outlives the page. */
  readonly temporary: boolean;
  readonly listeners: ReadonlySet<(answered: Answered) => void>;
  /** None where the page's own code shows a link: nobody was asked, so nothing is said to the server. */
  readonly granted?: Granted | undefined;
  /** Tells the site's address something. */
  post(what: string, body: object): unknown;
}

/** A survey on the page, until `remove`. */
export interface Shown {
  readonly host: Element;
  remove(): void;
}

/** The module that the loader fetches once something is to be shown. */
export interface LookModule {
  /** Shows a survey; undefined when it can't be read. */
  present(showing: Showing): Promise<Shown | undefined>;
  /** Sends what earlier visits left. */
  adopt(): void;
}
