/**
 * All ways through the threads of a test. What a read may return is not known beforehand, so every value is tried
 * that some thread may write. docs/memory-model.md says why no value of an execution is missed.
 */

import type { Location, Value, Write } from './event.js';
import {
  type Domain,
  type Limits,
  type Path,
  type Paths,
  type Thread,
  type Values,
  pathsOf,
} from './thread.js';

export interface Test {
  readonly threads: readonly Thread[];
  /** Every location with its value at the start. */
  readonly initial: ReadonlyMap<Location, Value>;
}

export type Unfolded =
  | { readonly kind: 'paths'; readonly threads: readonly (readonly Path[])[] }
  | { readonly kind: 'stuck'; readonly why: string };

export function unfold(test: Test, limits: Limits): Unfolded {
  const start: Domain = new Map(
    [...test.initial].map(([location, initial]) => [location, { initial, written: new Set() }]),
  );
  const runs = (domain: Domain, freely: boolean): Paths[] =>
    test.threads.map((thread) => pathsOf(thread, domain, freely, limits));
  const threads = runs(narrowed(grown(start, runs), start, runs), false);
  const stuck = threads.find((thread) => thread.stuck !== null);
  if (stuck !== undefined) return { kind: 'stuck', why: stuck.stuck! };
  return { kind: 'paths', threads: threads.map(({ paths }) => paths) };
}

type Runs = (domain: Domain, freely: boolean) => readonly Paths[];

/**
 * All values that come about by computing, whatever branches are taken. A value of an execution is computed through
 * at most as many writes, one from the other, as the execution has that depend on reads. First come those that are
 * there without computing, then in each round those that are computed through one write more.
 */
function grown(start: Domain, runs: Runs): Domain {
  let domain = withWritten(start, runs(start, true), (write) => !isComputed(write));
  for (let round = 1, most = 1; round <= most; round++) {
    const threads = runs(domain, true);
    most = mostComputed(threads);
    const next = withWritten(domain, threads);
    if (sizeOf(next) === sizeOf(domain)) return domain;
    domain = next;
  }
  return domain;
}

/** Only what is there at the start, or written on some way that reads such values alone. */
function narrowed(domain: Domain, start: Domain, runs: Runs): Domain {
  for (let current = domain; ;) {
    const written = withWritten(start, runs(current, false));
    const next = common(written, current);
    if (sizeOf(next) === sizeOf(current)) return next;
    current = next;
  }
}

function common(domain: Domain, other: Domain): Domain {
  const both = [...domain].map(([location, { initial, written }]): [Location, Values] => {
    const known = other.get(location)!.written;
    return [location, { initial, written: new Set([...written].filter((value) => known.has(value))) }];
  });
  return new Map(both);
}

function withWritten(
  domain: Domain,
  threads: readonly Paths[],
  isOne: (write: Write) => boolean = () => true,
): Domain {
  const next = new Map(
    [...domain].map(([location, { initial, written }]) => [location, { initial, written: new Set(written) }]),
  );
  for (const { paths } of threads) {
    for (const { events } of paths) {
      for (const event of events) {
        if (event.kind === 'write' && isOne(event)) next.get(event.location)!.written.add(event.value);
      }
    }
  }
  return next;
}

const sizeOf = (domain: Domain): number =>
  [...domain.values()].reduce((sum, { written }) => sum + written.size, 0);

/** Whether what it writes, or where, comes from reads. */
const isComputed = ({ data, address }: Write): boolean => data.length + address.length > 0;

/** The most writes that one execution may have whose value or place is computed from reads. */
function mostComputed(threads: readonly Paths[]): number {
  const count = ({ events }: Path): number =>
    events.filter((event) => event.kind === 'write' && isComputed(event)).length;
  return threads.reduce(
    (sum, { paths }) => sum + paths.reduce((most, path) => Math.max(most, count(path)), 0),
    0,
  );
}
