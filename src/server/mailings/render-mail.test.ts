import { expect, test } from 'vitest';
import type { FirstQuestion } from './first-question.ts';
import { type MailContent, renderMail } from './render-mail.ts';

const SCALE: FirstQuestion = {
  id: 'q1',
  text: 'Would you recommend us?',
  low: 'not at all',
  high: '',
  values: Array.from({ length: 11 }, (_, i) => i),
  yesNo: false,
  direction: 'ltr',
};
const mail = (question: FirstQuestion, more: Partial<MailContent> = {}) =>
  renderMail({
    language: 'en',
    subject: 'A question',
    body: 'Hello',
    attributes: {},
    link: 'https://tern.example/s#token=ans_1',
    unsubscribeLink: 'https://tern.example/unsubscribe#token=1',
    question,
    threshold: null,
    isReminder: false,
    footer: null,
    ...more,
  }).html;

/** What a program reads that knows tables and paragraphs and none of the styles, such as Outlook on Windows. */
const withoutStyles = (html: string) =>
  html
    .replace(/<head>.*<\/head>|<!--.*?-->/gs, '')
    .replace(/<\/?(td|tr|table|p|div|br)\b[^>]*>/g, ' | ')
    .replace(/<[^>]*>/g, '')
    .replace(/&nbsp;|\s+/g, ' ')
    .replace(/[ |]*\|[ |]*/g, ' | ');

test('points of a scale are cells of their own, apart also where a mail program knows no styles', () => {
  expect(withoutStyles(mail(SCALE))).toContain('| 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 |');
  expect(withoutStyles(mail({ ...SCALE, values: [1, 0], yesNo: true }))).toContain('| Yes | No |');
  const cells = [...mail(SCALE).matchAll(/<td class="key"([^>]*)><a [^>]*href="([^"]*)"[^>]*>([^<]*)<\/a><\/td>/g)];
  expect(cells.map(([, , href, label]) => `${label} ${href?.split(':').at(-1)}`)).toEqual(
    SCALE.values.map((value) => `${value} ${value}`),
  );
  for (const [, attributes] of cells) expect(attributes).toMatch(/ width="40" height="38" .*bgcolor="#ffffff"/);
});

test.each([
  [11, [6, 5]],
  [10, [5, 5]],
  [7, [4, 3]],
  [6, [6]],
  [5, [5]],
  [2, [2]],
])('%i points stand in lines of at most six on a small screen', (points, lines) => {
  const html = mail({ ...SCALE, values: SCALE.values.slice(0, points) });
  const tables = [...html.matchAll(/<table[^>]*align="left"[^>]*>(.*?)<\/table>/gs)];
  expect(tables.map(([, inside]) => inside?.match(/class="key"/g)?.length)).toEqual(lines);
});

test('words of any language run their own way', () => {
  const html = mail({ ...SCALE, text: 'هل توصي بنا؟' }, { body: 'مرحبا\n\n- أولا' });
  expect(html).toMatch(/<p dir="auto"[^>]*>مرحبا<\/p>/);
  expect(html).toMatch(/<li dir="auto"[^>]*>أولا<\/li>/);
  expect(html).toMatch(/<p dir="auto"[^>]*>هل توصي بنا؟<\/p>/);
});
