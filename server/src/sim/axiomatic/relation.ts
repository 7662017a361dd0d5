/** Binary relations over the events 0..n-1 of one execution, as bit matrices: the algebra that memory models are written in. */

export type EventId = number;

const BITS = 32;

export class Relation {
  readonly size: number;
  readonly #words: number;
  readonly #rows: Int32Array;

  constructor(size: number, rows?: Int32Array) {
    this.size = size;
    this.#words = Math.ceil(size / BITS);
    this.#rows = rows ?? new Int32Array(size * this.#words);
  }

  static empty(size: number): Relation {
    return new Relation(size);
  }

  static identity(size: number, on: (event: EventId) => boolean = () => true): Relation {
    const relation = new Relation(size);
    for (let event = 0; event < size; event++) if (on(event)) relation.add(event, event);
    return relation;
  }

  static where(size: number, holds: (from: EventId, to: EventId) => boolean): Relation {
    const relation = new Relation(size);
    for (let from = 0; from < size; from++) {
      for (let to = 0; to < size; to++) if (holds(from, to)) relation.add(from, to);
    }
    return relation;
  }

  add(from: EventId, to: EventId): void {
    this.#rows[from * this.#words + (to >>> 5)]! |= 1 << (to & 31);
  }

  has(from: EventId, to: EventId): boolean {
    return (this.#rows[from * this.#words + (to >>> 5)]! & (1 << (to & 31))) !== 0;
  }

  get isEmpty(): boolean {
    return this.#rows.every((word) => word === 0);
  }

  or(...others: readonly Relation[]): Relation {
    const rows = this.#rows.slice();
    for (const other of others) for (let i = 0; i < rows.length; i++) rows[i]! |= other.#rows[i]!;
    return new Relation(this.size, rows);
  }

  and(other: Relation): Relation {
    return new Relation(
      this.size,
      this.#rows.map((word, i) => word & other.#rows[i]!),
    );
  }

  minus(other: Relation): Relation {
    return new Relation(
      this.size,
      this.#rows.map((word, i) => word & ~other.#rows[i]!),
    );
  }

  /** The composition of this relation and all of `others`, in order. */
  then(...others: readonly Relation[]): Relation {
    return others.reduce((left, right) => left.#compose(right), this as Relation);
  }

  #compose(other: Relation): Relation {
    const result = new Relation(this.size);
    const words = this.#words;
    for (let from = 0; from < this.size; from++) {
      for (let word = 0; word < words; word++) {
        for (let bits = this.#rows[from * words + word]!; bits !== 0; bits &= bits - 1) {
          const middle = word * BITS + (31 - Math.clz32(bits & -bits));
          for (let i = 0; i < words; i++) {
            result.#rows[from * words + i]! |= other.#rows[middle * words + i]!;
          }
        }
      }
    }
    return result;
  }

  inverse(): Relation {
    const result = new Relation(this.size);
    this.forEach((from, to) => result.add(to, from));
    return result;
  }

  /** Reflexive. */
  optional(): Relation {
    return this.or(Relation.identity(this.size));
  }

  /** Transitive, by Warshall's algorithm. */
  plus(): Relation {
    const rows = this.#rows.slice();
    const words = this.#words;
    for (let middle = 0; middle < this.size; middle++) {
      for (let from = 0; from < this.size; from++) {
        if ((rows[from * words + (middle >>> 5)]! & (1 << (middle & 31))) === 0) continue;
        for (let i = 0; i < words; i++) rows[from * words + i]! |= rows[middle * words + i]!;
      }
    }
    return new Relation(this.size, rows);
  }

  /** Reflexive and transitive. */
  star(): Relation {
    return this.plus().optional();
  }

  get isAcyclic(): boolean {
    const closure = this.plus();
    for (let event = 0; event < this.size; event++) if (closure.has(event, event)) return false;
    return true;
  }

  forEach(visit: (from: EventId, to: EventId) => void): void {
    for (let from = 0; from < this.size; from++) {
      for (let to = 0; to < this.size; to++) if (this.has(from, to)) visit(from, to);
    }
  }
}
