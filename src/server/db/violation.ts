import { Problem } from '../http/problem.ts';

/** Turns a broken uniqueness rule into a refusal with this sentence; the transaction can only be rolled back then. */
export async function conflictWhenTaken<T>(work: Promise<T>, sentence: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === '23505') throw new Problem('conflict', sentence);
    throw error;
  }
}

/** Turns a reference to something that is not in this workspace into this refusal. */
export async function refuseUnknown<T>(work: Promise<T>, refusal: string | Problem): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === '23503') {
      throw typeof refusal === 'string' ? new Problem('unprocessable', refusal) : refusal;
    }
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
