export { ensureInvitations, usedAmong } from './personal-store.ts';
