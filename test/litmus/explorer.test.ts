/** The state explorer's lkmm against the axioms: what it has they have, and what it lacks is named in docs/memory-model.md. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomRuns } from '../random-runs.js';
import { type Op, fence, inc, outcomes, read, write } from '../sim/litmus-programs.js';
import { allFinals, finalsOf } from './explored.js';
import { type Threads, threads } from './random-tests.js';

const RUNS = randomRuns(800);

const explored = (program: Threads): Set<string> =>
  new Set(outcomes(program, allFinals(program), 'lkmm').map((final) => JSON.stringify(final)));

/** The explorer knows these barriers beside their operation alone, the axioms anywhere after it. */
const isBesideBarrier = (op: Op): boolean => op.op === 'fence' && op.fence.endsWith('atomic');

/** An atomic operation that gives a value back is never late in the explorer: docs/memory-model.md. */
const isNeverLate = (op: Op): boolean => op.op === 'inc' && op.order === 'acquire';

const plain = threads.filter((program) => !program.flat().some(isBesideBarrier));

describe("the state explorer's lkmm", { timeout: 900_000 }, () => {
  it('has no outcome that the axioms do not have', () => {
    fc.assert(
      fc.property(plain, (program) => {
        const exact = finalsOf(program, 'lkmm');
        expect([...explored(program)].filter((final) => !exact.has(final))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('has every outcome of two threads that the axioms have, as far as four accesses go', () => {
    const two = plain.filter(
      (program) =>
        program.length === 2 && program.every((ops) => ops.length <= 3) && !program.flat().some(isNeverLate),
    );
    fc.assert(
      fc.property(two, (program) => {
        const own = explored(program);
        expect([...finalsOf(program, 'lkmm')].filter((final) => !own.has(final))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('has not yet an atomic_fetch_inc_acquire() whose write comes after a later read', () => {
    const program = [
      [inc('x', 'acquire'), read('y', 'a0')],
      [write('y', 1), fence('mb'), read('x', 'a1')],
    ];
    const late = JSON.stringify({ a0: 0, a1: 0 });
    expect([...finalsOf(program, 'lkmm')]).toContain(late);
    expect([...explored(program)]).not.toContain(late);
  });

  it.each([
    [
      'WRC',
      [[write('x', 1)], [read('x', 'a1'), write('y', 1)], [read('y', 'a2', 'acquire'), read('x', 'b2')]],
      { a1: 1, a2: 1, b2: 0 },
    ],
    [
      'RWC',
      [
        [write('x', 1)],
        [read('x', 'a1', 'acquire'), read('y', 'b1')],
        [write('y', 1), fence('mb'), read('x', 'a2')],
      ],
      { a1: 1, b1: 0, a2: 0 },
    ],
  ] as const)('has not yet %s, where a store reaches one thread before another', (_, program, final) => {
    const dependent = program.map((ops, i) =>
      i === 1 && ops[1]!.op === 'write' ? [ops[0]!, write('y', 'a1')] : ops,
    );
    expect([...finalsOf(dependent, 'lkmm')]).toContain(JSON.stringify(final));
    expect([...explored(dependent)]).not.toContain(JSON.stringify(final));
  });
});
