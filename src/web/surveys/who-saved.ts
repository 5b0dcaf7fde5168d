import type { Draft } from './queries.ts';

/** At the beginning of a sentence, before "saved" or "changed": one's own second window is nobody else. */
export function whoSaved({ savedBy, savedByYou }: Pick<Draft, 'savedBy' | 'savedByYou'>): string {
  return savedByYou ? 'You, in another window,' : (savedBy ?? 'Somebody');
}
