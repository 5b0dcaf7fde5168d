const MOST = 80;

/**
 * The header that gives a download its name: parts such as a survey's name and a day, joined by hyphens. Only letters and
 * digits of any script and `.`, `_` and `-` stay, so that no system sees a folder, a quote or a hidden file in it. Programs
 * that know nothing of UTF-8 in headers get the same in ASCII.
 */
export function attachment(parts: readonly string[], extension: string): string {
  const safe = (text: string, kept: RegExp) =>
    [...text.replaceAll(kept, '-').replaceAll(/-{2,}/g, '-')].slice(0, MOST).join('');
  const named = (kept: RegExp) =>
    parts
      .map((part) => safe(part.normalize('NFC'), kept).replaceAll(/^[-.]+|(?<![-.])[-.]+$/g, ''))
      .filter(Boolean)
      .join('-');
  const plain = named(/[^A-Za-z0-9._-]/g);
  const full = named(/[^\p{L}\p{M}\p{N}._-]/gu);
  const more = full === plain ? '' : `; filename*=UTF-8''${encodeURIComponent(`${full}.${extension}`)}`;
  return `attachment; filename="${plain}.${extension}"${more}`;
}
