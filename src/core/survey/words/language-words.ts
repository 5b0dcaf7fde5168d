/** What the checks of wording know of a language. */
export interface LanguageWords {
  /** Words that join two things: "and", "or". */
  readonly joins: readonly string[];
  /** The one of them that offers an alternative, for "satisfied or dissatisfied". */
  readonly or: readonly string[];
  /** Articles and such between the join and what is joined. */
  readonly fillers: readonly string[];
  /** What belongs together and asks one thing: `friend/colleague`; in either order, beginnings of words are enough. */
  readonly pairs: readonly string[];
  /** What makes the opposite of a word: `un`. */
  readonly opposites: readonly string[];
  /** A sentence that begins so sets the scene up to its first comma. */
  readonly scenes: readonly string[];
  /** Before `or` where it means "whether". */
  readonly whether: readonly string[];
  /** Presses for an answer, or judges in the question itself. */
  readonly leading: readonly RegExp[];
  /** Names one end of the scale only; fine with "or" and the other end. */
  readonly oneSided: readonly RegExp[];
  /** Every noun begins with a capital letter, so that this tells no names. */
  readonly capitalNouns?: boolean;
  /** Words with more letters than this are rarely everyday words; longer where the language joins words into one. */
  readonly longestWord: number;
}
