/** What the why-log is narrowed to; stands in the address. */
export interface LogSearch {
  readonly person?: string;
  readonly surveyId?: string;
  readonly asked?: string;
  readonly rule?: string;
  /** First and last day, YYYY-MM-DD. */
  readonly from?: string;
  readonly until?: string;
}

export function readLogSearch(search: Record<string, unknown>): LogSearch {
  const text = (name: keyof LogSearch) => (typeof search[name] === 'string' ? { [name]: search[name] } : {});
  const day = (name: keyof LogSearch) => (/^\d{4}-\d\d-\d\d$/.test(String(search[name])) ? text(name) : {});
  return {
    ...text('person'),
    ...text('surveyId'),
    ...text('asked'),
    ...text('rule'),
    ...day('from'),
    ...day('until'),
  };
}
