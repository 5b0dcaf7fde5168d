/** What the why-log is narrowed to; stands in the address. */
export interface LogSearch {
  readonly person?: string;
  readonly surveyId?: string;
  readonly asked?: string;
  readonly rule?: string;
}

export function readLogSearch(search: Record<string, unknown>): LogSearch {
  const text = (name: keyof LogSearch) => (typeof search[name] === 'string' ? { [name]: search[name] } : {});
  return { ...text('person'), ...text('surveyId'), ...text('asked'), ...text('rule') };
}
