import type { CannotSay, Interval } from './cannot-say.ts';
import type { Distribution, JointCount } from './distribution.ts';
import type { Audience, Lens, Perspective } from './perspective.ts';
import type { Scale } from './scale.ts';

/** The named gaps that compare two perspectives on one item, in the order in which they are shown. */
export const GAP_KINDS = {
  delivery: { from: ['leadership', 'belief'], to: ['customer', 'experience'], name: 'Delivery gap' },
  front_line: { from: ['staff', 'belief'], to: ['customer', 'experience'], name: 'Front-line gap' },
  alignment: { from: ['leadership', 'belief'], to: ['staff', 'belief'], name: 'Alignment gap' },
  understanding: {
    from: ['leadership', 'expectation'],
    to: ['customer', 'expectation'],
    name: 'Understanding gap (GAP 1)',
  },
  standards: { from: ['customer', 'expectation'], to: ['leadership', 'standard'], name: 'Standards gap (GAP 2)' },
  performance: { from: ['leadership', 'standard'], to: ['staff', 'walk'], name: 'Performance gap (GAP 3)' },
  promise: { from: ['leadership', 'promise'], to: ['customer', 'experience'], name: 'Promise gap (GAP 4)' },
  service: { from: ['customer', 'expectation'], to: ['customer', 'experience'], name: 'Service gap (GAP 5)' },
} as const satisfies Record<string, { from: [Audience, Lens]; to: [Audience, Lens]; name: string }>;
export type GapKind = keyof typeof GAP_KINDS;

/** One item as the report needs it. */
export interface ReportItem {
  /** The key used in files and options. */
  readonly key: string;
  readonly name: string;
  readonly scale: Scale;
  /** True where the scale was not declared but read off the values. */
  readonly scaleInferred?: boolean;
  /** Points of the scale; without it, the report's share of the scale's range. */
  readonly tolerance?: number;
  /** Standards and promises entered as records: constants without n and variance. */
  readonly commitments?: readonly { readonly lens: 'standard' | 'promise'; readonly value: number }[];
}

/** All answers to one item under one perspective. */
export interface Cell extends Perspective {
  readonly item: string;
  readonly counts: Distribution;
  /** Where this audience was asked on another scale than the item's; its gaps are converted and say so. */
  readonly scale?: Scale;
}

/** Answers to one item under two perspectives, joined within the same person or the same unit (branch, school). */
export interface PairedCell {
  readonly item: string;
  readonly from: Perspective;
  readonly to: Perspective;
  readonly within: 'person' | 'unit';
  /** The x of a joint count belongs to `from`, the y to `to`. */
  readonly counts: readonly JointCount[];
}

export interface ReportOptions {
  /** Confidence level of `interval`; 0.95. */
  readonly level: number;
  /** Share of the scale's range, for items without their own; 0.0625 (0.25 on 1–5). */
  readonly toleranceShare: number;
  /** The anonymity threshold: no cell with fewer answers is shown; 5 or more. */
  readonly minN: number;
  /** Customers' mean at or above this percent of the maximum possible is a strength; 70. */
  readonly targetPomp: number;
  /** Size of each audience where it is known: makes a census a census. */
  readonly population: Partial<Record<Audience, number>>;
  /** Key of the headline item ("do they get a superior experience?"). */
  readonly headline?: string;
  /** Only this pair, or only the pairs with this side, instead of every pair that the data hold. */
  readonly only?: { readonly from?: Perspective; readonly to?: Perspective };
}

export interface ReportInput {
  readonly items: readonly ReportItem[];
  readonly cells: readonly Cell[];
  readonly paired: readonly PairedCell[];
  readonly options: ReportOptions;
}

export type Verdict = 'open' | 'aligned' | 'aligned_not_zero' | 'undetermined';
/** What an executive remembers of a belief gap; null for gaps that are not a belief against an experience. */
export type Pattern = 'blind_spot' | 'hidden_strength' | 'shared_strength' | 'shared_pain' | 'unknown';

