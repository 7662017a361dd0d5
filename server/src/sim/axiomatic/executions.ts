/** All executions of a test that a memory model allows. */

import { Candidate, Skeleton, accessesOf } from './candidate.js';
import type { Location, Value } from './event.js';
import { lkmm } from './lkmm.js';
import { type LocationOrder, ordersOf } from './location-orders.js';
import type { Judge, Model } from './model.js';
import { type Limits, LimitReached, type Path, type Registers } from './thread.js';
import { sc, tso } from './total-order.js';
import { type Test, unfold } from './unfold.js';
import type { MemoryModel } from '../exploration.js';

/** One execution that is allowed. */
export interface Execution {
  /** By thread. */
  readonly registers: readonly Registers[];
  readonly memory: ReadonlyMap<Location, Value>;
  /** Whether plain accesses race in it. */
  readonly races: () => boolean;
}

export type Enumeration =
  | { readonly kind: 'complete'; readonly candidates: number }
  /** Cut off: what was visited is not all. */
  | { readonly kind: 'unfinished'; readonly why: string }
  /** Some run does what the model has no answer for. */
  | { readonly kind: 'stuck'; readonly why: string };

export const LIMITS: Limits = {
  events: 64,
  paths: 20_000,
  orders: 5_000,
  combinations: 1_000_000,
  candidates: 200_000,
};

const MODELS: Readonly<Record<MemoryModel, Model>> = { sc, tso, lkmm };

/** Visits every execution once, in an order that depends on `test` alone. */
export function executions(
  test: Test,
  memory: MemoryModel,
  visit: (execution: Execution) => void,
  limits: Limits = LIMITS,
): Enumeration {
  return unlessLimited(() => {
    const unfolded = unfold(test, limits);
    if (unfolded.kind === 'stuck') return unfolded;
    return visitAll({ initial: test.initial, paths: unfolded.threads }, memory, visit, limits);
  });
}

/** A test whose threads are known by all the ways through them. */
export interface PathTest {
  readonly initial: ReadonlyMap<Location, Value>;
  /** By thread. */
  readonly paths: readonly (readonly Path[])[];
}

/** The same for a test whose threads need not be run. */
export function executionsOfPaths(
  test: PathTest,
  memory: MemoryModel,
  visit: (execution: Execution) => void,
  limits: Limits = LIMITS,
): Enumeration {
  return unlessLimited(() => visitAll(test, memory, visit, limits));
}

function visitAll(
  { initial, paths }: PathTest,
  memory: MemoryModel,
  visit: (execution: Execution) => void,
  limits: Limits,
): Enumeration {
  const search = new Search(initial, MODELS[memory], visit, limits);
  search.choosePaths(paths);
  return { kind: 'complete', candidates: search.candidates };
}

function unlessLimited(enumerate: () => Enumeration): Enumeration {
  try {
    return enumerate();
  } catch (error) {
    if (error instanceof LimitReached) return { kind: 'unfinished', why: error.message };
    throw error;
  }
}

class Search {
  readonly #initial: ReadonlyMap<Location, Value>;
  readonly #model: Model;
  readonly #visit: (execution: Execution) => void;
  readonly #limits: Limits;
  #combinations = 0;
  candidates = 0;

  constructor(
    initial: ReadonlyMap<Location, Value>,
    model: Model,
    visit: (execution: Execution) => void,
    limits: Limits,
  ) {
    this.#initial = initial;
    this.#model = model;
    this.#visit = visit;
    this.#limits = limits;
  }

  /** Puts together one path of each thread, leaving out at once those whose reads nobody writes for. */
  choosePaths(threads: readonly (readonly Path[])[]): void {
    const contents = threads.map((paths) => paths.map(contentOf));
    const written = contents.map((own) => new Set(own.flatMap(({ writes }) => [...writes])));
    const start = new Set([...this.#initial].map(([location, value]) => key(location, value)));
    const choose = (chosen: readonly Content[]): void => {
      if (chosen.length === threads.length) return this.#chooseOrders(chosen.map(({ path }) => path));
      const others = [start, ...written.slice(chosen.length + 1), ...chosen.map(({ writes }) => writes)];
      for (const next of contents[chosen.length]!) {
        this.#combine();
        const isThere = (read: string) => next.writes.has(read) || others.some((values) => values.has(read));
        if (next.reads.every(isThere) && chosen.every(({ reads }) => reads.every(isThere))) {
          choose([...chosen, next]);
        }
      }
    };
    choose([]);
  }

  #chooseOrders(paths: readonly Path[]): void {
    this.#count();
    const accesses = [...accessesOf(this.#initial, paths).values()];
    const orders: LocationOrder[][] = [];
    for (const own of accesses) {
      const found = ordersOf(own, this.#limits.orders);
      if (found.length === 0) return;
      orders.push(found);
    }
    const reads = accesses.map((own) => own.filter(({ kind }) => kind === 'read').map(({ id }) => id));
    const skeleton = new Skeleton(this.#initial, paths);
    const judge = this.#model(skeleton);
    const choose = (chosen: readonly LocationOrder[]): void => {
      if (chosen.length < orders.length) {
        for (const order of orders[chosen.length]!) choose([...chosen, order]);
      } else this.#judge(new Candidate(skeleton, chosen, reads), judge);
    };
    choose([]);
  }

  #judge(candidate: Candidate, judge: Judge): void {
    this.#count();
    if (!candidate.isGrounded || !judge.allows(candidate)) return;
    const registers = candidate.skeleton.paths.map((path) => path.registers);
    this.#visit({ registers, memory: candidate.memory(), races: () => judge.races(candidate) });
  }

  #combine(): void {
    if (++this.#combinations > this.#limits.combinations)
      throw new LimitReached('too many combinations of paths');
  }

  #count(): void {
    if (++this.candidates > this.#limits.candidates) throw new LimitReached('too many candidate executions');
  }
}

const key = (location: Location, value: Value): string => `${typeof value} ${value} ${location}`;

/** A path, with what it reads and writes. */
interface Content {
  readonly path: Path;
  readonly reads: readonly string[];
  readonly writes: ReadonlySet<string>;
}

function contentOf(path: Path): Content {
  const keys = (kind: 'read' | 'write') =>
    path.events.flatMap((event) => (event.kind === kind ? [key(event.location, event.value)] : []));
  return { path, reads: [...new Set(keys('read'))], writes: new Set(keys('write')) };
}
