/** The accesses that a thread makes, as the events that Documentation/herd-representation.txt has for each primitive. */

import {
  type Event,
  type Fence,
  type Location,
  NO_SOURCES,
  type ReadOrder,
  type Sources,
  type Value,
  type WriteOrder,
} from '../sim/axiomatic/event.js';
import type { Cpu } from '../sim/axiomatic/thread.js';
import type { AtomicOrdering, Primitive } from './primitives.js';

/** A value and the reads that it was made of. */
export interface Tainted {
  readonly value: Value;
  readonly sources: Sources;
}

/** A location and the reads that its address was made of. */
export interface Target {
  readonly location: Location;
  readonly sources: Sources;
}

/** A lock is not free: this run is no execution. Thrown inside the runner alone. */
export class Blocked extends Error {}

export const plainValue = (value: Value): Tainted => ({ value, sources: NO_SOURCES });

/** Says of a decision that it depends on the read that is being made. */
const THIS_READ: Sources = [-1];

type Compute = (old: Value) => Value;

export class Accesses {
  readonly #cpu: Cpu;
  readonly #held = new Set<Location>();
  /** What the conditions around the present statement were made of. */
  control: Sources = NO_SOURCES;

  constructor(cpu: Cpu) {
    this.#cpu = cpu;
  }

  fence(fence: Fence): void {
    this.#cpu.emit({ kind: 'fence', fence });
  }

  read(target: Target, order: ReadOrder): Tainted {
    const value = this.#cpu.observe(target.location);
    return { value, sources: [this.#read(target, value, order, 'none')] };
  }

  write(target: Target, value: Tainted, order: WriteOrder): void {
    this.#write(target, value, order, 'none');
  }

  exchange(target: Target, value: Tainted, ordering: AtomicOrdering): Tainted {
    const old = this.#cpu.observe(target.location);
    const read = this.#ordered(ordering, () => this.#pair(target, old, value, ordering, 'once'));
    return { value: old, sources: [read] };
  }

  compareExchange(target: Target, expected: Value, value: Tainted, ordering: AtomicOrdering): Tainted {
    const old = this.#cpu.observe(target.location);
    const isExpected = this.#cpu.decide(old === expected, THIS_READ);
    const read = isExpected
      ? this.#ordered(ordering, () => this.#pair(target, old, value, ordering, 'once'))
      : this.#failed(target, old);
    return { value: old, sources: [read] };
  }

  /** What is written is computed from what is read, and from the reads `data`. */
  compute(
    target: Target,
    data: Sources,
    compute: Compute,
    { ordering, result }: Extract<Primitive, { kind: 'atomic' }>,
  ): Tainted {
    const old = this.#cpu.observe(target.location);
    const value = compute(old);
    const order = result === 'none' ? 'noreturn' : 'once';
    const read = this.#ordered(ordering, () =>
      this.#pair(target, old, { value, sources: data }, ordering, order, true),
    );
    const results = {
      none: 0,
      old,
      new: value,
      zero: value === 0 ? 1 : 0,
      negative: Number(value) < 0 ? 1 : 0,
    };
    return { value: results[result], sources: union([read], data) };
  }

  /** Fully ordered when it writes, not at all when it does not. Gives back whether it has. */
  computeUnless(target: Target, unless: Value, data: Sources, compute: Compute): Tainted {
    const old = this.#cpu.observe(target.location);
    if (this.#cpu.decide(old === unless, THIS_READ)) {
      return { value: 0, sources: [this.#failed(target, old)] };
    }
    const value = { value: compute(old), sources: data };
    const read = this.#ordered('full', () => this.#pair(target, old, value, 'full', 'once', true));
    return { value: 1, sources: [read] };
  }

  lock(target: Target): Tainted {
    if (this.#cpu.observe(target.location) !== 0) throw new Blocked();
    return this.#take(target);
  }

  trylock(target: Target): Tainted {
    if (this.#cpu.observe(target.location) === 0) return this.#take(target);
    return { value: 0, sources: [this.#read(target, 1, 'once', 'look')] };
  }

  isLocked(target: Target): Tainted {
    const value = this.#cpu.observe(target.location);
    return { value, sources: [this.#read(target, value, 'once', 'look')] };
  }

  /** Whether the lock was held. */
  unlock(target: Target): boolean {
    this.#write(target, plainValue(0), 'release', 'unlock');
    return this.#held.delete(target.location);
  }

  #take(target: Target): Tainted {
    this.#held.add(target.location);
    this.#read(target, 0, 'acquire', 'lock');
    this.#write(target, plainValue(1), 'once', 'lock');
    return plainValue(1);
  }

  #ordered(ordering: AtomicOrdering, access: () => number): number {
    if (ordering === 'full') this.fence('mb');
    const read = access();
    if (ordering === 'full') this.fence('mb');
    return read;
  }

  /** A read and the write that follows it; gives the read. `isComputed`: what is written depends on what is read. */
  #pair(
    target: Target,
    old: Value,
    { value, sources }: Tainted,
    ordering: AtomicOrdering,
    order: ReadOrder,
    isComputed = false,
  ): number {
    const read = this.#read(target, old, ordering === 'acquire' ? 'acquire' : order, 'rmw');
    const data = isComputed ? union(sources, [read]) : sources;
    this.#write(target, { value, sources: data }, ordering === 'release' ? 'release' : 'once', 'rmw');
    return read;
  }

  /** The read of an operation that then writes nothing: it has no order, whatever the operation's is. */
  #failed(target: Target, value: Value): number {
    return this.#read(target, value, 'once', 'rmw');
  }

  #read({ location, sources }: Target, value: Value, order: ReadOrder, part: ReadPart): number {
    const { control } = this;
    return this.#cpu.emit({ kind: 'read', location, value, order, part, address: sources, control });
  }

  #write({ location, sources }: Target, written: Tainted, order: WriteOrder, part: WritePart): void {
    const depends = { address: sources, data: written.sources, control: this.control };
    this.#cpu.emit({ kind: 'write', location, value: written.value, order, part, ...depends });
  }
}

type ReadPart = Extract<Event, { kind: 'read' }>['part'];
type WritePart = Extract<Event, { kind: 'write' }>['part'];

export function union(left: Sources, right: Sources): Sources {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  return [...new Set([...left, ...right])];
}
