export { lastAnsweredVersion } from './answered-version.ts';
export { contactIds } from './contact-ids.ts';
export { CountChanges } from './count-changes.ts';
export {
  customersResponsesFrom,
  type ExportedResponse,
  lastResponseId,
  publishedAnswers,
} from './export-responses.ts';
export { overdueWaves } from './publish-groups.ts';
export { forgetKept, publishOverdue, publishUnfinished, waitingResponses } from './publish-waiting.ts';
export { rebuildCounts } from './rebuild-counts.ts';
export { RecentResponses } from './recent.ts';
export {
  countFinished,
  countRespondents,
  countResponses,
  removeAnswers,
  removeResponses,
  responseKeys,
  responsesBySurvey,
  responsesByWave,
  responsesOfContact,
} from './remove.ts';
export type { NewAnswer } from './schema.ts';
export {
  customersResponses,
  findAccepted,
  linkedKeys,
  markAccepted,
  publishedByAudience,
} from './single.ts';
export { addResponses, addStaged, createStaged } from './store.ts';
export { writeAnonymous } from './take-anonymous.ts';
export {
  type ChangedAnswer,
  expectWritten,
  findStored,
  findValues,
  isNoneStored,
  lockStored,
  type MergedResponse,
  nameOf,
  ReadTooEarly,
  type ResponseName,
  type StoredResponse,
  StoredValues,
  takeOut,
} from './take-parts.ts';
export { isOriginally, keyInWave, plainKeys } from './wave-keys.ts';
export { writeMerged } from './write-merged.ts';
