import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Event } from './trace.ts';

/**
 * What becomes of writes that were not synced when the power went:
 * `drop` none of them reached the disk · `some` a random half did · `torn` a random half did, of each a random part in
 * sectors of 512 bytes · `all` every one did (nothing may be lost: the first check of the simulator itself) ·
 * `unsynced` drop, and the program never called sync (something must be lost: the second).
 */
export type Mode = 'drop' | 'some' | 'torn' | 'all' | 'unsynced';

interface Pending {
  readonly index: number;
  readonly event: Extract<Event, { kind: 'write' | 'truncate' }>;
}

/** The files of a folder as a cut would leave them. Names change at once, which is generous to the program. */
export class Disk {
  readonly #base: string;
  readonly #mode: Mode;
  readonly #random: () => number;
  readonly #durable = new Map<string, Buffer | null>();
  readonly #pending = new Map<string, Pending[]>();

  /** `base`: an intact copy of the folder from before the trace; events name files of the folder itself. */
  constructor(base: string, mode: Mode, random: () => number) {
    this.#base = base;
    this.#mode = mode;
    this.#random = random;
  }

  apply(event: Event, index: number, nameOf: (file: string) => string | undefined): void {
    if (event.kind === 'sent') return;
    const file = nameOf(event.file);
    if (file === undefined) return;
    if (event.kind === 'create') {
      if (event.empty || this.#content(file) === null) this.#begin(file);
    } else if (event.kind === 'write') {
      this.#wait(file, { index, event });
    } else if (event.kind === 'truncate') {
      this.#wait(file, { index, event });
    } else if (event.kind === 'sync') {
      if (this.#mode !== 'unsynced') this.#settle(file, (pending) => pending.index < event.began);
    } else if (event.kind === 'remove') {
      this.#forget(file);
    } else {
      const to = nameOf(event.to);
      if (to !== undefined) this.#move(file, to);
    }
  }

  /** The power goes: decides what of the unsynced reached the disk, and writes every changed file into `folder`. */
  cut(folder: string): void {
    for (const [file, waiting] of this.#pending) {
      const kept = new Set(waiting.filter(() => this.#mode === 'all' || (this.#keeps() && this.#random() < 0.5)));
      this.#settle(file, (pending) => kept.has(pending), this.#mode === 'torn');
    }
    for (const [file, content] of this.#durable) {
      const target = path.join(folder, file);
      if (content === null) rmSync(target, { force: true });
      else {
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, content);
      }
    }
  }

  #keeps(): boolean {
    return this.#mode === 'some' || this.#mode === 'torn';
  }

  #content(file: string): Buffer | null {
    const known = this.#durable.get(file);
    if (known !== undefined) return known;
    const original = path.join(this.#base, file);
    return existsSync(original) ? readFileSync(original) : null;
  }

  #begin(file: string): void {
    this.#durable.set(file, Buffer.alloc(0));
    this.#pending.delete(file);
  }

  #forget(file: string): void {
    this.#durable.set(file, null);
    this.#pending.delete(file);
  }

  #move(file: string, to: string): void {
    const pending = this.#pending.get(file);
    const content = this.#content(file);
    this.#forget(file);
    this.#durable.set(to, content);
    this.#pending.delete(to);
    if (pending) this.#pending.set(to, pending);
  }

  #wait(file: string, pending: Pending): void {
    const waiting = this.#pending.get(file);
    if (waiting) waiting.push(pending);
    else this.#pending.set(file, [pending]);
  }

  #settle(file: string, reaches: (pending: Pending) => boolean, torn = false): void {
    const waiting = this.#pending.get(file);
    if (!waiting) return;
    const reached = waiting.filter(reaches);
    this.#pending.set(
      file,
      waiting.filter((pending) => !reached.includes(pending)),
    );
    if (reached.length === 0) return;
    let content = this.#content(file) ?? Buffer.alloc(0);
    for (const { event } of reached) {
      if (event.kind === 'truncate') {
        if (event.length > content.length)
          content = Buffer.concat([content, Buffer.alloc(event.length - content.length)]);
        else if (!event.extend) content = content.subarray(0, event.length);
        continue;
      }
      const { at } = event;
      const end = at + event.data.length;
      if (end > content.length) content = Buffer.concat([content, Buffer.alloc(end - content.length)]);
      for (let from = 0; from < event.data.length; from += SECTOR) {
        const sector = event.data.subarray(from, Math.min(from + SECTOR, event.data.length));
        if (!torn || this.#random() < 0.5) sector.copy(content, at + from);
      }
    }
    this.#durable.set(file, content);
  }
}

const SECTOR = 512;
