import { AUDIENCE_NAMES } from '../ui/format.ts';
import { REACH_NAMES } from './queries.ts';

/** What the list of contacts is narrowed to; stands in the address. */
export interface ContactSearch {
  readonly search?: string;
  readonly audience?: string;
  readonly reach?: string;
  readonly segmentId?: string;
  readonly after?: string;
}

const isId = (text: string) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);

/** Reads the address; what is not understood is dropped, never passed on. */
export function readContactSearch(search: Record<string, unknown>): ContactSearch {
  const one = (name: keyof ContactSearch, isFine: (text: string) => boolean) => {
    const text = search[name];
    return typeof text === 'string' && isFine(text) ? { [name]: text } : {};
  };
  return {
    ...one('search', () => true),
    ...one('audience', (text) => Object.hasOwn(AUDIENCE_NAMES, text)),
    ...one('reach', (text) => Object.hasOwn(REACH_NAMES, text)),
    ...one('segmentId', isId),
    ...one('after', isId),
  };
}
