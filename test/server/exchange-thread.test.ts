import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { factColumn } from '../../src/server/exchange/export-table.ts';
import { savOf } from '../../src/server/exchange/write-sav-file.ts';
import { ownerOf, postResponse, publishRatings, RATINGS, type RatingLink, wholeResponse } from '../answering.ts';
import { type Launched, launch, query, temporaryFolder } from './launch.ts';

// The program as it is built: sources that were not built read files without a thread.
let place: Awaited<ReturnType<typeof temporaryFolder>>;
let server: Launched;
let survey: RatingLink;
let key: string;
beforeAll(async () => {
  place = await temporaryFolder();
  server = await launch(place.folder);
  await server.ready();
  const token = /#token=(\S+)/.exec(server.output())?.[1] ?? '';
  const ask = await ownerOf(`http://127.0.0.1:${server.port}`, token);
  survey = await publishRatings(ask);
  const made = await ask('POST', `/workspaces/${survey.workspaceId}/api-keys`, { name: 'files', scopes: ['import'] });
  key = made.key;
});
afterAll(async () => {
  server.child.kill('SIGTERM');
  await server.exit;
  await place.remove();
});

/** A .sav file with the ratings of so many respondents. */
async function ratings(people: number): Promise<Buffer<ArrayBuffer>> {
  const questions = Array.from({ length: RATINGS }, (_, i) => ({ ...factColumn('', '', 'number'), id: `q${i}` }));
  const table = {
    name: 'Ratings',
    notes: [],
    columns: [factColumn('response', 'Response'), ...questions],
    async *rows() {
      yield Array.from({ length: people }, (_, i) => [`p${i}`, ...questions.map((_, q) => 1 + ((i + q) % 5))]);
    },
  };
  const pieces: Buffer[] = [];
  for await (const piece of savOf(table, new Date('2026-11-22'))) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function upload(file: Buffer<ArrayBuffer>, preview: boolean) {
  const at = `/api/v1/workspaces/${survey.workspaceId}/surveys/${survey.surveyId}/exchange/answers`;
  const answer = await fetch(`http://127.0.0.1:${server.port}${at}?fileName=ratings.sav&preview=${preview}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/octet-stream' },
    body: file,
  });
  return { status: answer.status, json: await answer.json() };
}

test('while a large file is read, answers are stored', async () => {
  const file = await ratings(50_000);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let isRead = false;
  const reading = upload(file, true).finally(() => {
    isRead = true;
  });
  let meanwhile = 0;
  while (!isRead) {
    expect((await postResponse(server.port, wholeResponse(survey.link, randomUUID()), agent)).status).toBe(200);
    if (!isRead) meanwhile += 1;
  }
  agent.destroy();
  expect((await reading).json).toMatchObject({ responses: 50_000, faultCount: 0, stored: null });
  // Read on the thread that stores answers, the file holds up all but the one or two that come before it.
  expect(meanwhile).toBeGreaterThan(10);
}, 120_000);

test('responses come from the thread in portions, and its sentence where it refuses a file', async () => {
  const done = await upload(await ratings(2_500), false);
  expect(done.json).toMatchObject({ responses: 2_500, stored: { added: 2_500, known: 0 } });
  const [counted] = await query(place.folder, `SELECT count(*) AS n FROM responses WHERE key LIKE 'p%'`);
  expect(Number(counted?.n)).toBe(2_500);
  const refused = await upload(Buffer.from('a,b\n1,2\n'), false);
  expect(refused).toMatchObject({ status: 422, json: { detail: expect.stringMatching(/^This file is of no format/) } });
});
