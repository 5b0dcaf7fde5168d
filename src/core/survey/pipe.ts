import { OTHER } from './definition.ts';
import { type FlowState, givenFor } from './flow.ts';
import type { Questionnaire } from './questionnaire.ts';

/** The text of a choice, by answer key and the choice's id; undefined for answers that are no choices. */
export type LabelOf = (key: string, id: string) => string | undefined;

/**
 * Puts what is known of the respondent into a text: `{{answer:q1|fallback}}`, `{{attribute:name|there}}`,
 * `{{hidden:order|}}`. The fallback, by default nothing, stands where there is no value or "does not apply". Placeholders
 * in values stay as they are, and so does everything that is no placeholder.
 *
 * The result is plain text. Values come from addresses and strangers: fill in rich text after parsing it
 * (`parseRichText(text, fill)`), never before.
 *
 * @param encode changes each value and fallback, such as `encodeURIComponent` within an address
 */
export function fillIn(
  text: string,
  state: FlowState,
  labelOf: LabelOf,
  encode: (value: string) => string = String,
): string {
  // No two parts of the pattern can match the same character, so that hostile text takes linear time.
  return text.replace(
    /\{\{(answer|attribute|hidden):([^{}|]+)(?:\|([^{}]*))?\}\}/g,
    (_, of: 'answer' | 'attribute' | 'hidden', name: string, fallback = '') => {
      const key = name.trim();
      const given = givenFor(state, of, key);
      const show = (one: unknown) => (of === 'answer' ? labelOf(key, String(one)) : undefined) ?? String(one ?? '');
      const shown = [given]
        .flat()
        .map(show)
        .filter((one) => one.trim());
      return encode(shown.join(', ') || fallback);
    },
  );
}

/** Looks up choices of a questionnaire; "other" reads as what the respondent wrote beside it. */
export function labelsOf(questionnaire: Pick<Questionnaire, 'pages'>, state: FlowState): LabelOf {
  return (key, id) => {
    if (id === OTHER) return String(givenFor(state, 'answer', `${key}.other`) ?? '');
    const question = questionnaire.pages.flatMap((page) => page.questions).find((each) => each.id === key);
    return question?.choices?.find((choice) => choice.id === id)?.text;
  };
}
