import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HostSite {
  readonly origin: string;
  /** What the next loads of an address get; the content security policy is the page's own. */
  set(path: string, html: string, policy?: string): void;
  /** Violations that browsers told of. */
  readonly reports: string[];
  close(): Promise<void>;
}

/** Somebody's website on another origin, which knows of Parallax only the script tag in its pages. */
export async function hostSite(): Promise<HostSite> {
  const pages = new Map<string, { readonly html: string; readonly policy?: string | undefined }>();
  const reports: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path === '/reports') {
      request.on('data', (chunk) => reports.push(String(chunk)));
      request.on('end', () => response.writeHead(204).end());
      return;
    }
    const page = pages.get(path) ?? pages.get('/');
    const policy = page?.policy ? { 'Content-Security-Policy': `${page.policy}; report-uri /reports` } : {};
    const type = path.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8';
    response.writeHead(200, { 'Content-Type': type, ...policy }).end(page?.html);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (path, html, policy) => void pages.set(path, { html, policy }),
    reports,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}
