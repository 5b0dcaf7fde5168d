import { createHash } from 'node:crypto';
import { AnswerMaker, type CellFault } from '../../core/formats/answers-from.ts';
import { bindFields, type FieldBinding } from '../../core/formats/bind-fields.ts';
import type { NeutralResponse, ReadAnswers } from '../../core/formats/neutral.ts';
import { beginning } from '../../core/storable-text.ts';
import type { Answers, SurveyDefinition } from '../../core/survey/definition.ts';

const MOST_FAULTS = 200;

/** A response of a file as it can be stored. */
export interface Ready {
  readonly key: string;
  readonly answers: Answers;
  readonly attributes: Record<string, string>;
  readonly answeredOn?: string;
  readonly language?: string;
  readonly channel: string;
}

export interface MadeAnswers {
  readonly bindings: readonly FieldBinding[];
  readonly unbound: readonly string[];
  readonly ready: readonly Ready[];
  readonly faults: readonly CellFault[];
  readonly faultCount: number;
  readonly messages: readonly string[];
}

/** What a file's answers are under a version of a survey; nothing is stored. `chosen` bindings come before those found. */
export function makeAnswers(
  definition: SurveyDefinition,
  { fields, responses }: ReadAnswers,
  chosen: readonly FieldBinding[],
  channel: string,
): MadeAnswers {
  const fixed = new Set(chosen.map(({ field }) => field));
  const places = new Set(chosen.map(({ key, choice }) => `${key}:${choice ?? ''}`));
  const found = bindFields(definition, fields).filter(
    ({ field, key, choice }) => !fixed.has(field) && !places.has(`${key}:${choice ?? ''}`),
  );
  // An empty key leaves a field out on purpose.
  const bindings = [...chosen.filter(({ key }) => key !== ''), ...found];
  const maker = new AnswerMaker(definition, fields, bindings);
  const bound = new Set(bindings.map(({ field }) => field));
  const faults: CellFault[] = [];
  let faultCount = 0;
  const keyOf = keys();
  const byKey = new Map<string, Ready>();
  responses.forEach((response, i) => {
    const made = maker.answers(response, i + 1);
    faultCount += made.faults.length;
    faults.push(...made.faults.slice(0, Math.max(0, MOST_FAULTS - faults.length)));
    if (Object.keys(made.answers).length === 0) return;
    const key = keyOf(response);
    byKey.set(key, readyOf(key, response, made.answers, channel));
  });
  const unfinished = responses.filter(({ finished }) => !finished).length;
  const messages = [
    ...(unfinished > 0 ? [`${unfinished} responses were not finished; their answers count like those of others.`] : []),
    ...(byKey.size < responses.length
      ? [`${responses.length - byKey.size} rows hold no answer that fits, or come twice.`]
      : []),
  ];
  const unbound = fields.filter(({ id }) => !bound.has(id)).map(({ id }) => id);
  return { bindings, unbound, ready: [...byKey.values()], faults, faultCount, messages };
}

function readyOf(key: string, response: NeutralResponse, answers: Answers, channel: string): Ready {
  const { day, language, attributes } = response;
  const named = [...attributes].filter(([name]) => name !== '' && name.length <= 100 && !(name in Object.prototype));
  return {
    key,
    answers,
    attributes: Object.fromEntries(named.map(([name, value]) => [name, beginning(value, 1_000)])),
    ...(day ? { answeredOn: day } : {}),
    ...(language ? { language } : {}),
    channel: response.channel ?? channel,
  };
}

/** The other tool's id; without one the content, and the how-manieth of the same content. */
function keys(): (response: NeutralResponse) => string {
  const seen = new Map<string, number>();
  return ({ id, day, cells }) => {
    if (id !== null && id.trim() !== '') return beginning(id.trim(), 200);
    const content = createHash('sha256')
      .update(JSON.stringify([day, [...cells]]))
      .digest('hex')
      .slice(0, 24);
    const times = (seen.get(content) ?? 0) + 1;
    seen.set(content, times);
    return times === 1 ? `file-${content}` : `file-${content}-${times}`;
  };
}
