import type { Audience } from '../../core/perspective.ts';
import { isAnonymous } from '../../core/survey/definition.ts';
import { hasBranches, markLeft } from '../../core/survey/left-answers.ts';
import type { Merged } from '../../core/survey/parts.ts';
import type { Published } from '../surveys/verbs.ts';
import { WHOLE, WHOLE_OF_FILE } from './replaceable.ts';

interface Answered {
  readonly response: { readonly audience: Audience };
  readonly published: Published;
  readonly merged: Merged;
  /** As they are kept with the response: of the contact when it began, and the hidden fields. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Of the contact as they are now. */
  readonly attributesNow: Readonly<Record<string, string>>;
}

/**
 * The response with marks on the answers that don't count because it leads past their questions. Files of other tools have
 * none: those tools decided what they asked, and not all of their logic can be carried over.
 */
export function withMarks({ response, published, merged, attributes, attributesNow }: Answered): Merged {
  const { definition } = published;
  const { audience } = response;
  if (!hasBranches(definition, audience)) return merged;
  const cameAs = (kind: string) => Object.values(merged.parts).some((fingerprint) => fingerprint.startsWith(kind));
  if (cameAs(WHOLE_OF_FILE)) return merged;
  const whole = cameAs(WHOLE);
  const anonymous = isAnonymous(definition, audience);
  // What another program says of the anonymous is used here and not kept.
  const known = whole && anonymous ? attributesNow : attributes;
  return markLeft(definition, audience, merged, {
    hidden: known,
    attributes: known,
    doubtful({ of, key }) {
      // Another program may not send all that it knew; what is kept of the anonymous is not what their device knew.
      if (whole ? !Object.hasOwn(known, key) : anonymous) return true;
      // An attribute and a hidden field of one name are kept in one place.
      return of === 'hidden' ? Object.hasOwn(attributesNow, key) && !whole : attributes[key] !== attributesNow[key];
    },
  });
}
