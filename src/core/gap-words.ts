import type { Audience, Perspective } from './perspective.ts';

/** How the audiences are called in sentences. */
export const PEOPLE: Record<Audience, string> = { leadership: 'leaders', staff: 'staff', customer: 'customers' };
/** One of them, for "take one … at random". */
export const ONE: Record<Audience, string> = {
  leadership: 'leader',
  staff: 'member of staff',
  customer: 'customer',
};

/** A perspective as a noun: "what leaders believe customers get". */
export function inWords({ audience, lens }: Perspective): string {
  const people = PEOPLE[audience];
  switch (lens) {
    case 'experience':
      return `what ${people} get`;
    case 'belief':
      return audience === 'customer' ? 'what customers believe' : `what ${people} believe customers get`;
    case 'expectation':
      return audience === 'customer' ? 'what customers expect' : `what ${people} think customers expect`;
    case 'importance':
      return `how important ${people} say it is`;
    case 'walk':
      return `what ${people} saw when they walked the journey`;
    case 'standard':
      return 'the standard';
    case 'promise':
      return 'the promise';
  }
}

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** A number of points as it is read out: two decimals at most on short scales, one on long ones, no trailing zeros. */
export function points(value: number, range: number): string {
  return withoutMinusZero(value.toFixed(range > 20 ? 1 : 2));
}

/** A share as percent: `81 %`, `0.4 %` where whole numbers would say nothing. */
export function percent(share: number): string {
  const value = 100 * share;
  const whole = Math.abs(value) >= 1 || value === 0;
  return `${withoutMinusZero(value.toFixed(whole ? 0 : 1))} %`;
}

function withoutMinusZero(digits: string): string {
  const short = digits.includes('.') ? digits.replace(/(?<!0)0+$/, '').replace(/\.$/, '') : digits;
  return short === '-0' ? '0' : short;
}
