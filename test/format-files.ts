import { SaxesParser } from 'saxes';
import { FormatError, type SourceFile, type Tools } from '../src/core/formats/neutral.ts';

/** XML for readers of files, by the parser that the server uses. */
export const formatTools: Tools = {
  inflate: () => new Uint8Array(),
  parseXml(text, handlers) {
    const parser = new SaxesParser({ xmlns: false });
    parser.on('doctype', () => {
      throw new FormatError('The file declares a document type.');
    });
    parser.on('error', (error) => {
      throw new FormatError(error.message);
    });
    parser.on('opentag', (tag) => handlers.open?.(tag.name, new Map(Object.entries(tag.attributes))));
    parser.on('closetag', (tag) => handlers.close?.(tag.name));
    parser.on('text', (piece) => handlers.text?.(piece));
    parser.on('cdata', (piece) => handlers.text?.(piece));
    parser.write(text).close();
  },
};

/** A file as readers get it: of text, of JSON, or a table. */
export function formatFile(content: { text?: string; json?: unknown; table?: string[][] }): SourceFile {
  const text = content.text ?? (content.json === undefined ? undefined : JSON.stringify(content.json));
  return {
    fileName: 'file',
    bytes: new TextEncoder().encode(text ?? ''),
    text: () => text,
    json: () => (content.json === undefined ? undefined : JSON.parse(JSON.stringify(content.json))),
    table: () => content.table,
  };
}
