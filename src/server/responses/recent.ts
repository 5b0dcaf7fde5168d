import { nameOf, type StoredResponse } from './take-parts.ts';

/** Bytes of answers that one process remembers, roughly. */
const ROOM = 32 * 1024 * 1024;
/** Of an answer or a response besides its texts, roughly. */
const EACH = 200;

/**
 * Responses that came in part by part and are not finished, as this process wrote them from their first part on. It knows
 * of each which transaction wrote it: as long as its row says the same one, this is what is stored. The oldest are
 * forgotten when there is no more room.
 */
export class RecentResponses {
  readonly #known = new Map<string, { readonly response: StoredResponse; readonly size: number }>();
  #size = 0;

  /** Whoever takes one out works on it alone, and puts it back as it is after the commit. */
  take(workspaceId: string, name: string): StoredResponse | undefined {
    return this.#remove(`${workspaceId} ${name}`);
  }

  put(workspaceId: string, response: StoredResponse): void {
    const key = `${workspaceId} ${nameOf(response)}`;
    this.#remove(key);
    const size = sizeOf(response);
    this.#known.set(key, { response, size });
    this.#size += size;
    for (const oldest of this.#known.keys()) {
      if (this.#size <= ROOM) break;
      this.#remove(oldest);
    }
  }

  #remove(key: string): StoredResponse | undefined {
    const found = this.#known.get(key);
    if (!found) return undefined;
    this.#known.delete(key);
    this.#size -= found.size;
    return found.response;
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
