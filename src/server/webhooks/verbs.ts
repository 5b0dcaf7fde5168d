/** Whether any endpoint is on. */
export { anyEnabled, isAnyEnabled } from './endpoint-store.ts';
