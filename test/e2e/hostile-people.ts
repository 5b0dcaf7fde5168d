import type { Page } from 'playwright-core';
import { packed } from '../hostile-texts.ts';
import { lacking } from './hostile-fields.ts';
import { type Api, few, plantEach } from './hostile-plant.ts';
import { readOn, strangersOn } from './hostile-watch.ts';
import type { Planted } from './hostile-world.ts';

const names = packed(few(190), 190);
const longs = packed(few(190), 490);
/** So many ahead of the i-th, so that fields beside each other hold different texts. */
const ahead = (texts: readonly string[], i: number, by: number) => texts[(i + by) % texts.length] ?? '';

/** One contact again and again: its page, and the dialogs that say its fields. Returns what was not to be read. */
export async function fillContact(owner: Page, { api }: Api, workspace: string): Promise<string[]> {
  const wrong: string[] = [];
  const { id } = await api('POST', '/contacts', { name: 'Filled anew' });
  for (const [i, name] of names.entries()) {
    const [key, attribute, value] = [`${ahead(names, i, 1)} key`, `${ahead(names, i, 2)} of`, ahead(names, i, 3)];
    const [reason, to, source] = [ahead(names, i, 4), ahead(longs, i, 1), ahead(longs, i, 2)];
    const consent = { given: true, to, source };
    await api('PATCH', `/contacts/${id}`, { name, key, attributes: { [attribute]: value }, consent });
    await api('POST', '/quarantine', { contactId: id, reason });
    const shown = [`to ${to}, on`, source, `(${reason})`, `Key${key}`, attribute + value];
    wrong.push(...(await lacking(owner, `/w/${workspace}/contacts/${id}`, [name, ...shown])));
    for (const [button, texts] of [
      ['Edit', [name, key, `${attribute}: ${value}`]],
      ['Erase', [`Erase ${name}?`]],
      ['Don’t ask this person again', [`Don’t ask ${name} again?`]],
    ] as const) {
      await owner.getByRole('button', { name: button, exact: true }).click();
      await owner.locator('[role=dialog], [role=alertdialog]').waitFor();
      const read = await readOn(owner, texts);
      wrong.push(...texts.filter((text) => !read.includes(text)), ...(await strangersOn(owner)));
      await owner.keyboard.press('Escape');
      await owner.locator('[role=dialog], [role=alertdialog]').waitFor({ state: 'detached' });
    }
  }
  return wrong;
}

/** The attribute by which a wave draws, which nobody may have any more, its values, and the subject of its mails. Returns what was not to be read. */
export async function fillQuotas(owner: Page, { api }: Api, workspace: string, { survey }: Planted): Promise<string[]> {
  const wrong: string[] = [];
  const { id } = await api('POST', `/surveys/${survey}/waves`, { name: 'By quotas', audience: 'customer' });
  const quotas = names.map((value) => ({ value, n: 1 }));
  for (const name of names) {
    const attribute = `${name} of nobody`;
    const texts = { invitation: { en: { subject: `${name} mail`, body: 'Hello' } } };
    await api('PUT', `/waves/${id}/schedule`, { sample: { kind: 'quota', attribute, quotas }, texts });
    const shown = [attribute, `${name} mail`, ...names];
    wrong.push(...(await lacking(owner, `/w/${workspace}/surveys/${survey}/waves/${id}`, shown)));
    const chosen = await owner.getByLabel('Attribute', { exact: true }).inputValue();
    if (chosen !== attribute) wrong.push(`${chosen} is shown for ${attribute}`);
  }
  return wrong;
}

/** Names of lists of people that were uploaded. Returns what was not to be read. */
export async function lookAtLists(owner: Page, server: Api, workspace: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const name of packed(few(200), 250)) {
    const path = `/contact-imports?fileName=${encodeURIComponent(`${name}.csv`)}`;
    const { id } = await server.upload(path, ['name,email', 'Kim,kim@x.example']);
    const address = `/w/${workspace}/contacts/import/${id}`;
    wrong.push(...(await lacking(owner, address, [`Import ${name}.csv`])));
  }
  return wrong;
}

/** Names of mappings, and a mapping of which every word is hostile. Returns what was not to be read. */
export async function lookAtMappings(owner: Page, server: Api, workspace: string): Promise<string[]> {
  const scales = packed(few(48), 48).map((text) => `${text} s`);
  const columns = scales.map((_, i) => `${ahead(names, i, 0)} c${i}`);
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const row = (first: string) => [first, ...columns.map(() => '3')].map(cell).join(',');
  const file = [['respondent', ...columns].map(cell).join(','), row('r1'), row('r2')];
  const { id } = await server.upload('/imports?fileName=words.csv', file);
  const items = columns.map((column, i) => ({
    ...{ columns: [column], item: `${ahead(names, i, 1)} i${i}`, scale: ahead(scales, i, 0) },
    ...{ missing: [`${ahead(names, i, 2)} m${i}`], notApplicable: [`${ahead(names, i, 3)} n${i}`] },
    values: { [ahead(names, i, 4)]: 1 },
  }));
  const newItems = Object.fromEntries(
    items.map(({ item }, i) => [item, { touchpoint: `${ahead(names, i, 5)} t${i}`, name: ahead(names, i, 6) }]),
  );
  const mapping = { layout: 'wide', audience: { constant: 'customer' }, respondent: 'respondent', items, newItems };
  await server.api('PUT', `/imports/${id}/mapping`, mapping);
  await plantEach(server, '/import-mappings', names, (name) => ({ name: `${name} saved`, mapping }));
  const wrong = await lacking(owner, `/w/${workspace}/imports/${id}`, [
    ...items.flatMap(({ columns: own, item, scale, missing, notApplicable }) => [
      ...[...own, item, scale, ...missing, ...notApplicable],
      newItems[item]?.touchpoint ?? '',
    ]),
    ...names.map((name) => `${name} saved`),
  ]);
  await server.api('POST', `/imports/${id}/cancel`);
  return wrong;
}
