import type { JudgedLanguage } from './survey-language.ts';

/**
 * How many syllables a word has, by rules on its letters: groups of vowels, with what each language does to them.
 * Approximate: about one word in ten is off by one, in both directions, which averages out over a questionnaire. Exact
 * counts need a dictionary of pronunciation or hyphenation patterns of half a megabyte for each language.
 *
 * A word is letters and apostrophes; anything else counts one syllable.
 */
export function syllables(word: string, language: JudgedLanguage): number {
  const letters = word.toLowerCase().replace(/[’'‘-]/g, '');
  return Math.max(1, COUNT[language](letters));
}

const groups = (word: string, vowels: RegExp): number => word.match(vowels)?.length ?? 0;

const COUNT: Readonly<Record<JudgedLanguage, (word: string) => number>> = {
  en: english,
  de: german,
  es: spanish,
  fr: french,
  nl: dutch,
};

/**
 * What looks back does so behind the end of the word, and not from every letter: a "word" may be a text of 4,000.
 *
 * A last e is silent (`rate`) but not after a consonant and l (`table`); -es and -ed are mostly, too.
 */
function english(word: string): number {
  const silent = word
    .replace(/^busi/, 'bus')
    .replace(/qu/g, 'k')
    .replace(/gue(?=s?$)/, 'g')
    .replace(/(?<=[aeiou])y(?=[aeiou])/g, 'j')
    .replace(/(?<=[^aeiouy][^aeiouyl])e$|(?<=[aeiouy][^aeiouy])e$|(?<=[aeiou])e$/, '')
    .replace(/e[ds]$(?<=[aeiouy][^aeiouytd]+ed|[aeiouy][^aeiouyscxzg]+es)/, '')
    .replace(/(?<=[aeiouy][^aeiou]?)e(?=(?:ly|ment|ments|ful|less|ness)$)/, '');
  const apart = /[iu](?:a(?!l$)|o(?!us|n))|creat|ea$(?<=[aeiou].*ea)|eo$|[ey]ing|ia[nl]|io(?=$|u?r)|ie(?=nc|nt|t)/;
  const together = /[tsc]ion|[ct]ia[ln]|[ct]ious|[ct]ien/;
  return groups(silent, /[aeiouy]+/g) + (apart.test(silent) && !together.test(silent) ? 1 : 0);
}

/** Two vowels are one syllable in the usual pairs, otherwise each is its own (`Region`, `real`). */
function german(word: string): number {
  return groups(word.replace(/qu/g, 'kw'), /aa|ai|au|äu|ee|ei|eu|ey|ay|ie|oo|oi|[aeiouyäöüéèà]/g);
}

/** Strong vowels are apart (`le-er`, `pa-ís`), a weak one without accent joins its neighbour (`bue-no`, `ciu-dad`). */
function spanish(word: string): number {
  const plain = word
    .replace(/qu(?=[eiéí])/g, 'k')
    .replace(/gu(?=[eiéí])/g, 'g')
    .replace(/y$/, 'i');
  return groups(plain, /[iuü]?[aeoáéó][iu](?![aeoáéó])|[iuü]?[aeoáéó]|[iu][ií]|[iu][uú]|[íú]|[iuü]/g);
}

/** A last e, es or ent after a consonant is silent; several vowels are one syllable, with hiatus where accents show it. */
function french(word: string): number {
  const silent = word.replace(/(?<=.[^aeiouyàâéèêëîïôûüù])(?:es?|(?<!m)ent)$/, '').replace(/(?<=[éèiïuy])es?$/, '');
  const plain = silent.replace(/qu|gu(?=[eiéèê])/g, 'k');
  return groups(
    plain,
    /(?<=[bcdfgptv][lr])i(?=[aeéè])|eau|œu|oeu|[aeou]i[nl]?l?(?=$|[^aeiouyéèê])|é(?=[aeou])|[aeo]u|[iuy]?[aeiouyàâéèêëîïôûüùœ]|[iu]on/g,
  );
}

/** Double vowels and the usual pairs are one syllable; a diaeresis parts them. */
function dutch(word: string): number {
  return groups(word, /ëi|aai|ooi|oei|eeuw|ieuw|aa|ae|au|ee|ei|eu|ie|ij|oe|oo|ou|ui|uu|[aeiouyëïöüáéèê]/g);
}
