import { getRouteApi, Link } from '@tanstack/react-router';
import { Page } from '../ui/page.tsx';
import { ScrollBox, Table, Td, Th } from '../ui/table.tsx';
import { type Block, blocksOf, spansOf } from './blocks.ts';
import { METHOD_PAGES } from './pages.ts';

const here = getRouteApi('/w/$workspaceId/methods');

/** How every number is computed: the project's own papers, one click away from the number. */
export function Methods() {
  const { workspaceId } = here.useParams();
  const { page: name } = here.useSearch();
  const page = METHOD_PAGES.find((one) => one.name === name) ?? METHOD_PAGES[0];
  const [, ...blocks] = blocksOf(page?.text ?? '');
  return (
    <div className="grid gap-x-10 gap-y-4 lg:grid-cols-[12rem_minmax(0,1fr)]">
      <nav aria-label="Methods" className="text-sm print:hidden">
        <p className="mb-1 text-xs text-muted">Methods</p>
        <ul className="flex flex-wrap gap-x-4 lg:flex-col">
          {METHOD_PAGES.map((one) => (
            <li key={one.name}>
              <Link
                to="/w/$workspaceId/methods"
                params={{ workspaceId }}
                search={{ page: one.name }}
                aria-current={one === page ? 'page' : undefined}
                className="block py-1 text-muted hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink"
              >
                {one.title}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <article className="max-w-prose">
        <Page title={page?.title ?? 'Methods'}>
          {blocks.map((block, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the text never changes
            <BlockView key={i} block={block} workspaceId={workspaceId} />
          ))}
        </Page>
      </article>
    </div>
  );
}

function BlockView({ block, workspaceId }: { readonly block: Block; readonly workspaceId: string }) {
  const line = (text: string) => <Line text={text} workspaceId={workspaceId} />;
  switch (block.kind) {
    case 'heading':
      return <h2 className="mt-6 mb-1 font-semibold">{line(block.text)}</h2>;
    case 'paragraph':
      return <p className="mt-2">{line(block.text)}</p>;
    case 'list':
      return (
        <ul className="mt-2 list-disc space-y-1 pl-5">
          {block.items.map((item) => (
            <li key={item}>{line(item)}</li>
          ))}
        </ul>
      );
    case 'table':
      return (
        <div className="mt-3">
          <Table label="Overview">
            <thead>
              <tr>
                {block.head.map((cell) => (
                  <Th key={cell}>{line(cell)}</Th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row) => (
                <tr key={row.join(' ')}>
                  {row.map((cell, i) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: cells stand in columns
                    <Td key={i}>{line(cell)}</Td>
                  ))}
                </tr>
              ))}
            </tbody>
          </Table>
        </div>
      );
    case 'code':
      return (
        <div className="mt-3">
          <ScrollBox label="Worked example">
            <pre className="border-l-2 border-bar bg-wash px-3 py-2 text-xs">{block.text}</pre>
          </ScrollBox>
        </div>
      );
  }
}

function Line({ text, workspaceId }: { readonly text: string; readonly workspaceId: string }) {
  return spansOf(text).map((span, i) => {
    const key = `${i} ${span.text}`;
    if (span.kind === 'page')
      return (
        <Link
          key={key}
          className="link"
          to="/w/$workspaceId/methods"
          params={{ workspaceId }}
          search={{ page: span.name }}
        >
          {span.text}
        </Link>
      );
    if (span.kind === 'code') return <code key={key}>{span.text}</code>;
    if (span.kind === 'strong') return <strong key={key}>{span.text}</strong>;
    return span.text;
  });
}
