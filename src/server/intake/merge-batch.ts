import { itemAnswer } from '../../core/survey/item-answers.ts';
import { mergePart } from '../../core/survey/merge-parts.ts';
import { type Merged, NOTHING_MERGED } from '../../core/survey/parts.ts';
import { Problem } from '../http/problem.ts';
import {
  type ChangedAnswer,
  type MergedResponse,
  type NewAnswer,
  nameOf,
  type StoredResponse,
} from '../responses/verbs.ts';
import type { Published } from '../surveys/verbs.ts';
import type { Outcomes, Ready } from './batch.ts';
import { otherContent, otherVersion, reasonFor } from './guard.ts';
import { withMarks } from './mark-left.ts';
import type { Reason, SetApart } from './store.ts';
import { type PersonalWay, usedAlready } from './ways.ts';

/** A response that the batch works on. */
export interface Working {
  readonly response: Omit<MergedResponse, 'merged' | 'answers' | 'takenBack' | 'attributes' | 'language'>;
  readonly published: Published;
  readonly stored: StoredResponse | undefined;
  readonly apart: SetApart | undefined;
  readonly before: Merged;
  merged: Merged;
  attributes: Readonly<Record<string, string>>;
  /** Of the contact, as they are now. */
  attributesNow: Readonly<Record<string, string>>;
  language: string | null;
  reason: Reason | undefined;
}

/** Merges each part into its response, in the order of arrival; what can't be merged gets its outcome at once. */
export function mergeAll(
  ready: readonly Ready[],
  stored: ReadonlyMap<string, StoredResponse>,
  apart: ReadonlyMap<string, SetApart>,
  outcomes: Outcomes,
): Working[] {
  const all = new Map<string, Working>();
  const displaced = new Map<string, Ready>();
  for (const one of ready) {
    const { sending, way } = one;
    const { body } = sending;
    const name = nameOf({ surveyId: way.surveyId, audience: way.audience, key: sending.key });
    const known = all.get(name) ?? begin(one, stored.get(name), apart.get(name));
    if (known instanceof Problem) {
      outcomes.set(sending, known);
      continue;
    }
    if (way.personal?.used && !one.anonymous && way.personal.responseKey !== sending.key) {
      outcomes.set(sending, usedAlready());
      continue;
    }
    const merged = known.response.version === body.version ? mergePart(known.merged, body, sending.fingerprint) : null;
    if (merged === null || merged === 'conflict') {
      outcomes.set(sending, merged === null ? otherVersion(known.response.version) : otherContent(body.part));
      continue;
    }
    const isNew = !all.has(name) && !known.stored && !known.apart;
    all.set(name, known);
    if (way.personal && !one.anonymous) {
      const before = bindTo(way.personal, sending.key, isNew, merged.finished);
      if (before) displaced.set(nameOf({ ...way, key: before }), one);
    }
    if (merged !== known.merged) {
      known.merged = merged;
      known.attributesNow = way.attributes;
      if (!one.anonymous && body.hidden) known.attributes = { ...hiddenOf(one), ...known.attributes };
      known.language = body.language ?? known.language;
      // A late part of a finished response is no reason to doubt it any more; somebody may even have accepted it.
      if (!known.before.finished) known.reason ??= reasonFor(way, body, merged, isNew && sending.flooding(way));
    }
    outcomes.set(sending, { stored: true, finished: merged.finished });
  }
  for (const working of all.values()) if (working.merged !== working.before) working.merged = withMarks(working);
  for (const [name, one] of displaced) {
    const there = all.get(name) ?? (stored.has(name) ? begin(one, stored.get(name), undefined) : undefined);
    if (!there || there instanceof Problem || there.merged.finished || there.reason) continue;
    there.reason = 'duplicate';
    all.set(name, there);
  }
  return [...all.values()].filter((working) => working.merged !== working.before || working.reason === 'duplicate');
}

/**
 * A customer's personal link belongs to one response: the one that was finished with it, before that the one that was
 * begun last, such as on another device. Returns the key of the one that it belonged to until now.
 */
function bindTo(personal: PersonalWay, key: string, isNew: boolean, finished: boolean): string | undefined {
  const before = personal.responseKey;
  if (!isNew && !(finished && !personal.used)) return undefined;
  personal.responseKey = key;
  personal.used ||= finished;
  personal.changed = true;
  return before !== null && before !== key ? before : undefined;
}

function begin(
  { sending, way, published, anonymous }: Ready,
  stored: StoredResponse | undefined,
  apart: SetApart | undefined,
): Working | Problem {
  const closed = way.closed ?? (anonymous && way.personal?.used ? usedAlready() : undefined);
  if (!stored && !apart && closed) return closed;
  const before = stored?.merged ?? apart?.merged ?? NOTHING_MERGED;
  return {
    response: {
      surveyId: way.surveyId,
      audience: way.audience,
      key: stored?.key ?? sending.key,
      version: stored?.version ?? apart?.version ?? sending.body.version,
      waveId: way.waveId,
      contactId: way.contactId,
      channel: way.channel,
      answeredOn: apart?.answeredOn ?? sending.day,
    },
    published,
    stored,
    apart,
    before,
    merged: before,
    attributes: apart?.attributes ?? stored?.attributes ?? way.kept ?? (anonymous ? {} : way.attributes),
    attributesNow: way.attributes,
    language: apart?.language ?? null,
    reason: apart?.reason,
  };
}

/** Of the values that came with the address, only those that the survey names. */
function hiddenOf({ sending, published }: Ready): Record<string, string> {
  const { hidden } = published.definition;
  return Object.fromEntries(Object.entries(sending.body.hidden ?? {}).filter(([name]) => hidden.includes(name)));
}

/** The response as it is stored from now on, with the item answers that this batch changes. */
export function mergedOf(working: Working, goneItems: ReadonlySet<string>): MergedResponse {
  const { response, merged, before, published } = working;
  const { audience } = response;
  const answers: ChangedAnswer[] = [];
  const takenBack: NewAnswer[] = [];
  // Merging keeps the very objects of answers that stay, and no two answers of a response are values of one item.
  for (const key in merged.answers) {
    if (merged.answers[key] === before.answers[key]) continue;
    const now = itemAnswer(published.bindings, audience, key, merged.answers[key]);
    const held = Object.hasOwn(before.answers, key) ? before.answers[key] : undefined;
    const then = held && itemAnswer(published.bindings, audience, key, held);
    if (then && !now) takenBack.push(then);
    if (!now || then?.value === now.value || goneItems.has(now.itemId)) continue;
    const { itemId, lens, value } = now;
    answers.push({ itemId, lens, value, was: then?.value });
  }
  // Field by field: a spread costs more than all the rest.
  return {
    surveyId: response.surveyId,
    audience,
    key: response.key,
    version: response.version,
    waveId: response.waveId,
    contactId: response.contactId,
    channel: response.channel,
    answeredOn: response.answeredOn,
    merged,
    attributes: working.attributes,
    language: working.language,
    answers,
    takenBack,
  };
}

export function setApartOf(working: Working): SetApart[] {
  if (!working.reason) return [];
  const { response, merged, attributes, language, reason } = working;
  return [{ ...response, merged, attributes, language, reason, answers: [], takenBack: [] }];
}
