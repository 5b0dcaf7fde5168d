import type { Audience } from '../perspective.ts';
import type { Appearance, Condition, ContactField, Jump, QuestionType, Required } from './definition.ts';

/**
 * A published survey as one respondent gets it: one audience, one language, every text a plain string (rich text in the
 * small subset of rich-text.ts, placeholders still in it). This is all that the renderer knows of a survey.
 */
export interface Questionnaire {
  /** The survey's id and version; the answers name the version that they were given to. */
  readonly survey: string;
  readonly version: number;
  readonly audience: Audience;
  readonly language: string;
  readonly languages: readonly string[];
  readonly direction: 'ltr' | 'rtl';
  readonly title: string;
  /** What the answers keep of whoever gives them, said before the first question. */
  readonly text?: string;
  /** Leaders, staff and anonymous customers: only shown together with those of at least `threshold` people; null: not. */
  readonly threshold: number | null;
  /** Answers are kept and marked, and never counted. */
  readonly test: boolean;
  readonly pages: readonly AskedPage[];
  readonly endings: readonly AskedEnding[];
  readonly hidden: readonly string[];
  /** Attributes of the contact that texts and conditions use; empty for anonymous surveys. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Quotas that are full. */
  readonly full: readonly AskedQuota[];
  readonly appearance: Appearance;
  readonly progress: boolean;
  readonly back: boolean;
  /** Leading zero bits that the hash of the proof of work needs; 0: none is asked for. */
  readonly work: number;
  /** Answers by this personal link come with a blind ticket (src/core/blind.ts): its modulus, and what a ticket begins with. */
  readonly ticket?: { readonly way: string; readonly key: string };
}

export interface AskedPage {
  readonly id: string;
  readonly title?: string;
  readonly showIf?: Condition;
  readonly shuffle?: boolean;
  readonly questions: readonly AskedQuestion[];
  readonly jumps?: readonly Jump[];
}

/** One question, flat: which fields are there follows from the type. */
export interface AskedQuestion {
  readonly id: string;
  readonly type: QuestionType;
  readonly text: string;
  readonly help?: string;
  readonly required?: Required;
  readonly showIf?: Condition;
  readonly notApplicable?: boolean;
  readonly look?: 'stars' | 'smileys' | 'numbers';
  readonly min?: number | string;
  readonly max?: number | string;
  readonly step?: number;
  readonly low?: string;
  readonly high?: string;
  readonly rows?: readonly AskedChoice[];
  readonly choices?: readonly AskedChoice[];
  readonly other?: boolean;
  readonly shuffle?: boolean;
  readonly maxLength?: number;
  readonly fields?: readonly ContactField[];
}
export interface AskedChoice {
  readonly id: string;
  readonly text: string;
}
export interface AskedEnding {
  readonly id: string;
  readonly title: string;
  readonly text?: string;
  readonly redirect?: string;
}
export interface AskedQuota {
  readonly if?: Condition;
  readonly ending: string;
}
