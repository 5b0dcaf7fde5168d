import type { Page } from 'playwright-core';
import { packed } from '../hostile-texts.ts';
import { type Api, few, IN_SURVEYS, PLACEHOLDER } from './hostile-plant.ts';
import { readOn, strangersOn } from './hostile-watch.ts';

/** Opens some HTML on the website of somebody else. */
type Show = (html: string) => Promise<void>;

const squeezed = (text: string) => text.replace(/\s+/g, '');

/** Posters in one page, as people paste them: there a text that was not escaped would be markup. Returns what was wrong. */
export async function lookAtPosters(page: Page, { call }: Api, link: string, show: Show): Promise<string[]> {
  const titles = few(200);
  const texts = titles.toReversed();
  const svgs: string[] = [];
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < titles.length; i = next++) {
      const query = new URLSearchParams({ title: titles[i] ?? '', text: texts[i] ?? '' });
      svgs[i] = (await call('GET', `${link}/poster.svg?${query}`)).text;
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  await show(`<!doctype html><meta charset="utf-8">${svgs.map((svg) => `<div>${svg}</div>`).join('')}`);
  const tags: string[] = await page.evaluate(
    `[...new Set([...document.querySelectorAll('div *')].map((one) => one.localName))]`,
  );
  const shown: string[] = await page.evaluate(
    `[...document.querySelectorAll('div')].map((one) => one.textContent.replace(/\\s+/g, ''))`,
  );
  // XML has no place for the last two, and they are left out.
  const lacks = (i: number, text: string) => !shown[i]?.includes(squeezed(text.replace(/[\ufffe\uffff]/g, '')));
  return [
    ...tags.filter((tag) => !/^(svg|g|path|text)$/.test(tag)),
    ...titles.filter((title, i) => lacks(i, title)).map((title) => `title ${title}`),
    ...texts.filter((text, i) => lacks(i, text)).map((text) => `text ${text}`),
    ...(await strangersOn(page)),
  ];
}

/** Mails whose subject, body and footer are hostile. Returns what was wrong. */
export async function lookAtMails(page: Page, { api }: Api, wave: string, show: Show): Promise<string[]> {
  const wrong: string[] = [];
  const [subjects, footers] = [packed(few(200), 200), packed(few(500), 500)];
  const step = Math.floor(IN_SURVEYS.length / subjects.length);
  for (let i = 0; i * step < IN_SURVEYS.length; i++) {
    const part = IN_SURVEYS.slice(i * step, (i + 1) * step).filter((text) => !/(?![\n\r\t])\p{Cc}/u.test(text));
    const footer = footers[i % footers.length] ?? '';
    await api('PATCH', '/mail-settings', { footer });
    const { html, subject } = await api<{ html: string; subject: string }>('POST', `/waves/${wave}/mail-preview`, {
      ...{ kind: 'invitation', language: 'en' },
      text: { subject: subjects[i % subjects.length], body: part.join('\n\n') },
    });
    if (/[\r\n]/.test(subject)) wrong.push(`subject ${subject}`);
    await show(html);
    const read = await readOn(page, [...part, footer]);
    const marked = /[*[\]]|^\s*[-•\d]/m;
    const plain = part.filter((text) => !PLACEHOLDER.test(text) && !marked.test(text));
    wrong.push(...[...plain, footer].filter((text) => !read.includes(text)), ...(await strangersOn(page)));
  }
  return wrong;
}
