import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inflateSync } from 'node:zlib';

const FILES = { title: '700', text: '400' } as const;
const cache = new Map<keyof typeof FILES, Buffer>();

/** DejaVu Sans, bold for titles: for the letters that the fonts of every reader of PDF do not have. */
export function posterFont(role: keyof typeof FILES): Buffer {
  const known = cache.get(role);
  if (known) return known;
  const file = `@fontsource/dejavu-sans/files/dejavu-sans-latin-${FILES[role]}-normal.woff`;
  const font = unpacked(readFileSync(createRequire(import.meta.url).resolve(file)));
  cache.set(role, font);
  return font;
}

/**
 * A WOFF font as the OpenType font in it. What embeds fonts would read a WOFF as well, and unpack the whole table of
 * outlines once more for each letter: seconds, in which the server does nothing else.
 */
function unpacked(woff: Buffer): Buffer {
  const count = woff.readUInt16BE(12);
  const power = Math.floor(Math.log2(count));
  const head = Buffer.alloc(12 + 16 * count);
  woff.copy(head, 0, 4, 8);
  head.writeUInt16BE(count, 4);
  head.writeUInt16BE(16 << power, 6);
  head.writeUInt16BE(power, 8);
  head.writeUInt16BE(16 * count - (16 << power), 10);
  const parts: Buffer[] = [head];
  let end = head.length;
  for (let i = 0; i < count; i += 1) {
    const from = 44 + 20 * i;
    const to = 12 + 16 * i;
    const start = woff.readUInt32BE(from + 4);
    const stored = woff.readUInt32BE(from + 8);
    const length = woff.readUInt32BE(from + 12);
    const raw = woff.subarray(start, start + stored);
    const table = stored < length ? inflateSync(raw) : raw;
    woff.copy(head, to, from, from + 4);
    head.writeUInt32BE(woff.readUInt32BE(from + 16), to + 4);
    head.writeUInt32BE(end, to + 8);
    head.writeUInt32BE(length, to + 12);
    // Each table begins at a multiple of four.
    parts.push(table, Buffer.alloc(-length & 3));
    end += length + (-length & 3);
  }
  return Buffer.concat(parts);
}
