/**
 * What a path knows: values by place. A place is `DEPTH:local`, `DEPTH:local.field`, `TYPE.field` for the one object
 * of a struct type (one inode, one mapping, one kiocb per actor), `table:NAME.field` or `register:NAME`.
 * A path changes its store as it goes; whoever keeps a store, or goes on from it in two ways, copies it.
 * Equal contents have equal keys.
 */

import { UNKNOWN, ZERO, type Value } from '../kernel/value.js';

export type Place = string;

/** Written at a place whose other fields are zero: a designated initialiser, `kzalloc`. */
const ZEROED = '*';

export class Store {
  readonly #values: Map<Place, Value>;
  /** Places that have had fields: only these need a search when they are overwritten. Grows, and may be shared. */
  readonly #parents: Set<Place>;
  /** Two independent 32-bit sums over the entries, kept up with every change: equal contents, equal sums. */
  #low: number;
  #high: number;

  private constructor(values: Map<Place, Value>, parents: Set<Place>, low: number, high: number) {
    this.#values = values;
    this.#parents = parents;
    this.#low = low;
    this.#high = high;
  }

  static empty(): Store {
    return new Store(new Map(), new Set(), 0, 0);
  }

  copy(): Store {
    return new Store(new Map(this.#values), this.#parents, this.#low, this.#high);
  }

  get(place: Place): Value | undefined {
    return this.#values.get(place);
  }

  /** Whether some enclosing object of the place was begun with all its fields zero. */
  isZeroed(place: Place): boolean {
    for (let dot = place.lastIndexOf('.'); dot > 0; dot = place.lastIndexOf('.', dot - 1)) {
      if (this.#values.has(`${place.slice(0, dot)}.${ZEROED}`)) return true;
    }
    return false;
  }

  /** A value written through its address by somebody unknown; what is known of a struct's fields stays. */
  forget(place: Place): void {
    this.#remove(place);
  }

  /** Unknown values are not kept. What was known of the place's fields is forgotten. */
  set(place: Place, value: Value): void {
    this.#forgetFields(place);
    this.#remove(place);
    if (value.kind !== 'unknown') this.#put(place, value);
  }

  zero(place: Place): void {
    this.set(place, UNKNOWN);
    this.#remove(`${place}.${ZEROED}`);
    this.#put(`${place}.${ZEROED}`, ZERO);
  }

  keep(wanted: (place: Place) => boolean): void {
    for (const place of this.#values.keys()) if (!wanted(place)) this.#remove(place);
  }

  clear(): void {
    this.#values.clear();
    this.#low = 0;
    this.#high = 0;
  }

  /** Equal for equal contents; contents that differ have the same key with probability 2^-64. */
  key(): string {
    return `${this.#values.size}:${this.#low}:${this.#high}`;
  }

  #put(place: Place, value: Value): void {
    this.#values.set(place, value);
    this.#sum(place, value, 1);
    for (let dot = place.lastIndexOf('.'); dot > 0; dot = place.lastIndexOf('.', dot - 1)) {
      this.#parents.add(place.slice(0, dot));
    }
  }

  #remove(place: Place): void {
    const old = this.#values.get(place);
    if (!old) return;
    this.#values.delete(place);
    this.#sum(place, old, -1);
  }

  #sum(place: Place, value: Value, sign: 1 | -1): void {
    const { low, high } = entryHash(place, value);
    this.#low = (this.#low + sign * low) | 0;
    this.#high = (this.#high + sign * high) | 0;
  }

  #forgetFields(place: Place): void {
    if (!this.#parents.has(place)) return;
    const prefix = `${place}.`;
    for (const other of this.#values.keys()) if (other.startsWith(prefix)) this.#remove(other);
  }
}

interface EntryHash {
  readonly low: number;
  readonly high: number;
}

const entryHashes = new Map<Place, Map<Value, EntryHash>>();

/** FNV-1a twice with different offsets, then mixed; entries are few and come back often, and values are interned. */
function entryHash(place: Place, value: Value): EntryHash {
  let ofPlace = entryHashes.get(place);
  if (!ofPlace) entryHashes.set(place, (ofPlace = new Map()));
  let known = ofPlace.get(value);
  if (!known) {
    const text = `${place}=${valueKey(value)}`;
    ofPlace.set(value, (known = { low: hash(text, 0x811c9dc5), high: hash(text, 0x9747b28c) }));
  }
  return known;
}

function hash(text: string, seed: number): number {
  let sum = seed;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) | 0;
}

function valueKey(value: Value): string {
  switch (value.kind) {
    case 'int':
      return String(value.value);
    case 'flags':
      return value.names.join('|');
    case 'function':
      return `${value.name}()`;
    case 'pointer':
      return `&${value.to}`;
    case 'positive':
    case 'absent':
    case 'nonzero':
    case 'error':
    case 'unknown':
      return value.kind;
  }
}
