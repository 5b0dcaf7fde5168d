/** Whether this is `npm run test:deep`. Not vitest's mode: projects of a configuration don't get it. */
export const DEEP = process.env.TEST_DEEP === '1';

/** How often to repeat: a small gate in `npm test`, the long run in `npm run test:deep`. */
export function rounds(gate: number, deep: number): number {
  return DEEP ? deep : gate;
}
