import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Moments, Trigger } from '../../src/core/survey/moments.ts';
import { packed } from '../hostile-texts.ts';
import { type Api, few, plainSurvey } from './hostile-plant.ts';
import { calm, strangersOn } from './hostile-watch.ts';
import type { Planted } from './hostile-world.ts';

/** What the page's own code tells of: the name of an event and its properties. */
export type Told = readonly [name: string, properties: Record<string, string>];

/** A survey has no more triggers, and a condition no more parts. */
const MOST = 20;
const MOST_TESTS = 10;

const names = packed(few(200), 200);
const values = packed(few(500), 500);
const at = (texts: readonly string[], i: number) => texts[i % texts.length] ?? '';
/** A text and a number: nobody is asked twice. */
const persons = packed(few(190), 190);
const personOf = (i: number) => `${at(persons, i)} no. ${i}`;

/** Triggers of every kind that holds a text, each text in each of their fields. */
function hostileTriggers(): Trigger[] {
  const abandoned = { kind: 'abandonment', pages: [], seconds: null, leaving: true } as const;
  const pagesOf = (from: number): Trigger => ({
    kind: 'page',
    pages: names.slice(from, from + MOST).map((value) => ({ is: 'glob', value })),
  });
  return [
    ...names.map((selector): Trigger => ({ kind: 'click', pages: [], selector })),
    ...names.map((name, i): Trigger => {
      const tested = names.slice(i * MOST_TESTS, (i + 1) * MOST_TESTS);
      const where = tested.map(
        (property, j) => ({ property, is: 'has', value: at(values, i * MOST_TESTS + j) }) as const,
      );
      return { kind: 'event', pages: [], name, where };
    }),
    ...names.map((event, i): Trigger => ({ ...abandoned, began: { event }, finished: { event: at(names, i + 7) } })),
    ...names.map((value, i): Trigger => {
      const finished = { page: { is: 'equals', value: at(names, i + 3) } } as const;
      return { ...abandoned, began: { page: { is: 'contains', value } }, finished };
    }),
    ...Array.from({ length: Math.ceil(names.length / MOST) }, (_, i) => pagesOf(i * MOST)),
  ];
}

const FIELDS = /^(selector|name|property|value|event|key|into)$/;

/** What stands in the fields of the editor, each as often as it is somewhere. */
function textsIn(moments: Partial<Moments>): string[] {
  const texts: string[] = [];
  JSON.stringify(moments, (key, value) => {
    if (typeof value === 'string' && FIELDS.test(key)) texts.push(value);
    return value;
  });
  return texts;
}

/** The texts that no field of the page holds; a text that is in several fields has to be there as often. */
async function missing(owner: Page, texts: readonly string[]): Promise<string[]> {
  const shown = await owner.evaluate<string[]>(`[...document.querySelectorAll('input')].map((one) => one.value)`);
  return texts.filter((text) => {
    const place = shown.indexOf(text);
    if (place >= 0) shown.splice(place, 1);
    return place < 0;
  });
}

/** One question, for as many triggers as a survey may have. Returns the survey. */
async function plantPlain({ api }: Api, name: string): Promise<string> {
  const definition = plainSurvey(name, { id: 'q', type: 'long', text: { customer: { en: 'Anything' } } });
  const file = { format: 'parallax-survey-file/1', name, items: [], definition };
  const { id } = await api('POST', '/surveys/from-file', file);
  await api('POST', `/surveys/${id}/publish`, {});
  return id;
}

/**
 * Surveys with one list of triggers after the other, until every text was in every field. Each is looked at in the editor,
 * and each trigger asks once; a website (`visit` opens it and tells of events) has them all. Returns what was wrong.
 */
export async function lookAtMoments(
  owner: Page,
  server: Api,
  workspace: string,
  planted: Planted,
  visit: (events: readonly Told[]) => Promise<string[]>,
): Promise<string[]> {
  const { api } = server;
  const wrong: string[] = [];
  const events: Told[] = [];
  const triggers = hostileTriggers();
  await api('POST', '/contact-batches', { contacts: triggers.map((_, i) => ({ key: personOf(i) })) });
  for (let from = 0; from < triggers.length; from += MOST) {
    const survey = await plantPlain(server, `Moments ${from / MOST}`);
    const path = `/surveys/${survey}/asking`;
    const { moments: before, revision } = await api<{ moments: Moments; revision: number }>('GET', path);
    const part = triggers.slice(from, from + MOST);
    const tests = Array.from({ length: MOST }, (_, i) => {
      return { of: 'attribute', key: at(names, from + i), is: 'eq', value: at(values, from + i) } as const;
    });
    const moments: Moments = {
      ...before,
      ...{ on: true, triggers: part, sites: [planted.site.id] },
      look: { ...before.look, style: 'embed', into: at(names, from / MOST) },
      target: { ...before.target, if: { all: tests } },
    };
    await api('PUT', path, { revision, moments });
    await owner.goto(`/w/${workspace}/surveys/${survey}/moments`);
    await owner.getByRole('button', { name: 'Save' }).waitFor();
    await calm(owner);
    wrong.push(...(await missing(owner, textsIn(moments))), ...(await strangersOn(owner)));
    for (const trigger of part) {
      if (trigger.kind !== 'event') continue;
      events.push([
        trigger.name,
        Object.fromEntries(trigger.where.map(({ property, value }) => [property, String(value)])),
      ]);
    }
    await Promise.all(
      part.map((_, i) =>
        api('POST', `/api/v1/sites/${planted.site.key}/ask`, {
          ...{ visitor: `a-hostile-visitor-${from + i}`, survey, trigger: i, device: 'desktop' },
          ...{ person: personOf(from + i), attributes: { [at(names, from + i)]: at(names, from + i + 1) } },
        }),
      ),
    );
  }
  wrong.push(...(await visit(events)));
  // The element that a survey stands in is one for a survey: written in the editor, and the last one saved there.
  const element = owner.getByLabel('CSS selector of the element it stands in');
  for (const name of names) {
    await element.fill(name);
    wrong.push(...(await missing(owner, [name])), ...(await strangersOn(owner)));
  }
  await owner.getByRole('button', { name: 'Save' }).click();
  await owner.getByText('Saved', { exact: true }).waitFor();
  return wrong;
}

/** Reads the log of those asks to its last entry. Returns the triggers that were not to be read. */
export async function lookAtLog(owner: Page, workspace: string): Promise<string[]> {
  await owner.goto(`/w/${workspace}/asking/log`);
  const older = owner.getByRole('button', { name: 'Show older attempts' });
  const rows = owner.getByRole('row');
  await older.waitFor();
  while (await older.isVisible()) {
    const before = await rows.count();
    await older.click();
    await expect.poll(() => rows.count(), { timeout: 30_000 }).toBeGreaterThan(before);
  }
  // Names of people are asked for one by one.
  await expect.poll(() => owner.getByText('…', { exact: true }).count(), { timeout: 30_000 }).toBe(0);
  const log = await owner.evaluate<string>(`document.body.textContent.replace(/\\s+/g, '')`);
  const said = ['pressed ', 'event ', 'began '].flatMap((words) => names.map((name) => `${words}${name}`));
  const asked = persons.map((_, i) => personOf(i));
  return [
    ...[...said, ...asked].filter((text) => !log.includes(text.replace(/\s+/g, ''))),
    ...(await strangersOn(owner)),
  ];
}