/** One side of a gap, for drawing: what the audience answered. */
export interface Side extends Perspective {
  /** Answers (or pairs) that the estimate rests on; null for a standard or promise written down as a number. */
  readonly n: number | null;
  /** In points of the scale. */
  readonly mean: number;
  readonly interval: Interval | null;
  /** How many belong to the audience, where it is known. */
  readonly population?: number;
  /** True when everybody answered: no sampling error. */
  readonly census?: boolean;
}

/** The signed difference `from` minus `to` on one item: positive means "they get less than that". */
export interface Gap {
  readonly item: string;
  readonly kind: GapKind | null;
  readonly from: Perspective;
  readonly to: Perspective;
  /** mean(from) − mean(to), in points of the scale (percent of maximum possible when `converted`). */
  readonly estimate: number;
  /** Unadjusted, at `level`; the same Welch or paired t as `pValue`. Null where uncertainty can't be given. */
  readonly interval: Interval | null;
  readonly level: number;
  readonly n: { readonly from: number | null; readonly to: number | null };
  readonly pValue: number | null;
  /** Benjamini–Hochberg over all gaps of the report. */
  readonly pAdjusted: number | null;
  /** Games–Howell, where three audiences are shown for the item. */
  readonly intervalSimultaneous: Interval | null;
  /** At level 1 − R·q/m where this gap was selected by Benjamini–Hochberg at q = 0.10 (false coverage rate). */
  readonly intervalSelected: Interval | null;
  readonly effect: { readonly name: string; readonly estimate: number; readonly interval: Interval | null } | null;
  /** Points of the scale. */
  readonly tolerance: number;
  readonly verdict: Verdict;
  readonly pattern: Pattern | null;
  /** About how many more answers would decide, where the verdict is undetermined. */
  readonly moreAnswers: { readonly audience: Audience; readonly n: number } | CannotSay | null;
  /** One sentence for a person who has never heard of a confidence interval. */
  readonly sentence: string;
  /** `Welch`, `paired t within unit`, `one-sample t against the standard`, …, plus anything that changes its reading. */
  readonly method: string;
  readonly converted: boolean;
  readonly sides: readonly [from: Side, to: Side];
}

/** A gap that was looked for and cannot be given. */
export interface GapNotSaid {
  readonly item: string;
  readonly kind: GapKind | null;
  readonly from: Perspective;
  readonly to: Perspective;
  readonly because: string;
}

/** The organisation's own 80/8: share of leaders against share of customers in the top box of the headline item. */
export interface Headline {
  readonly item: string;
  /** `from` and `to` shares, 0 to 1, with Wilson intervals. */
  readonly shares: readonly [
    from: Perspective & { readonly share: number; readonly interval: Interval; readonly n: number },
    to: Perspective & { readonly share: number; readonly interval: Interval; readonly n: number },
  ];
  /** Difference of the shares, 0 to 1, Newcombe interval. */
  readonly estimate: number;
  readonly interval: Interval;
  readonly level: number;
  readonly topBox: number;
  readonly verdict: Verdict;
  readonly tolerance: number;
  readonly sentence: string;
  readonly method: string;
}

/** What one audience said of one item, with everything that a touchpoint opens to. */
export interface PerspectiveSummary extends Side {
  readonly item: string;
  readonly scale: Scale;
  readonly counts: Distribution;
  readonly sd: number | null;
  readonly topBoxShare: { readonly estimate: number; readonly interval: Interval } | null;
}

export interface GapReport {
  readonly headline: Headline | CannotSay;
  readonly gaps: readonly Gap[];
  readonly cannotSay: readonly GapNotSaid[];
  /** Every perspective that may be shown, protected cells left out. */
  readonly perspectives: readonly PerspectiveSummary[];
  /** Anything a reader must know: scales inferred, filters that an audience does not carry, and so on. */
  readonly notes: readonly string[];
}
