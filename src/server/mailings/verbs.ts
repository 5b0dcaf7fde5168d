export { readUnsubscribeToken } from './personal-tokens.ts';
export { mailsOfContact } from './queue-store.ts';
export { mailedDays, markReturned, recipientsOf } from './returned-store.ts';
export { isInviting, mailedWaves } from './schedule-store.ts';
export { refuseBesidePlan } from './wave-days.ts';
