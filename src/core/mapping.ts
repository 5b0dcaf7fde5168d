import type { DateFormat } from './parse-cell.ts';
import type { Audience, Lens } from './perspective.ts';

export { mappedColumns, mappingProblems } from './mapping-problems.ts';
export { type RowReader, rowToAnswers } from './row-to-answers.ts';

/**
 * How the columns of a file become answers. Plain data that can be saved as JSON, edited by hand and used again.
 * Column names are those of the opened table. Words are compared without regard to case and outer blanks.
 */
export type Mapping = LongMapping | WideMapping;

/** What may stand in a cell instead of a number. */
export interface CellWords {
  /** Further words or numbers that mean "not answered" (a blank always does). No answer is stored. */
  readonly missing?: readonly string[];
  /** Further words or numbers that mean "not applicable". Stored as such, without a value. */
  readonly notApplicable?: readonly string[];
  /** Labels and the number that each stands for: `{"very satisfied": 5}`. */
  readonly values?: Readonly<Record<string, number>>;
}

interface AnyMapping {
  /** How days are written. Without it days have to be ISO. */
  readonly dateFormat?: DateFormat;
  /** What becomes of items that the workspace does not have: `create` (the default) makes them, `reject` lists their rows. */
  readonly unknownItems?: 'create' | 'reject';
  /** Where items that have to be made belong and what they look like, by key. */
  readonly newItems?: Readonly<Record<string, NewItem>>;
}

export interface NewItem {
  /** Id or name of a touchpoint that exists, or the name of a new one. Without it: a new one named like the item. */
  readonly touchpoint?: string;
  readonly name?: string;
  /** As in files, `1-5`. Without it: from the mapping, else found out from the values. */
  readonly scale?: string;
  /** `down` where a lower value is better for the customer. */
  readonly direction?: 'up' | 'down';
}

/** One answer per row. */
export interface LongMapping extends AnyMapping, CellWords {
  readonly layout: 'long';
  readonly columns: {
    readonly respondent?: string;
    /** Left out only where `audience` names the one audience of the file. */
    readonly audience?: string;
    readonly lens?: string;
    readonly item: string;
    readonly value: string;
    readonly scale?: string;
    readonly weight?: string;
    readonly at?: string;
    readonly channel?: string;
    /** The organisation's own id of the person. */
    readonly contact?: string;
  };
  /** The audience of all rows, where no column says it. */
  readonly audience?: Audience;
  /** What the audience column writes for each audience: `{"guests": "customer"}`. */
  readonly audiences?: Readonly<Record<string, Audience>>;
  /** The lens of all rows, where no column says it; otherwise the audience's own (customers experience, others believe). */
  readonly lens?: Lens;
  readonly attributes: readonly string[];
  /** What the item column writes, and the item's key, where they differ. */
  readonly items?: Readonly<Record<string, string>>;
  /** The scale of all items, or of single ones by key; values off it are rejected. */
  readonly scale?: string;
  readonly scales?: Readonly<Record<string, string>>;
}

/** One respondent (or unit) per row, one column per rated item. */
export interface WideMapping extends AnyMapping {
  readonly layout: 'wide';
  /** Whose rows these are; items may name their own, where one row holds several audiences. */
  readonly audience:
    | { readonly constant: Audience }
    | { readonly column: string; readonly values?: Readonly<Record<string, Audience>> };
  readonly respondent?: string;
  readonly weight?: string;
  readonly at?: string;
  readonly channel?: string;
  readonly contact?: string;
  readonly attributes?: readonly string[];
  /** The column of the unit (branch, school) that several audiences rate; kept as an attribute, used to pair. */
  readonly unit?: string;
  readonly items: readonly WideItem[];
}

export interface WideItem extends CellWords {
  /**
   * Usually one. Of several, the value is the mean of those answered, when at least half of them are; with fewer the
   * item counts as not answered, and as not applicable when nothing but that was said.
   */
  readonly columns: readonly string[];
  /** Key of the item. */
  readonly item: string;
  readonly audience?: Audience;
  readonly lens?: Lens;
  readonly scale?: string;
}

export interface Response {
  /** The original id; null when the file has none, and its place in the file stands for it. */
  readonly key: string | null;
  readonly audience: Audience;
  /** YYYY-MM-DD. */
  readonly at: string | null;
  readonly channel: string;
  readonly weight: number;
  readonly contact: string | null;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface MappedAnswer {
  /** Differs from the response's where one row holds several audiences. */
  readonly audience: Audience;
  readonly item: string;
  readonly lens: Lens;
  /** Null means not applicable. */
  readonly value: number | null;
  /** As the file or the mapping says it, `1-5`; null when nobody says. */
  readonly scale: string | null;
}

export interface Rejection {
  readonly column: string;
  readonly value: string;
  readonly reason: string;
}

/** A row that has any rejection is rejected as a whole; its answers are then not to be used. */
export interface MappedRow {
  readonly response: Response;
  readonly answers: readonly MappedAnswer[];
  readonly rejections: readonly Rejection[];
}
