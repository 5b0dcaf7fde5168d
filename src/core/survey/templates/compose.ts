import type { Audience } from '../../perspective.ts';
import { SCALES, type Scale } from '../../scale.ts';
import type { Page, Question, SurveyDefinition, Text, Wording } from '../definition.ts';

/** The five dimensions of service quality. */
export type Dimension = 'tangibles' | 'reliability' | 'responsiveness' | 'assurance' | 'empathy';

/** An item that a template's questions are bound to; made in the workspace when the template is used. */
export interface TemplateItem {
  readonly key: string;
  readonly name: Text;
  /** Name of the touchpoint that the item belongs to. */
  readonly touchpoint: Text;
  readonly scale: Scale;
  readonly dimension?: Dimension;
}

/** A survey that is ready to be published once its items are there. */
export interface SurveyTemplate {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly items: readonly TemplateItem[];
  readonly definition: SurveyDefinition;
}

/** One text in all languages that templates are written in. Formal address: Sie, usted, vous, u. */
export function t(en: string, de: string, es: string, fr: string, nl: string): Text {
  // A question mark must not stand alone at the beginning of a line.
  return { en, de, es, fr: fr.replace(/ (?=[?!:;])/g, '\u00a0'), nl };
}

/** The same for everybody. */
export const all = (text: Text): Wording => ({ customer: text });

/** What customers are asked, and what leaders and staff are asked of customers. */
export const mirrored = (customer: Text, mirror: Text): Wording => ({ customer, staff: mirror, leadership: mirror });

export function item(
  key: string,
  scale: keyof typeof SCALES,
  touchpoint: Text,
  name: Text,
  dimension?: Dimension,
): TemplateItem {
  return { key, name, touchpoint, scale: SCALES[scale], ...(dimension ? { dimension } : {}) };
}

const AGREE = {
  low: all(
    t('Strongly disagree', 'Stimme gar nicht zu', 'Muy en desacuerdo', 'Pas du tout d’accord', 'Helemaal mee oneens'),
  ),
  high: all(t('Strongly agree', 'Stimme voll zu', 'Muy de acuerdo', 'Tout à fait d’accord', 'Helemaal mee eens')),
};
const GOOD = {
  low: all(t('Very poor', 'Sehr schlecht', 'Muy mal', 'Très mauvaise', 'Heel slecht')),
  high: all(t('Very good', 'Sehr gut', 'Muy bien', 'Très bonne', 'Heel goed')),
};
/** Ends of every scale from disagreement to agreement. */
export const AGREEMENT = AGREE;

type Rating = Extract<Question, { readonly type: 'rating' }>;

/** A statement to agree with, 1 to 5. The item has the question's id. */
export function agree(id: string, text: Wording, more: Partial<Rating> = {}): Question {
  return { id, type: 'rating', text, min: 1, max: 5, item: id, ...AGREE, ...more };
}

/** How good something was, 1 to 5. French: the ends agree with what is rated, which is feminine in all templates. */
export function rate(id: string, text: Wording, more: Partial<Rating> = {}): Question {
  return { id, type: 'rating', text, min: 1, max: 5, item: id, ...GOOD, ...more };
}

/** A free text that nobody has to write. */
export function open(
  id: string,
  text: Wording,
  more: Pick<Question, 'showIf' | 'audiences' | 'required'> = {},
): Question {
  return { id, type: 'long', text, ...more };
}

interface TemplateParts extends Pick<SurveyTemplate, 'id' | 'name' | 'description' | 'items'> {
  readonly title: Wording;
  readonly pages: readonly Page[];
  readonly audiences?: readonly Audience[];
  /** Days until one person is asked again. */
  readonly again?: number | null;
}

const THANKS = {
  id: 'thanks',
  title: all(t('Thank you', 'Vielen Dank', 'Muchas gracias', 'Merci beaucoup', 'Hartelijk dank')),
  text: all(
    t(
      'Your answers help us to do better.',
      'Ihre Antworten helfen uns, besser zu werden.',
      'Sus respuestas nos ayudan a mejorar.',
      'Vos réponses nous aident à faire mieux.',
      'Uw antwoorden helpen ons om het beter te doen.',
    ),
  ),
};

/** Puts a template together; what is not said is the same in all of them. */
export function template({ title, pages, audiences, again, ...about }: TemplateParts): SurveyTemplate {
  return {
    ...about,
    definition: {
      format: 'parallax-survey/1',
      title,
      languages: ['en', 'de', 'es', 'fr', 'nl'],
      audiences: audiences ?? ['leadership', 'staff', 'customer'],
      pages,
      endings: [THANKS],
      hidden: [],
      quotas: [],
      appearance: {},
      settings: {
        progress: true,
        back: true,
        anonymousCustomers: false,
        askAgainAfterDays: again === undefined ? 90 : again,
      },
    },
  };
}
