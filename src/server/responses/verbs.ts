export { publishDue, type Waiting, waitingResponses } from './publish-waiting.ts';
export { countRespondents, countResponses, removeAnswers, removeResponses } from './remove.ts';
export { addResponses, addStaged, createStaged } from './store.ts';
