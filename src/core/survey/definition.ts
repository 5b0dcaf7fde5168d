import type { Audience, Lens } from '../perspective.ts';

/**
 * A survey as it is edited, published and exchanged as a file: one questionnaire for up to three audiences and any
 * number of languages. The mirror needs no copy of it: leaders and staff are asked the same questions in their own
 * wording, and the lens follows from the audience (`lensFor`).
 */
export interface SurveyDefinition {
  readonly format: 'parallax-survey/1';
  /** What respondents read at the top; the survey's name in the workspace is another thing. */
  readonly title: Wording;
  /** BCP 47 tags; the first one is used where a text has no translation. At least one. */
  readonly languages: readonly string[];
  /** Whom it asks. At least one. */
  readonly audiences: readonly Audience[];
  readonly pages: readonly Page[];
  /** At least one; the first one is where the last page leads. */
  readonly endings: readonly Ending[];
  /** Names of values that come with the address or the script tag, such as an order number. */
  readonly hidden: readonly string[];
  readonly quotas: readonly Quota[];
  readonly appearance: Appearance;
  readonly settings: SurveySettings;
}

/** One text by language. */
export type Text = Readonly<Record<string, string>>;
/** One text by audience; leaders and staff without a text of their own read the customers'. */
export type Wording = Readonly<Partial<Record<Audience, Text>>>;

export interface Page {
  readonly id: string;
  readonly title?: Wording;
  /** Left out for audiences that are not named. */
  readonly audiences?: readonly Audience[];
  readonly showIf?: Condition;
  /** The questions stand in random order, another one for each response. */
  readonly shuffle?: boolean;
  readonly questions: readonly Question[];
  /** Where to go when the page is left; the first that holds wins, otherwise the next page. */
  readonly jumps?: readonly Jump[];
}

export interface Jump {
  readonly if: Condition;
  /** The id of a later page or of an ending. */
  readonly to: string;
}

export interface Ending {
  readonly id: string;
  readonly title: Wording;
  readonly text?: Wording;
  /** An https address; its host has to be on the workspace's list. */
  readonly redirect?: string;
}

/** Once `limit` finished responses match, everybody else who matches goes to the ending. */
export interface Quota {
  readonly id: string;
  readonly name: string;
  readonly limit: number;
  readonly audience?: Audience;
  readonly if?: Condition;
  /** The id of an ending. */
  readonly ending: string;
}

/** Colours as `#rrggbb`. */
export interface Appearance {
  readonly accent?: string;
  readonly background?: string;
  readonly text?: string;
  /** Radius of corners in pixels. */
  readonly radius?: number;
}

export interface SurveySettings {
  readonly progress: boolean;
  readonly back: boolean;
  /** Customers' answers are kept without contact, too. Fixed once there is a response. */
  readonly anonymousCustomers: boolean;
  /** Days between two asks of one person for this survey; null: never again. */
  readonly askAgainAfterDays: number | null;
  /**
   * Attributes of the contact that anonymous answers may keep where enough people of the wave share them, at most
   * `MOST_KEPT`; the last one is given up first (ticket-groups.ts). None where nothing is said.
   */
  readonly keptAttributes?: readonly string[];
}
export const MOST_KEPT = 3;

/** `soft`: asked once more when it is left out, then let go. */
export type Required = 'no' | 'soft' | 'yes';

interface QuestionBase {
  /** Letters, digits, dashes, underscores; unique in the survey; never used again for another question. */
  readonly id: string;
  readonly text: Wording;
  readonly help?: Wording;
  readonly audiences?: readonly Audience[];
  readonly required?: Required;
  readonly showIf?: Condition;
}

/** What makes answers compare: the item (by its key) and what the answer says of it. */
export interface ItemBinding {
  /** Key of an item of the workspace. */
  readonly item?: string;
  /**
   * As customers are asked; `experience` where nothing is said. Leaders and staff are asked what they believe customers
   * experience; expectation and importance stay what they are.
   */
  readonly lens?: SurveyLens;
  /** Offers "does not apply to me", which is an answer and no value. */
  readonly notApplicable?: boolean;
}
export type SurveyLens = Extract<Lens, 'experience' | 'expectation' | 'importance' | 'walk'>;

interface Ends {
  readonly low?: Wording;
  readonly high?: Wording;
}

