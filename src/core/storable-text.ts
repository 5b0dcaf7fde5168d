/*
 * What PostgreSQL stores in no text and no JSON: NUL, and half of a surrogate pair. Texts of files are made free of both
 * where a file is read, once per way in; what callers send as JSON is refused instead (http/read-input.ts).
 */

/** With the u flag, whole pairs are one character, so only halves are of this category. */
const HALVES = /\p{Surrogate}/gu;
const INSTEAD = '\ufffd';

/**
 * The text as it can be stored: U+FFFD for each NUL and each half of a pair, as decoders have it for what they can't
 * read. Left out, they could make two keys one.
 *
 * @example
 * storableText('Kim \ud800') // 'Kim \ufffd'
 */
export function storableText(text: string): string {
  return text.replace(HALVES, INSTEAD).replaceAll('\0', INSTEAD);
}

/** The same for texts that stand escaped in JSON: what `JSON.parse` makes of it can be stored. */
export function storableJson(json: string): string {
  if (!/\\u(?:0000|[dD][89a-fA-F])/.test(json)) return json;
  return json.replace(
    /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u(?:0000|[dD][89a-fA-F][\da-fA-F]{2})|[\s\S])/g,
    (written) => (written.length === 6 ? '\\ufffd' : written),
  );
}

/** At most so many UTF-16 units from the start, without half of a pair at the end. */
export function beginning(text: string, most: number): string {
  return text.length > most ? text.slice(0, most).replace(/[\ud800-\udbff]$/, '') : text;
}
