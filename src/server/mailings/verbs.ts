export { readUnsubscribeToken } from './personal-tokens.ts';
export { mailsOfContact } from './queue-store.ts';
export { mailedDays, markReturned, recipientsOf } from './returned-store.ts';
export { isInviting } from './schedule-store.ts';
export { refuseBesidePlan } from './wave-days.ts';
