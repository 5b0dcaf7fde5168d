import type { SurveyDefinition } from '../survey/definition.ts';

/**
 * What every reader of another tool's file makes of it: a survey of ours, and answers as rows of named fields. Which
 * field answers which question is decided afterwards (bind-fields.ts), in one place for all formats.
 *
 * Files are hostile: readers copy into Maps and plain texts, never use a name of the file as a property of an object,
 * and throw `FormatError` with one sentence for whatever they cannot read.
 */

/** A file that cannot be read; the message is one sentence that says what is wrong and, where it helps, what to do. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** Something of the file that is not kept. */
export interface Loss {
  /** As the other tool calls the question; null where it is about the whole file. */
  readonly question: string | null;
  /** One sentence. */
  readonly message: string;
}

export interface ReadSurvey {
  /** What the survey is called in the other tool; never empty. */
  readonly name: string;
  /** Customers are asked. Question ids come from the other tool's names (`idFrom`), so that its answers find them. */
  readonly definition: SurveyDefinition;
  readonly losses: readonly Loss[];
}

/** Undefined and absent: not answered; null: "does not apply". Lists hold several choices, or an order. */
export type Cell = string | number | boolean | null | readonly string[];

/** One column of a table, one question, or one part of a question. */
export interface Field {
  /** Unique in the file; what rows name. */
  readonly id: string;
  /** As the other tool names the question; the same for all parts of one question, such as `Q3`. */
  readonly question: string;
  /** What was asked, as plain text; may be empty. */
  readonly text: string;
  /** A row of a matrix; a choice that is ticked or given a rank; the text beside "other"; a field of contact details. */
  readonly part?: {
    readonly kind: 'row' | 'choice' | 'rank' | 'other' | 'contact';
    /** As the other tool names it, such as the number of the choice; the text where it has no name. */
    readonly id: string;
    readonly text: string;
  };
  /** What codes mean: written code → label. */
  readonly labels?: ReadonlyMap<string, string>;
  /** The number after the last point of a scale means "does not apply", where the question offers that. */
  readonly afterScale?: true;
  /** Where the tool says so itself; otherwise it is told from the values. */
  readonly type?: 'scale' | 'choice' | 'choices' | 'ranking' | 'text' | 'number' | 'date' | 'yesno' | 'email';
}

export interface NeutralResponse {
  /** The other tool's own id: a second import updates. Null where it has none: then the row's content is its id. */
  readonly id: string | null;
  /** YYYY-MM-DD. */
  readonly day: string | null;
  readonly language: string | null;
  readonly finished: boolean;
  readonly channel: string | null;
  /** Facts about the respondent or the visit, such as hidden fields. */
  readonly attributes: ReadonlyMap<string, string>;
  /** By the field's id. */
  readonly cells: ReadonlyMap<string, Cell>;
}

export interface ReadAnswers {
  readonly fields: readonly Field[];
  readonly responses: readonly NeutralResponse[];
  readonly losses: readonly Loss[];
}

/** What readers cannot do themselves, because the core has no libraries. */
export interface Tools {
  /** Unpacks zlib data; throws when it is damaged or comes to more than `most` bytes. */
  inflate(packed: Uint8Array, most: number): Uint8Array;
  /** Walks XML; refuses document types and entities, and what nests deeper than 64. Text comes as it is written. */
  parseXml(text: string, handlers: XmlHandlers): void;
}
export interface XmlHandlers {
  open?(name: string, attributes: ReadonlyMap<string, string>): void;
  close?(name: string): void;
  text?(text: string): void;
}

/** A file as it was uploaded, in the forms that readers look at; each is made once and only when asked for. */
export interface SourceFile {
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** Decoded text; undefined where the bytes are no text. */
  text(): string | undefined;
  /** Parsed JSON (one value, or one value per line as a list); undefined where the text is none. */
  json(): unknown;
  /** Rows of a CSV, TSV or XLSX file; undefined where it is none. */
  table(): readonly (readonly string[])[] | undefined;
}

/** One format that people come with. */
export interface Format {
  /** Such as `qualtrics-qsf`. */
  readonly id: string;
  /** As the screen calls it, such as `Qualtrics survey (QSF)`. */
  readonly name: string;
  /** Whether the file is of this format: quick, sure, and without throwing. */
  detect(file: SourceFile): boolean;
  readSurvey?(file: SourceFile, tools: Tools): ReadSurvey;
  /** Files that hold answers. A survey is proposed from their fields where none is named. */
  readAnswers?(file: SourceFile, tools: Tools): ReadAnswers;
}
