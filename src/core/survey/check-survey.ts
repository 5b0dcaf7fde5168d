import type { Scale } from '../scale.ts';
import { behindFindings } from './check-behind.ts';
import { measureFindings } from './check-measures.ts';
import { pathFindings } from './check-paths.ts';
import { placeholderFindings } from './check-placeholders.ts';
import { rewordingFindings } from './check-rewording.ts';
import { structureFindings } from './check-structure.ts';
import { textFindings } from './check-texts.ts';
import { wordingFindings } from './check-wording.ts';
import type { SurveyDefinition } from './definition.ts';
import type { AnsweredVersion } from './earlier-versions.ts';
import { type SurveyFinding, warning } from './finding.ts';

export type { SurveyFinding } from './finding.ts';

export interface CheckSurveyOptions {
  /** The workspace's items by key. Words of their names are never called rare. */
  readonly items: ReadonlyMap<string, { readonly id: string; readonly scale: Scale; readonly name?: string }>;
  /** Hosts that endings may lead to, such as `www.example.org` (with `:port` where it is not 443). */
  readonly redirectHosts: readonly string[];
  /** The version that was published last. */
  readonly previous?: SurveyDefinition | undefined;
  /** The latest version that has answers: what it asked counts before what `previous` did. */
  readonly answered?: AnsweredVersion | undefined;
}

/** More than anybody reads; a survey can be written that has a hundred thousand. */
const MOST_FINDINGS = 1000;

/**
 * What stands in the way of publishing (errors, first) and what should be looked at before (warnings), in the order of the
 * survey, 1,000 at most. An empty list means: publish. Every message says what is the matter and what to do. Never throws on anything
 * that has the form of a survey, however wrong its content.
 */
export function checkSurvey(definition: SurveyDefinition, options: CheckSurveyOptions): SurveyFinding[] {
  const steps = checkSteps(definition, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same in parts: a survey with 20,000 choices in 40 languages takes most of a second, in which others want a turn. */
export function* checkSteps(
  definition: SurveyDefinition,
  options: CheckSurveyOptions,
): Generator<undefined, SurveyFinding[]> {
  const structure = structureFindings(definition, options.redirectHosts);
  // What asks for too much is cut before anything else of it is worth reading.
  if (structure.some(({ code }) => code === 'too_many')) return inOrder(structure);
  const names = [...options.items.values()].flatMap(({ name }) => name ?? []);
  const parts = [
    () => textFindings(definition),
    () => placeholderFindings(definition),
    () => measureFindings(definition, options.items, options),
    () => rewordingFindings(definition, options),
    () => behindFindings(definition, options.previous),
    // With doubled ids or jumps that lead back there are no paths to follow.
    () => (structure.every(({ level }) => level === 'warning') ? pathFindings(definition) : []),
    () => wordingFindings(definition, names),
  ];
  const found = [structure];
  for (const part of parts) {
    yield;
    found.push(part());
  }
  return inOrder(found.flat());
}

function inOrder(found: readonly SurveyFinding[]): SurveyFinding[] {
  const of = (wanted: SurveyFinding['level']) => found.filter(({ level }) => level === wanted);
  const all = [...of('error'), ...of('warning')];
  if (all.length <= MOST_FINDINGS) return all;
  const message = `There are ${all.length - MOST_FINDINGS} more like these, which are not listed. Settle these first.`;
  return [...all.slice(0, MOST_FINDINGS), warning('more', message)];
}
