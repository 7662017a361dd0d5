/**
 * Places, interned: equal places are one object. A place is `DEPTH:local`, `DEPTH:local.field`, `TYPE.field` for the one
 * object of a struct type (one inode, one mapping, one kiocb per actor), `table:NAME.field` or `register:NAME`.
 */

/** Every place, by its text. */
const named = new Map<string, Place>();

export class Place {
  /** The depth of the frame that the place belongs to; 0 for objects, tables and the actor's registers. */
  readonly depth: number;
  /** The local's name where the place is a whole local, else null. */
  readonly local: string | null;
  /** The table's name where the place is a field of a table, else null. */
  readonly table: string | null;
  /** Two independent 32-bit hashes of the text. */
  readonly low: number;
  readonly high: number;
  #fields: Map<string, Place> | null = null;
  #unknown: Place | null = null;

  constructor(
    readonly text: string,
    /** The last part: the field, or the name of the local or object. */
    readonly name: string,
    /** What the place is a field of. */
    readonly parent: Place | null,
  ) {
    this.depth = parent?.depth ?? Number(/^(?:register:)?(\d+):/.exec(text)?.[1] ?? 0);
    this.local = parent === null && /^\d+:/.test(text) ? name : null;
    this.table = parent?.text.startsWith('table:') ? parent.name : null;
    this.low = hash(text, 0x811c9dc5);
    this.high = hash(text, 0x9747b28c);
    named.set(text, this);
  }

  field(name: string): Place {
    this.#fields ??= new Map();
    let field = this.#fields.get(name);
    if (!field) this.#fields.set(name, (field = new Place(`${this.text}.${name}`, name, this)));
    return field;
  }

  /** The object that a pointer of unknown value at this place points to. */
  pointee(): Place {
    return (this.#unknown ??= root(`${this.text}*`));
  }

  /** All fields that were ever spoken of. */
  fields(): Iterable<Place> {
    return this.#fields?.values() ?? [];
  }
}

const root = (text: string): Place =>
  named.get(text) ?? new Place(text, text.slice(text.lastIndexOf(':') + 1), null);

/** The place that a text names; fields are parted by dots. */
export function placeNamed(text: string): Place {
  const known = named.get(text);
  if (known) return known;
  const [first, ...fields] = text.startsWith('expression:') ? [text] : text.split('.');
  return fields.reduce((of, name) => of.field(name), root(first!));
}

/** A field of a field: `map.m_len`; the place itself for no field. */
export const fieldAt = (place: Place, path: string): Place =>
  path === '' ? place : path.split('.').reduce((of, name) => of.field(name), place);

const localPlaces: Map<string, Place>[] = [];

/** A local of the frame at `depth`. */
export function placeAt(depth: number, name: string): Place {
  const own = (localPlaces[depth] ??= new Map<string, Place>());
  let place = own.get(name);
  if (!place) own.set(name, (place = root(`${depth}:${name}`)));
  return place;
}

/** FNV-1a, then mixed. */
export function hash(text: string, seed: number): number {
  let sum = seed;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) | 0;
}
