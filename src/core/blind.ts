/**
 * Blind tickets: whoever was invited gets one signature on a number that the signer cannot read, and answers with it. The
 * signer can tell that a ticket is its own, and not to whom it gave it (Chaum 1983, RSA with a full-domain hash). All
 * numbers and hashes are hexadecimal text. It runs in respondents' browsers, also on pages without https, where browsers
 * compute no hashes: hence an SHA-256 of its own.
 */

/** SHA-256 of a text of ASCII characters, as 64 hexadecimal digits. */
export function sha256(text: string): string {
  const { starts, rounds } = constants();
  const last = ((text.length + 8) >> 6) * 16 + 15;
  const words: number[] = [];
  for (let i = 0; i <= text.length; i++) {
    words[i >> 2]! |= (i < text.length ? text.charCodeAt(i) : 128) << (24 - 8 * (i & 3));
  }
  words[last] = text.length * 8;
  let state = starts;
  for (let at = 0; at < last; at += 16) {
    const w: number[] = [];
    let s = state;
    for (let i = 0; i < 64; i++) {
      const [early, late] = [w[i - 15]!, w[i - 2]!];
      w[i] =
        i < 16
          ? words[at + i]! | 0
          : (w[i - 16]! + (turned(early, 7, 18) ^ (early >>> 3)) + w[i - 7]! + (turned(late, 17, 19) ^ (late >>> 10))) |
            0;
      const [a, b, c, d, e, f, g, h] = s as [number, number, number, number, number, number, number, number];
      const t = h + turned(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + rounds[i]! + w[i]!;
      s = [(t + turned(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c))) | 0, a, b, c, (d + t) | 0, e, f, g];
    }
    state = state.map((word, i) => (word + s[i]!) | 0);
  }
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** A word turned to the right by each of these numbers of bits, added without carry. */
const turned = (x: number, ...by: readonly number[]): number =>
  by.reduce((sum, bits) => sum ^ (x >>> bits) ^ (x << (32 - bits)), 0);

interface Constants {
  readonly starts: readonly number[];
  readonly rounds: readonly number[];
}
let known: Constants | undefined;

/** The first 32 bits of what stands behind the point of the square and cube roots of the first primes (FIPS 180-4). */
function constants(): Constants {
  if (known) return known;
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
  const bits = (roots: readonly number[]) => roots.map((root) => ((root % 1) * 2 ** 32) | 0);
  known = { starts: bits(primes.slice(0, 8).map(Math.sqrt)), rounds: bits(primes.map(Math.cbrt)) };
  return known;
}

const number = (hex: string): bigint => BigInt(`0x${hex}`);

/** A number below the modulus `key` (2048 bits) that follows from the text, spread evenly: 2304 bits of hash, reduced. */
function spread(key: string, text: string): bigint {
  const domain = sha256(`parallax ticket ${key}`);
  let hex = '';
  for (let i = 0; i < 9; i++) hex += sha256(domain + text + i);
  return number(hex) % number(key);
}

/** Raises to the public exponent, 65537. */
function raised(base: bigint, n: bigint): bigint {
  let power = base;
  for (let i = 0; i < 16; i++) power = (power * power) % n;
  return (power * base) % n;
}

/** The inverse modulo n, by Euclid. */
function inverse(value: bigint, n: bigint): bigint {
  let [a, b, x, y] = [value, n, 1n, 0n];
  while (b) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % n) + n) % n;
}

/**
 * What is sent to be signed. It tells nothing of the serial to anybody who does not know `chance`.
 *
 * @param key the modulus
 * @param serial of the ticket: 32 bytes, nearly all of them random
 * @param chance as many again, which nobody else ever gets
 */
export function blindTicket(key: string, serial: string, chance: string): string {
  const n = number(key);
  return ((spread(key, serial) * raised(spread(key, chance), n)) % n).toString(16);
}

/** The signature of the serial, out of the one that was given to the blinded number. */
export function unblindTicket(key: string, chance: string, signed: string): string {
  const n = number(key);
  return ((number(signed) * inverse(spread(key, chance), n)) % n).toString(16);
}

/** Whether the signature is that of this serial, made by whoever has the private half of the key. */
export function isTicket(key: string, serial: string, signature: string): boolean {
  return raised(number(signature), number(key)) === spread(key, serial);
}
