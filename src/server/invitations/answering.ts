export { bindPersonal, findPersonal } from './answering-store.ts';
