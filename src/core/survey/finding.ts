import type { Audience } from '../perspective.ts';

/** What stands in the way of publishing (`error`), or should be looked at before (`warning`). */
export interface SurveyFinding {
  readonly level: 'error' | 'warning';
  /** Stable, for links and for the editor to group by. */
  readonly code: string;
  /** Ids of where it is; a finding on the whole survey has none. */
  readonly page?: string;
  readonly question?: string;
  readonly language?: string;
  readonly audience?: Audience;
  /** One or two sentences: what is the matter, and what to do. */
  readonly message: string;
}

export type Place = Pick<SurveyFinding, 'page' | 'question' | 'language' | 'audience'>;

export const error = (code: string, message: string, place: Place = {}): SurveyFinding => ({
  level: 'error',
  code,
  ...place,
  message,
});
export const warning = (code: string, message: string, place: Place = {}): SurveyFinding => ({
  level: 'warning',
  code,
  ...place,
  message,
});
