export {
  countGroup,
  countGroups,
  findTicketed,
  hashesOfWave,
  markAllUsed,
  putIntoGroups,
  type Ticketed,
  vacuumInvitations,
} from './ticketed-store.ts';
