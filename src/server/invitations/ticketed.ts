export { countInvitations } from './store.ts';
export { findTicketed, markAllUsed, type Ticketed, vacuumInvitations } from './ticketed-store.ts';
