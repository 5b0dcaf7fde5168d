import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/**
 * What a program did to the disk and to the network, in order, read from `strace -f -yy -xx`. A write counts from the
 * moment at which it had returned, a sync for what had been written when it began, an answer from the moment at which
 * the program began to send it: each is the reading that is hardest on the program.
 */
export type Event =
  | { readonly kind: 'write'; readonly file: string; readonly at: number; readonly data: Buffer }
  | { readonly kind: 'truncate'; readonly file: string; readonly length: number; readonly extend: boolean }
  | { readonly kind: 'create'; readonly file: string; readonly empty: boolean }
  | { readonly kind: 'rename'; readonly file: string; readonly to: string }
  | { readonly kind: 'remove'; readonly file: string }
  /** `began`: index of the first event that the sync does not cover. */
  | { readonly kind: 'sync'; readonly file: string; readonly began: number }
  /** Bytes sent to a client, known by its port. */
  | { readonly kind: 'sent'; readonly port: number; readonly data: Buffer };

export const TRACED =
  'openat,write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,fsync,fdatasync,ftruncate,fallocate,rename,renameat,renameat2,unlink,unlinkat';

/** Reads a trace. Paths that are relative to a program's own folder are taken to be relative to `folder`. */
export async function readTrace(traceFile: string, folder: string): Promise<Event[]> {
  const events: Event[] = [];
  /** Where the next write without an offset goes, by process and descriptor. */
  const positions = new Map<string, number>();
  const unfinished = new Map<string, { readonly text: string; readonly began: number }>();
  const lines = createInterface({ input: createReadStream(traceFile, 'latin1'), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    const [, pid = '', rest = ''] = /^(\d+)\s+(.*)$/s.exec(line) ?? [];
    if (rest.endsWith('<unfinished ...>')) {
      const text = rest.slice(0, -'<unfinished ...>'.length).trimEnd();
      unfinished.set(pid, { text, began: events.length });
      // Sending has begun: whoever reads the answer may have it already.
      const sent = readSent(text);
      if (sent) events.push(sent);
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(rest);
    const before = resumed ? unfinished.get(pid) : undefined;
    if (resumed) unfinished.delete(pid);
    const text = before ? before.text + rest.slice(resumed?.[0].length).replace(/\)\s+= /, ') = ') : rest;
    const event = readCall(text, folder, before?.began ?? events.length, (fd, from) => {
      const key = `${pid} ${fd}`;
      const at = from ?? positions.get(key) ?? 0;
      positions.set(key, at);
      return { at, advance: (bytes: number) => positions.set(key, at + bytes) };
    });
    if (event && !(before && event.kind === 'sent')) events.push(event);
  }
  return events;
}

const FILE = String.raw`\d+<((?:\\x[0-9a-f]{2})+)>`;
const patterns = {
  write: new RegExp(`^p?writev?(?:64|2)?\\(${FILE}`),
  sync: new RegExp(`^f(?:data)?sync\\(${FILE}\\)`),
  truncate: new RegExp(`^ftruncate\\(${FILE}, (\\d+)\\)`),
  allocate: new RegExp(`^fallocate\\(${FILE}, \\w+, (\\d+), (\\d+)\\)`),
  open: /^openat\(.*, (O_[A-Z_|]+)(?:, \d+)?\) = \d+<((?:\\x[0-9a-f]{2})+)>/,
  sent: /^(?:writev?|sendto|sendmsg)\(\d+<TCP(?:v6)?:\[[^\]]*\]?[^\]]*->\[?.*?:(\d+)\]>/,
};
const strings = /"((?:\\x[0-9a-f]{2})*)"/g;

function readSent(text: string): Event | undefined {
  const sent = patterns.sent.exec(text);
  return sent ? { kind: 'sent', port: Number(sent[1]), data: bytesIn(text) } : undefined;
}

interface Position {
  readonly at: number;
  advance(bytes: number): void;
}

function readCall(
  text: string,
  folder: string,
  began: number,
  position: (fd: string, from?: number) => Position,
): Event | undefined {
  const result = /\) = (-?\d+)/.exec(text.slice(text.lastIndexOf(') = ')));
  if (!result || result[1] === '-1') return undefined;
  const sent = readSent(text);
  if (sent) return sent;
  const at = (name: string) => path.resolve(folder, name);
  const write = patterns.write.exec(text);
  if (write) {
    const data = bytesIn(text).subarray(0, Number(result[1]));
    const file = at(unhex(write[1] as string).toString());
    if (text.startsWith('p')) return { kind: 'write', file, at: offsetOf(text), data };
    const here = position(/\((\d+)</.exec(text)?.[1] as string);
    here.advance(data.length);
    return { kind: 'write', file, at: here.at, data };
  }
  const sync = patterns.sync.exec(text);
  if (sync) return { kind: 'sync', file: at(unhex(sync[1] as string).toString()), began };
  const truncate = patterns.truncate.exec(text);
  if (truncate)
    return {
      kind: 'truncate',
      file: at(unhex(truncate[1] as string).toString()),
      length: Number(truncate[2]),
      extend: false,
    };
  const allocate = patterns.allocate.exec(text);
  if (allocate) {
    const length = Number(allocate[2]) + Number(allocate[3]);
    return { kind: 'truncate', file: at(unhex(allocate[1] as string).toString()), length, extend: true };
  }
  const open = patterns.open.exec(text);
  if (open) position(/ = (\d+)</.exec(text.slice(text.lastIndexOf(') = ')))?.[1] as string, 0);
  if (open?.[1]?.includes('O_CREAT') || open?.[1]?.includes('O_TRUNC'))
    return { kind: 'create', file: at(unhex(open[2] as string).toString()), empty: open[1].includes('O_TRUNC') };
  const names = [...text.matchAll(strings)].map((match) => at(unhex(match[1] as string).toString()));
  if (/^rename/.test(text)) return { kind: 'rename', file: names[0] as string, to: names[1] as string };
  if (/^unlink/.test(text)) return { kind: 'remove', file: names[0] as string };
  return undefined;
}

/** The last argument; pwritev2 has flags behind it. */
function offsetOf(text: string): number {
  const behind = text.slice(text.lastIndexOf(text.startsWith('pwrite64') ? '"' : ']')).split(') = ')[0] ?? '';
  const numbers = behind.split(', ').slice(1);
  // pwrite64: length, offset · pwritev: count, offset · pwritev2: count, offset, flags
  return Number(numbers[1]);
}

/** Everything that stands in quotes, joined: the pieces of a writev belong together. */
function bytesIn(text: string): Buffer {
  return Buffer.concat([...text.matchAll(strings)].map((match) => unhex(match[1] as string)));
}

function unhex(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}
