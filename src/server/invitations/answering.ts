export { bindPersonal, findPersonal } from './answering-store.ts';
export { markUnused, markUsed } from './store.ts';
