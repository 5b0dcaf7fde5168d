export { ensureInvitations, linkedInvitations, usedAmong } from './personal-store.ts';
