import { hash } from 'node:crypto';
import type { PartBody } from './schema.ts';

/**
 * Names what a part holds: the same content always gets the same 12 characters, in whatever order its answers stand.
 * How it was sent (time, proof of work) belongs to the sending and may differ when it is sent again.
 */
export function partFingerprint({ answers, finished, version }: PartBody): string {
  const sorted = Object.keys(answers)
    .sort()
    .map((key) => [key, answers[key]]);
  return hash('sha256', JSON.stringify([version, finished, sorted])).slice(0, 12);
}
