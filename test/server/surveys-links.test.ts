import { inflateSync } from 'node:zlib';
import { encode } from 'uqr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasPdfLetters } from '../../src/core/pdf-letters.ts';
import { posterFont } from '../../src/server/surveys/poster-font.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';

let world: World;
let tern: Company;
let at: string;
let address: string;

beforeAll(async () => {
  world = await openWorld();
  tern = await world.company(TERN_FERRIES);
  const survey = (await owner('POST', '/surveys', { name: 'Crossing <script>alert(1)</script> & more' })).json.id;
  const link = (await owner('POST', `/surveys/${survey}/links`, { audience: 'customer', channel: 'qr' })).json;
  at = `/surveys/${survey}/links/${link.token}`;
  address = link.address;
});
afterAll(() => world.close());

const owner = (method: string, path: string, body?: unknown) =>
  world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${path}`, body);
const poster = (kind: 'svg' | 'pdf', query: Record<string, string> = {}) =>
  owner('GET', `${at}/poster.${kind}?${new URLSearchParams(query)}`);

/** The dark squares that a path of `M x y h n v1 h-n z` runs draws. */
function drawn(svg: string, size: number): boolean[][] {
  const squares = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  for (const [, x, y, n] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let i = 0; i < Number(n); i += 1) squares[Number(y)]![Number(x) + i] = true;
  }
  return squares;
}
/** What the pages of a PDF draw; text in it is hexadecimal. */
async function drawnInPdf(
  query: Record<string, string>,
): Promise<{ text: string; note: string | null; bytes: Buffer }> {
  const response = await world.app.request(
    `/api/v1/workspaces/${tern.id}${at}/poster.pdf?${new URLSearchParams(query)}`,
    { headers: { cookie: tern.people.viewer.cookie } },
  );
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  const bytes = Buffer.from(await response.arrayBuffer());
  const stream = /stream\r?\n([\s\S]*?)\r?\nendstream/.exec(bytes.toString('latin1'))?.[1] ?? '';
  const content = inflateSync(Buffer.from(stream, 'latin1')).toString('latin1');
  const text = [...content.matchAll(/\[([^\]]*)\] TJ/g)]
    .map((match) =>
      [...(match[1] ?? '').matchAll(/<([0-9a-f]+)>/g)]
        .map((hex) => Buffer.from(hex[1]!, 'hex').toString('latin1'))
        .join(''),
    )
    .join('\n');
  return { text, note: response.headers.get('parallax-note'), bytes };
}

test('the code and the poster draw exactly the address of the link', async () => {
  const { data, size } = encode(address, { ecc: 'M', border: 0 });
  for (const path of [`${at}/qr.svg`, `${at}/poster.svg`, `${at}/poster.svg?size=a6`]) {
    const svg = await owner('GET', path);
    expect([svg.status, svg.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(svg.headers.get('content-disposition')).toContain('attachment');
    expect(svg.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(drawn(svg.text, size)).toEqual(data);
  }
  expect((await poster('svg')).text).toContain(`>${address}</text>`);
  expect((await owner('GET', `${at}/poster.svg?size=a3`)).status).toBe(400);
  expect((await owner('GET', `${at.slice(0, -3)}AAA/poster.svg`)).status).toBe(404);
});

test('hostile words stay words', async () => {
  const hostile = '"><script>alert(1)</script><svg onload=alert(1)> &amp; ]]>';
  for (const query of [{}, { title: hostile, text: hostile }]) {
    const { text } = await poster('svg', query);
    expect(text).not.toMatch(/<script|<svg [^x]|onload=alert\(1\)>\s*&[^a]/);
    expect(
      [...text.matchAll(/<(\w+)/g)]
        .map((match) => match[1])
        .filter((tag) => !['svg', 'path', 'g', 'text'].includes(tag!)),
    ).toEqual([]);
  }
  expect((await poster('svg', { title: 'a\u0007b' })).status).toBe(400);
});

test('the PDF is set in three sizes, and leaves out what it has no letters for', async () => {
  const own = { title: 'Wie war die Überfahrt – heute?', text: 'Code scannen.' };
  const western = await drawnInPdf({ ...own, size: 'a5' });
  expect(western.bytes.toString('latin1')).toContain('/MediaBox [0 0 419.53 595.28]');
  expect(western.text.replaceAll('\n', ' ')).toContain('Wie war die Überfahrt');
  expect(western.text).toContain(address);
  expect(western.note).toBeNull();
  const eastern = await drawnInPdf({ title: 'ご意見をお聞かせください', text: 'Scan.' });
  expect(eastern.note).toContain('title');
  expect(eastern.text).toContain('Scan.');
  expect(eastern.text.split('\n')).toEqual(['Scan.', address]);
  expect((await poster('svg', { title: 'ご意見をお聞かせください' })).text).toContain('ご意見');
});

test('Polish, Greek and Cyrillic are set in a font that is embedded, inside the page', async () => {
  for (const title of [
    'Jak było? Powiedz nam, że źle',
    'Πείτε μας τη γνώμη σας',
    'Скажите нам, как было: Щщ'.repeat(3),
  ]) {
    const { bytes, note, text } = await drawnInPdf({ title, text: 'Scan.', size: 'a6' });
    expect(note).toBeNull();
    expect(text).toContain('Scan.');
    const pdf = bytes.toString('latin1');
    expect(pdf).toContain('DejaVuSans-Bold');
    expect(pdf).toContain('/FontFile2');
    const streams = [...pdf.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].map(([, body = '']) => {
      const raw = Buffer.from(body, 'latin1');
      return raw[0] === 0x78 ? inflateSync(raw).toString('latin1') : body;
    });
    // What a reader copies from it: each letter stands in the map from glyphs to Unicode.
    const map = streams.find((one) => one.includes('beginbfrange')) ?? '';
    for (const letter of new Set(title.replaceAll(' ', ''))) {
      expect(map, letter).toContain(`<${letter.codePointAt(0)?.toString(16).padStart(4, '0')}>`);
    }
    // No line is wider than the page less its margins: x of the first of them is the margin at least.
    const starts = [...(streams[0] ?? '').matchAll(/1 0 0 1 ([\d.]+) [\d.]+ Tm/g)].map(([, x]) => Number(x));
    expect(starts.length).toBeGreaterThan(2);
    for (const x of starts) expect(x).toBeGreaterThanOrEqual(297.64 * 0.09 - 0.01);
  }
});

/** The characters up to U+FFFF that an OpenType font has glyphs for, from its table `cmap`. */
function lettersOf(font: Buffer): Set<number> {
  const tables = Array.from({ length: font.readUInt16BE(4) }, (_, i) => 12 + 16 * i);
  const entry = tables.find((at) => font.toString('latin1', at, at + 4) === 'cmap') ?? 0;
  const cmap = font.subarray(font.readUInt32BE(entry + 8));
  const maps = Array.from({ length: cmap.readUInt16BE(2) }, (_, i) => cmap.subarray(cmap.readUInt32BE(4 + 8 * i + 4)));
  const map = maps.find((one) => one.readUInt16BE(0) === 4) ?? Buffer.alloc(0);
  const twice = map.readUInt16BE(6);
  const found = new Set<number>();
  for (let at = 0; at < twice; at += 2) {
    const [end, start] = [map.readUInt16BE(14 + at), map.readUInt16BE(16 + twice + at)];
    const [delta, offset] = [map.readUInt16BE(16 + 2 * twice + at), map.readUInt16BE(16 + 3 * twice + at)];
    for (let code = start; code <= end && code < 0xffff; code += 1) {
      const listed = offset === 0 ? code : map.readUInt16BE(16 + 3 * twice + at + offset + 2 * (code - start));
      if (listed !== 0 && ((listed + delta) & 0xffff) !== 0) found.add(code);
    }
  }
  return found;
}

test('the embedded font has each letter that a poster may be set in', () => {
  for (const role of ['title', 'text'] as const) {
    const letters = lettersOf(posterFont(role));
    const wanted = Array.from({ length: 0x2200 }, (_, code) => code).filter((code) => {
      const letter = String.fromCodePoint(code);
      return hasPdfLetters(letter) && !/[\p{Cn}\p{Cc}]/u.test(letter);
    });
    expect(wanted.length).toBeGreaterThan(1_500);
    expect(wanted.filter((code) => !letters.has(code)).map((code) => code.toString(16))).toEqual([]);
  }
});

test('the words of a poster are known before it is printed', async () => {
  const { json } = await owner('GET', `${at}/poster`);
  expect(json).toEqual({ title: 'Crossing <script>alert(1)</script> & more', text: 'Scan the code and tell us.' });
  expect((await drawnInPdf({})).text.replaceAll('\n', ' ')).toContain(json.text);
  expect((await owner('GET', `${at.slice(0, -3)}AAA/poster`)).status).toBe(404);
});

test('long words and long texts stay inside the page', async () => {
  for (const title of ['W'.repeat(200), 'x '.repeat(99), '本'.repeat(150)]) {
    const { text } = await poster('svg', { title, text: 'Tell us. '.repeat(30), size: 'a6' });
    const [, width = '0', height = '0'] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(text) ?? [];
    const places = [...text.matchAll(/<text x="[\d.]+" y="([\d.]+)" font-size="([\d.]+)"/g)];
    expect(places.length).toBeGreaterThan(3);
    for (const [, y, size] of places) {
      expect(Number(y)).toBeLessThan(Number(height));
      expect(Number(size)).toBeGreaterThan(4);
    }
    const [, x, y, scale] = /translate\(([\d.]+) ([\d.]+)\) scale\(([\d.]+)\)/.exec(text) ?? [];
    const side = Number(scale) * encode(address, { ecc: 'M', border: 0 }).size;
    expect(side).toBeGreaterThan(Number(width) * 0.4);
    expect(Number(y) + side).toBeLessThan(Number(height));
    expect(Number(x)).toBeGreaterThan(0);
  }
});
