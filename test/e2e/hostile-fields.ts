import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { packed } from '../hostile-texts.ts';
import { type Api, few, IN_SURVEYS, NAMES } from './hostile-plant.ts';
import { calm, readOn, strangersOn } from './hostile-watch.ts';
import type { Planted } from './hostile-world.ts';

const IMG = '<img src=x onerror=__pwn=1>';

/** The texts that a view lacks, after looking that it holds nothing else. */
export async function lacking(owner: Page, address: string, texts: readonly string[]): Promise<string[]> {
  await owner.goto(address);
  await owner.getByRole('heading').first().waitFor();
  await calm(owner);
  const read = await readOn(owner, texts);
  return [
    ...texts.filter((text) => !read.includes(text)).map((text) => `${address}: ${text}`),
    ...(await strangersOn(owner)),
  ];
}

/** Fills the fields of which there is one, or few, until enough texts were in each. Returns what was not to be read. */
export async function fillAnew(owner: Page, { api }: Api, workspace: string, planted: Planted): Promise<string[]> {
  const home = `/w/${workspace}`;
  const places = packed(few(200), 200);
  const wrong = await lacking(owner, `${home}/journeys`, places);
  const values = packed(few(190), 190).flatMap((text) => [`${text} one`, `${text} many`]);
  wrong.push(...(await lacking(owner, `${home}/contacts/segments`, values)));
  const names = packed(few(100), 100);
  const [footers, longs] = [packed(few(500), 500), packed(few(500), 2_000)];
  for (const [i, name] of names.entries()) {
    const footer = footers[i % footers.length] ?? '';
    const account = names[(i + 1) % names.length] ?? '';
    await api('PATCH', '/api/v1/account', { name: account });
    await api('PATCH', '', { name });
    await api('PATCH', '/mail-settings', { senderName: name, footer });
    wrong.push(...(await lacking(owner, `${home}/settings/mail`, [name, account, footer])));
  }
  for (const text of longs) {
    await api('PATCH', `/touchpoints/${planted.touchpoint}`, { description: text });
    await api('PUT', `/items/${planted.item}/commitments/promise`, { value: 4, statement: text });
    wrong.push(...(await lacking(owner, `${home}/journeys/touchpoints/${planted.touchpoint}`, [text])));
    wrong.push(...(await lacking(owner, `${home}/touchpoints/${planted.touchpoint}`, [text])));
  }
  const { endpoints } = await api<{ endpoints: { id: string }[] }>('GET', '/webhooks');
  const hooks = packed(few(80), 80);
  for (let from = 0; from < hooks.length; from += endpoints.length) {
    const part = hooks.slice(from, from + endpoints.length);
    for (const [i, name] of part.entries()) await api('PATCH', `/webhooks/${endpoints[i]?.id}`, { name });
    wrong.push(...(await lacking(owner, `${home}/settings/webhooks`, part)));
  }
  return wrong;
}

/** Addresses of webhooks: behind the host they may hold anything. Returns what was not to be read. */
export async function lookAtUrls(owner: Page, { api }: Api, workspace: string): Promise<string[]> {
  const { endpoints } = await api<{ endpoints: { id: string }[] }>('GET', '/webhooks');
  const urls = packed(few(200), 1_900).map((text) => `http://127.0.0.1:9/${text}`);
  for (const [i, url] of urls.entries()) await api('PATCH', `/webhooks/${endpoints[i]?.id}`, { url });
  return lacking(owner, `/w/${workspace}/settings/webhooks`, urls);
}

/** Names of files that were uploaded. Each is given up at once: only so many may wait. Returns what was not to be read. */
export async function lookAtFileNames(owner: Page, server: Api, workspace: string): Promise<string[]> {
  const names = packed(few(200), 250).map((name) => `${name}.csv`);
  for (const name of names) {
    const rows = ['respondent,audience,item,value', 'r,customer,x,4'];
    const { id } = await server.upload(`/imports?fileName=${encodeURIComponent(name)}`, rows);
    await server.api('POST', `/imports/${id}/cancel`);
  }
  return lacking(owner, `/w/${workspace}/imports`, names);
}

