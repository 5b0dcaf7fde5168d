const names = new Intl.DisplayNames('en', { type: 'language' });

/** `German` for `de`; the tag itself where nobody knows it. */
export function languageName(tag: string): string {
  try {
    return names.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Offered first; any other tag can be typed. */
export const COMMON_LANGUAGES = [
  'en',
  'de',
  'es',
  'fr',
  'nl',
  'it',
  'pt',
  'pl',
  'sv',
  'da',
  'nb',
  'fi',
  'cs',
  'el',
  'tr',
  'uk',
  'ar',
  'he',
  'fa',
  'hi',
  'ja',
  'ko',
  'zh',
] as const;
