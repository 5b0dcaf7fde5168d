/**
 * What has to outlive the page: parts that are not acknowledged yet and responses that are not finished yet. In
 * IndexedDB; where the browser refuses it (private windows, blocked storage) in localStorage; where that is refused too,
 * nothing outlives the page, and the queue itself still holds it.
 */
export interface Kept {
  readonly key: string;
}

const NAME = 'parallax';
let database: Promise<IDBDatabase> | undefined;

function inDatabase<T>(work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  database ||= new Promise((done, fail) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(NAME, { keyPath: 'key' });
    request.onsuccess = () => done(request.result);
    request.onerror = request.onblocked = fail;
  });
  return database.then(
    (opened) =>
      new Promise((done, fail) => {
        const transaction = opened.transaction(NAME, 'readwrite');
        const request = work(transaction.objectStore(NAME));
        transaction.oncomplete = () => done(request.result);
        transaction.onabort = fail;
      }),
  );
}

/** Never fails: whoever answers must not be stopped by a full disk. */
export function keep(item: Kept): Promise<unknown> {
  return inDatabase((store) => store.put(item)).catch(() =>
    attempt(() => localStorage.setItem(NAME + item.key, JSON.stringify(item))),
  );
}

export function forget(key: string): Promise<unknown> {
  attempt(() => localStorage.removeItem(NAME + key));
  return inDatabase((store) => store.delete(key)).catch(() => 0);
}

/** Everything whose key begins so. */
export async function kept<T extends Kept>(prefix: string): Promise<T[]> {
  const range = () => IDBKeyRange.bound(prefix, `${prefix}\uffff`);
  const found: T[] = await inDatabase((store) => store.getAll(range())).catch(() => []);
  const local = attempt(() =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith(NAME + prefix))
      .map((key): T => JSON.parse(localStorage[key])),
  );
  return found.concat(local ?? []);
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {}
}
