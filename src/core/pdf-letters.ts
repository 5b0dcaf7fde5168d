/**
 * Whether a text can be set in the fonts that every reader of PDF has: letters of Windows-1252, which are those of
 * Western Europe.
 */
export function hasPdfLetters(text: string): boolean {
  return /^[\n\r\t\u0020-\u007e\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]*$/.test(text);
}
