import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from '../../../server/src/sim/explore.js';
import { withLateSteps } from '../../../server/src/sim/race/late.js';
import type { MemoryModel } from '../../../server/src/sim/exploration.js';
import type { Program } from '../../../server/src/sim/program.js';
import { allFinals } from '../../litmus/explored.js';
import { threads } from '../../litmus/random-tests.js';
import { litmusProgram } from '../litmus-programs.js';

const outcomesOf = (program: Program, memory: MemoryModel) =>
  explore(program, { memory, reduction: true, maxStates: 500_000, deadlock: false }).outcomes;

describe('a program with accesses that are late by themselves', () => {
  it('comes under sc to what its trace came to under the memory model, and to nothing that the model does not allow', () => {
    fc.assert(
      fc.property(threads, fc.constantFrom('tso' as const, 'lkmm' as const), (ops, memory) => {
        const program = litmusProgram(ops, allFinals(ops));
        const found = outcomesOf(program, memory);
        const reordered = [...found].filter(
          ([, one]) => one.kind === 'violated' && one.trace.some(({ phase }) => phase === 'issue'),
        );
        for (const [id, one] of reordered.slice(0, 2)) {
          const trace = one.kind === 'violated' ? one.trace : [];
          const issued = trace
            .filter(({ phase }) => phase === 'issue')
            .map(({ actor, step }) => ({ actor, step }));
          const late = outcomesOf(withLateSteps(program, issued, memory), 'sc');
          expect(late.get(id)?.kind).toBe('violated');
          for (const [other, { kind }] of late)
            if (kind === 'violated') expect(found.get(other)?.kind).toBe('violated');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('reads what it stored last, where it is late with two stores to one variable', () => {
    const ops: Parameters<typeof litmusProgram>[0] = [
      [
        { op: 'write', to: 'y', value: 1 },
        { op: 'write', to: 'y', value: 2 },
        { op: 'read', from: 'y', into: 'a0' },
      ],
      [{ op: 'read', from: 'y', into: 'a1' }],
    ];
    const program = litmusProgram(ops, allFinals(ops));
    const issued = [0, 1].map((step) => ({ actor: 0, step }));
    const late = outcomesOf(withLateSteps(program, issued, 'tso'), 'sc');
    const reads = [...late].flatMap(([id, { kind }]) =>
      kind === 'violated' ? [(JSON.parse(id) as { a0: number }).a0] : [],
    );
    expect(new Set(reads)).toEqual(new Set([2]));
  });
});
