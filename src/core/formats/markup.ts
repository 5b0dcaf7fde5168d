/**
 * Plain text of somebody's markup. A walk over characters, not a pattern that removes tags: whatever it leaves is shown
 * as text anyway, so that a tag that slips through is read and never run. Line breaks stay where blocks ended.
 */
export function plainText(markup: string): string {
  let out = '';
  let at = 0;
  while (at < markup.length) {
    const char = markup[at]!;
    if (char === '<' && /[a-zA-Z/!?]/.test(markup[at + 1] ?? '')) {
      const tag = tagAt(markup, at);
      if (BLOCKS.has(tag.name)) out += '\n';
      at = SILENT.has(tag.name) && !tag.closing ? endOfSilent(markup, tag) : tag.end;
    } else if (char === '&') {
      const entity = entityAt(markup, at);
      out += entity.text;
      at = entity.end;
    } else {
      out += char;
      at += 1;
    }
  }
  return tidy(out);
}

const BLOCKS = new Set(['br', 'p', 'div', 'li', 'ul', 'ol', 'tr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'hr']);
const SILENT = new Set(['script', 'style', 'template', 'noscript', 'title']);

interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly end: number;
}

/** A tag ends at the first `>` outside quotation marks; a comment at its `-->`; what never ends goes to the end. */
function tagAt(markup: string, start: number): Tag {
  if (markup.startsWith('<!--', start)) {
    const close = markup.indexOf('-->', start + 4);
    return { name: '!', closing: false, end: close < 0 ? markup.length : close + 3 };
  }
  const closing = markup[start + 1] === '/';
  let at = start + (closing ? 2 : 1);
  const nameStart = at;
  while (at < markup.length && /[a-zA-Z0-9:-]/.test(markup[at]!)) at += 1;
  const name = markup.slice(nameStart, at).toLowerCase();
  let quote = '';
  for (; at < markup.length; at++) {
    const char = markup[at]!;
    if (quote) {
      if (char === quote) quote = '';
    } else if (char === '>') return { name, closing, end: at + 1 };
    else if ((char === '"' || char === "'") && markup[at - 1] === '=') quote = char;
  }
  return { name, closing, end: markup.length };
}

function endOfSilent(markup: string, { name, end }: Tag): number {
  for (let close = markup.indexOf('</', end); close >= 0; close = markup.indexOf('</', close + 2)) {
    if (markup.slice(close + 2, close + 2 + name.length).toLowerCase() === name) return tagAt(markup, close).end;
  }
  return markup.length;
}

const NAMED = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['ndash', '–'],
  ['mdash', '—'],
  ['hellip', '…'],
  ['lsquo', '‘'],
  ['rsquo', '’'],
  ['ldquo', '“'],
  ['rdquo', '”'],
  ['auml', 'ä'],
  ['ouml', 'ö'],
  ['uuml', 'ü'],
  ['Auml', 'Ä'],
  ['Ouml', 'Ö'],
  ['Uuml', 'Ü'],
  ['szlig', 'ß'],
  ['eacute', 'é'],
  ['egrave', 'è'],
  ['agrave', 'à'],
  ['ccedil', 'ç'],
  ['euro', '€'],
]);

function entityAt(markup: string, start: number): { text: string; end: number } {
  const found = /^&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));/.exec(markup.slice(start, start + 12));
  if (!found) return { text: '&', end: start + 1 };
  const [whole, decimal, hex, name] = found;
  const end = start + whole.length;
  if (name !== undefined) return { text: NAMED.get(name) ?? whole, end };
  const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '', 16);
  const isCharacter = code >= 32 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return { text: isCharacter ? String.fromCodePoint(code) : ' ', end };
}

/** Control characters become blanks, blanks become one, at most one empty line stays between two lines. */
function tidy(text: string): string {
  const lines = text.split('\n').map((line) =>
    line
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
      .replace(/[\u0000-\u0020\u007f\u00a0]+/g, ' ')
      .trim(),
  );
  return lines
    .filter((line, i) => line !== '' || (i > 0 && lines[i - 1] !== ''))
    .join('\n')
    .trim();
}
