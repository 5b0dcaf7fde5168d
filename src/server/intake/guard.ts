import { createHash } from 'node:crypto';
import { checkAnswers } from '../../core/survey/check-answers.ts';
import type { SurveyDefinition } from '../../core/survey/definition.ts';
import type { Merged } from '../../core/survey/parts.ts';
import { Problem } from '../http/problem.ts';
import type { PartBody } from './schema.ts';
import type { Reason } from './store.ts';
import type { Way } from './ways.ts';

/** Nobody reads a question and answers it faster. */
const MS_PER_ANSWER = 300;
/** Nor three of them. */
const MS_FOR_SEVERAL = 2_000;

/**
 * The guard of every way in. First: can these answers be stored at all? Says exactly what is wrong, so that nobody's
 * answers disappear without a word.
 */
export function refusalOf(definition: SurveyDefinition, way: Way, part: PartBody): Problem | undefined {
  if (!definition.audiences.includes(way.audience)) {
    return new Problem('unprocessable', `Version ${part.version} of this survey does not ask ${way.audience}.`, {
      fields: [{ field: 'body.version', message: 'Load the survey anew.' }],
    });
  }
  const faults = checkAnswers(definition, way.audience, part.answers);
  if (faults.length === 0) return undefined;
  return new Problem('unprocessable', 'Some answers do not fit their questions.', {
    fields: faults
      .slice(0, 50)
      .map(({ key, message }) => ({ field: `body.answers.${key}`.replace(/\.$/, ''), message })),
  });
}

/**
 * Then: should somebody look at them before they count? They are kept in any case, and the sender is told nothing, so
 * that a robot learns nothing. The quota, which needs the counts of others, is looked at where these are locked.
 */
export function reasonFor(
  way: Way,
  part: PartBody,
  merged: Merged,
  flooding: boolean,
): Exclude<Reason, 'quota' | 'duplicate'> | undefined {
  if (way.test) return 'test';
  if (part.internal) return 'internal';
  if (part.trap) return 'trap';
  if (tooFast(part, merged)) return 'too_fast';
  if (way.work > 0 && zeroBits(part.response + (part.work ?? '')) < way.work) return 'no_work';
  return flooding ? 'flood' : undefined;
}

/**
 * What was answered up to this part, compared with the time it took: later parts may have come before. A part that says
 * less time than its forerunners alone needed comes from a clock that began anew, such as after a reload on a device that
 * does not keep the time. Each of them was judged when it came: they are taken as having needed their least, and are no
 * reason to doubt all that was said before.
 */
function tooFast({ took, part, finished }: PartBody, merged: Merged): boolean {
  const given = Object.values(merged.answers);
  const answered = given.filter((answer) => answer.part <= part).length;
  const least = given.filter((answer) => answer.part < part).length * MS_PER_ANSWER;
  const time = took < least ? least + took : took;
  return time < answered * MS_PER_ANSWER || (finished && answered >= 3 && time < MS_FOR_SEVERAL);
}

/** Leading zero bits of the SHA-256 of a text. */
function zeroBits(text: string): number {
  let bits = 0;
  for (const byte of createHash('sha256').update(text).digest()) {
    bits += Math.clz32(byte) - 24;
    if (byte !== 0) break;
  }
  return bits;
}

export function otherVersion(version: number): Problem {
  return new Problem('conflict', `This response was begun with version ${version} of the survey.`, {
    fields: [{ field: 'body.version', message: `Send ${version}, or begin another response.` }],
  });
}

export function otherContent(part: number): Problem {
  return new Problem('conflict', `Part ${part} of this response was sent before, with other content.`, {
    fields: [{ field: 'body.part', message: 'Give every new part the next number.' }],
  });
}
