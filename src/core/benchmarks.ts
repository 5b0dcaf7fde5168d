/**
 * A published or own number to compare with. A benchmark is a record, never a constant in a text: the founding pair of
 * this field circulates in many wrong forms because what was counted and who was asked got lost on the way.
 */
export interface Benchmark {
  /** What was said, in the words of the source as closely as one line allows. */
  readonly statement: string;
  /** What the share is a share of. */
  readonly unitCounted: string;
  readonly whoWasAsked: string;
  /** 0 to 1; null where the source gives no share. */
  readonly share: number | null;
  /** How many units; null where it was never published, and then there is no interval. */
  readonly n: number | null;
  readonly dated: string;
  readonly source: string;
}

const BAIN =
  'Allen, Reichheld, Hamilton & Markey 2005, Closing the delivery gap, Bain & Company. Its two sides count different units, and the number of customers was never published: their difference of 72 points has no interval.';
const HULT =
  'Hult, Morgeson, Morgan, Mithas & Fornell 2017, Do managers know what their customers think and why? Journal of the Academy of Marketing Science 45:37–54';

/** The records that ship; a workspace adds its own beside them. */
export const SHIPPED_BENCHMARKS: readonly (Benchmark & { readonly key: string })[] = [
  {
    key: 'bain-2005-firms',
    statement: '80 % of firms believed that they delivered a superior experience',
    unitCounted: 'firms',
    whoWasAsked: 'firms, about themselves',
    share: 0.8,
    n: 362,
    dated: '2005',
    source: BAIN,
  },
  {
    key: 'bain-2005-customers',
    statement: 'Customers said that 8 % of companies are really delivering a superior experience',
    unitCounted: 'companies, as rated by their customers',
    whoWasAsked: 'customers; how many was never published',
    share: 0.08,
    n: null,
    dated: '2005',
    source: BAIN,
  },
  {
    key: 'hult-2017-customers',
    statement:
      'Managers misjudge both how satisfied customers are and what drives it: they overestimate the level of satisfaction and of loyalty',
    unitCounted: 'customers',
    whoWasAsked: 'customers, set against 1,068 managers of the same firms',
    share: null,
    n: 70_000,
    dated: '2017',
    source: HULT,
  },
  {
    key: 'hult-2017-managers',
    statement:
      'Managers misjudge both how satisfied customers are and what drives it: they overestimate the level of satisfaction and of loyalty',
    unitCounted: 'managers',
    whoWasAsked: 'managers, set against 70,000 customers of the same firms',
    share: null,
    n: 1_068,
    dated: '2017',
    source: HULT,
  },
];
