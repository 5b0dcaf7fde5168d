import type english from './lang/en.json';

/** The interface in one language; English, German, … are files of their own in lang/ and only one of them is loaded. */
export type Words = Readonly<Record<keyof typeof english, string>>;

/** Languages that have a file in lang/. */
export const LANGUAGES = ['en', 'de', 'es', 'fr', 'nl', 'pt', 'it', 'pl', 'ar', 'he'];

/** The words of the first language that there is a file for, else the English ones; none at all without a network. */
export async function loadWords(base: string, language: string): Promise<Words> {
  const short = language.split('-')[0]!.toLowerCase();
  const file = LANGUAGES.includes(short) ? short : 'en';
  // Without words there is still a survey: its own texts come with the questionnaire.
  try {
    return await (await fetch(`${base}/w/lang/${file}.json`, { credentials: 'omit' })).json();
  } catch {
    return {} as Words;
  }
}

/** Puts values into a text: `{n} of {max}`. */
export const put = (text: string | undefined, values: Record<string, unknown>): string =>
  (text ?? '').replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
