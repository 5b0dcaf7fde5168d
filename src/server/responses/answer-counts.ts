import type { Distribution, JointCount } from '../../core/distribution.ts';
import type { Audience, Lens } from '../../core/perspective.ts';
import type { Atom } from '../../core/small-groups.ts';

/**
 * The one seam between storage and statistics. Statistics never see table rows; storage answers eight kinds of
 * question about published answers, and every screen, export and report is computed from these. A backend is right
 * when it passes test/server/answer-counts.contract.ts.
 */
export interface AnswerCounts {
  /** Counts per value for every cell that has answers, in the order of item, audience, lens and groups. */
  counts(workspaceId: string, query: CountsQuery): Promise<CountCell[]>;
  /** For each pair, how often x and y were given together; in the order of x and then y. */
  jointCounts(workspaceId: string, query: JointQuery): Promise<readonly (readonly JointCount[])[]>;
  /** Sums and cross-products of several variables over the responses that answer all of them. */
  sumsAndProducts(workspaceId: string, query: RowsQuery): Promise<SumsAndProducts>;
  /**
   * A hash sample of the responses that answer all variables, for the bootstrap: the same seed gives the same rows as
   * long as the answers stay the same, whatever order they are stored in.
   */
  sample(workspaceId: string, query: RowsQuery & { readonly limit: number; readonly seed: number }): Promise<Sample>;
  /**
   * For leaders, staff and anonymous customers: the people behind every cell, grouped by what a filter could tell them
   * apart by. What core/small-groups.ts needs to decide which filters may be answered. Never leaves the server.
   */
  atoms(workspaceId: string, query: AtomsQuery): Promise<CellAtoms[]>;
  /**
   * The audiences whose whole number may tell of a few: leaders and staff who were published in more than one release,
   * and customers as soon as anonymous ones are among them.
   */
  releasedApart(workspaceId: string): Promise<Audience[]>;
  /** Which attributes the responses carry, with their values, in the order of audience, name and value. */
  attributes(workspaceId: string): Promise<AttributeValue[]>;
  /** Which audiences have at least one response with a value for this attribute. */
  carriers(workspaceId: string, attribute: string): Promise<Audience[]>;
}

export interface AttributeValue {
  readonly audience: Audience;
  readonly name: string;
  /** Of customers: that they are anonymous. */
  readonly anonymous: boolean;
  /** Never empty. */
  readonly value: string;
  /** Responses. */
  readonly n: number;
}

/** Which answers are meant; everything is joined by "and", values of one list by "or". */
export interface AnswerFilter {
  /** YYYY-MM-DD, inclusive. Answers without a date are left out as soon as a period is given. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly channels?: readonly string[] | undefined;
  readonly attributes?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Of leaders and staff only what was published up to this release; see `Atom`. */
  readonly upToRelease?: number | undefined;
  /** Only what was handed in, or only what was answered here; see `CellAtoms`. */
  readonly handedIn?: boolean | undefined;
  /** Of customers only those who are not anonymous. */
  readonly named?: true | undefined;
}

export type GroupBy = 'channel' | 'month' | { readonly attribute: string };

export interface CountsQuery {
  readonly itemIds?: readonly string[] | undefined;
  readonly audiences?: readonly Audience[] | undefined;
  readonly lenses?: readonly Lens[] | undefined;
  readonly filter?: AnswerFilter;
  readonly groupBy?: readonly GroupBy[];
}

export interface CountCell {
  readonly itemId: string;
  readonly audience: Audience;
  readonly lens: Lens;
  /** In the order of `groupBy`: channel, month as YYYY-MM, or the attribute's value; null where there is none. */
  readonly groups: readonly (string | null)[];
  readonly counts: Distribution;
  /** Answers "not applicable", which are in no distribution. */
  readonly notApplicable: number;
}

export interface Variable {
  readonly itemId: string;
  readonly audience: Audience;
  readonly lens: Lens;
}

export interface JointQuery {
  readonly pairs: readonly { readonly x: Variable; readonly y: Variable }[];
  /**
   * `response`: both in one response, with its weight. An attribute: x and y are first averaged (weighted) over each
   * value of it, then joined where a value has both; such pairs have weight 1.
   */
  readonly within: 'response' | { readonly attribute: string };
  readonly filter?: AnswerFilter;
}

export interface RowsQuery {
  readonly variables: readonly Omit<Variable, 'audience'>[];
  readonly audience: Audience;
  readonly filter?: AnswerFilter;
}

export interface SumsAndProducts {
  /** Responses that answer all variables with a value. */
  readonly n: number;
  /** Sum of their weights. */
  readonly w: number;
  /** Weighted sum of each variable. */
  readonly sums: readonly number[];
  /** Weighted sum of the product of each two variables, a full symmetric matrix. */
  readonly products: readonly (readonly number[])[];
}

export interface Sample {
  /** Complete responses in all, of which `rows` are a sample. */
  readonly n: number;
  readonly rows: readonly { readonly weight: number; readonly values: readonly number[] }[];
}

export interface AtomsQuery {
  readonly audiences: readonly Audience[];
  readonly itemIds?: readonly string[] | undefined;
  /** Only how many joined in which release: keys are empty. */
  readonly releasesOnly?: boolean;
}

/**
 * The people of one cell who are watched together. Whoever handed answers in knows them and can take them away from any
 * number: what people answered here has to be safe by itself.
 */
export interface CellAtoms {
  readonly itemId: string;
  readonly audience: Audience;
  readonly lens: Lens;
  /** By a file or another program. */
  readonly handedIn: boolean;
  /** Keys are the attributes' names, `month` (YYYY-MM) and `channel`; see `atomDimension`. */
  readonly atoms: readonly Atom[];
}

/** The name of a filter dimension in an atom; attributes are marked, since one of them may be called `month`. */
export function atomDimension(by: GroupBy): string {
  return typeof by === 'string' ? by : `attribute ${by.attribute}`;
}
