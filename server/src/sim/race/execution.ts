/** The execution that a trace is, judged by the axioms of a memory model: one candidate, nothing is enumerated. */

import { Candidate, Skeleton } from '../axiomatic/candidate.js';
import { lkmm } from '../axiomatic/lkmm.js';
import type { LocationOrder } from '../axiomatic/location-orders.js';
import type { EventId } from '../axiomatic/relation.js';
import type { Trace } from '../exploration.js';
import type { Program, VariableId } from '../program.js';
import { type Access, type AccessId, type Item, itemsOf, waysOf } from './accesses.js';
import { eventsOf, locationOf } from './events.js';

/** What a trace does to memory, in which order. */
export interface Execution {
  readonly program: Program;
  /** By actor, in the order of its program. */
  readonly threads: readonly (readonly Item[])[];
  /** By variable: its writes in the order in which they take effect. */
  readonly writes: ReadonlyMap<VariableId, readonly AccessId[]>;
  /** By access that reads: the write that it reads from; null: the initial one. */
  readonly sources: ReadonlyMap<AccessId, AccessId | null>;
}

/**
 * Without the variables that are `bookkeeping` of the model and nobody's memory. Null where the trace ends with a load
 * that nothing fulfils.
 */
export function executionOf(
  program: Program,
  trace: Trace,
  states: readonly (readonly number[])[],
  bookkeeping: ReadonlySet<VariableId>,
): Execution | null {
  const ways = waysOf(program, trace, states);
  if (ways === null) return null;
  const threads = ways.map((way, actor) => itemsOf(program, actor, way, bookkeeping));
  const times = new Map(ways.flat().map(({ key, time }) => [key, time]));
  const order = threads
    .flatMap((items, thread) =>
      items.flatMap((item, place) => (item.kind === 'access' ? [{ item, thread, place }] : [])),
    )
    .map((one) => ({ ...one, time: times.get(keyOf(one.item.id))! }))
    .sort((a, b) => a.time - b.time || a.place - b.place);
  const writes = new Map<VariableId, AccessId[]>();
  const sources = new Map<AccessId, AccessId | null>();
  for (const { item, thread, place, time } of order) {
    const own = writes.get(item.variable) ?? [];
    if (item.access !== 'write')
      sources.set(item.id, ownPending(order, item, thread, place, time) ?? own.at(-1) ?? null);
    if (item.access !== 'read') writes.set(item.variable, [...own, item.id]);
  }
  return { program, threads, writes, sources };
}

const keyOf = (id: AccessId): string => id.slice(0, id.lastIndexOf('.'));

/** The thread's own write that a read takes its value from before the others see it. */
function ownPending(
  order: readonly { item: Access; thread: number; place: number; time: number }[],
  read: Access,
  thread: number,
  place: number,
  time: number,
): AccessId | undefined {
  return order
    .filter(
      (one) =>
        one.thread === thread &&
        one.place < place &&
        one.time > time &&
        one.item.variable === read.variable &&
        one.item.access !== 'read',
    )
    .sort((a, b) => a.place - b.place)
    .at(-1)?.item.id;
}

/** Whether the kernel's memory model allows the execution. */
export function isAllowed({ program, threads, writes, sources }: Execution): boolean {
  const variables = [
    ...new Set(threads.flat().flatMap((item) => (item.kind === 'access' ? [item.variable] : []))),
  ];
  const initial = new Map(variables.map((id) => [locationOf(program, id), program.variables[id]!.initial]));
  const own = threads.map((items) => eventsOf(program, items));
  const skeleton = new Skeleton(
    initial,
    own.map(({ path }) => path),
  );
  const first = threads.map((_, thread) => skeleton.threadOf.indexOf(thread));
  const accesses = threads.flatMap((items, thread) =>
    items.flatMap((item) =>
      item.kind === 'access' ? [{ item, event: first[thread]! + own[thread]!.at.get(item.id)! }] : [],
    ),
  );
  const readEvent = new Map(accesses.map(({ item, event }): [AccessId, EventId] => [item.id, event]));
  const writeEvent = (id: AccessId, access: Access): EventId =>
    readEvent.get(id)! + (access.access === 'rmw' ? 1 : 0);
  const byId = new Map(accesses.map(({ item }) => [item.id, item]));
  const eventOfWrite = (id: AccessId) => writeEvent(id, byId.get(id)!);
  const reads = variables.map((variable) =>
    accesses.filter(({ item }) => item.variable === variable && item.access !== 'write'),
  );
  const orders = variables.map((variable, place): LocationOrder => ({
    sources: reads[place]!.map(({ item }) => {
      const source = sources.get(item.id) ?? null;
      return source === null ? place : eventOfWrite(source);
    }),
    writes: [place, ...(writes.get(variable) ?? []).map(eventOfWrite)],
  }));
  const candidate = new Candidate(
    skeleton,
    orders,
    reads.map((some) => some.map(({ event }) => event)),
  );
  return candidate.isGrounded && lkmm(skeleton).allows(candidate);
}
