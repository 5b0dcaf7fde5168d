/** A stream of random numbers that is the same on every machine for the same seed. */
export interface SeededRandom {
  readonly algorithm: 'xoshiro128**';
  readonly seed: number;
  /** A whole number from 0 to 2^32 - 1. */
  readonly next: () => number;
  /** A whole number from 0 to limit - 1, each equally likely; limit up to 2^53. */
  readonly below: (limit: number) => number;
  /** A decimal in [0, 1) with 53 random bits. */
  readonly fraction: () => number;
}

/**
 * The only source of randomness in the statistics: every resampled number takes a seed and stores it with the result.
 *
 * Variant: xoshiro128** 1.1, seeded by splitmix32. Only 32-bit whole-number operations, so the stream is exact in every
 * engine. Not for secrets.
 *
 * Source: Blackman & Vigna 2021, ACM TOMS 47:36.
 *
 * @param seed any whole number; its lower 32 bits count
 *
 * @example
 * seededRandom(1).next() === seededRandom(1).next() // true
 */
export function seededRandom(seed: number): SeededRandom {
  let mix = seed | 0;
  const word = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix ^ (mix >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let [a, b, c, d] = [word(), word(), word(), word()];
  const next = (): number => {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return scrambled;
  };
  const fraction = (): number => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
  const below = (limit: number): number => {
    if (limit > 4294967296) return Math.floor(fraction() * limit);
    // Values past the last whole multiple would favour small results; they are drawn again.
    const end = 4294967296 - (4294967296 % limit);
    let value = next();
    while (value >= end) value = next();
    return value % limit;
  };
  return { algorithm: 'xoshiro128**', seed, next, below, fraction };
}

function rotate(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}
