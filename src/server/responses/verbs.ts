export { waitingResponses } from './publish-waiting.ts';
export { rebuildCounts } from './rebuild-counts.ts';
export {
  countRespondents,
  countResponses,
  removeAnswers,
  removeResponses,
  responseKeys,
  responsesBySurvey,
  responsesOfContact,
} from './remove.ts';
export { addResponses, addStaged, createStaged } from './store.ts';