export type Question = QuestionBase &
  (
    | ({ readonly type: 'nps' } & ItemBinding & Ends)
    | ({
        readonly type: 'csat';
        readonly look: 'stars' | 'smileys' | 'numbers';
        readonly points: number;
      } & ItemBinding &
        Ends)
    | ({ readonly type: 'ces' } & ItemBinding & Ends)
    | ({ readonly type: 'rating'; readonly min: number; readonly max: number } & ItemBinding & Ends)
    | ({ readonly type: 'slider'; readonly min: number; readonly max: number; readonly step: number } & ItemBinding &
        Ends)
    | ({ readonly type: 'yesno' } & ItemBinding)
    | ({
        readonly type: 'matrix';
        readonly min: number;
        readonly max: number;
        readonly rows: readonly MatrixRow[];
      } & Ends &
        Pick<ItemBinding, 'lens' | 'notApplicable'>)
    | ({ readonly type: 'single' | 'multiple'; readonly other?: boolean } & Choices)
    | ({ readonly type: 'ranking' } & Choices)
    | { readonly type: 'short' | 'long'; readonly maxLength?: number }
    | { readonly type: 'number'; readonly min?: number; readonly max?: number; readonly step?: number }
    | { readonly type: 'date'; readonly min?: string; readonly max?: string }
    | { readonly type: 'consent' | 'statement' | 'email' }
    | { readonly type: 'contact'; readonly fields: readonly ContactField[] }
  );
export type QuestionType = Question['type'];
export type QuestionOf<T extends QuestionType> = Extract<Question, { readonly type: T }>;

export const CONTACT_FIELDS = ['name', 'email', 'phone', 'company'] as const;
export type ContactField = (typeof CONTACT_FIELDS)[number];

export interface MatrixRow {
  readonly id: string;
  readonly text: Wording;
  readonly item?: string;
}
export interface Choices {
  readonly choices: readonly Choice[];
  readonly shuffle?: boolean;
}
export interface Choice {
  readonly id: string;
  readonly text: Wording;
}

/** Holds or not, given what is known of the respondent so far. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | Test;
export interface Test {
  /** `answer`: an answer key (see `Given`); `attribute`: of the contact; `hidden`: a hidden field. */
  readonly of: 'answer' | 'attribute' | 'hidden';
  readonly key: string;
  /** `has`: a chosen one of several, or a part of a text. `answered`, `empty` need no value. */
  readonly is: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'in' | 'has' | 'answered' | 'empty';
  readonly value?: string | number | boolean | readonly (string | number)[];
}

/**
 * What one answer holds. The key is the question's id, and where a question has several answers the id, a dot and the
 * part: `q5.row2` for a matrix, `q3.other` for the text beside "other", `q9.email` for a contact field.
 * Numbers for scales; 1 and 0 for yes and no; a choice's id (`_other` for "other"); ids in order for multiple and
 * ranking; true for consent; `YYYY-MM-DD` for dates; null for "does not apply to me".
 */
export type Given = number | string | boolean | null | readonly string[];
export type Answers = Readonly<Record<string, Given>>;
export const OTHER = '_other';

/** Ends of the scale of a question that has one; undefined for all others. */
export function scaleOf(
  question: Question,
): { readonly min: number; readonly max: number; readonly step: number } | undefined {
  switch (question.type) {
    case 'nps':
      return { min: 0, max: 10, step: 1 };
    case 'ces':
      return { min: 1, max: 7, step: 1 };
    case 'csat':
      return { min: 1, max: question.points, step: 1 };
    case 'yesno':
      return { min: 0, max: 1, step: 1 };
    case 'rating':
    case 'matrix':
      return { min: question.min, max: question.max, step: 1 };
    case 'slider':
      return { min: question.min, max: question.max, step: question.step };
    default:
      return undefined;
  }
}

/** The lens of an answer: what customers experience, leaders and staff believe; the others are the same for everybody. */
export function lensFor(audience: Audience, lens: SurveyLens = 'experience'): Lens {
  return lens === 'experience' && audience !== 'customer' ? 'belief' : lens;
}

/** Whether nobody may know who answered what: leaders, staff, and customers of an anonymous survey. */
export function isAnonymous({ settings }: Pick<SurveyDefinition, 'settings'>, audience: Audience): boolean {
  return audience !== 'customer' || settings.anonymousCustomers;
}
