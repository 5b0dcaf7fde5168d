/** Answers exported as words: which ladder they stand on, and the number of each rung. */

import { parseYesNo } from './parse-cell.ts';

export interface LabelFinding {
  readonly scale: string;
  readonly values: Readonly<Record<string, number>>;
  readonly reason: string;
}

/** From the bad end to the good one; rungs that mean the same are separated by a bar. */
const LADDERS: readonly (readonly string[])[] = [
  [
    'very dissatisfied|extremely dissatisfied',
    'dissatisfied|somewhat dissatisfied',
    'neither satisfied nor dissatisfied|neutral',
    'satisfied|somewhat satisfied',
    'very satisfied|extremely satisfied',
  ],
  ['strongly disagree', 'disagree', 'neither agree nor disagree|neutral|undecided', 'agree', 'strongly agree'],
  [
    'strongly disagree',
    'disagree',
    'somewhat disagree|slightly disagree',
    'neither agree nor disagree|neutral|undecided',
    'somewhat agree|slightly agree',
    'agree',
    'strongly agree',
  ],
  ['very poor', 'poor', 'average|fair|neutral|acceptable', 'good', 'very good|excellent'],
  ['poor', 'fair', 'good', 'very good', 'excellent'],
  ['unacceptable', 'below average', 'average', 'above average|good', 'outstanding'],
  ['very unlikely', 'unlikely', 'neutral|neither likely nor unlikely', 'likely', 'very likely'],
  ['very difficult', 'difficult', 'neutral|neither easy nor difficult', 'easy', 'very easy'],
  ['never', 'rarely|seldom', 'sometimes', 'often|usually', 'always'],
  [
    'not at all important',
    'slightly important',
    'moderately important|important',
    'very important',
    'extremely important',
  ],
  ['sehr unzufrieden', 'unzufrieden', 'teils/teils|neutral', 'zufrieden', 'sehr zufrieden'],
];

/**
 * Recognises answers written as words: "5 - Very satisfied", one of the common ladders, or yes and no. Every word has
 * to be known, at least two have to occur, and the ladder with the most occurring rungs wins.
 */
export function detectLabels(labels: Iterable<string>): LabelFinding | undefined {
  const words = [...new Set([...labels].map((label) => label.trim().toLowerCase()))];
  if (words.length < 2) return undefined;
  return numbered(words) ?? ladder(words) ?? yesNo(words);
}

function numbered(words: readonly string[]): LabelFinding | undefined {
  const values: Record<string, number> = {};
  for (const word of words) {
    const match = /^(\d{1,2})(?:\s*[-–:.=()]|\s)\D/.exec(word) ?? /^(\d{1,2})$/.exec(word);
    if (!match) return undefined;
    values[word] = Number(match[1]);
  }
  if (words.every((word) => /^\d+$/.test(word))) return undefined;
  const numbers = Object.values(values);
  const max = Math.max(...numbers);
  if (max > 10 || new Set(numbers).size < 3) return undefined;
  const scale = max > 7 ? (Math.min(...numbers) === 0 ? '0-10' : '1-10') : max > 5 ? '1-7' : '1-5';
  return { scale, values, reason: 'each answer begins with its number' };
}

function ladder(words: readonly string[]): LabelFinding | undefined {
  for (const rungs of LADDERS) {
    const values: Record<string, number> = {};
    for (const word of words) {
      const rung = rungs.findIndex((names) => names.split('|').includes(word));
      if (rung >= 0) values[word] = rung + 1;
    }
    if (Object.keys(values).length === words.length) {
      return {
        scale: `1-${rungs.length}`,
        values,
        reason: `the answers are words from "${first(rungs[0])}" to "${first(rungs.at(-1))}"`,
      };
    }
  }
  return undefined;
}

const first = (names: string | undefined) => (names ?? '').split('|')[0] ?? '';

function yesNo(words: readonly string[]): LabelFinding | undefined {
  const values: Record<string, number> = {};
  for (const word of words) {
    const value = parseYesNo(word);
    if (value === undefined) return undefined;
    values[word] = value;
  }
  return { scale: 'yes/no', values, reason: 'the answers are yes and no' };
}
