/**
 * Written from right to left: by the script where the tag names one, otherwise by the language. Kurdish in Iraq and Iran is
 * written in Arabic letters (`ckb`, `ku-Arab`), in Türkiye in Latin ones (`ku`).
 */
export function isRightToLeft(language: string): boolean {
  const [base = '', ...rest] = language.toLowerCase().split('-');
  const script = rest.find((part) => part.length === 4 && !/^\d/.test(part));
  if (script !== undefined) return ['arab', 'hebr', 'thaa', 'syrc', 'nkoo', 'adlm', 'rohg', 'aran'].includes(script);
  return ['ar', 'fa', 'he', 'iw', 'ur', 'ps', 'dv', 'yi', 'sd', 'ug', 'ckb', 'syr', 'nqo'].includes(base);
}

/** Isolates of Unicode (UAX 9): left to right, right to left, and the end of either. */
const [LRI, RLI, PDI] = ['\u2066', '\u2067', '\u2069'];

/**
 * A text of one language so that it reads right among texts of another: where one runs from right to left and the other
 * does not, each of its lines is isolated, or its full stop would stand at the wrong end. By characters, because a text
 * also becomes a label, an option or a title, where no markup can say it. What marks the item of a list stays in front.
 */
export function runningAs(text: string, language: string, among: string): string {
  const isOther = isRightToLeft(language);
  if (isOther === isRightToLeft(among)) return text;
  return text.replace(
    /^([^\S\r\n\u2028\u2029]*(?:(?:[-*•]|\d{1,3}[.)])[^\S\r\n\u2028\u2029]+)?)(\S.*)$/gm,
    (_, mark: string, line: string) => `${mark}${isOther ? RLI : LRI}${line}${PDI}`,
  );
}
