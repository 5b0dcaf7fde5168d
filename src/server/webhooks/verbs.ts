/** Whether any endpoint is on. */
export { anyEnabled } from './endpoint-store.ts';
