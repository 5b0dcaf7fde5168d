export { membershipsOf } from './memberships-store.ts';
