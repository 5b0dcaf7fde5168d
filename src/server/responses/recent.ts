import { nameOf, type StoredResponse } from './take-parts.ts';

/** Bytes of answers that one process remembers, roughly. */
const ROOM = 32 * 1024 * 1024;
/** Of an answer or a response besides its texts, roughly. */
const EACH = 200;

interface Recent {
  readonly workspaceId: string;
  readonly response: StoredResponse;
  readonly size: number;
}

/**
 * Responses that came in part by part and are not finished, as this process wrote them from their first part on. It knows
 * of each which transaction wrote it: as long as its row says the same one, this is what is stored. The oldest are
 * forgotten when there is no more room.
 */
export class RecentResponses {
  /** By name. Two workspaces can hold one name, when one is a copy of the other: the last one stays. */
  readonly #known = new Map<string, Recent>();
  #size = 0;

  /** Whoever takes one out works on it alone, and puts it back as it is after the commit. */
  take(workspaceId: string, name: string): StoredResponse | undefined {
    const found = this.#known.get(name);
    if (found?.workspaceId !== workspaceId) return undefined;
    this.#known.delete(name);
    this.#size -= found.size;
    return found.response;
  }

  put(workspaceId: string, response: StoredResponse): void {
    const name = nameOf(response);
    this.#size -= this.#known.get(name)?.size ?? 0;
    this.#known.delete(name);
    const size = sizeOf(response);
    this.#known.set(name, { workspaceId, response, size });
    this.#size += size;
    for (const [oldest, { size: freed }] of this.#known) {
      if (this.#size <= ROOM) break;
      this.#known.delete(oldest);
      this.#size -= freed;
    }
  }
}

function sizeOf({ merged, attributes }: StoredResponse): number {
  let size = EACH * (1 + Object.keys(merged?.parts ?? {}).length);
  for (const { value } of Object.values(merged?.answers ?? {})) {
    const texts = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
    for (const text of texts) size += EACH / 4 + 2 * text.length;
    size += 2 * EACH;
  }
  for (const text of Object.values(attributes)) size += EACH + 2 * text.length;
  return size;
}
