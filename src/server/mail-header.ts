/** Bytes in one encoded word, which may have 75 characters in all (RFC 2047). */
const WORD = 42;

/**
 * Text of users as it stands in a header. What looks like an encoded word would be decoded by the reader's program, into
 * line breaks as well: a text that holds one is encoded as a whole, so that it is read as it was written.
 */
export function asHeader(text: string): string {
  if (!text.includes('=?')) return text;
  const words: string[] = [''];
  for (const character of text) {
    if (Buffer.byteLength(`${words.at(-1)}${character}`) > WORD) words.push('');
    words[words.length - 1] += character;
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ');
}
