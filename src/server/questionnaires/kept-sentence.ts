import { runningAs } from '../../core/survey/direction.ts';
import { baseLanguage, type JudgedLanguage } from '../../core/survey/survey-language.ts';
import type { Label } from '../../core/ticket-groups.ts';

const WORDS: Readonly<Record<JudgedLanguage, { readonly kept: string; readonly nothing: string }>> = {
  en: {
    kept: 'Your answers are kept with: {what} ({n} people are asked there).',
    nothing: 'Your answers are kept without anything about you.',
  },
  de: {
    kept: 'Zu Ihren Antworten wird gespeichert: {what} (dort werden {n} Personen gefragt).',
    nothing: 'Zu Ihren Antworten wird nichts über Sie gespeichert.',
  },
  es: {
    kept: 'Sus respuestas se guardan con: {what} (allí se pregunta a {n} personas).',
    nothing: 'Sus respuestas se guardan sin nada sobre usted.',
  },
  fr: {
    kept: 'Vos réponses sont conservées avec : {what} ({n} personnes y sont interrogées).',
    nothing: 'Vos réponses sont conservées sans rien sur vous.',
  },
  nl: {
    kept: 'Uw antwoorden worden bewaard met: {what} (daar worden {n} mensen gevraagd).',
    nothing: 'Uw antwoorden worden bewaard zonder iets over u.',
  },
};

/**
 * What respondents read before they answer: which of their attributes the answers keep, and how many people share them. In
 * the questionnaire's language where it is one of the five, else in English. `names`: the order of the attributes.
 */
export function keptSentence(
  { label, people }: { readonly label: Label; readonly people: number },
  names: readonly string[],
  language: string,
): string {
  const own = baseLanguage(language) ?? 'en';
  const { kept, nothing } = WORDS[own];
  const what = Object.entries(label)
    .sort(([a], [b]) => names.indexOf(a) - names.indexOf(b))
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  const put = (text: string) => text.replace(/\{(what|n)\}/g, (_, part) => (part === 'n' ? String(people) : what));
  return runningAs(put(what ? kept : nothing), own, language);
}
