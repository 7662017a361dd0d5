/** Threads as the axiomatic models see them: code that runs when it is told what its reads return. */

import type { Event, Location, Sources, Value } from './event.js';

/** What a thread is run against. */
export interface Cpu {
  /** What the next read of `location` returns: one of the values that it may hold, chosen from outside. */
  observe(location: Location): Value;
  /** Which way a branch goes whose condition, made of the values of `sources`, is `isTrue`. */
  decide(isTrue: boolean, sources: Sources): boolean;
  /** What `pointer`, made of the values of `sources`, points to; null when it is no pointer. */
  locate(pointer: Value, sources: Sources): Location | null;
  /** Adds to the program order; the index that dependencies name. */
  emit(event: Event): number;
}

export type Registers = ReadonlyMap<string, Value>;

export type Run =
  | { readonly kind: 'ended'; readonly registers: Registers }
  /** It never ends like this, e.g. at a lock that is not free. */
  | { readonly kind: 'blocked' }
  /** It does what no model has an answer for, e.g. reads through a pointer that is 0. */
  | { readonly kind: 'stuck'; readonly why: string };

/** Runs the thread once. Deterministic but for what it observes. */
export type Thread = (cpu: Cpu) => Run;

/** One way through a thread. */
export interface Path {
  readonly events: readonly Event[];
  readonly registers: Registers;
}

/** The limits of a run were reached: what was found until then is no verdict. */
export class LimitReached extends Error {}

export interface Limits {
  /** Events of one thread on one way through it. */
  readonly events: number;
  /** Ways through one thread. */
  readonly paths: number;
  /** Orders of the accesses to one location. */
  readonly orders: number;
  /** Combinations of paths, whether they fit or not. */
  readonly combinations: number;
  /** Combinations of orders, and of paths that fit. */
  readonly candidates: number;
}

/** What a read of a location may return. */
export interface Values {
  readonly initial: Value;
  readonly written: ReadonlySet<Value>;
}

export type Domain = ReadonlyMap<Location, Values>;

export interface Paths {
  readonly paths: readonly Path[];
  /** Why some run of the thread got stuck. */
  readonly stuck: string | null;
}

/**
 * Every way through `thread` when a read of a location may return any value of its domain. `freely`: branches that
 * depend on reads go either way, and what is no pointer points anywhere.
 */
export function pathsOf(thread: Thread, domain: Domain, freely: boolean, limits: Limits): Paths {
  const paths: Path[] = [];
  let stuck: string | null = null;
  const cpu = new ChoosingCpu(domain, freely, limits.events);
  for (let runs = 1, more = true; more; runs++, more = cpu.advance()) {
    if (runs > limits.paths) throw new LimitReached('too many ways through a thread');
    cpu.restart();
    const run = freely ? unlessEndless(thread, cpu) : thread(cpu);
    if (run.kind === 'ended') paths.push({ events: cpu.events, registers: run.registers });
    if (run.kind === 'stuck') stuck ??= run.why;
  }
  return { paths, stuck };
}

/** A loop whose condition goes either way may be left or not; the way of not leaving it is no way of the thread. */
function unlessEndless(thread: Thread, cpu: Cpu): Run {
  try {
    return thread(cpu);
  } catch (error) {
    if (error instanceof LimitReached) return { kind: 'blocked' };
    throw error;
  }
}

/** Runs a thread again and again until every sequence of choices has been made, in order. */
class ChoosingCpu implements Cpu {
  readonly #domain: Domain;
  readonly #freely: boolean;
  readonly #most: number;
  readonly #choices: { taken: number; of: number }[] = [];
  #made = 0;
  events: Event[] = [];

  constructor(domain: Domain, freely: boolean, most: number) {
    this.#domain = domain;
    this.#freely = freely;
    this.#most = most;
  }

  restart(): void {
    this.#made = 0;
    this.events = [];
  }

  observe(location: Location): Value {
    const { initial, written } = this.#domain.get(location)!;
    const own = this.events.findLast((event) => event.kind === 'write' && event.location === location);
    // After a write of its own a thread does not see the initial one again: coherence.
    if (own?.kind !== 'write') return this.#choose([...new Set([initial, ...written])]);
    if (written.size > 0) return this.#choose([...written]);
    // Before the rounds of `grown` nothing is known to be written: what is computed from it comes in one of them.
    return this.#freely ? initial : own.value;
  }

  decide(isTrue: boolean, sources: Sources): boolean {
    return this.#freely && sources.length > 0 ? this.#choose([isTrue, !isTrue]) : isTrue;
  }

  locate(pointer: Value, sources: Sources): Location | null {
    if (typeof pointer === 'string') return pointer;
    return this.#freely && sources.length > 0 ? this.#choose([...this.#domain.keys()]) : null;
  }

  #choose<T>(from: readonly T[]): T {
    const choice = (this.#choices[this.#made] ??= { taken: 0, of: from.length });
    this.#made++;
    if (this.#made > this.#most) throw new LimitReached('a thread that does not end');
    return from[choice.taken]!;
  }

  emit(event: Event): number {
    if (this.events.length >= this.#most) throw new LimitReached('a thread that does not end');
    return this.events.push(event) - 1;
  }

  /** False when the last sequence of choices has been made. */
  advance(): boolean {
    while (this.#choices.length > 0) {
      const last = this.#choices.at(-1)!;
      if (++last.taken < last.of) return true;
      this.#choices.pop();
    }
    return false;
  }
}
