/**
 * What a path knows: values by place. A place is `DEPTH:local`, `DEPTH:local.field`, `TYPE.field` for the one object
 * of a struct type (one inode, one mapping, one kiocb per actor), `table:NAME.field` or `register:NAME`.
 * A path changes its store as it goes; whoever keeps a store, or goes on from it in two ways, copies it.
 * Equal contents have equal keys.
 */

import type { Value } from '../kernel/value.js';

export type Place = string;

/** Written at a place whose other fields are zero: a designated initialiser, `kzalloc`. */
const ZEROED = '*';

export class Store {
  readonly #values: Map<Place, Value>;
  /** Places that have had fields: only these need a search when they are overwritten. */
  readonly #parents: Set<Place>;

  private constructor(values: Map<Place, Value>, parents: Set<Place>) {
    this.#values = values;
    this.#parents = parents;
  }

  static empty(): Store {
    return new Store(new Map(), new Set());
  }

  copy(): Store {
    return new Store(new Map(this.#values), new Set(this.#parents));
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

  /** Unknown values are not kept. What was known of the place's fields is forgotten. */
  set(place: Place, value: Value): void {
    this.#forgetFields(place);
    if (value.kind === 'unknown') this.#values.delete(place);
    else this.#put(place, value);
  }

  zero(place: Place): void {
    this.set(place, { kind: 'unknown' });
    this.#put(`${place}.${ZEROED}`, { kind: 'int', value: 0 });
  }

  keep(wanted: (place: Place) => boolean): void {
    for (const place of this.#values.keys()) if (!wanted(place)) this.#values.delete(place);
  }

  clear(): void {
    this.#values.clear();
  }

  key(): string {
    const entries: string[] = [];
    for (const [place, value] of this.#values) entries.push(`${place}=${valueKey(value)}`);
    return entries.sort().join(';');
  }

  #put(place: Place, value: Value): void {
    this.#values.set(place, value);
    for (let dot = place.lastIndexOf('.'); dot > 0; dot = place.lastIndexOf('.', dot - 1)) {
      this.#parents.add(place.slice(0, dot));
    }
  }

  #forgetFields(place: Place): void {
    if (!this.#parents.has(place)) return;
    const prefix = `${place}.`;
    for (const other of this.#values.keys()) if (other.startsWith(prefix)) this.#values.delete(other);
  }
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
