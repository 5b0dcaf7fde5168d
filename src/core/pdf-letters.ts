/**
 * Whether a text can be set in the fonts that every reader of PDF has: letters of Windows-1252, which are those of
 * Western Europe.
 */
export function isWestern(text: string): boolean {
  return /^[\n\r\t\u0020-\u007e\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]*$/.test(text);
}

/**
 * Whether a poster can be set as PDF: in those letters, or in the Latin, Greek, Cyrillic, Armenian and Georgian ones of
 * the font that is embedded then. Writing from right to left is not set, nor are letters that it does not have.
 */
export function hasPdfLetters(text: string): boolean {
  const others =
    /^[\n\r\t\u0020-\u007e\u00a0-\u024f\u0370-\u0525\u0531-\u055f\u0561-\u0587\u10a0-\u10c5\u10d0-\u10fc\u1e00-\u1ef9\u1f00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20b5\u20b8-\u20ba\u20bd\u2122]*$/;
  return isWestern(text) || others.test(text);
}
