import type { SurveyDefinition } from './definition.ts';

export interface AnsweredVersion {
  readonly version: number;
  readonly definition: SurveyDefinition;
}

export interface EarlierVersions {
  readonly previous?: SurveyDefinition | undefined;
  readonly answered?: AnsweredVersion | undefined;
}

interface EarlierVersion {
  readonly definition: SurveyDefinition;
  /** How a message calls it. */
  readonly name: string;
}

/**
 * What a survey is compared with, the one that counts most last: what has answers is what a change can break; where a
 * question came later than that, there may be answers on their way.
 */
export function earlierVersions({ previous, answered }: EarlierVersions): EarlierVersion[] {
  return [
    ...(previous ? [{ definition: previous, name: 'the version before' }] : []),
    ...(answered ? [{ definition: answered.definition, name: `version ${answered.version}` }] : []),
  ];
}
