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

/** Reads the address; what is not understood is dropped, never passed on. */
export function readLogSearch(search: Record<string, unknown>): LogSearch {
  const text = (name: keyof LogSearch) => (typeof search[name] === 'string' ? { [name]: search[name] } : {});
  const day = (name: keyof LogSearch) => (/^\d{4}-\d\d-\d\d$/.test(String(search[name])) ? text(name) : {});
  const id = '[\\da-fA-F]{8}(-[\\da-fA-F]{4}){3}-[\\da-fA-F]{12}';
  const like = (name: keyof LogSearch, form: string) =>
    new RegExp(`^(${form})$`).test(String(search[name])) ? text(name) : {};
  return {
    ...like('person', `contact:${id}|visitor:[\\da-f]{64}`),
    ...like('surveyId', id),
    ...like('asked', 'true|false'),
    ...text('rule'),
    ...day('from'),
    ...day('until'),
  };
}
