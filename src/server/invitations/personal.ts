export { ensureInvitations, type PersonalInvitation, usedAmong } from './personal-store.ts';
