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
import type { AtomicOrdering } from './primitives.js';

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

/** A lock is not free, or what is waited for is not there: this run is no execution. Thrown inside the runner alone. */
export class Blocked extends Error {}

export const plainValue = (value: Value): Tainted => ({ value, sources: NO_SOURCES });

/** Says of a decision that it depends on the read that is being made. */
const THIS_READ: Sources = [-1];

type Compute = (old: Value) => Value;
type Test = (old: Value) => boolean;

/** What an atomic operation writes. */
export interface Computation {
  readonly compute: Compute;
  /** The reads that it is made of, besides the operation's own. */
  readonly data: Sources;
  readonly ordering: AtomicOrdering;
}

/** What has become of an operation that writes under a condition. */
export interface Attempt {
  readonly isDone: boolean;
  readonly old: Tainted;
}

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

  compareExchange(target: Target, expected: Value, value: Tainted, ordering: AtomicOrdering): Attempt {
    const old = this.#cpu.observe(target.location);
    const isDone = this.#cpu.decide(old === expected, THIS_READ);
    // A failure has no order, whatever the operation's is, but it is an atomic operation.
    const read = isDone
      ? this.#ordered(ordering, () => this.#pair(target, old, value, ordering, 'once'))
      : this.#read(target, old, 'once', 'rmw');
    return { isDone, old: { value: old, sources: [read] } };
  }

  /** What is written is computed from what is read, and from the reads `data`. Gives back what is read. */
  compute(target: Target, { data, compute, ordering }: Computation, isReturning: boolean): Tainted {
    const old = this.#cpu.observe(target.location);
    const written = { value: compute(old), sources: data };
    const order = isReturning ? 'once' : 'noreturn';
    const read = this.#ordered(ordering, () => this.#pair(target, old, written, ordering, order, true));
    return { value: old, sources: [read] };
  }

  /**
   * The same where `isMet` says so of what is read. Where not, the kernel's generic code has read the variable and come
   * to no atomic operation: no order, nothing for smp_mb__after_atomic() to stand beside, no locked instruction.
   */
  computeWhere(target: Target, isMet: Test, { data, compute, ordering }: Computation): Attempt {
    const old = this.#cpu.observe(target.location);
    const isDone = this.#cpu.decide(isMet(old), THIS_READ);
    const pair = () =>
      this.#pair(target, old, { value: compute(old), sources: data }, ordering, 'once', true);
    const read = isDone ? this.#ordered(ordering, pair) : this.#read(target, old, 'once', 'look');
    return { isDone, old: { value: old, sources: [read] } };
  }

  /**
   * A critical section that does no more than this to the one variable which its lock is for, as one operation:
   * docs/memory-model.md. It is there when `isMet`; until then the section waits.
   */
  section(target: Target, isMet: Test, compute: Compute): void {
    const old = this.#cpu.observe(target.location);
    if (!this.#cpu.decide(isMet(old), THIS_READ)) throw new Blocked();
    const read = this.#read(target, old, 'acquire', 'lock');
    this.#write(target, { value: compute(old), sources: [read] }, 'release', 'lock');
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
