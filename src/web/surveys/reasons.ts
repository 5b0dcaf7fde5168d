/** Why responses are kept without being counted, in words. */
export const REASONS = {
  test: { name: 'Tests', because: 'They came by a link for trying out. They are never meant to count.' },
  internal: { name: 'Own people', because: 'The page said that the visitor belongs to the organisation.' },
  trap: { name: 'Filled in what people don’t see', because: 'A field that only programs find had a value.' },
  too_fast: { name: 'Too fast', because: 'Finished in less time than it takes to read the questions.' },
  no_work: { name: 'Without proof of work', because: 'The device did not do the small sum that the survey asks for.' },
  flood: { name: 'Too many at once', because: 'Far more came from one network than people there could give.' },
  quota: { name: 'Over a quota', because: 'As many as were wanted had answered already.' },
  duplicate: { name: 'Twice', because: 'The same person or device had answered before.' },
} as const;
export type Reason = keyof typeof REASONS;

const isReason = (value: unknown): value is Reason => typeof value === 'string' && Object.hasOwn(REASONS, value);

/** Which responses the list shows: those that count, or those that were set apart for a reason. */
export interface AnswersSearch {
  readonly show?: Reason;
}
export const readAnswersSearch = ({ show }: Record<string, unknown>): AnswersSearch => (isReason(show) ? { show } : {});
