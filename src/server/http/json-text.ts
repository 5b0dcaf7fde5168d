import { Problem } from './problem.ts';
import { parseJson } from './read-input.ts';

/**
 * What a field says whose text is JSON once more, undefined for what is none; `refused` says what in it no body may hold
 * either, such as NUL: the check of the body has seen its escapes as ordinary letters.
 */
export function readJsonText(text: string): { readonly value: unknown; readonly refused?: string | undefined } {
  try {
    return { value: parseJson(text) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { value: undefined, refused: error.fields[0]?.message };
  }
}