const squeezed = (text: string) => text.replace(/\s+/g, '');

/** Reads lists that show their first few only to the last. Returns what was not to be read. */
export async function readToTheEnd(owner: Page, { api }: Api, workspace: string, planted: Planted): Promise<string[]> {
  const wrong: string[] = [];
  await owner.goto(`/w/${workspace}/surveys/${planted.survey}/answers`);
  const more = owner.getByRole('button', { name: 'Show more', exact: true });
  const entries = owner.getByRole('listitem');
  await more.waitFor();
  while (await more.isVisible()) {
    const before = await entries.count();
    await more.click();
    await expect.poll(() => entries.count(), { timeout: 30_000 }).toBeGreaterThan(before);
  }
  await calm(owner);
  const textsOf = (what: string) =>
    owner.evaluate<string[]>(
      `[...document.querySelectorAll(${JSON.stringify(what)})].map((one) => one.textContent.replace(/\\s+/g, ''))`,
    );
  const answers = await textsOf('li dd');
  wrong.push(...IN_SURVEYS.filter((text) => !answers.some((one) => one.startsWith(squeezed(text)))));
  const about = (await textsOf('li p')).map((one) => `·${one}·`);
  for (const name of NAMES) {
    if (!about.some((one) => one.includes(`·${squeezed(name)}·`))) wrong.push(`channel ${name}`);
    if (!about.some((one) => one.includes(`·${squeezed(name)}:`))) wrong.push(`attribute ${name}`);
  }
  wrong.push(...(await strangersOn(owner)));

  interface Listed {
    readonly contacts: { key: string | null; name: string | null; attributes: Record<string, string> }[];
    readonly next: string | null;
  }
  for (let after: string | null = ''; after !== null; ) {
    const page: string = after && `?after=${after}`;
    const { contacts, next }: Listed = await api('GET', `/contacts${page}`);
    const texts = contacts.flatMap(({ key, name, attributes }) => [
      ...[key ?? '', name ?? ''],
      ...Object.entries(attributes).slice(0, 2).flat(),
    ]);
    wrong.push(...(await lacking(owner, `/w/${workspace}/contacts${page}`, texts)));
    after = next;
  }
  return wrong;
}

/** Opens files of other tools whose questions and answers are hostile, and looks at what is shown before they are taken. */
export async function lookAtFiles(owner: Page, workspace: string): Promise<void> {
  const home = `/w/${workspace}`;
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const texts = few(200);
  const fileOf = (headings: readonly string[]) =>
    [
      ['Timestamp', ...headings],
      ['2026/03/04 5:06:07 PM GMT+1', ...headings.map((_, i) => texts[i + 1] ?? '')],
      ['2026/03/05 5:06:07 PM GMT+1', ...headings.map((_, i) => texts[i + 2] ?? '')],
    ]
      .map((row) => row.map(cell).join(','))
      .join('\n');
  const choose = async (buffer: string) => {
    const opening = owner.waitForEvent('filechooser');
    await owner.getByRole('dialog').getByRole('button', { name: 'Choose a file' }).click();
    await (await opening).setFiles({ name: `${IMG}.csv`, mimeType: 'text/csv', buffer: Buffer.from(buffer) });
  };
  // Each column that finds no question can be given one of all questions there are: few columns, long headings.
  // One of them is asked in the survey, or there is nothing to take.
  const long = ['Anything', ...packed(texts, 1_000)];
  for (const [address, button, done, files] of [
    [`${home}/surveys`, 'From another tool', 'Make the survey', [texts.slice(0, 160), texts.slice(160)]],
    [`${home}/imports`, 'Answers of another tool', /^Take \d/, [long]],
  ] as const) {
    const read = new Set<string>();
    for (const headings of files) {
      await owner.goto(address);
      await calm(owner);
      await owner.getByRole('button', { name: button }).click();
      await choose(fileOf(headings));
      await owner.getByRole('dialog').getByRole('button', { name: done }).waitFor();
      for (const text of await readOn(owner, texts)) read.add(text);
      expect(await strangersOn(owner), address).toEqual([]);
    }
    expect(read.size, address).toBeGreaterThanOrEqual(300);
  }
}
