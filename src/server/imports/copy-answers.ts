import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type Audience, LENSES } from '../../core/perspective.ts';
import type { CheckedRow, PlacedAnswer } from './check-rows.ts';

/** Columns of the staging table in the order in which a line is written; see createStaged of the responses. */
const COLUMNS =
  'response_key, audience, item_ids, lenses, answer_values, answered_on, channel, weight, attributes, contact_key, wave_id';

/** Which parts of a response the mapping reads; the others stay NULL, so that an update keeps what is stored. */
export interface ResponseParts {
  readonly at: boolean;
  readonly channel: boolean;
  readonly weight: boolean;
  readonly attributes: boolean;
}

/** The key and the wave of a response with this id in the file, by its audience. */
export type Place = (id: string, audience: Audience) => { readonly key: string; readonly waveId: string | null };

interface Placing {
  readonly keyOf: (row: CheckedRow) => string;
  readonly into: Place;
}

/**
 * Streams accepted rows into the staging table with COPY, as fast as the database takes them. `keyOf` says which rows are
 * one respondent's, `into` where the response goes. Throws what `batches` throws, and then the transaction has to be rolled back.
 */
export async function copyAnswers(
  client: pg.PoolClient,
  stagedTable: string,
  batches: AsyncIterable<readonly CheckedRow[]>,
  placing: Placing,
  parts: ResponseParts,
): Promise<void> {
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const batch of batches) {
      const lines = linesOf(batch, placing, parts);
      if (lines !== '') yield Buffer.from(lines);
    }
  }
  const target = client.query(copyFrom(`COPY ${stagedTable} (${COLUMNS}) FROM STDIN`));
  await pipeline(Readable.from(chunks(), { objectMode: true, highWaterMark: 2 }), target);
}

/** What rows with one key, next to each other in the file, say of one audience. */
interface Piece {
  /** The last row speaks for the whole response. */
  response: CheckedRow['response'];
  /** By item and lens: of several answers to the same the last one holds. */
  readonly answers: Map<number, PlacedAnswer>;
}

/** One line per respondent and audience, as long as the file keeps a respondent's rows together. */
function linesOf(batch: readonly CheckedRow[], { keyOf, into }: Placing, parts: ResponseParts): string {
  let lines = '';
  let key: string | undefined;
  const pieces = new Map<Audience, Piece>();
  const finish = () => {
    for (const [audience, piece] of pieces) lines += line(into(key ?? '', audience), audience, piece, parts);
    pieces.clear();
  };
  for (const row of batch) {
    const rowKey = keyOf(row);
    if (rowKey !== key) {
      finish();
      key = rowKey;
    }
    for (const answer of row.answers) {
      let piece = pieces.get(answer.audience);
      if (piece) piece.response = row.response;
      else {
        piece = { response: row.response, answers: new Map() };
        pieces.set(answer.audience, piece);
      }
      piece.answers.set(answer.target.place * LENSES.length + LENSES.indexOf(answer.lens), answer);
    }
  }
  finish();
  return lines;
}

function line(
  { key, waveId }: ReturnType<Place>,
  audience: Audience,
  { response, answers }: Piece,
  parts: ResponseParts,
): string {
  let items = '';
  let lenses = '';
  let values = '';
  for (const { target, lens, value } of answers.values()) {
    const comma = items === '' ? '' : ',';
    items += comma + target.id;
    lenses += comma + lens;
    values += comma + (value ?? 'NULL');
  }
  const at = parts.at && response.at !== null ? response.at : '\\N';
  const channel = parts.channel ? escaped(response.channel) : '\\N';
  const weight = parts.weight ? String(response.weight) : '\\N';
  const attributes = parts.attributes ? escaped(JSON.stringify(response.attributes)) : '\\N';
  const contact = response.contact === null ? '\\N' : escaped(response.contact);
  return `${escaped(key)}\t${audience}\t{${items}}\t{${lenses}}\t{${values}}\t${at}\t${channel}\t${weight}\t${attributes}\t${contact}\t${waveId ?? '\\N'}\n`;
}

const SPECIAL_ONE = /[\\\t\n\r]/;
const SPECIAL = /[\\\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Text as COPY reads it. */
function escaped(text: string): string {
  if (!SPECIAL_ONE.test(text)) return text;
  return text.replace(SPECIAL, (character) => ESCAPES[character] ?? character);
}
