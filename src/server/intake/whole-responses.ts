import { createHash } from 'node:crypto';
import { isAnonymous } from '../../core/survey/definition.ts';
import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import { contactIds } from '../responses/verbs.ts';
import { latestVersion, requireSurvey, requireVersion } from '../surveys/verbs.ts';
import { storeAnonymousParts } from './anonymous.ts';
import type { Outcomes, Ready, Sending } from './batch.ts';
import { refusalOf } from './guard.ts';
import type { WholeResponses } from './inspect-schema.ts';
import { WHOLE, WHOLE_OF_FILE } from './replaceable.ts';
import { findSetApart, lockIntake } from './store.ts';
import { namesOf, storeNamed } from './store-named.ts';
import type { Way } from './ways.ts';

/**
 * Stores whole responses that another program collected, all of them or none, through the same guard as respondents' own.
 * Throws with every field that is wrong. The same key with the same content again changes nothing, ever. `added` ones
 * count; `setApart` ones were stored now without counting, such as those for whom a quota has no room. Of a file of another
 * tool (`ofFile`) each answer counts, of all others those on the way that their answers lead along.
 */
export async function addWholeResponses(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  {
    audience,
    version: asked,
    responses,
    waveId,
    ofFile = false,
  }: WholeResponses & { readonly waveId?: string | undefined; readonly ofFile?: boolean },
  today: string,
): Promise<{ added: number; known: number; setApart: number }> {
  await requireSurvey(workspaceId, tx, surveyId);
  const published =
    asked === undefined
      ? await latestVersion(workspaceId, tx, surveyId)
      : await requireVersion(workspaceId, tx, surveyId, asked);
  if (!published) throw new Problem('conflict', 'This survey has no published version. Publish it first.');
  const anonymous = isAnonymous(published.definition, audience);
  const keys = responses.flatMap(({ contactKey }) => (contactKey === undefined || anonymous ? [] : [contactKey]));
  await lockIntake(workspaceId, tx);
  const contacts = await contactIds(workspaceId, tx, [...new Set(keys)]);
  const ready = responses.map((response): Ready => {
    const way: Way = {
      surveyId,
      audience,
      waveId: waveId ?? null,
      contactId: contacts.get(response.contactKey ?? '') ?? null,
      attributes: response.attributes,
      channel: response.channel,
      test: false,
      work: 0,
      closed: undefined,
      personal: undefined,
    };
    const { key, answers, language } = response;
    // Nobody filled it in here: how long it took is not ours to judge.
    const took = Number.POSITIVE_INFINITY;
    const body = { response: key, version: published.version, part: 0, answers, finished: true, language, took };
    const sending: Sending = {
      body,
      key,
      fingerprint: fingerprintOf(response, ofFile),
      day: response.answeredOn ?? today,
      flooding: () => false,
    };
    return { sending, way, published, anonymous };
  });
  refuseFaults(ready);
  const names = namesOf(ready);
  const before = (await findSetApart(workspaceId, tx, names)).size;
  const outcomes: Outcomes = new Map();
  const tail: Promise<unknown>[] = [];
  const later = (...started: Promise<unknown>[]) => {
    for (const one of started) one.catch(() => {});
    tail.push(...started);
  };
  const begun = anonymous
    ? await storeAnonymousParts(workspaceId, tx, ready, outcomes)
    : (await storeNamed(workspaceId, tx, ready, outcomes, later)).begun;
  await Promise.all(tail);
  refuseOutcomes(ready, outcomes);
  const setApart = (await findSetApart(workspaceId, tx, names)).size - before;
  return { added: begun - setApart, known: names.length - begun, setApart };
}

function fingerprintOf({ key: _, answers, ...rest }: WholeResponses['responses'][number], ofFile: boolean): string {
  const sorted = (record: object) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const content = [sorted(answers), sorted({ ...rest, attributes: '' }), sorted(rest.attributes)];
  return (
    (ofFile ? WHOLE_OF_FILE : WHOLE) + createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12)
  );
}

function refuseFaults(ready: readonly Ready[]): void {
  const fields = ready.flatMap(({ sending, way, published }, row) =>
    (refusalOf(published.definition, way, sending.body)?.fields ?? []).map(({ field, message }) => ({
      field: field.replace(/^body/, `body.responses.${row}`),
      message,
    })),
  );
  if (fields.length === 0) return;
  throw new Problem('unprocessable', 'Some answers do not fit their questions. Nothing was stored.', {
    fields: fields.slice(0, 100),
  });
}

function refuseOutcomes(ready: readonly Ready[], outcomes: Outcomes): void {
  const fields = ready.flatMap(({ sending }, row) => {
    const outcome = outcomes.get(sending);
    if (!(outcome instanceof Problem)) return [];
    const message = `A response with the key ${sending.key} is stored already, with other content.`;
    return [{ field: `body.responses.${row}.key`, message }];
  });
  if (fields.length === 0) return;
  throw new Problem('conflict', 'Some keys are taken by other responses. Nothing was stored.', {
    fields: fields.slice(0, 100),
  });
}
