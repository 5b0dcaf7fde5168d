export { mailsOfContact } from './queue-store.ts';
