import { FormatError, type Tools } from './neutral.ts';
import type { Dictionary, StoredVariable } from './read-sav.ts';
import { isMissing, SavBytes } from './read-sav.ts';
import { type SavValue, segmentWidths } from './sav.ts';

/** Most bytes that the zlib blocks of one file unpack to. */
const MOST_UNPACKED = 256 * 1024 * 1024;

/** The cases of a file, one list of values each, in the order of its variables. */
export function* savData(
  bytes: Uint8Array,
  dictionary: Dictionary,
  variables: readonly StoredVariable[],
  tools: Pick<Tools, 'inflate'>,
  decode: (bytes: Uint8Array) => string,
): Generator<SavValue[]> {
  const next = placesFrom(bytes, dictionary, tools);
  const view = (place: Uint8Array) => new DataView(place.buffer, place.byteOffset, 8);
  while (true) {
    const row: SavValue[] = [];
    for (const variable of variables) {
      if (variable.width > 0) {
        const text = textOf(variable, next);
        if (!text) {
          if (row.length === 0) return;
          throw new FormatError('This .sav file breaks off in the middle of a case.');
        }
        row.push(decode(text));
        continue;
      }
      const place = next();
      if (!place) {
        if (row.length === 0) return;
        throw new FormatError('This .sav file breaks off in the middle of a case.');
      }
      const number = place === SYSTEM_MISSING ? Number.NaN : view(place).getFloat64(0, dictionary.little);
      row.push(isMissing(number) ? null : number);
    }
    yield row;
  }
}

const SYSTEM_MISSING = new Uint8Array(8);
const BLANKS = new Uint8Array(8).fill(0x20);

/** A text of as many places as its variable has; of a very long one, 255 bytes of each part. */
function textOf({ width, places }: StoredVariable, next: () => Uint8Array | undefined): Uint8Array | undefined {
  const all = new Uint8Array(places * 8);
  for (let i = 0; i < places; i++) {
    const place = next();
    if (!place) {
      if (i === 0) return undefined;
      throw new FormatError('This .sav file breaks off in the middle of a text.');
    }
    all.set(place === SYSTEM_MISSING ? BLANKS : place, i * 8);
  }
  if (width <= 255) return all.subarray(0, width);
  const text = new Uint8Array(width);
  let from = 0;
  let to = 0;
  for (const part of segmentWidths(width)) {
    const take = Math.min(255, width - to, part);
    text.set(all.subarray(from, from + take), to);
    from += Math.ceil(part / 8) * 8;
    to += take;
  }
  return text;
}

/** The data as eight-byte places, one per call; undefined at its end. */
function placesFrom(
  bytes: Uint8Array,
  dictionary: Dictionary,
  tools: Pick<Tools, 'inflate'>,
): () => Uint8Array | undefined {
  if (dictionary.compression === 1) return unpackedPlaces(bytes, dictionary.dataAt, dictionary);
  if (dictionary.compression === 2) return unpackedPlaces(inflated(bytes, dictionary, tools), 0, dictionary);
  let at = dictionary.dataAt;
  return () => {
    if (at + 8 > bytes.length) return undefined;
    at += 8;
    return bytes.subarray(at - 8, at);
  };
}

/** Undoes the compression by one command byte per place. */
function unpackedPlaces(bytes: Uint8Array, from: number, { bias, little }: Dictionary): () => Uint8Array | undefined {
  let at = from;
  let codes: Uint8Array = new Uint8Array(0);
  let i = 0;
  const number = new DataView(new ArrayBuffer(8));
  return () => {
    while (true) {
      if (i >= codes.length) {
        if (at >= bytes.length) return undefined;
        codes = bytes.subarray(at, at + 8);
        at += codes.length;
        i = 0;
      }
      const code = codes[i++] ?? 0;
      if (code === 0) continue;
      if (code === 252) return undefined;
      if (code === 253) {
        if (at + 8 > bytes.length) throw new FormatError('This .sav file breaks off in the middle of a case.');
        at += 8;
        return bytes.subarray(at - 8, at);
      }
      if (code === 254) return BLANKS;
      if (code === 255) return SYSTEM_MISSING;
      number.setFloat64(0, code - bias, little);
      return new Uint8Array(number.buffer);
    }
  };
}

function inflated(bytes: Uint8Array, { dataAt, little }: Dictionary, tools: Pick<Tools, 'inflate'>): Uint8Array {
  const file = new SavBytes(bytes);
  file.little = little;
  file.at = dataAt;
  file.long();
  const trailerAt = file.long();
  const trailerLength = file.long();
  const blocks = (trailerLength - 24) / 24;
  if (!Number.isInteger(blocks) || blocks < 0 || trailerAt < dataAt || trailerAt + trailerLength > bytes.length) {
    throw new FormatError('This .sav file has a damaged list of its compressed blocks.');
  }
  file.at = trailerAt + 24;
  const parts: Uint8Array[] = [];
  let total = 0;
  for (let i = 0; i < blocks; i++) {
    file.long();
    const at = file.long();
    const size = file.int();
    const packed = file.int();
    total += size;
    if (size < 0 || packed < 0 || at < dataAt || at + packed > bytes.length || total > MOST_UNPACKED) {
      throw new FormatError('This .sav file has a compressed block that is damaged or too large.');
    }
    let part: Uint8Array;
    try {
      part = tools.inflate(bytes.subarray(at, at + packed), size);
    } catch {
      throw new FormatError('This .sav file has a compressed block that cannot be unpacked.');
    }
    parts.push(part);
  }
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) {
    all.set(part, to);
    to += part.length;
  }
  return all;
}
