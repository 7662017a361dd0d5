/** Candidate executions: one path of each thread, put together, with an order of the accesses to every location. */

import type { Event, Location, Read, Value, Write } from './event.js';
import type { LocationOrder, ReadAccess, WriteAccess } from './location-orders.js';
import { type EventId, Relation } from './relation.js';
import type { Path } from './thread.js';

/** The thread of the initial writes: none. */
export const INITIAL = -1;

/** What is the same in all candidates that are made of the same paths. */
export class Skeleton {
  readonly paths: readonly Path[];
  readonly events: readonly Event[];
  readonly threadOf: readonly number[];
  /** The events of each thread start here. */
  readonly #first: readonly number[];
  readonly size: number;
  readonly po: Relation;
  readonly ext: Relation;
  readonly int: Relation;
  readonly loc: Relation;
  readonly rmw: Relation;
  readonly addr: Relation;
  readonly data: Relation;
  readonly ctrl: Relation;

  constructor(initial: ReadonlyMap<Location, Value>, paths: readonly Path[]) {
    const writes = [...initial].map(([location, value]) => initialWrite(location, value));
    this.paths = paths;
    this.events = [...writes, ...paths.flatMap(({ events }) => events)];
    this.threadOf = [...writes.map(() => INITIAL), ...paths.flatMap(({ events }, i) => events.map(() => i))];
    this.#first = paths.map((_, thread) => this.threadOf.indexOf(thread));
    this.size = this.events.length;
    const { threadOf, events } = this;
    const isInt = (from: EventId, to: EventId) =>
      threadOf[from] === threadOf[to] && threadOf[from] !== INITIAL;
    this.int = Relation.where(this.size, isInt);
    this.po = Relation.where(this.size, (from, to) => from < to && isInt(from, to));
    this.ext = Relation.where(this.size, (from, to) => from !== to && !isInt(from, to));
    const locationOf = (event: Event) => (event.kind === 'fence' ? null : event.location);
    this.loc = Relation.where(
      this.size,
      (from, to) =>
        locationOf(events[from]!) !== null && locationOf(events[from]!) === locationOf(events[to]!),
    );
    this.rmw = Relation.where(this.size, (from, to) => this.pairOf(to) === from);
    this.addr = this.#dependency((event) => (event.kind === 'fence' ? [] : event.address));
    this.data = this.#dependency((event) => (event.kind === 'write' ? event.data : []));
    this.ctrl = this.#dependency((event) => (event.kind === 'fence' ? [] : event.control));
  }

  /** The read of the atomic operation that write `id` is of. */
  pairOf(id: EventId): EventId | null {
    const event = this.events[id]!;
    return event.kind === 'write' && isPaired(event) ? id - 1 : null;
  }

  #dependency(sourcesOf: (event: Event) => readonly number[]): Relation {
    const relation = Relation.empty(this.size);
    this.events.forEach((event, id) => {
      if (this.threadOf[id] === INITIAL) return;
      for (const source of sourcesOf(event)) relation.add(this.#first[this.threadOf[id]!]! + source, id);
    });
    return relation;
  }
}

/** The accesses to each location of the candidates made of `paths`, by the ids they have there, initial write first. */
export function accessesOf(
  initial: ReadonlyMap<Location, Value>,
  paths: readonly Path[],
): Map<Location, (ReadAccess | WriteAccess)[]> {
  const byLocation = new Map<Location, (ReadAccess | WriteAccess)[]>();
  let id = 0;
  for (const [location, value] of initial) {
    byLocation.set(location, [{ kind: 'write', id: id++, thread: INITIAL, value, pair: null }]);
  }
  paths.forEach(({ events }, thread) => {
    for (const event of events) {
      if (event.kind !== 'fence') byLocation.get(event.location)!.push(accessOf(event, id, thread));
      id++;
    }
  });
  return byLocation;
}

function accessOf(event: Read | Write, id: EventId, thread: number): ReadAccess | WriteAccess {
  const common = { id, thread, value: event.value };
  if (event.kind === 'read') return { ...common, kind: 'read' };
  return { ...common, kind: 'write', pair: isPaired(event) ? id - 1 : null };
}

/** The write of an atomic operation follows its read at once. */
const isPaired = ({ part }: Write): boolean => part === 'rmw' || part === 'lock';

function initialWrite(location: Location, value: Value): Write {
  const none = { address: [], data: [], control: [] };
  return { kind: 'write', location, value, order: 'once', part: 'none', ...none };
}

/** A skeleton with the order of every location. */
export class Candidate {
  readonly skeleton: Skeleton;
  readonly rf: Relation;
  readonly co: Relation;
  readonly fr: Relation;
  readonly #last: readonly EventId[];

  constructor(skeleton: Skeleton, orders: readonly LocationOrder[], reads: readonly (readonly EventId[])[]) {
    this.skeleton = skeleton;
    this.rf = Relation.empty(skeleton.size);
    this.co = Relation.empty(skeleton.size);
    orders.forEach(({ sources, writes }, location) => {
      sources.forEach((source, index) => this.rf.add(source, reads[location]![index]!));
      writes.forEach((from, place) => writes.slice(place + 1).forEach((to) => this.co.add(from, to)));
    });
    this.fr = this.rf.inverse().then(this.co);
    this.#last = orders.map(({ writes }) => writes.at(-1)!);
  }

  /** What every location holds in the end. */
  memory(): Map<Location, Value> {
    const writes = this.#last.map((id) => this.skeleton.events[id] as Write);
    return new Map(writes.map(({ location, value }) => [location, value]));
  }

  /** No value is its own reason: values come from somewhere, through addresses and data. */
  get isGrounded(): boolean {
    return this.skeleton.addr.or(this.skeleton.data, this.rf).isAcyclic;
  }
}
