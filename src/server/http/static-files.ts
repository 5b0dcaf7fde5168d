import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Parallax</title>
<h1>The dashboard is not built yet</h1>
<p>Run <code>npm run build</code> in the folder of Parallax and load this page again. The API works: see <a href="/docs">its documentation</a>.</p>`;

/**
 * The built dashboard. Files with a hash in their name never change and may be kept for a year; every other address is
 * a view of the dashboard, so it gets index.html.
 */
export async function serveWeb(request: Request, folder: string | undefined): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response('This address only takes GET.', { status: 405, headers: { Allow: 'GET, HEAD' } });
  }
  const wanted = decode(new URL(request.url).pathname);
  if (wanted === undefined) return new Response('This is not an address.', { status: 400 });
  if (!folder) return page(NOT_BUILT, 503);
  const file = await readInside(folder, wanted);
  if (file) {
    const hashed = wanted.startsWith('/assets/');
    return new Response(new Uint8Array(file), {
      headers: {
        'Content-Type': TYPES[path.extname(wanted)] ?? 'application/octet-stream',
        'Cache-Control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      },
    });
  }
  // A missing script must not be answered with a page.
  if (wanted.startsWith('/assets/') || path.extname(wanted) !== '') {
    return new Response('There is no such file.', { status: 404, headers: { 'Content-Type': 'text/plain' } });
  }
  const index = await readInside(folder, '/index.html');
  return index ? page(index.toString('utf8'), 200) : page(NOT_BUILT, 503);
}

/**
 * The built survey renderer. `/s` and `/s/…` are the link page, which asks the API whether there is such a survey; `/w/…`
 * are its files, which any website may load. Undefined for everything else, and for addresses below `/w/` that are no
 * file of it: there are views of the dashboard as well.
 */
export async function serveWidget(request: Request, folder: string | undefined): Promise<WidgetAnswer | undefined> {
  const wanted = decode(new URL(request.url).pathname);
  const isPage = wanted !== undefined && /^\/s(\/|$)/.test(wanted);
  if (!folder || !wanted || (!isPage && !wanted.startsWith('/w/')) || !/^(GET|HEAD)$/.test(request.method))
    return undefined;
  const name = isPage ? '/page.html' : wanted.slice('/w'.length);
  if (!isPage && !/\.(js|css|json|map)$/.test(name)) return undefined;
  const file = await readInside(folder, name);
  if (!file) return undefined;
  const compressed = /\bbr\b/.test(request.headers.get('accept-encoding') ?? '') && (await brotli(name, file));
  const headers = new Headers({
    'Content-Type': TYPES[path.extname(name)] ?? 'application/octet-stream',
    // What a page names by hand keeps its name when it changes.
    'Cache-Control':
      isPage || name === '/sw.js'
        ? 'no-cache'
        : name.startsWith('/assets/')
          ? 'public, max-age=31536000, immutable'
          : 'public, max-age=300',
    Vary: 'Accept-Encoding',
  });
  // Kiosks go on without a network; the pages that it may answer for are the link pages alone.
  if (name === '/sw.js') headers.set('Service-Worker-Allowed', '/s/');
  if (compressed) headers.set('Content-Encoding', 'br');
  return {
    surface: isPage ? 'survey' : 'widget',
    response: new Response(new Uint8Array(compressed || file), { headers }),
  };
}

interface WidgetAnswer {
  readonly surface: 'survey' | 'widget';
  readonly response: Response;
}

/** A dozen small files, each compressed once as well as it can be. */
const compressions = new Map<string, { readonly file: Buffer; readonly compressed: Buffer }>();

async function brotli(name: string, file: Buffer): Promise<Buffer> {
  const known = compressions.get(name);
  if (known?.file.equals(file)) return known.compressed;
  const compressed = await promisify(brotliCompress)(file);
  // Only names of files that exist get here, so that it cannot grow.
  compressions.set(name, { file, compressed });
  return compressed;
}

function page(html: string, status: number): Response {
  return new Response(html, {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' },
  });
}

function decode(pathname: string): string | undefined {
  try {
    const decoded = decodeURIComponent(pathname);
    return decoded.includes('\u0000') ? undefined : decoded;
  } catch {
    return undefined;
  }
}

/** Reads a file only when its real place, links followed, is inside the folder. */
async function readInside(folder: string, wanted: string): Promise<Buffer | undefined> {
  try {
    const root = await realpath(folder);
    const real = await realpath(path.join(root, wanted));
    if (!real.startsWith(root + path.sep)) return undefined;
    return await readFile(real);
  } catch {
    return undefined;
  }
}
