import { createWriteStream, openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { clock, type Figure, sideBySide } from './measure.ts';
import { type BenchServer, benchServer } from './server.ts';

const RESPONDENTS = 100_000;
const ITEMS = 10;

/** One million rows of a long CSV, uploaded and imported, against COPY of the same rows into the same keyed tables. */
export async function importing(): Promise<Figure[]> {
  const server = await benchServer();
  const folder = await mkdtemp(path.join(tmpdir(), 'parallax-bench-'));
  try {
    const file = path.join(folder, 'answers.csv');
    await pipeline(Readable.from(csv()), createWriteStream(file));
    let round = 0;
    const figure = await sideBySide(
      5,
      () => clock(() => importFile(server, file, `Bench ${++round}`)),
      () => copyBare(server),
    );
    return [
      {
        name: 'import of a million rows',
        unit: 'ms',
        ...figure,
        promise: '≤ 4 ×',
        kept: figure.ours <= 4 * figure.bare,
      },
    ];
  } finally {
    await server.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

const value = (respondent: number, item: number) => 1 + ((respondent * 31 + item * 17) % 5);
const day = (respondent: number) => `2026-0${1 + (respondent % 9)}-1${respondent % 10}`;
const channel = (respondent: number) => ['web', 'mail', 'app'][respondent % 3] as string;

function* csv(): Generator<string> {
  yield 'respondent,audience,item,value,scale,at,channel,region\n';
  for (let r = 1; r <= RESPONDENTS; r++) {
    let lines = '';
    for (let i = 1; i <= ITEMS; i++) {
      lines += `person-${r},customer,item_${i},${value(r, i)},1-5,${day(r)},${channel(r)},region ${r % 12}\n`;
    }
    yield lines;
  }
}

interface ImportState {
  readonly id: string;
  readonly status: string;
  readonly error: string | null;
  readonly mapping: unknown;
  readonly progress: { readonly rowsStored: number };
}

async function importFile(server: BenchServer, file: string, surveyName: string): Promise<void> {
  const imports = `/workspaces/${server.workspaceId}/imports`;
  const uploaded = (await server.send(
    'POST',
    `${imports}?fileName=answers.csv`,
    await openAsBlob(file),
    'application/octet-stream',
  )) as ImportState;
  await server.send('PUT', `${imports}/${uploaded.id}/mapping`, JSON.stringify(uploaded.mapping));
  await server.send('POST', `${imports}/${uploaded.id}/run`, JSON.stringify({ mode: 'all_or_nothing', surveyName }));
  for (;;) {
    const state = (await server.get(`${imports}/${uploaded.id}`)) as ImportState;
    if (state.status === 'done' && state.progress.rowsStored === RESPONDENTS * ITEMS) return;
    if (state.status !== 'running') throw new Error(`import ${state.status}: ${state.error}`);
    await sleep(25);
  }
}

/**
 * The least that has to happen: the same rows in tables with the same primary and unique keys, in one committed
 * transaction with the same durability. Foreign keys, checks and row-level security are left to the other side.
 */
async function copyBare({ bare, workspaceId }: BenchServer): Promise<number> {
  await bare.query(`DROP TABLE IF EXISTS bare_responses, bare_answers;
    CREATE TABLE bare_responses (LIKE responses INCLUDING INDEXES INCLUDING DEFAULTS);
    CREATE TABLE bare_answers (LIKE answers INCLUDING INDEXES)`);
  const survey = '00000000-0000-4000-8000-000000000000';
  const response = (r: number) =>
    `${workspaceId}\t${r}\t${survey}\tcustomer\tperson-${r}\t${day(r)}\t${channel(r)}\t1\t{"region": "region ${r % 12}"}\tt\n`;
  const answers = (r: number) => {
    let lines = '';
    for (let i = 1; i <= ITEMS; i++)
      lines += `${workspaceId}\t${r}\t00000000-0000-4000-8000-00000000000${i % 10}\texperience\t${value(r, i)}\n`;
    return lines;
  };
  return clock(async () => {
    await bare.query('BEGIN');
    await pipeline(
      Readable.from(inPortions(response)),
      bare.query(
        copyFrom(
          'COPY bare_responses (workspace_id, id, survey_id, audience, key, answered_on, channel, weight, attributes, published) FROM STDIN',
        ),
      ),
    );
    await pipeline(
      Readable.from(inPortions(answers)),
      bare.query(copyFrom('COPY bare_answers (workspace_id, response_id, item_id, lens, value) FROM STDIN')),
    );
    await bare.query('COMMIT');
  });
}

/** A hundred respondents at a time, so that the sender is not what the database waits for. */
function* inPortions(linesOf: (respondent: number) => string): Generator<Buffer> {
  for (let from = 1; from <= RESPONDENTS; from += 100) {
    let lines = '';
    for (let r = from; r < from + 100; r++) lines += linesOf(r);
    yield Buffer.from(lines);
  }
}
