import { formatOf } from '../../core/formats/formats.ts';
import {
  type Format,
  FormatError,
  type ReadAnswers,
  type ReadSurvey,
  type SourceFile,
} from '../../core/formats/neutral.ts';
import { surveyFromAnswers } from '../../core/formats/survey-from-answers.ts';
import { Problem } from '../http/problem.ts';
import { definitionSchema } from '../surveys/definition-schema.ts';
import { TOOLS } from './source-file.ts';

const KNOWN =
  'Qualtrics (QSF, CSV), LimeSurvey (.lss, CSV), Typeform, SurveyMonkey, Google Forms, Formbricks, SPSS (.sav), Google Play, App Store, Trustpilot, Zendesk';

/** The format of a file; throws with what can be read where none recognises it. */
export function requireFormat(file: SourceFile): Format {
  const format = refusing(() => formatOf(file));
  if (!format) {
    throw new Problem(
      'unprocessable',
      `This file is of no format that is known here: ${KNOWN}. Tables of answers come in under Import.`,
    );
  }
  return format;
}

/** The survey that a file holds or, where it holds answers only, the one that they seem to come from. */
export function surveyOf(format: Format, file: SourceFile): ReadSurvey {
  const name = file.fileName.replace(/\.[A-Za-z0-9]{1,5}$/, '').trim() || format.name;
  const read = refusing(() => {
    if (format.readSurvey) return format.readSurvey(file, TOOLS);
    if (format.readAnswers) return surveyFromAnswers(format.readAnswers(file, TOOLS), name);
    throw new FormatError('This file holds neither questions nor answers.');
  });
  // Readers are careful; the schema of surveys is what decides.
  const checked = definitionSchema.safeParse(read.definition);
  if (checked.success) return { ...read, definition: checked.data };
  const [issue] = checked.error.issues;
  throw new Problem(
    'unprocessable',
    `The survey of this file cannot be made here: ${issue?.path.join('.').slice(0, 200) ?? ''} ${issue?.message ?? ''}`.trim(),
  );
}

export function answersOf(format: Format, file: SourceFile): ReadAnswers {
  return refusing(() => {
    if (!format.readAnswers) throw new FormatError(`“${format.name}” holds questions and no answers.`);
    return format.readAnswers(file, TOOLS);
  });
}

/** How many responses a file holds beside its questions; none where they can't be read, which is told when they are taken. */
export function responsesIn(format: Format, file: SourceFile): number {
  try {
    return format.readAnswers?.(file, TOOLS).responses.length ?? 0;
  } catch {
    return 0;
  }
}

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asProblem(error);
  }
}

/** A reader's own sentences, and one for whatever a hostile file made it stumble over. */
export function asProblem(error: unknown): unknown {
  if (error instanceof FormatError) return new Problem('unprocessable', error.message);
  if (error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError) {
    return new Problem('unprocessable', 'The file is damaged or not what its beginning says; it was not read.');
  }
  return error;
}
