/**
 * Blind tickets: whoever was invited gets one signature on a number that the signer cannot read, and answers with it. The
 * signer can tell that a ticket is its own, and not to whom it gave it (Chaum 1983, RSA with a full-domain hash). All
 * numbers and hashes are hexadecimal text. It runs in respondents' browsers, also on pages without https, where browsers
 * compute no hashes: hence an SHA-256 of its own.
 */

/** SHA-256 of a text of ASCII characters, as 64 hexadecimal digits. */
export function sha256(text: string): string {
  const { starts, rounds } = constants();
  const size = ((text.length + 72) >> 6) << 6;
  const view = new DataView(new ArrayBuffer(size));
  for (let i = 0; i < text.length; i++) view.setUint8(i, text.charCodeAt(i));
  view.setUint8(text.length, 128);
  view.setUint32(size - 4, text.length * 8);
  const w: number[] = [];
  let state = starts;
  for (let at = 0; at < size; at += 64) {
    let s = state;
    for (let i = 0; i < 64; i++) {
      w[i] =
        i < 16
          ? view.getInt32(at + i * 4)
          : (w[i - 16]! + mix(w[i - 15]!, 7, 18, 3, 0) + w[i - 7]! + mix(w[i - 2]!, 17, 19, 10, 0)) | 0;
      const [a, b, c, d, e, f, g, h] = s;
      const t = h + mix(e, 6, 11, 25, 7) + ((e & f) ^ (~e & g)) + rounds[i]! + w[i]!;
      s = [(t + mix(a, 2, 13, 22, 10) + ((a & b) ^ (a & c) ^ (b & c))) | 0, a, b, c, (d + t) | 0, e, f, g];
    }
    state = state.map((word, i) => (word + s[i]!) | 0) as Words;
  }
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

type Words = [number, number, number, number, number, number, number, number];

/** Three turns of a word, or two turns and a shift (`turn` 0), added without carry. */
function mix(x: number, first: number, second: number, third: number, turn: number): number {
  const turned = (by: number) => (x >>> by) | (x << (32 - by));
  return turned(first) ^ turned(second) ^ (turn ? turned(third) : x >>> third);
}

interface Constants {
  readonly starts: Words;
  readonly rounds: readonly number[];
}
let known: Constants | undefined;

/** The first 32 bits of what stands behind the point of the square and cube roots of the first primes (FIPS 180-4). */
function constants(): Constants {
  if (known) return known;
  const bits = (root: number) => ((root % 1) * 2 ** 32) | 0;
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
  known = {
    starts: primes.slice(0, 8).map((prime) => bits(Math.sqrt(prime))) as Words,
    rounds: primes.map((prime) => bits(Math.cbrt(prime))),
  };
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
 * @param serial of the ticket: 32 random bytes
 * @param chance 32 further random bytes, which nobody else ever gets
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
