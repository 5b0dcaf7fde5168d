import { sql } from 'kysely';
import { defaultLens } from '../../core/perspective.ts';
import { SAMPLE_NAME } from '../../core/sample-attribution.ts';
import { anyUserExists } from '../accounts/people.ts';
import type { Config } from '../config.ts';
import type { Connection, Tx } from '../db/connect.ts';
import { addItem } from '../items/verbs.ts';
import { addStage, addTouchpoint, changeTouchpoint, insertJourney } from '../journeys/verbs.ts';
import { addStaged, createStaged } from '../responses/verbs.ts';
import { addLink, insertSurvey, insertWave, makeSurvey, publish } from '../surveys/verbs.ts';
import { insertTeam } from '../teams/verbs.ts';
import { createSampleWorkspace } from '../workspaces/create.ts';
import { changeSettings } from '../workspaces/settings.ts';
import { AIRPORT_DEFINITION, AIRPORT_SURVEY } from './airport-survey.ts';
import { LEADERS, SIMULATED_WAVES, STAFF_AUDIENCE, simulateBeliefs } from './beliefs.ts';
import { HEADLINE_ITEM, SAMPLE_STAGES, TEAMS } from './journey.ts';
import { readPassengers, SAMPLE_YEARS, type SampleResponse } from './passengers.ts';
import { rememberSample } from './store.ts';

/** Responses in one statement. */
const PORTION = 3000;
const STAGED = 'sample_answers';

/**
 * Gives an empty installation its sample workspace, unless SAMPLE=off. Empty means: nobody has been set up, and no
 * sample was ever loaded, so that a removed sample stays removed. The first owner becomes its owner.
 * Returns the workspace, or null when there was nothing to do.
 */
export async function loadSampleIfEmpty(
  connection: Connection,
  config: Pick<Config, 'sample'>,
): Promise<string | null> {
  if (!config.sample) return null;
  return connection.db.transaction().execute(async (tx) => {
    if (await anyUserExists(tx)) return null;
    return (await rememberSample(tx)) ? loadSample(tx, null) : null;
  });
}

/** Makes the sample workspace with all its answers, in the given transaction. Returns its id. */
export async function loadSample(tx: Tx, ownerId: string | null): Promise<string> {
  const passengers = await readPassengers();
  const workspaceId = await createSampleWorkspace(tx, SAMPLE_NAME, ownerId);
  const itemIds = await makeJourney(workspaceId, tx);
  await changeSettings(workspaceId, tx, { headlineItemId: idOf(itemIds, HEADLINE_ITEM) });

  const { id: survey } = await insertSurvey(workspaceId, tx, 'SFO customer survey');
  const waves = new Map<string, string>();
  for (const year of SAMPLE_YEARS) {
    const days = passengers
      .filter((passenger) => passenger.wave === String(year))
      .map((one) => one.answeredOn)
      .sort();
    const wave = await insertWave(workspaceId, tx, survey, {
      name: `Passengers ${year}`,
      audience: 'customer',
      audienceSize: null,
      simulated: false,
      startsOn: days[0] ?? null,
      endsOn: year === 2015 ? null : (days.at(-1) ?? null),
    });
    waves.set(String(year), wave.id);
  }
  await addAll(workspaceId, tx, survey, passengers, waves, itemIds);

  const { id: mirror } = await insertSurvey(workspaceId, tx, 'Mirror survey (simulated)');
  const sizes = { leadership: LEADERS, staff: STAFF_AUDIENCE } as const;
  for (const audience of ['leadership', 'staff'] as const) {
    const name = SIMULATED_WAVES[audience];
    const day = { startsOn: '2017-06-01', endsOn: '2017-06-30' };
    const wave = { name, audience, audienceSize: sizes[audience], simulated: true, ...day };
    waves.set(name, (await insertWave(workspaceId, tx, mirror, wave)).id);
  }
  await addAll(workspaceId, tx, mirror, simulateBeliefs(passengers), waves, itemIds);
  await publishAirportSurvey(workspaceId, tx, new Date());
  return workspaceId;
}

/** Ready to be answered by whoever looks at the sample. Its links name no wave: real answers never enter a simulated one. */
async function publishAirportSurvey(workspaceId: string, tx: Tx, now: Date): Promise<void> {
  const saver = { savedBy: null, savedAt: now };
  const { id } = await makeSurvey(workspaceId, tx, AIRPORT_SURVEY, AIRPORT_DEFINITION, saver);
  await publish(workspaceId, tx, id, { publishedBy: null, publishedAt: now });
  for (const audience of AIRPORT_DEFINITION.audiences) {
    const link = { audience, name: 'Open to everybody', channel: 'link', waveId: null, test: false, work: 0 };
    await addLink(workspaceId, tx, id, link);
  }
}

async function makeJourney(workspaceId: string, tx: Tx): Promise<Map<string, string>> {
  const teamIds = new Map<string, string>();
  for (const team of Object.keys(TEAMS)) teamIds.set(team, await insertTeam(workspaceId, tx, team));
  const itemIds = new Map<string, string>();
  const journeyId = await insertJourney(workspaceId, tx, 'A departure');
  for (const stage of SAMPLE_STAGES) {
    const stageId = await addStage(workspaceId, tx, journeyId, stage.name);
    for (const { name, description, team, items } of stage.touchpoints) {
      const ownerTeamId = idOf(teamIds, team);
      const touchpoint = { name, description, ownerTeamId, channels: ['at the gate', 'by mail', 'online'] };
      const touchpointId = await addTouchpoint(workspaceId, tx, stageId, touchpoint);
      for (const item of items) {
        const { key, name, scale, wording, servqualDimension } = item;
        const made = await addItem(workspaceId, tx, touchpointId, { key, name, scale, wording, servqualDimension });
        itemIds.set(key, made.id);
      }
      await changeTouchpoint(workspaceId, tx, touchpointId, { leadItemId: idOf(itemIds, items[0].key) });
    }
  }
  return itemIds;
}

/** Hands all responses to storage at once, each as one JSON object that the database reads as a row. */
async function addAll(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  responses: readonly SampleResponse[],
  waves: ReadonlyMap<string, string>,
  itemIds: ReadonlyMap<string, string>,
): Promise<void> {
  await createStaged(workspaceId, tx, STAGED);
  for (let start = 0; start < responses.length; start += PORTION) {
    const portion = responses.slice(start, start + PORTION).map(({ key, audience, wave, answers, ...response }) => ({
      response_key: key,
      audience,
      item_ids: answers.map(({ item }) => idOf(itemIds, item)),
      lenses: answers.map(() => defaultLens(audience)),
      answer_values: answers.map(({ value }) => value),
      answered_on: response.answeredOn,
      channel: response.channel,
      weight: response.weight,
      attributes: response.attributes,
      wave_id: idOf(waves, wave),
    }));
    const staged = sql.table(STAGED);
    await sql`
      INSERT INTO ${staged}
      SELECT * FROM jsonb_populate_recordset(NULL::${staged}, ${JSON.stringify(portion)}::jsonb)`.execute(tx);
  }
  await addStaged(workspaceId, tx, { surveyId, stagedTable: STAGED });
  await sql`DROP TABLE ${sql.table(STAGED)}`.execute(tx);
}

function idOf(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`the sample names ${name}, which it does not make`);
  return id;
}
