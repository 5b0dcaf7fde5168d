import { isIPv4, isIPv6 } from 'node:net';
import { Problem } from './problem.ts';

export interface BucketSize {
  /** How many calls at once. */
  readonly burst: number;
  /** How many come back per second. */
  readonly perSecond: number;
}

export interface Limits {
  /** All calls from one address, which a whole office may share. */
  readonly address: BucketSize;
  /** Calls of respondents' browsers from one address: a whole company may answer from behind one. */
  readonly public: BucketSize;
  /** Parts of responses from one address by one link. */
  readonly parts: BucketSize;
  /** Responses that one address begins at one survey by open links; more are kept, but set apart. */
  readonly responses: BucketSize;
  /** What the pages of websites write from one address: attempts to ask, names, opt-outs. */
  readonly visits: BucketSize;
  /** All calls of one person or API key. */
  readonly account: BucketSize;
  /** Sign-in and the like, per address and e-mail address, or per account. */
  readonly attempts: BucketSize;
}

/** 10 in 15 minutes for what guessers try; generous for everything else. A hall of 600 people may scan one poster at once. */
export const DEFAULT_LIMITS: Limits = {
  address: { burst: 2_400, perSecond: 120 },
  public: { burst: 6_000, perSecond: 300 },
  parts: { burst: 3_000, perSecond: 50 },
  responses: { burst: 600, perSecond: 2 },
  visits: { burst: 1_200, perSecond: 30 },
  account: { burst: 600, perSecond: 30 },
  attempts: { burst: 10, perSecond: 10 / 900 },
};

const MAX_BUCKETS = 50_000;

/**
 * Token buckets in memory: each process counts for itself, so behind N processes the limit is N times as generous.
 * At most 50,000 are kept; the least recently used goes first, which at worst forgives an address that was quiet.
 */
export class RateLimiter {
  readonly #buckets = new Map<string, { left: number; at: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes one from the bucket; throws Problem too_many_requests with the seconds to wait when it is empty. */
  take(key: string, size: BucketSize): void {
    const retryAfter = this.tryTake(key, size);
    if (retryAfter > 0) {
      throw new Problem('too_many_requests', `Too many tries. Try again in ${inWords(retryAfter)}.`, { retryAfter });
    }
  }

  /** Takes one from the bucket: 0, or the seconds to wait when it is empty. */
  tryTake(key: string, size: BucketSize): number {
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { left: size.burst, at: now };
    const refilled = Math.min(size.burst, bucket.left + Math.max(0, now - bucket.at) * (size.perSecond / 1000));
    this.#buckets.delete(key);
    this.#buckets.set(key, { left: refilled >= 1 ? refilled - 1 : refilled, at: now });
    if (this.#buckets.size > MAX_BUCKETS) {
      const oldest = this.#buckets.keys().next();
      if (!oldest.done) this.#buckets.delete(oldest.value);
    }
    return refilled < 1 ? Math.max(1, Math.ceil((1 - refilled) / size.perSecond)) : 0;
  }

  /** Undoes one `take`. */
  giveBack(key: string, size: BucketSize): void {
    const bucket = this.#buckets.get(key);
    if (bucket) bucket.left = Math.min(size.burst, bucket.left + 1);
  }

  get size(): number {
    return this.#buckets.size;
  }
}

function inWords(seconds: number): string {
  if (seconds < 60) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}

/**
 * The address that limits are kept for: the socket's, unless TRUSTED_PROXY_HOPS says how many proxies of our own stand
 * before us. Each of them appends the address it saw, so only that many entries from the right are true; whatever
 * stands further left was written by the caller. IPv6 counts by /64, since one household has all of it.
 */
export function clientAddress(
  forwardedFor: string | undefined,
  socketAddress: string | undefined,
  hops: number,
): string {
  const socket = normalise(socketAddress ?? 'unknown');
  if (hops === 0 || !forwardedFor) return socket;
  const seen = forwardedFor.split(',').map((entry) => entry.trim());
  return normalise(seen[seen.length - hops] ?? socket);
}

function normalise(address: string): string {
  if (isIPv4(address)) return address;
  const [withoutZone = ''] = address.replace(/^\[(.*)\](?::\d+)?$/, '$1').split('%');
  const bare = withoutZone.toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  if (mapped) return mapped[1] ?? bare;
  if (!isIPv6(bare)) return bare.slice(0, 64);
  const [head = '', tail] = bare.split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const missing = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, missing)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':')}::/64`;
}
