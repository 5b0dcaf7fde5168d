import type { Audience, Lens } from '../../core/perspective.ts';

/** The value of one item and lens in a response; null means "not applicable" (which is not "not answered"). */
export interface NewAnswer {
  readonly itemId: string;
  readonly lens: Lens;
  readonly value: number | null;
}

/** One person's submission, as it comes in. What is left out keeps its former value when the response is known. */
export interface NewResponse {
  /** The original id within survey and audience: the same key again updates instead of doubling. */
  readonly key: string;
  readonly audience: Audience;
  /** YYYY-MM-DD: a day, never a time, because times link anonymous answers to people. */
  readonly answeredOn?: string | null;
  readonly channel?: string;
  /** Greater than 0; 1 where nothing is said. */
  readonly weight?: number;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly waveId?: string | null;
  /** The organisation's own id of a customer; leaders' and staff's responses are never linked to a contact. */
  readonly contactKey?: string | null;
  readonly answers: readonly NewAnswer[];
}

export interface AddedResponses {
  /** Different respondents in the batch. */
  readonly responses: number;
  /** Answers written, new and changed. */
  readonly answers: number;
  /** Respondents that were known before. */
  readonly updated: number;
}

/** Which responses a removal means; conditions are joined by "and", at least one is required. */
export interface ResponseFilter {
  readonly surveyId?: string;
  readonly waveId?: string;
  readonly contactId?: string;
  readonly key?: string;
  /** What another tool or the organisation calls the respondent: in a wave it is a part of the key. */
  readonly originalId?: string;
  readonly audience?: Audience;
  readonly ids?: readonly number[];
}
