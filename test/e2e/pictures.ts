import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

/** Pictures that somebody looked at and found right. */
const GALLERY = path.resolve(import.meta.dirname, '../gallery');

/** How far apart two colours must be to differ, as a share of black and white. Edges that are smoothed don't count. */
const COLOUR = 0.06;
/** So many pixels of a picture may differ, and so large a share: half as many do when a graphics card draws the same. */
const PIXELS = 40;
const SHARE = 0.0008;
/** A colour with so many pixels is a ground, a line or a filled field: it comes from a token, and has to be exact. */
const MANY = 200;
/** By so much of 255 another Chromium may round a mixed colour otherwise. */
const ROUNDING = 2;

interface Difference {
  readonly because: string;
  readonly diff?: Buffer;
}

/**
 * A picture as it is kept and compared: the colours of smoothed edges are rounded to the next 8 of 255, which nobody sees
 * and which saves a third of the bytes. Those of whole areas stay as they are.
 */
function rounded(picture: Buffer): PNG {
  const png = PNG.sync.read(picture);
  const exact = new Set(areas(png).map(([colour]) => colour.join()));
  for (let i = 0; i < png.data.length; i += 4) {
    const colour = [...png.data.subarray(i, i + 3)];
    if (exact.has(colour.join())) continue;
    png.data.set(
      colour.map((part) => Math.min(255, Math.round(part / 8) * 8)),
      i,
    );
  }
  return png;
}

/** What tells two pictures apart for a person; undefined when they look the same. */
export function difference(actual: Buffer, expected: Buffer): Difference | undefined {
  const [a, b] = [rounded(actual), rounded(expected)];
  if (a.width !== b.width || a.height !== b.height)
    return { because: `it is ${a.width} × ${a.height} instead of ${b.width} × ${b.height}` };
  const diff = new PNG({ width: a.width, height: a.height });
  const pixels = pixelmatch(a.data, b.data, diff.data, a.width, a.height, { threshold: COLOUR });
  const allowed = Math.max(PIXELS, SHARE * a.width * a.height);
  const because = pixels > allowed ? `${pixels} pixels differ` : (recoloured(a, b) ?? recoloured(b, a));
  return because === undefined ? undefined : { because, diff: PNG.sync.write(diff) };
}

type Colour = readonly [red: number, green: number, blue: number];

/** How many pixels each colour has, where it has many. */
function areas({ data }: PNG): [Colour, number][] {
  const counts = new Map<number, number>();
  for (let i = 0; i < data.length; i += 4) {
    const colour = data.readUIntBE(i, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return [...counts].flatMap(([colour, n]) =>
    n < MANY ? [] : [[[colour >> 16, (colour >> 8) & 255, colour & 255], n]],
  );
}

/** A small change of a token moves no pixel far enough to be seen alone, but all of its area together. */
function recoloured(from: PNG, to: PNG): string | undefined {
  const found = areas(to);
  for (const [colour, n] of areas(from)) {
    const near = found.filter(([other]) => other.every((part, i) => Math.abs(part - colour[i]!) <= ROUNDING));
    const there = near.reduce((sum, [, count]) => sum + count, 0);
    // Near the lower bound a few pixels decide whether a colour has many.
    if (n > 2 * MANY && there < n / 2) return `${n} pixels of rgb(${colour.join(', ')}) are of another colour`;
  }
  return undefined;
}

/** Compares pictures with those in the gallery by name, and knows which of them were not asked for. */
export class Gallery {
  private readonly renew: boolean;
  private readonly seen = new Set<string>();
  /** Where pictures that differ are put, once there is one. */
  private found: string | undefined;

  /** @param renew puts what looks different into the gallery instead of complaining */
  constructor(renew: boolean) {
    this.renew = renew;
  }

  /** What is wrong with a picture, in a sentence; undefined when nothing is. */
  compare(name: string, actual: Buffer): string | undefined {
    const file = path.join(GALLERY, `${name}.png`);
    this.seen.add(`${name}.png`);
    const wrong: Difference | undefined = existsSync(file)
      ? difference(actual, readFileSync(file))
      : { because: 'it is not in test/gallery yet' };
    if (!wrong) return undefined;
    if (this.renew) {
      mkdirSync(GALLERY, { recursive: true });
      // Without the opacity that screenshots never have, and packed as well as it goes.
      const packing = { colorType: 2, filterType: 0, deflateLevel: 9, deflateStrategy: 0 } as const;
      writeFileSync(file, PNG.sync.write(rounded(actual), packing));
      return undefined;
    }
    this.found ??= mkdtempSync(path.join(tmpdir(), 'parallax-gallery-'));
    writeFileSync(path.join(this.found, `${name}.actual.png`), actual);
    if (wrong.diff) writeFileSync(path.join(this.found, `${name}.diff.png`), wrong.diff);
    return `${name}: ${wrong.because}; see ${path.join(this.found, `${name}.*.png`)}`;
  }

  /** Pictures of nothing that was looked at, and the bytes of all together. */
  leftOver(): { readonly names: string[]; readonly bytes: number } {
    const all = readdirSync(GALLERY);
    const names = all.filter((name) => !this.seen.has(name));
    if (this.renew) for (const name of names.splice(0)) rmSync(path.join(GALLERY, name));
    const bytes = readdirSync(GALLERY).reduce((sum, name) => sum + readFileSync(path.join(GALLERY, name)).length, 0);
    return { names, bytes };
  }
}
