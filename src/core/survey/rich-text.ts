/** A stretch of text with one look. There is no nesting, so nothing can be nested without end. */
export interface Span {
  readonly text: string;
  readonly bold?: true;
  readonly italic?: true;
  /** An http, https or mailto address. */
  readonly href?: string;
}

/** A line break within a paragraph is a `\n` in its text. */
export type Block =
  | { readonly type: 'paragraph'; readonly spans: readonly Span[] }
  | { readonly type: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Span[])[] };

/**
 * Reads the few marks that survey texts may have: paragraphs (an empty line between them), lists (`- a`, `* a`, `1. a`),
 * `**bold**`, `*italic*` and `[text](https://…)`. Whatever is none of these is text, and HTML is always text. Takes linear
 * time and never gives more spans than the text has characters.
 *
 * @param fill puts values in place of placeholders (pipe.ts), after the marks were read: values never become marks
 * @param fillAddress the same for addresses of links, where values have to be encoded
 */
export function parseRichText(
  text: string,
  fill: (text: string) => string = String,
  fillAddress: (address: string) => string = String,
): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let items: (readonly Span[])[] | undefined;
  let ordered = false;
  const read = (marked: string) => parseSpans(marked, fill, fillAddress);
  const endParagraph = () => {
    if (lines.length) blocks.push({ type: 'paragraph', spans: read(lines.join('\n')) });
    lines = [];
  };
  for (const line of text.split(/\r\n?|\n/)) {
    const item = /^\s*(?:[-*•]|(\d{1,3})[.)])\s+(\S.*)$/.exec(line);
    if (item) {
      endParagraph();
      if (!items || ordered !== !!item[1]) {
        items = [];
        ordered = !!item[1];
        blocks.push({ type: 'list', ordered, items });
      }
      items.push(read(item[2]!));
      continue;
    }
    items = undefined;
    if (line.trim()) lines.push(line.trim());
    else endParagraph();
  }
  endParagraph();
  return blocks;
}

function parseSpans(text: string, fill: (text: string) => string, fillAddress: (address: string) => string): Span[] {
  // `**`, `*`, or a link. No two parts of the pattern can match the same character: linear time.
  const marks = [...text.matchAll(/\*\*?|\[([^[\]]+)\]\(([^()\s]+)\)/g)].filter((m) => !m[2] || isSafeAddress(m[2]));
  // A mark opens before a character and closes after one; what opens and is never closed is text.
  const pairs = new Set<number>();
  const open: Record<string, number | undefined> = {};
  for (const { 0: mark, 2: href, index } of marks) {
    if (href) continue;
    const start = open[mark];
    if (start !== undefined && /\S/.test(text[index - 1] ?? '') && index > start + mark.length) {
      pairs.add(start).add(index);
      open[mark] = undefined;
    } else if (/\S/.test(text[index + mark.length] ?? '')) open[mark] ??= index;
  }
  const spans: Span[] = [];
  const looks: { bold?: true; italic?: true } = {};
  let from = 0;
  const push = (until: number, label = text.slice(from, until), href?: string) => {
    if (label) spans.push({ text: fill(label), ...looks, ...(href && { href: fillAddress(href) }) });
  };
  for (const { 0: mark, 1: label, 2: href, index } of marks) {
    if (!href && !pairs.has(index)) continue;
    push(index);
    if (href) push(index, label, href);
    else {
      const look = mark === '*' ? 'italic' : 'bold';
      if (looks[look]) delete looks[look];
      else looks[look] = true;
    }
    from = index + mark.length;
  }
  push(text.length);
  return spans;
}

/**
 * Whether a link may lead there: an http, https or mailto address as the browser's own parser reads it, without a user name
 * in front of the host (`https://bank@evil`). Placeholders may stand after the host only.
 */
export function isSafeAddress(address: string): boolean {
  if (!/^(https?:\/\/[^\s/?#\\@{}]+([/?#]|$)|mailto:[^\s@]+@[^\s@]+$)/i.test(address)) return false;
  try {
    return /^(https?|mailto):$/.test(new URL(address).protocol);
  } catch {
    return false;
  }
}
