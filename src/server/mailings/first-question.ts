import type { Audience } from '../../core/perspective.ts';
import { type Question, type SurveyDefinition, scaleOf, type Wording } from '../../core/survey/definition.ts';
import { isRightToLeft } from '../../core/survey/direction.ts';
import { pickLanguage } from '../../core/survey/questionnaire-for.ts';

/** A question that can be answered by one tap inside the mail. */
export interface FirstQuestion {
  readonly id: string;
  readonly text: string;
  readonly low: string;
  readonly high: string;
  /** As they stand on the page, from the beginning of the line: whoever taps by place must find the same there. */
  readonly values: readonly number[];
  readonly yesNo: boolean;
  /** Where the line begins on the page. */
  readonly direction: 'ltr' | 'rtl';
}

const MOST_POINTS = 11;

/**
 * The survey's first question, where it is one of a scale of at most 11 points that this audience is always asked first;
 * otherwise undefined, and the mail has a button.
 */
export function firstQuestionOf(
  definition: SurveyDefinition,
  audience: Audience,
  language: string,
): FirstQuestion | undefined {
  const isAsked = (audiences: readonly Audience[] | undefined) => !audiences || audiences.includes(audience);
  const page = definition.pages.find(
    (each) => isAsked(each.audiences) && each.questions.some((one) => isAsked(one.audiences)),
  );
  const question = page?.questions.find((each) => isAsked(each.audiences));
  if (!page || !question || page.showIf || page.shuffle || question.showIf) return undefined;
  const direction = isRightToLeft(pickLanguage(definition.languages, language)) ? 'rtl' : 'ltr';
  return tappable(question, direction, (wording) => textOf(wording, audience, language, definition.languages));
}

function tappable(
  question: Question,
  direction: FirstQuestion['direction'],
  read: (wording: Wording | undefined) => string,
): FirstQuestion | undefined {
  if (question.type === 'matrix') return undefined;
  const scale = scaleOf(question);
  const text = read(question.text);
  if (!scale || !text) return undefined;
  const points = Math.round((scale.max - scale.min) / scale.step) + 1;
  if (points > MOST_POINTS) return undefined;
  const rising = Array.from({ length: points }, (_, i) => Number((scale.min + i * scale.step).toFixed(6)));
  const yesNo = question.type === 'yesno';
  return {
    id: question.id,
    text,
    low: read('low' in question ? question.low : undefined),
    high: read('high' in question ? question.high : undefined),
    // Yes comes before no, as in src/widget/scale.tsx; no other type has an order of its own.
    values: yesNo ? rising.reverse() : rising,
    yesNo,
    direction,
  };
}

function textOf(
  wording: Wording | undefined,
  audience: Audience,
  language: string,
  languages: readonly string[],
): string {
  const texts = wording?.[audience] ?? wording?.customer;
  return texts?.[language] ?? texts?.[language.split('-')[0] ?? ''] ?? texts?.[languages[0] ?? ''] ?? '';
}
