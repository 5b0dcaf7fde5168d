/**
 * The part of Markdown that the methods pages use, as blocks: headings, paragraphs, lists, tables and code. Text only,
 * never HTML.
 */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'code'; readonly text: string };

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  // Code first: a blank line inside a fence does not end it.
  for (const [i, part] of markdown.split(/^```.*$/m).entries()) {
    if (i % 2 === 1) blocks.push({ kind: 'code', text: part.replace(/^\n|\n$/g, '') });
    else for (const text of part.split(/\n\s*\n/)) if (text.trim() !== '') blocks.push(...textBlocks(text.trim()));
  }
  return blocks;
}

function textBlocks(text: string): Block[] {
  const heading = /^(#+) (.+)/.exec(text);
  if (heading) {
    const rest = text.slice(heading[0].length).trim();
    const block: Block = { kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' };
    return rest === '' ? [block] : [block, ...textBlocks(rest)];
  }
  const lines = text.split('\n');
  if (lines[0]?.startsWith('|')) {
    const [head = [], , ...rows] = lines.map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    return [{ kind: 'table', head, rows }];
  }
  if (/^[-*] /.test(text)) {
    return [{ kind: 'list', items: text.split(/\n(?=[-*] )/).map((item) => oneLine(item.slice(2))) }];
  }
  return [{ kind: 'paragraph', text: oneLine(text) }];
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

/** Inside a line: `code`, **strong** and [a page](page.md); everything else as it stands. */
export type Span =
  | { readonly kind: 'text' | 'code' | 'strong'; readonly text: string }
  | { readonly kind: 'page'; readonly text: string; readonly name: string };

export function spansOf(text: string): Span[] {
  return text
    .split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([\w-]+\.md\))/)
    .filter((part) => part !== '')
    .map((part): Span => {
      const page = /^\[([^\]]+)\]\(([\w-]+)\.md\)$/.exec(part);
      if (page) return { kind: 'page', text: page[1] ?? '', name: page[2] ?? '' };
      if (part.startsWith('`')) return { kind: 'code', text: part.slice(1, -1) };
      if (part.startsWith('**')) return { kind: 'strong', text: part.slice(2, -2) };
      return { kind: 'text', text: part };
    });
}
