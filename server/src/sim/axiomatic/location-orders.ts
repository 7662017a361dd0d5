/**
 * The ways in which the accesses to one location can be ordered: where each read reads from, and which write comes
 * after which. Only the coherent and atomic ones: sequential consistency per variable and the atomicity of
 * read-modify-writes look at one location at a time, so they are decided here, before locations are combined.
 */

import type { Value } from './event.js';
import type { EventId } from './relation.js';
import { LimitReached } from './thread.js';

export interface Access {
  readonly id: EventId;
  readonly thread: number;
  readonly value: Value;
}

export interface ReadAccess extends Access {
  readonly kind: 'read';
}

export interface WriteAccess extends Access {
  readonly kind: 'write';
  /** The read of the same atomic operation. */
  readonly pair: EventId | null;
}

export interface LocationOrder {
  /** By the reads of the location, in their order: the write that each reads from. */
  readonly sources: readonly EventId[];
  /** All writes in coherence order, the initial one first. */
  readonly writes: readonly EventId[];
}

/** `accesses` of one location: the initial write first, then thread by thread in program order. */
export function ordersOf(accesses: readonly (ReadAccess | WriteAccess)[], most: number): LocationOrder[] {
  return new LocationOrders(accesses, most).all();
}

class LocationOrders {
  readonly #reads: readonly ReadAccess[];
  readonly #byThread: readonly (readonly WriteAccess[])[];
  readonly #count: number;
  readonly #accesses: readonly (ReadAccess | WriteAccess)[];
  readonly #valueOf: ReadonlyMap<EventId, Value>;
  readonly #most: number;
  readonly #placed: WriteAccess[];
  readonly #found: LocationOrder[] = [];

  constructor(accesses: readonly (ReadAccess | WriteAccess)[], most: number) {
    const [initial, ...writes] = accesses.filter((access) => access.kind === 'write');
    this.#accesses = accesses;
    this.#reads = accesses.filter((access) => access.kind === 'read');
    this.#valueOf = new Map(accesses.map(({ id, value }) => [id, value]));
    const threads = [...new Set(writes.map(({ thread }) => thread))];
    this.#byThread = threads.map((thread) => writes.filter((write) => write.thread === thread));
    this.#count = writes.length + 1;
    this.#placed = [initial!];
    this.#most = most;
  }

  all(): LocationOrder[] {
    this.#place(this.#byThread.map(() => 0));
    return this.#found;
  }

  /** Puts the next write of some thread behind those that are placed. */
  #place(next: readonly number[]): void {
    if (this.#placed.length === this.#count) return this.#read([], new Map());
    this.#byThread.forEach((writes, index) => {
      const write = writes[next[index]!];
      if (write === undefined || !this.#mayFollow(write)) return;
      this.#placed.push(write);
      this.#place(next.with(index, next[index]! + 1));
      this.#placed.pop();
    });
  }

  /** The read of an atomic operation returns what the write before its own has written. */
  #mayFollow({ pair }: WriteAccess): boolean {
    return pair === null || this.#valueOf.get(pair) === this.#placed.at(-1)!.value;
  }

  /** Gives the next read a source. `seen`: by thread, the place of the last write that it wrote or read from. */
  #read(sources: readonly EventId[], places: ReadonlyMap<EventId, number>): void {
    const read = this.#reads[sources.length];
    if (read === undefined) {
      if (this.#found.length >= this.#most) throw new LimitReached('too many orders of one location');
      this.#found.push({ sources, writes: this.#placed.map(({ id }) => id) });
      return;
    }
    const { from, to } = this.#range(read, places);
    for (let place = from; place <= to; place++) {
      const write = this.#placed[place]!;
      if (write.value !== read.value) continue;
      this.#read([...sources, write.id], new Map(places).set(read.id, place));
    }
  }

  /** The places of the writes that `read` may read from, when the reads before it have theirs. */
  #range(read: ReadAccess, places: ReadonlyMap<EventId, number>): { from: number; to: number } {
    let from = 0;
    let to = this.#placed.length - 1;
    for (const access of this.#accesses) {
      if (access.thread !== read.thread || access.id === read.id) continue;
      const isBefore = access.id < read.id;
      const place = access.kind === 'read' ? places.get(access.id) : this.#placed.indexOf(access);
      if (isBefore) from = Math.max(from, place!);
      else if (access.kind === 'write') to = Math.min(to, place! - 1);
      if (access.kind === 'write' && access.pair === read.id) from = Math.max(from, place! - 1);
    }
    return { from, to };
  }
}
