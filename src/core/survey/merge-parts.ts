import type { Merged, MergedAnswer, Part } from './parts.ts';

/**
 * Adds one part to what was merged before. Parts may come in any order and any number of times: the result is always
 * the same, because of two answers to one key the one from the part with the higher number holds. A late part after the
 * last one is merged like any other.
 *
 * @param fingerprint of the part's content, made by the caller; the same content always has the same one
 * @returns the same object when this part was merged already; `conflict` when another content came under its number,
 *   which changes nothing
 */
export function mergePart(merged: Merged, part: Part, fingerprint: string): Merged | 'conflict' {
  const number = String(part.part);
  if (Object.hasOwn(merged.parts, number)) return merged.parts[number] === fingerprint ? merged : 'conflict';
  const news = Object.entries(part.answers).flatMap(([key, value]): [string, MergedAnswer][] => {
    const held = Object.hasOwn(merged.answers, key) ? merged.answers[key] : undefined;
    return held === undefined || held.part < part.part ? [[key, { value, part: part.part }]] : [];
  });
  const [first] = news;
  return {
    // Both make an own property of any key; assigning to `__proto__` would not. Nearly every part holds one answer.
    answers:
      news.length === 1 && first
        ? { ...merged.answers, [first[0]]: first[1] }
        : Object.fromEntries([...Object.entries(merged.answers), ...news]),
    parts: { ...merged.parts, [number]: fingerprint },
    finished: merged.finished || part.finished,
  };
}
