/**
 * What a path knows: values by place. A path changes its store as it goes; whoever keeps a store, or goes on from it in
 * two ways, copies it. Equal contents have equal keys.
 *
 * What belongs to one frame of the stack is a layer of its own, so that returning drops it at once, and a copy shares
 * the layers until one of the two writes.
 */

import { UNKNOWN, ZERO, type Value } from '../kernel/value.js';
import { hash, type Place } from './place.js';

/** Written at a place whose other fields are zero: a designated initialiser, `kzalloc`. */
const ZEROED = '*';

/** The places of one frame; those of layer 0 belong to none. */
class Layer {
  readonly values: Map<Place, Value>;
  /** Places that have had fields: only these need a search when they are overwritten. */
  readonly parents: Set<Place>;
  /** Two independent 32-bit sums over the entries, kept up with every change: equal contents, equal sums. */
  low: number;
  high: number;
  /** More than one store has it. */
  shared = false;
  /** Where the frame stood when dead locals were last dropped, or -1 after a write. */
  prunedAt: number;

  constructor(from: Layer | null) {
    this.values = new Map(from?.values);
    this.parents = new Set(from?.parents);
    this.low = from?.low ?? 0;
    this.high = from?.high ?? 0;
    this.prunedAt = from?.prunedAt ?? -1;
  }

  put(place: Place, value: Value): void {
    this.values.set(place, value);
    this.prunedAt = -1;
    this.#sum(place, value, 1);
    for (let { parent } = place; parent !== null; { parent } = parent) this.parents.add(parent);
  }

  remove(place: Place): void {
    const old = this.values.get(place);
    if (!old) return;
    this.values.delete(place);
    this.#sum(place, old, -1);
  }

  #sum(place: Place, value: Value, sign: 1 | -1): void {
    const { low, high } = hashesOf(value);
    this.low = (this.low + sign * mix(place.low, low)) | 0;
    this.high = (this.high + sign * mix(place.high, high)) | 0;
  }
}

export class Store {
  /** By depth of the frame; undefined where a frame has no places. */
  #layers: (Layer | undefined)[];

  private constructor(layers: (Layer | undefined)[]) {
    this.#layers = layers;
  }

  static empty(): Store {
    return new Store([]);
  }

  copy(): Store {
    for (const layer of this.#layers) if (layer) layer.shared = true;
    return new Store(this.#layers.slice());
  }

  get(place: Place): Value | undefined {
    return this.#layers[place.depth]?.values.get(place);
  }

  /** Whether some enclosing object of the place was begun with all its fields zero. */
  isZeroed(place: Place): boolean {
    const layer = this.#layers[place.depth];
    if (!layer) return false;
    for (let { parent } = place; parent !== null; { parent } = parent) {
      if (layer.parents.has(parent) && layer.values.has(parent.field(ZEROED))) return true;
    }
    return false;
  }

  /** A value written through its address by somebody unknown; what is known of a struct's fields stays. */
  forget(place: Place): void {
    this.#remove(place);
  }

  /** Unknown values are not kept. What was known of the place's fields is forgotten; `*` are all of them, zeroed. */
  set(place: Place, value: Value): void {
    if (place.name === ZEROED && place.parent) return this.zero(place.parent);
    this.#forgetFields(place);
    this.#remove(place);
    if (value.kind !== 'unknown') this.#own(place.depth).put(place, value);
  }

  zero(place: Place): void {
    this.set(place, UNKNOWN);
    this.#remove(place.field(ZEROED));
    this.#own(place.depth).put(place.field(ZEROED), ZERO);
  }

  /** Drops all that belongs to frames from `depth` on: they have returned. */
  dropFrames(depth: number): void {
    if (this.#layers.length > depth) this.#layers.length = depth;
  }

  /** Drops the locals of the frame at `depth`, which stands at `at`, that it will not read again. */
  prune(depth: number, at: number, live: ReadonlySet<string>): void {
    const layer = this.#layers[depth];
    if (!layer || layer.prunedAt === at) return;
    for (const place of layer.values.keys()) {
      if (place.local !== null && !live.has(place.local)) this.#own(depth).remove(place);
    }
    this.#layers[depth]!.prunedAt = at;
  }

  clear(): void {
    this.#layers = [];
  }

  /** Equal for equal contents; contents that differ have the same key with probability 2^-64. */
  key(): string {
    let [size, low, high] = [0, 0, 0];
    for (const layer of this.#layers) {
      if (!layer) continue;
      size += layer.values.size;
      low = (low + layer.low) | 0;
      high = (high + layer.high) | 0;
    }
    return `${size}:${low}:${high}`;
  }

  /** The layer at `depth`, to be written. */
  #own(depth: number): Layer {
    const layer = this.#layers[depth];
    if (layer && !layer.shared) return layer;
    while (this.#layers.length < depth) this.#layers.push(undefined);
    return (this.#layers[depth] = new Layer(layer ?? null));
  }

  #remove(place: Place): void {
    if (this.#layers[place.depth]?.values.has(place)) this.#own(place.depth).remove(place);
  }

  #forgetFields(place: Place): void {
    if (!this.#layers[place.depth]?.parents.has(place)) return;
    for (const field of place.fields()) {
      this.#remove(field);
      this.#forgetFields(field);
    }
  }
}

function mix(place: number, value: number): number {
  let sum = Math.imul(place ^ value, 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) | 0;
}

interface Hashes {
  readonly low: number;
  readonly high: number;
}

const hashes = new Map<Value, Hashes>();

/** Values are interned and few. */
function hashesOf(value: Value): Hashes {
  let known = hashes.get(value);
  if (!known) {
    const text = valueKey(value);
    hashes.set(value, (known = { low: hash(text, 0x2545f491), high: hash(text, 0x9e3779b1) }));
  }
  return known;
}

function valueKey(value: Value): string {
  switch (value.kind) {
    case 'int':
      return String(value.value);
    case 'flags':
      return value.names.join('|');
    case 'bits':
      return `${value.set.join('|')} not ${value.clear.join('|')}`;
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
