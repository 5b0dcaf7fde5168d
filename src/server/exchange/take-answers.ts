import { createHash } from 'node:crypto';
import { AnswerMaker, type CellFault } from '../../core/formats/answers-from.ts';
import { bindFields, type FieldBinding } from '../../core/formats/bind-fields.ts';
import type { NeutralResponse, ReadAnswers } from '../../core/formats/neutral.ts';
import type { Audience } from '../../core/perspective.ts';
import type { Answers, SurveyDefinition } from '../../core/survey/definition.ts';
import type { Tx } from '../db/connect.ts';
import { removeCounted } from '../intake/remove-counted.ts';
import { standings } from '../intake/replaceable.ts';
import { addWholeResponses } from '../intake/whole-responses.ts';

const AT_ONCE = 1_000;
const MOST_FAULTS = 200;

interface Ready {
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
    attributes: Object.fromEntries(named.map(([name, value]) => [name, value.slice(0, 1_000)])),
    ...(day ? { answeredOn: day } : {}),
    ...(language ? { language } : {}),
    channel: response.channel ?? channel,
  };
}

/** The other tool's id; without one the content, and the how-manieth of the same content. */
function keys(): (response: NeutralResponse) => string {
  const seen = new Map<string, number>();
  return ({ id, day, cells }) => {
    if (id !== null && id.trim() !== '') return id.trim().slice(0, 200);
    const content = createHash('sha256')
      .update(JSON.stringify([day, [...cells]]))
      .digest('hex')
      .slice(0, 24);
    const times = (seen.get(content) ?? 0) + 1;
    seen.set(content, times);
    return times === 1 ? `file-${content}` : `file-${content}-${times}`;
  };
}

/** Thousands of responses, each to be stored in a transaction of its own. */
export function batchesOf<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, i) => all.slice(i * AT_ONCE, (i + 1) * AT_ONCE));
}

/** How many responses were … */
interface Taken {
  readonly added: number;
  readonly known: number;
  /** Customers' responses of an earlier file that came with other answers, which hold now. */
  readonly updated: number;
  /** Came with other answers than are stored, which hold: they came by a link, belong to a contact, or were set apart. */
  readonly kept: number;
  /** Stored without being counted, such as over a full quota. */
  readonly setApart: number;
}

/**
 * Stores up to a thousand responses through the guard of every way in. A customer's response that an earlier file held
 * with other answers is replaced; leaders' and staff's never are, because nobody may know which one it was.
 */
export async function storeAnswers(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  input: {
    readonly audience: Audience;
    readonly version: number;
    readonly named: boolean;
    readonly batch: readonly Ready[];
  },
  today: string,
): Promise<Taken> {
  const { audience, version, named, batch } = input;
  const keys = named ? batch.map(({ key }) => key) : [];
  const there = await standings(workspaceId, tx, { surveyId, audience, keys });
  const [fresh, changed]: [Ready[], Ready[]] = [[], []];
  let [known, kept] = [0, 0];
  for (const one of batch) {
    const stored = there.get(one.key);
    if (!stored) fresh.push(one);
    else if (stored.answers && sameAnswers(stored.answers, one.answers)) known += 1;
    else if (stored.replaceable) changed.push(one);
    else kept += 1;
  }
  for (const { key } of changed) await removeCounted(workspaceId, tx, { surveyId, audience, key });
  const store = async (responses: Ready[]) =>
    responses.length === 0
      ? { added: 0, known: 0, setApart: 0 }
      : addWholeResponses(workspaceId, tx, surveyId, { audience, version, responses, ofFile: true }, today);
  // Those that are replaced come first: the room that they leave in a quota is theirs.
  const replaced = await store(changed);
  const done = await store(fresh);
  return {
    added: done.added,
    known: known + done.known,
    updated: replaced.added,
    kept,
    setApart: replaced.setApart + done.setApart,
  };
}

function sameAnswers(stored: Readonly<Record<string, { readonly value: unknown }>>, answers: Answers): boolean {
  const sorted = (record: Record<string, unknown>) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const values = Object.fromEntries(Object.entries(stored).map(([key, { value }]) => [key, value]));
  return JSON.stringify(sorted(values)) === JSON.stringify(sorted({ ...answers }));
}
