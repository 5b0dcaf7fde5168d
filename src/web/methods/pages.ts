/** The pages of docs/methods as they stand in the project: the dashboard shows the same text. */
const FILES: Readonly<Record<string, string>> = import.meta.glob('../../../docs/methods/*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
});

export interface MethodPage {
  readonly name: string;
  readonly title: string;
  readonly text: string;
}

export const METHOD_PAGES: readonly MethodPage[] = Object.entries(FILES).map(([file, text]) => {
  const name = file.replace(/^.*\//, '').replace(/\.md$/, '');
  return { name, title: /^# (.+)$/m.exec(text)?.[1] ?? name, text };
});
