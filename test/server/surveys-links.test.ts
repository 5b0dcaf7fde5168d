import { inflateSync } from 'node:zlib';
import { encode } from 'uqr';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
