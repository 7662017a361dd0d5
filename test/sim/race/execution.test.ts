import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from '../../../server/src/sim/explore.js';
import type { Program } from '../../../server/src/sim/program.js';
import { executionOf, isAllowed } from '../../../server/src/sim/race/execution.js';
import { replay } from '../../../server/src/sim/replay.js';
import { allFinals } from '../../litmus/explored.js';
import { threads } from '../../litmus/random-tests.js';
import { type Final, type Op, fence, inc, litmusProgram, read, write } from '../litmus-programs.js';

/** Whether the axioms allow the trace by which the explorer's lkmm comes to each outcome that it has. */
function allowed(program: Program): boolean[] {
  const { outcomes } = explore(program, {
    memory: 'lkmm',
    reduction: true,
    maxStates: 500_000,
    deadlock: false,
  });
  return [...outcomes.values()].flatMap((outcome) => {
    if (outcome.kind !== 'violated') return [];
    const { states } = replay(program, outcome.trace, 'lkmm')!;
    return [isAllowed(executionOf(program, outcome.trace, states, new Set())!)];
  });
}

const storeBuffering = (between: readonly Op[]): Program =>
  litmusProgram(
    [
      [inc('x'), ...between, read('y', 'r0')],
      [write('y', 1), fence('mb'), read('x', 'r1')],
    ],
    [{ r0: 0, r1: 0 } satisfies Final],
  );

describe('a trace as one execution of the axiomatic model', () => {
  it('is allowed where an increment may be late', () => {
    expect(allowed(storeBuffering([]))).toEqual([true]);
  });

  it('is forbidden where the explorer knows less of a barrier than the axioms: one not right beside its operation', () => {
    const apart = [inc('z'), write('w', 1), fence('after-atomic')];
    const [writer, reader] = [
      [write('x', 1), ...apart, read('y', 'r0')],
      [write('y', 1), fence('mb'), read('x', 'r1')],
    ];
    expect(allowed(litmusProgram([writer, reader], [{ r0: 0, r1: 0 }]))).toEqual([false]);
  });

  it('is none where such a barrier comes after the increment itself, right beside it or not', () => {
    expect(allowed(storeBuffering([fence('after-atomic')]))).toEqual([]);
    expect(allowed(storeBuffering([write('z', 1), fence('after-atomic')]))).toEqual([]);
  });

  it('is allowed for every outcome of random tests with barriers that stand where they should', () => {
    const isApart = (ops: readonly Op[]) => ops.some((op) => op.op === 'fence' && /atomic/.test(op.fence));
    fc.assert(
      fc.property(
        threads.filter((program) => !program.some(isApart)),
        (program) => {
          expect(allowed(litmusProgram(program, allFinals(program)))).not.toContain(false);
        },
      ),
      { numRuns: 100 },
    );
  });
});
