import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from '../../server/src/sim/explore.js';
import type { Exploration, MemoryModel, Outcome, Trace } from '../../server/src/sim/exploration.js';
import { evaluate } from '../../server/src/sim/expr.js';
import type { Expr, Program } from '../../server/src/sim/program.js';
import { replay } from '../../server/src/sim/replay.js';
import { twoPages } from '../bench/two-pages.js';
import { OPTIONS } from './builders.js';
import { ALL_KINDS, type Shape, programs } from './random-program.js';

const SHAPES: readonly Shape[] = [
  { actors: 3, shared: 3, steps: 6, kinds: ALL_KINDS, loops: true },
  { actors: 3, shared: 3, steps: 6, kinds: ALL_KINDS, loops: false },
  { actors: 3, shared: 6, steps: 4, kinds: ['atomic'], loops: true },
];
const RUNS: Readonly<Record<MemoryModel, number>> = { sc: 500, tso: 250, lkmm: 120 };

const answer = (outcome: Outcome) => (outcome.kind === 'violated' ? outcome.trace : outcome.kind);

/** Everything that an exploration answers, without the counts. */
const answers = ({ outcomes, deadlock, unreached, complete }: Exploration) => ({
  outcomes: [...outcomes].map(([id, outcome]) => [id, answer(outcome)]),
  deadlock: answer(deadlock),
  unreached,
  complete,
});

function endOf(program: Program, trace: Trace, memory: MemoryModel) {
  const { states, waiting } = replay(program, trace, memory)!;
  return { last: states.at(-1)!, waiting };
}

const holdsIn = (expr: Expr, state: readonly number[]) => evaluate(expr, (id) => state[id]!) !== 0;

describe.each(Object.entries(RUNS) as [MemoryModel, number][])(
  'random programs under %s',
  (memory, numRuns) => {
    it.each(SHAPES)('have the same verdicts and traces with and without reduction: %o', (shape) => {
      let [full, reduced] = [0, 0];
      fc.assert(
        fc.property(programs(shape), (program) => {
          const all = explore(program, { ...OPTIONS, memory });
          const few = explore(program, { ...OPTIONS, memory, reduction: true });
          if (!all.complete) return;
          expect(answers(few)).toEqual(answers(all));
          full += all.states;
          reduced += few.states;
        }),
        { numRuns },
      );
      expect(reduced).toBeLessThan(full);
    });

    it('have traces that replay and end in a violation', () => {
      fc.assert(
        fc.property(programs(SHAPES[0]!), (program) => {
          const { outcomes, deadlock } = explore(program, { ...OPTIONS, memory, reduction: true });
          for (const { id, bad, atEnd } of program.properties) {
            const outcome = outcomes.get(id)!;
            if (outcome.kind !== 'violated') continue;
            const { last, waiting } = endOf(program, outcome.trace, memory);
            const isEnd = atEnd !== undefined && waiting.length === 0 && holdsIn(atEnd, last);
            expect(holdsIn(bad, last) || isEnd).toBe(true);
          }
          if (deadlock.kind !== 'violated') return;
          expect(endOf(program, deadlock.trace, memory).waiting).not.toEqual([]);
        }),
        { numRuns },
      );
    });
  },
);

describe('the page-cache model', () => {
  it('keeps its verdicts in a fraction of the states', () => {
    const program = twoPages({ readers: [[0, 1]], faulters: [0] });
    const all = explore(program, OPTIONS);
    const few = explore(program, { ...OPTIONS, reduction: true });
    expect(answers(few)).toEqual(answers(all));
    expect([all.states, few.states]).toMatchInlineSnapshot(`
      [
        1930,
        1109,
      ]
    `);
  });
});

describe('a trace that is not of the program', () => {
  it('does not replay', () => {
    const program = twoPages({ readers: [[0]], faulters: [0] });
    const move = { actor: 0, step: 0, choice: 1, phase: 'run' } as const;
    expect(replay(program, [move], 'sc')).toBeNull();
    expect(
      replay(
        program,
        [
          { ...move, choice: 0 },
          { ...move, choice: 0 },
        ],
        'sc',
      ),
    ).toBeNull();
    expect(replay(program, [{ ...move, phase: 'perform' }], 'sc')).toBeNull();
    expect(replay(program, [{ ...move, actor: 9 }], 'sc')).toBeNull();
  });
});
