/// <reference types="vite/types/importMeta.d.ts" />

/** Whether this is `npm run test:deep`. */
export const DEEP = import.meta.env.MODE === 'deep';

/** How often to repeat: a small gate in `npm test`, the long run in `npm run test:deep`. */
export function rounds(gate: number, deep: number): number {
  return DEEP ? deep : gate;
}
