/** Whether any endpoint is on. */
export { anyEnabled, expectEnabled } from './endpoint-store.ts';
