/**
 * How well one colour stands out from another: 1 (not at all) to 21 (black on white). Text needs 4.5 (WCAG 2.2, 1.4.3),
 * large text and the marks of controls need 3 (1.4.11).
 *
 * Source: WCAG 2.2, "contrast ratio" and "relative luminance". Undefined when one of them is not `#rrggbb`.
 *
 * @example
 * contrast('#000000', '#ffffff') // 21
 */
export function contrast(a: string, b: string): number | undefined {
  const [first, second] = [luminance(a), luminance(b)];
  if (first === undefined || second === undefined) return undefined;
  return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
}

/** 0 for black, 1 for white. */
function luminance(colour: string): number | undefined {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return undefined;
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
