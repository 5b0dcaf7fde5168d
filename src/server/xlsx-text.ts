import { storableText } from '../core/storable-text.ts';

/*
 * Texts of a workbook (ST_Xstring, ECMA-376 part 1, 22.9.2.19): a character that XML cannot hold stands as `_xHHHH_`, and a
 * text that looks like that has its underscore escaped, `_x005F_x000D_`.
 */

/**
 * What a text element of a workbook says. Control characters other than tab and line ends are left out; half of a
 * surrogate pair, which only such an escape can hold, is no text.
 */
export function fromXlsxText(written: string): string {
  if (!written.includes('_x')) return written;
  const text = written.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code < 32 && code !== 9 && code !== 10 && code !== 13 ? '' : String.fromCharCode(code);
  });
  return storableText(text);
}

/** A text as it has to stand in a workbook, before it is escaped for XML. */
export function toXlsxText(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is left out
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
  );
}
