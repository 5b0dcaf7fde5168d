/** The languages that texts can be written and judged in. */
export const JUDGED_LANGUAGES = ['en', 'de', 'es', 'fr', 'nl'] as const;
export type JudgedLanguage = (typeof JUDGED_LANGUAGES)[number];

/** `de` for `de-AT`; undefined where the language is none of the five. */
export function baseLanguage(tag: string): JudgedLanguage | undefined {
  const base = tag.toLowerCase().split('-')[0];
  return JUDGED_LANGUAGES.find((language) => language === base);
}
