import type { Page } from 'playwright-core';
import { type Condition, MOST_KEPT, type SurveyDefinition } from '../../src/core/survey/definition.ts';
import { packed } from '../hostile-texts.ts';
import { lacking } from './hostile-fields.ts';
import { type Api, few, plainSurvey } from './hostile-plant.ts';

const names = packed(few(190), 190);
const items = packed(few(90), 90);
/** A matrix has no more rows. */
const MOST_ROWS = 100;
const say = (text: string) => ({ customer: { en: text } });

/** Conditions that hold for nobody, two in each quota, so that every name and every value stands in one. */
function quotasOf(): SurveyDefinition['quotas'] {
  const at = (i: number) => names[i % names.length] ?? '';
  const pairs = Array.from({ length: Math.ceil(names.length / 2) }, (_, i) => [2 * i, 2 * i + 1]);
  return pairs.map((pair, i) => {
    const all = pair.flatMap((n): Condition[] => [
      { of: 'attribute', key: `${at(n)} key`, is: 'eq', value: `${at(n + 1)} one` },
      { of: 'attribute', key: `${at(n)} key`, is: 'in', value: [`${at(n + 2)} many`] },
    ]);
    return { id: `k${i}`, name: `Quota ${i}`, limit: 1_000_000, ending: 'end', if: { all } };
  });
}

/** Surveys whose conditions, items and kept attributes are hostile, in the editor. Returns what was not to be read. */
export async function lookAtLogic(owner: Page, { api }: Api, workspace: string): Promise<string[]> {
  const wrong: string[] = [];
  const titles = packed(few(190), 3_900);
  for (let i = 0; i * MOST_KEPT < names.length; i++) {
    const kept = names.slice(i * MOST_KEPT, (i + 1) * MOST_KEPT).map((name) => `${name} kept`);
    const rows = items.slice(i * MOST_ROWS, (i + 1) * MOST_ROWS).map((item, row) => ({
      ...{ id: `r${row}`, text: say(`Row ${row}`), item: `${item} item` },
    }));
    const title = titles[i % titles.length] ?? '';
    const plain = plainSurvey(title, { id: 'q', type: 'matrix', text: say('Rows'), min: 1, max: 5, rows });
    const definition: SurveyDefinition = {
      ...plain,
      quotas: i === 0 ? quotasOf() : [],
      settings: { ...plain.settings, keptAttributes: kept },
    };
    const file = { format: 'parallax-survey-file/1', name: `Logic ${i}`, items: [], definition };
    const { id } = await api('POST', '/surveys/from-file', file);
    const home = `/w/${workspace}/surveys/${id}`;
    wrong.push(...(await lacking(owner, `${home}?part=settings`, kept)));
    if (i < titles.length) wrong.push(...(await lacking(owner, `${home}?part=texts`, [title])));
    if (rows.length > 0) {
      wrong.push(
        ...(await lacking(
          owner,
          `${home}?question=q`,
          rows.map(({ item }) => `${item} (not here)`),
        )),
      );
    }
    const inLogic = names.flatMap((name) => [`${name} key`, `${name} one`, `${name} many`]);
    if (i === 0) wrong.push(...(await lacking(owner, `${home}?part=logic`, inLogic)));
  }
  return wrong;
}
