import { parseRichText, type Span } from '../core/survey/rich-text.ts';
import type { Visit } from './visit.ts';

const spansOf = (spans: readonly Span[]) =>
  spans.map(({ text, href, bold, italic }) =>
    href ? (
      <a href={href} target="_blank" rel="noopener noreferrer">
        {text}
      </a>
    ) : bold ? (
      <b>{text}</b>
    ) : italic ? (
      <i>{text}</i>
    ) : (
      text
    ),
  );

/** Rich text with what is known put in. Paragraphs are spans, because most of it stands inside legends and labels. */
export function Rich({ v, text }: { readonly v: Visit; readonly text: string | undefined }) {
  const blocks = parseRichText(text ?? '', v.fill, (address) => v.fill(address, encodeURIComponent));
  return (
    <>
      {blocks.map((block) => {
        if (block.type === 'paragraph') return <span class="p">{spansOf(block.spans)}</span>;
        const List = block.ordered ? 'ol' : 'ul';
        return (
          <List>
            {block.items.map((item) => (
              <li>{spansOf(item)}</li>
            ))}
          </List>
        );
      })}
    </>
  );
}
