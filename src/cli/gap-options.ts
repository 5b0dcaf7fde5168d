import type { Condition } from '../core/file-filter.ts';
import { pairsAskedFor, samePerspective } from '../core/gap-pairs.ts';
import {
  AUDIENCES,
  type Audience,
  isAudience,
  LENSES,
  type Perspective,
  parsePerspective,
} from '../core/perspective.ts';
import { CommandError } from './command-error.ts';

/** What commander hands over: texts, as typed. */
export interface TypedOptions {
  readonly json?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly pair?: string;
  readonly tolerance?: string;
  readonly level: string;
  readonly where?: readonly string[];
  readonly minN: string;
  readonly population?: readonly string[];
  readonly headline?: string;
  readonly mapping?: string;
}

/** The same, understood. */
export interface GapOptions {
  readonly json: boolean;
  readonly only?: { readonly from?: Perspective; readonly to?: Perspective };
  readonly pair?: string;
  readonly tolerance?: number;
  readonly level: number;
  readonly where: readonly Condition[];
  readonly minN: number;
  readonly population: Partial<Record<Audience, number>>;
  readonly headline?: string;
  readonly mapping?: string;
}

export const BAD_ARGUMENT = 2;
const SMALLEST_MIN_N = 5;

function wrong(message: string): never {
  throw new CommandError(message, BAD_ARGUMENT);
}

/** Reads the options; anything that can't be meant ends with exit code 2 and a sentence that names the option. */
export function readOptions(typed: TypedOptions): GapOptions {
  const only = sides(typed);
  return {
    json: typed.json ?? false,
    ...(only ? { only } : {}),
    ...(typed.pair === undefined ? {} : { pair: typed.pair }),
    ...(typed.tolerance === undefined ? {} : { tolerance: tolerance(typed.tolerance) }),
    level: level(typed.level),
    where: (typed.where ?? []).map(condition),
    minN: minN(typed.minN),
    population: populations(typed.population ?? []),
    ...(typed.headline === undefined ? {} : { headline: typed.headline }),
    ...(typed.mapping === undefined ? {} : { mapping: typed.mapping }),
  };
}

function sides({ from, to }: TypedOptions): GapOptions['only'] {
  if (from === undefined && to === undefined) return undefined;
  const only = {
    ...(from === undefined ? {} : { from: perspective('--from', from) }),
    ...(to === undefined ? {} : { to: perspective('--to', to) }),
  };
  if (only.from && only.to && samePerspective(only.from, only.to)) {
    wrong(`--from and --to are both ${from}; a gap is between two different perspectives.`);
  }
  if (pairsAskedFor(only).length === 0) {
    const [given, other] = from === undefined ? ['--to', '--from'] : ['--from', '--to'];
    wrong(`No named gap has ${from ?? to} on the side of ${given}; give ${other} as well.`);
  }
  return only;
}

function perspective(option: string, text: string): Perspective {
  return (
    parsePerspective(text) ??
    wrong(
      `${option} ${text} is no perspective; write audience:lens, with audience ${AUDIENCES.join(', ')} and lens ${LENSES.join(', ')}.`,
    )
  );
}

function number(text: string): number {
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
}

function tolerance(text: string): number {
  const value = number(text);
  return value > 0 && Number.isFinite(value)
    ? value
    : wrong(`--tolerance ${text} is no tolerance; give points of the scale above 0, such as 0.25.`);
}

function level(text: string): number {
  const value = number(text);
  return value > 0.5 && value < 1
    ? value
    : wrong(`--level ${text} is no confidence level; give a number above 0.5 and below 1, such as 0.95.`);
}

function minN(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value)) wrong(`--min-n ${text} is no whole number; give ${SMALLEST_MIN_N} or more.`);
  return value >= SMALLEST_MIN_N
    ? value
    : wrong(`--min-n ${text} is too low: it can be raised above ${SMALLEST_MIN_N}, never lowered.`);
}

function condition(text: string): Condition {
  const [attribute, value] = halves(text);
  return attribute !== '' && value !== undefined && value !== ''
    ? { attribute, value }
    : wrong(`--where ${text} is no condition; write attribute=value.`);
}

function populations(texts: readonly string[]): Partial<Record<Audience, number>> {
  const sizes: Partial<Record<Audience, number>> = {};
  for (const text of texts) {
    const [audience, size] = halves(text);
    const people = number(size ?? '');
    if (!isAudience(audience) || !Number.isInteger(people) || people < 1) {
      wrong(`--population ${text} is no audience and size; write for example leadership=9.`);
    }
    if (sizes[audience] !== undefined) wrong(`--population gives ${audience} twice.`);
    sizes[audience] = people;
  }
  return sizes;
}

/** At the first "=": a value may hold further ones. */
function halves(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text.trim(), undefined] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
