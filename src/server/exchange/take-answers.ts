import type { Audience } from '../../core/perspective.ts';
import type { Answers } from '../../core/survey/definition.ts';
import type { Tx } from '../db/connect.ts';
import { removeCounted } from '../intake/remove-counted.ts';
import { standings } from '../intake/replaceable.ts';
import { addWholeResponses } from '../intake/whole-responses.ts';
import { keyInWave, plainKeys } from '../responses/verbs.ts';
import type { Ready } from './make-answers.ts';

/** How many responses were … */
interface Taken {
  readonly added: number;
  readonly known: number;
  /** Customers' responses of an earlier file that came with other answers, which hold now. */
  readonly updated: number;
  /** Came with other answers than are stored, which hold: they came by a link, belong to a contact or another wave, or were set apart. */
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
    /** A wave of that audience. */
    readonly waveId: string | undefined;
    readonly named: boolean;
    readonly batch: readonly Ready[];
  },
  today: string,
): Promise<Taken> {
  const { audience, version, waveId, named } = input;
  const batch = waveId ? await inWave(workspaceId, tx, { surveyId, audience, waveId }, input.batch) : input.batch;
  const keys = named ? batch.map(({ key }) => key) : [];
  const there = await standings(workspaceId, tx, { surveyId, audience, waveId, keys });
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
      : addWholeResponses(workspaceId, tx, surveyId, { audience, version, responses, waveId, ofFile: true }, today);
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

/** Ids count within the wave. */
async function inWave(
  workspaceId: string,
  tx: Tx,
  wave: { readonly surveyId: string; readonly audience: Audience; readonly waveId: string },
  batch: readonly Ready[],
): Promise<Ready[]> {
  const ids = batch.map(({ key }) => key);
  const plain = await plainKeys(workspaceId, tx, wave, ids);
  return batch.map((one) => (plain.has(one.key) ? one : { ...one, key: keyInWave(wave.waveId, one.key) }));
}

function sameAnswers(stored: Readonly<Record<string, { readonly value: unknown }>>, answers: Answers): boolean {
  const sorted = (record: Record<string, unknown>) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const values = Object.fromEntries(Object.entries(stored).map(([key, { value }]) => [key, value]));
  return JSON.stringify(sorted(values)) === JSON.stringify(sorted({ ...answers }));
}
