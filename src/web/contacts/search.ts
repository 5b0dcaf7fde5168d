/** What the list of contacts is narrowed to; stands in the address. */
export interface ContactSearch {
  readonly search?: string;
  readonly audience?: string;
  readonly reach?: string;
  readonly segmentId?: string;
  readonly after?: string;
}

export function readContactSearch(search: Record<string, unknown>): ContactSearch {
  const text = (name: keyof ContactSearch) => (typeof search[name] === 'string' ? { [name]: search[name] } : {});
  return { ...text('search'), ...text('audience'), ...text('reach'), ...text('segmentId'), ...text('after') };
}
