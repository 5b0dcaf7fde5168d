export { type Ask, answeredSql, ensureInvitations, unlinkedAmong, usedAmong } from './personal-store.ts';
