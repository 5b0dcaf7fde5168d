import type { CellFault } from '../../core/formats/answers-from.ts';
import type { FieldBinding } from '../../core/formats/bind-fields.ts';
import { cut } from '../../core/formats/make.ts';
import type { Loss } from '../../core/formats/neutral.ts';
import type { SurveyDefinition } from '../../core/survey/definition.ts';
import { makeAnswers, type Ready } from './make-answers.ts';
import { answersOf, asProblem, requireFormat, responsesIn, surveyOf } from './read-upload.ts';
import { sourceFile } from './source-file.ts';

const AT_ONCE = 1_000;
const MOST_LOSSES = 1_000;
const MOST_FIELDS = 2_000;
const SAMPLE = 5;

/** What of a file is wanted; it crosses to another thread, so it holds data only. */
interface FileToRead {
  readonly file: string;
  readonly fileName: string;
}
export interface SurveyToRead extends FileToRead {
  readonly kind: 'survey';
}
export interface AnswersToRead extends FileToRead {
  readonly kind: 'answers';
  readonly definition: SurveyDefinition;
  /** Bindings that come before those that are found; an empty key leaves a field out. */
  readonly chosen: readonly FieldBinding[];
  readonly channel: string;
}
export type ToRead = SurveyToRead | AnswersToRead;

export interface SurveyRead {
  readonly kind: 'survey';
  readonly format: { readonly id: string; readonly name: string };
  readonly name: string;
  readonly definition: SurveyDefinition;
  readonly losses: readonly Loss[];
  /** How many the same file holds. */
  readonly responses: number;
}
/** All but the responses themselves, which may be many. */
export interface AnswersRead {
  readonly kind: 'answers';
  readonly format: { readonly id: string; readonly name: string };
  readonly fields: readonly { id: string; question: string; text: string; part: string | null }[];
  readonly losses: readonly Loss[];
  readonly bindings: readonly FieldBinding[];
  readonly unbound: readonly string[];
  readonly faults: readonly CellFault[];
  readonly faultCount: number;
  readonly responses: number;
  readonly sample: readonly Ready[];
}
export type FileRead = SurveyRead | AnswersRead;

/** Reads a file: what it is, and its responses a thousand at a time. Throws Problems with a sentence. */
export async function readFileOf(wanted: ToRead): Promise<{ read: FileRead; batches: readonly (readonly Ready[])[] }> {
  const file = await sourceFile(wanted.file, wanted.fileName).catch((error: unknown) => {
    throw asProblem(error);
  });
  const reader = requireFormat(file);
  const format = { id: reader.id, name: reader.name };
  if (wanted.kind === 'survey') {
    const { name, definition, losses } = surveyOf(reader, file);
    const responses = responsesIn(reader, file);
    return { read: { kind: 'survey', format, name, definition, losses: shortened(losses), responses }, batches: [] };
  }
  const answers = answersOf(reader, file);
  const { ready, messages, ...made } = makeAnswers(wanted.definition, answers, wanted.chosen, wanted.channel);
  return {
    read: {
      kind: 'answers',
      format,
      fields: answers.fields.slice(0, MOST_FIELDS).map((field) => ({
        id: field.id,
        question: cut(field.question, 200),
        text: cut(field.text, 500),
        part: field.part ? cut(field.part.text, 200) : null,
      })),
      losses: shortened([...answers.losses, ...messages.map((message) => ({ question: null, message }))]),
      ...made,
      responses: ready.length,
      sample: ready.slice(0, SAMPLE),
    },
    batches: Array.from({ length: Math.ceil(ready.length / AT_ONCE) }, (_, i) =>
      ready.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
    ),
  };
}

const shortened = (losses: readonly Loss[]): Loss[] =>
  losses.slice(0, MOST_LOSSES).map(({ question, message }) => ({
    question: question === null ? null : cut(question, 200),
    message: cut(message, 1_000),
  }));
