import type { Text, Wording } from '../survey/definition.ts';
import { cut, languageOf, TEXT_MOST } from './make.ts';
import { plainText } from './markup.ts';
import { at, entriesAt, listAt, textAt } from './values.ts';

/** The survey's languages, the usual one first; texts name that one `default`. */
export interface FormbricksLanguages {
  readonly first: string;
  readonly all: readonly string[];
}

export function languagesOf(survey: unknown): FormbricksLanguages {
  const listed = listAt(survey, 'languages').map((each) => ({
    code: textAt(each, 'language', 'code') || textAt(each, 'code'),
    usual: at(each, 'default') === true,
  }));
  const usual = listed.find((each) => each.usual && each.code !== '');
  const first = languageOf(usual?.code ?? at(survey, 'defaultLanguage'));
  const others = listed.filter((each) => each.code !== '').map((each) => languageOf(each.code));
  return { first, all: [...new Set([first, ...others])].slice(0, 40) };
}

/** What a text says in each language: a plain text, or one by language. Markup becomes plain text, recalls our placeholders. */
export function textsOf(written: unknown, { first, all }: FormbricksLanguages): Text {
  if (typeof written === 'string') {
    const text = cleaned(written);
    return text ? { [first]: text } : {};
  }
  const texts = new Map<string, string>();
  for (const [tag, value] of entriesAt(written)) {
    const language = tag === 'default' ? first : languageOf(tag);
    const text = typeof value === 'string' ? cleaned(value) : '';
    if (text && all.includes(language) && !texts.has(language)) texts.set(language, text);
  }
  return Object.fromEntries(texts);
}

/** A wording that has something in the first language. */
export function wordingIn(written: unknown, otherwise: string, languages: FormbricksLanguages): Wording {
  const texts = textsOf(written, languages);
  const { first } = languages;
  return { customer: texts[first] ? texts : { ...texts, [first]: Object.values(texts)[0] ?? otherwise } };
}

/** `#recall:q1/fallback:there#` stands for an answer; which of them is one is decided when all questions are known. */
function cleaned(text: string): string {
  return cut(plainText(text.slice(0, 20_000)), TEXT_MOST).replace(
    /#recall:([A-Za-z0-9_-]{1,64})\/fallback:([^#{}|]{0,200})#/g,
    (_, id: string, fallback: string) => `{{answer:${id}|${fallback.replaceAll('nbsp', ' ').trim()}}}`,
  );
}
