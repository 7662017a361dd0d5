import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ReadAccess,
  type WriteAccess,
  ordersOf,
} from '../../../server/src/sim/axiomatic/location-orders.js';
import { Relation } from '../../../server/src/sim/axiomatic/relation.js';

type Accesses = readonly (ReadAccess | WriteAccess)[];

/** `R1`, `W2`: reads 1, writes 2; `U12`: reads 1 and writes 2 at once. By thread. */
const kind = fc.constantFrom('R0', 'R1', 'W1', 'W2', 'U01', 'U12');
const threads = fc.tuple(
  fc.array(kind, { maxLength: 3 }),
  fc.array(kind, { maxLength: 2 }),
  fc.array(kind, { maxLength: 1 }),
);

function accessesOf(program: readonly (readonly string[])[]): Accesses {
  const accesses: (ReadAccess | WriteAccess)[] = [{ kind: 'write', id: 0, thread: -1, value: 0, pair: null }];
  program.forEach((ops, thread) => {
    for (const op of ops) {
      const common = { thread, value: Number(op[1]) };
      const id = accesses.length;
      if (op[0] === 'W') accesses.push({ ...common, kind: 'write', id, pair: null });
      else accesses.push({ ...common, kind: 'read', id });
      if (op[0] === 'U') accesses.push({ kind: 'write', thread, id: id + 1, value: Number(op[2]), pair: id });
    }
  });
  return accesses;
}

/** The same by the words of the cat file: all choices, then acyclic (po-loc | rf | co | fr) and empty (rmw & fre;coe). */
function byDefinition(accesses: Accesses): Set<string> {
  const writes = accesses.filter((access) => access.kind === 'write');
  const reads = accesses.filter((access) => access.kind === 'read');
  const choices = reads.reduce<WriteAccess[][]>(
    (chosen, read) =>
      chosen.flatMap((own) =>
        writes.filter(({ value }) => value === read.value).map((write) => [...own, write]),
      ),
    [[]],
  );
  const found = new Set<string>();
  for (const order of permutations(writes.slice(1)).map((rest) => [writes[0]!, ...rest])) {
    for (const sources of choices)
      if (isAllowed(accesses, reads, order, sources)) found.add(keyOf(sources, order));
  }
  return found;
}

function isAllowed(
  accesses: Accesses,
  reads: readonly ReadAccess[],
  order: WriteAccess[],
  sources: WriteAccess[],
): boolean {
  const size = accesses.length;
  const isInt = (from: number, to: number) => accesses[from]!.thread === accesses[to]!.thread;
  const po = Relation.where(size, (from, to) => from < to && isInt(from, to));
  const co = Relation.empty(size);
  order.forEach(({ id }, place) => order.slice(place + 1).forEach((later) => co.add(id, later.id)));
  const rf = Relation.empty(size);
  reads.forEach(({ id }, index) => rf.add(sources[index]!.id, id));
  const fr = rf.inverse().then(co);
  const ext = Relation.where(size, (from, to) => !isInt(from, to));
  const rmw = Relation.where(size, (from, to) => (accesses[to] as WriteAccess).pair === from);
  return po.or(rf, co, fr).isAcyclic && rmw.and(fr.and(ext).then(co.and(ext))).isEmpty;
}

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));

const keyOf = (sources: readonly { id: number }[], writes: readonly { id: number }[]): string =>
  JSON.stringify([sources.map(({ id }) => id), writes.map(({ id }) => id)]);

describe('the orders of one location', () => {
  it('are those that are coherent and atomic by the definition, each once', () => {
    fc.assert(
      fc.property(threads, (program) => {
        const accesses = accessesOf(program);
        const found = ordersOf(accesses, 100_000).map(({ sources, writes }) =>
          JSON.stringify([sources, writes]),
        );
        expect(new Set(found)).toEqual(byDefinition(accesses));
        expect(new Set(found).size).toBe(found.length);
      }),
      { numRuns: 300 },
    );
  });
});
