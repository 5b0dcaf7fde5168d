export { publishDue, type Waiting, waitingResponses } from './publish-waiting.ts';
export { rebuildCounts } from './rebuild-counts.ts';
export {
  type ContactResponse,
  countRespondents,
  countResponses,
  removeAnswers,
  removeResponses,
  responseKeys,
  responsesBySurvey,
  responsesOfContact,
} from './remove.ts';
export { addResponses, addStaged, createStaged } from './store.ts';
