import type { Appearance } from '../core/survey/definition.ts';

/** Relative luminance as WCAG has it, near enough to choose between black and white. */
const luminance = (colour: string): number =>
  [0.2126, 0.7152, 0.0722].reduce(
    (sum, share, i) => sum + share * (Number.parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16) / 255) ** 2.2,
    0,
  );
/** Black or white, whichever is read better on it. */
const readOn = (colour: string): string => (luminance(colour) > 0.179 ? '#14181b' : '#fff');

/** The few variables that style.css is written with. A ground of its own is kept in the dark, too. */
export function appearanceStyle({ accent, background, text, radius }: Appearance): Record<string, string> {
  const is = (colour: unknown): colour is string => /^#[\da-f]{6}$/i.test(String(colour));
  return {
    ...(is(accent) && { '--t-accent': accent, '--t-on': readOn(accent) }),
    ...(is(background) && { '--bg': background, '--ink': is(text) ? text : readOn(background) }),
    ...(radius != null && { '--radius': `${Number(radius)}px` }),
    ...(is(background) && { 'color-scheme': luminance(background) > 0.179 ? 'light' : 'dark' }),
  };
}
