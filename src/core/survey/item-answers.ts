import type { Audience, Lens } from '../perspective.ts';
import { isOnScale, type Scale, sameScale, scaleName } from '../scale.ts';
import { audiencesAsked } from './audiences-asked.ts';
import { lensFor, type SurveyDefinition, type SurveyLens, scaleOf } from './definition.ts';
import type { Merged, MergedAnswer } from './parts.ts';

/** Which answers are values of items: fixed when a version is published. */
export type Bindings = Readonly<
  Record<string, { readonly itemId: string; readonly lens: SurveyLens; readonly scale: Scale }>
>;

export interface BindingProblem {
  /** Id of the question. */
  readonly question: string;
  readonly message: string;
}

/**
 * Binds the answers of a survey to the workspace's items.
 *
 * A binding needs an item of that key, and the question's scale has to be the item's: same ends, and no points between the
 * item's. Two questions of one audience cannot ask for the same item through the same lens, because one response says one
 * thing. What cannot be bound is left out and told in a sentence.
 *
 * @param items by key
 */
export function bindItems(
  definition: SurveyDefinition,
  items: ReadonlyMap<string, { readonly id: string; readonly scale: Scale }>,
): { bindings: Bindings; problems: BindingProblem[] } {
  const bindings: [string, Bindings[string]][] = [];
  const problems: BindingProblem[] = [];
  const taken = new Map<string, string>();
  for (const { key, question, audiences, itemKey, lens, points } of boundKeys(definition)) {
    const say = (message: string) => problems.push({ question, message });
    const item = items.get(itemKey);
    if (item === undefined) {
      say(`There is no item “${itemKey}”: choose one of the workspace’s items or bind none.`);
      continue;
    }
    const scale = { ...item.scale, min: points.min, max: points.max };
    if (!sameScale(scale, item.scale)) {
      say(
        `“${key}” asks on ${scaleName(scale)}, but the item “${itemKey}” has ${scaleName(item.scale)}: use the same scale.`,
      );
      continue;
    }
    if (!isOnScale(item.scale, Math.min(points.min + points.step, points.max))) {
      say(
        `“${key}” has steps of ${points.step}, but the item “${itemKey}” has steps of ${item.scale.step}: use the same steps.`,
      );
      continue;
    }
    const places = audiences.map((audience) => `${audience}:${lensFor(audience, lens)}:${item.id}`);
    const other = places.map((place) => taken.get(place)).find((earlier) => earlier !== undefined);
    if (other !== undefined) {
      say(`“${key}” and “${other}” ask the same people for the same item and lens: bind only one of them.`);
      continue;
    }
    for (const place of places) taken.set(place, key);
    bindings.push([key, { itemId: item.id, lens, scale: item.scale }]);
  }
  return { bindings: Object.fromEntries(bindings), problems };
}

/** Every answer key that names an item, with the audiences that are asked it. */
function boundKeys(definition: SurveyDefinition) {
  return definition.pages.flatMap((page) =>
    page.questions.flatMap((question) => {
      const audiences = audiencesAsked(definition, page, question);
      const points = scaleOf(question);
      if (points === undefined) return [];
      const lens = ('lens' in question ? question.lens : undefined) ?? 'experience';
      const parts =
        question.type === 'matrix'
          ? question.rows.map((row) => ({ key: `${question.id}.${row.id}`, itemKey: row.item }))
          : [{ key: question.id, itemKey: 'item' in question ? question.item : undefined }];
      return parts.flatMap(({ key, itemKey }) =>
        itemKey === undefined ? [] : [{ key, question: question.id, audiences, itemKey, lens, points }],
      );
    }),
  );
}

/**
 * The values of items in one response, in the order of the answer keys. Null is "does not apply to me". An answer that is
 * no point of the item's scale, that was taken back or that the response leads past is no value.
 */
export function itemAnswers(
  bindings: Bindings,
  audience: Audience,
  merged: Pick<Merged, 'answers'>,
): { itemId: string; lens: Lens; value: number | null }[] {
  return Object.keys(merged.answers)
    .sort()
    .flatMap((key) => itemAnswer(bindings, audience, key, merged.answers[key]) ?? []);
}

/** The value of an item that one answer is, if it is one. */
export function itemAnswer(
  bindings: Bindings,
  audience: Audience,
  key: string,
  answer: MergedAnswer | undefined,
): { itemId: string; lens: Lens; value: number | null } | undefined {
  const binding = Object.hasOwn(bindings, key) ? bindings[key] : undefined;
  if (!binding || !answer || answer.left) return undefined;
  const { value } = answer;
  if (!(value === null || (typeof value === 'number' && isOnScale(binding.scale, value)))) return undefined;
  return { itemId: binding.itemId, lens: lensFor(audience, binding.lens), value };
}
