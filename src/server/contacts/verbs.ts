export { contactsOfStaged } from './store.ts';
