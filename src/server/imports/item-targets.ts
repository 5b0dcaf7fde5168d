import { randomUUID } from 'node:crypto';
import { itemKey } from '../../core/item-key.ts';
import type { MappedAnswer, Mapping } from '../../core/mapping.ts';
import { isOnScale, parseScale, type Scale, scaleName } from '../../core/scale.ts';

/** What the import has to know of an item that the workspace has. */
export interface KnownItem {
  readonly id: string;
  readonly key: string;
  readonly scale: Scale;
  readonly archived: boolean;
}

/** An item of the file: one that the workspace has, or one to be made. */
export interface ItemTarget {
  readonly key: string;
  /** As the file writes it. */
  readonly name: string;
  readonly id: string;
  /** Among the items of this file, from 0. */
  readonly place: number;
  /** Whether the workspace has it; if not, it is made with this id. */
  readonly exists: boolean;
  /** The item's own; for one to be made what the mapping or the file says, else null until the values are known. */
  scale: Scale | null;
  /** Values seen so far. */
  min: number;
  max: number;
  whole: boolean;
  answers: number;
}

/** Why an answer is refused, and which of its cells is to blame. */
export interface Refusal {
  readonly refused: string;
  readonly about: 'item' | 'value';
}

const MOST_NEW_ITEMS = 2_000;
/** The ends of a scale lie within a million. */
const LARGEST = 1_000_000;

/** Finds the item that an answer belongs to and checks the value against its scale. */
export class ItemTargets {
  private readonly byText = new Map<string, ItemTarget | Refusal>();
  private readonly byKey: ReadonlyMap<string, KnownItem>;
  private readonly mapping: Mapping;
  /** Items whose value is the mean of several columns: it may lie between the points of the scale. */
  private readonly averaged: ReadonlySet<string>;
  private readonly scales = new Map<string, Scale | undefined>();
  private places = 0;
  /** To be made, by key. */
  readonly fresh = new Map<string, ItemTarget>();

  constructor(known: readonly KnownItem[], mapping: Mapping) {
    this.byKey = new Map(known.map((item) => [item.key.toLowerCase(), item]));
    this.mapping = mapping;
    this.averaged = new Set(
      mapping.layout === 'wide' ? mapping.items.filter((item) => item.columns.length > 1).map((item) => item.item) : [],
    );
  }

  /** The item, or why the answer is refused. */
  accept(answer: MappedAnswer): ItemTarget | Refusal {
    const target = this.find(answer.item);
    if ('refused' in target) return target;
    const said = answer.scale === null ? undefined : this.scale(answer.scale);
    if (target.scale === null) target.scale = said ?? null;
    const scale = target.scale;
    if (scale && said && (said.min !== scale.min || said.max !== scale.max)) {
      return {
        refused: `is on the scale ${answer.scale}, the item ${target.key} on ${scaleName(scale)}`,
        about: 'item',
      };
    }
    const { value } = answer;
    if (value === null) return target;
    if (Math.abs(value) > LARGEST) return { refused: 'is no rating: it lies beyond a million', about: 'value' };
    if (scale && (value < scale.min || value > scale.max)) {
      return { refused: `is off the scale ${scaleName(scale)} of ${target.key}`, about: 'value' };
    }
    if (scale && target.exists && !isOnScale(scale, value) && !this.averaged.has(answer.item)) {
      return { refused: `lies between the points of the scale of ${target.key}`, about: 'value' };
    }
    return target;
  }

  /** Remembers an accepted value, from which the scale of a new item is found out when nobody says it. */
  note(target: ItemTarget, value: number | null): void {
    target.answers++;
    if (value === null) return;
    if (value < target.min) target.min = value;
    if (value > target.max) target.max = value;
    if (target.whole && !Number.isInteger(value)) target.whole = false;
  }

  find(text: string): ItemTarget | Refusal {
    const found = this.byText.get(text);
    if (found) return found;
    const target = this.resolve(text);
    if (!('refused' in target) || this.byText.size < MOST_NEW_ITEMS) this.byText.set(text, target);
    return target;
  }

  private resolve(text: string): ItemTarget | Refusal {
    const key = itemKey(text);
    const known = this.byKey.get(text.toLowerCase()) ?? this.byKey.get(key);
    if (known?.archived) return aboutItem('is an archived item; bring it back, or leave it out');
    if (known) {
      return this.blank({ key: known.key, name: text, id: known.id, exists: true, scale: known.scale });
    }
    if (this.mapping.unknownItems === 'reject') return aboutItem('is no item of this workspace');
    const twin = this.fresh.get(key);
    if (twin) return aboutItem(`would get the same key as "${twin.name}"; give each its own under items`);
    if (this.fresh.size >= MOST_NEW_ITEMS) {
      return aboutItem(`is one of more than ${MOST_NEW_ITEMS} new items: is the item column the right one?`);
    }
    const wish = this.wishFor(text, key);
    const scale = (wish?.scale && this.scale(wish.scale)) || null;
    const target = this.blank({ key, name: text, id: randomUUID(), exists: false, scale });
    this.fresh.set(key, target);
    return target;
  }

  /** What the mapping says of an item that has to be made. */
  wishFor(text: string, key: string) {
    const wishes = this.mapping.newItems ?? {};
    return Object.hasOwn(wishes, text) ? wishes[text] : Object.hasOwn(wishes, key) ? wishes[key] : undefined;
  }

  private blank(known: Pick<ItemTarget, 'key' | 'name' | 'id' | 'exists' | 'scale'>): ItemTarget {
    return { ...known, place: this.places++, min: Infinity, max: -Infinity, whole: true, answers: 0 };
  }

  private scale(text: string): Scale | undefined {
    if (!this.scales.has(text) && this.scales.size < 1000) this.scales.set(text, parseScale(text));
    return this.scales.get(text) ?? parseScale(text);
  }
}

function aboutItem(refused: string): Refusal {
  return { refused, about: 'item' };
}
