import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemoryModel } from '../../server/src/litmus/judge.js';
import { randomRuns } from '../random-runs.js';
import { type Op, fence, litmusProgram, outcomes } from '../sim/litmus-programs.js';
import { askSpin, whyNoSpin } from '../sim/spin-batch.js';
import { allFinals, finalsOf } from './explored.js';
import { type Threads, textOf, threads } from './random-tests.js';
import { observe } from './variants.js';

const MODELS = ['sc', 'tso', 'lkmm'] as const;

const RUNS = randomRuns(500);

const statesOf = (program: Threads, memory: MemoryModel): readonly string[] =>
  observe(textOf(program), memory).states;

const withFence = (program: Threads, index: number, at: number, op: Op): Threads =>
  program.map((ops, i) =>
    i === index % program.length ? ops.toSpliced(Math.min(at, ops.length), 0, op) : ops,
  );

describe('random litmus tests', { timeout: 900_000 }, () => {
  it('have every outcome of sc under tso, and every one of tso under lkmm', () => {
    fc.assert(
      fc.property(threads, (program) => {
        const [sc, tso, lkmm] = MODELS.map((memory) => statesOf(program, memory));
        expect(sc).not.toEqual([]);
        expect(tso).toEqual(expect.arrayContaining([...sc!]));
        expect(lkmm).toEqual(expect.arrayContaining([...tso!]));
      }),
      { numRuns: RUNS },
    );
  });

  it('have no new outcome when a barrier is added', () => {
    const barriers = fc.constantFrom('mb', 'rmb', 'wmb', 'before-atomic', 'after-atomic' as const);
    fc.assert(
      fc.property(threads, fc.nat(2), fc.nat(4), barriers, (program, index, at, kind) => {
        for (const memory of MODELS) {
          const fenced = statesOf(withFence(program, index, at, fence(kind)), memory);
          expect(statesOf(program, memory)).toEqual(expect.arrayContaining([...fenced]));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('have the outcomes of sc when there is a full barrier between all accesses', () => {
    fc.assert(
      fc.property(threads, (program) => {
        const fenced = program.map((ops) => ops.flatMap((op) => [op, fence('mb')]));
        expect(statesOf(fenced, 'lkmm')).toEqual(statesOf(program, 'sc'));
      }),
      { numRuns: RUNS },
    );
  });

  it('do not change when variables, locals and threads have other names', () => {
    const swap: Readonly<Record<string, string>> = { x: 'y', y: 'x' };
    fc.assert(
      fc.property(threads, (program) => {
        const renamed = { shared: (name: string) => swap[name]!, local: (name: string) => `local_${name}` };
        for (const memory of MODELS) {
          const found = observe(textOf(program, renamed), memory).states;
          const back = found.map((state) =>
            canonical(state.replaceAll('local_', ''), (name) => swap[name] ?? name),
          );
          expect(back.sort()).toEqual(
            statesOf(program, memory)
              .map((state) => canonical(state))
              .sort(),
          );
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('do not change when the threads stand in another order', () => {
    fc.assert(
      fc.property(threads, (program) => {
        const turned = [...program.slice(1), program[0]!].map((ops, index) =>
          ops.map((op) => moved(op, index)),
        );
        const back = (name: string) => movedName(name, program.length);
        for (const memory of MODELS) {
          const found = statesOf(turned, memory).map((state) => canonical(state, back));
          expect(found.sort()).toEqual(
            statesOf(program, memory)
              .map((state) => canonical(state))
              .sort(),
          );
        }
      }),
      { numRuns: RUNS },
    );
  });

  it.each(['sc', 'tso'] as const)('have the outcomes of the state explorer under %s', (memory) => {
    fc.assert(
      fc.property(threads, (program) => {
        const explored = outcomes(program, allFinals(program), memory).map((final) => JSON.stringify(final));
        expect(finalsOf(program, memory)).toEqual(new Set(explored));
      }),
      { numRuns: RUNS },
    );
  });
});

/** The parts of a state in the order of their names, after these have been changed. */
function canonical(state: string, rename: (name: string) => string = (name) => name): string {
  const parts = state.split('; ').map((part) => part.replace(/;$/, '').split('='));
  return parts
    .map(([name, value]) => `${rename(name!)}=${value}`)
    .sort()
    .join(' ');
}

/** `op` for thread `index`: its registers end in the number of the thread. */
function moved(op: Op, index: number): Op {
  const own = (register: string): string => `${register[0]}${index}`;
  switch (op.op) {
    case 'read':
      return { ...op, into: own(op.into) };
    case 'write':
      return typeof op.value === 'string' ? { ...op, value: own(op.value) } : op;
    case 'unless-zero':
      return { ...op, register: own(op.register) };
    default:
      return op;
  }
}

/** `1:a1` for `0:a0` where the first thread has become the last one. */
function movedName(name: string, threadCount: number): string {
  const found = /^(\d+):(\w)\d$/.exec(name);
  if (found === null) return name;
  const thread = (Number(found[1]) + 1) % threadCount;
  return `${thread}:${found[2]}${thread}`;
}

const noSpin = whyNoSpin();

describe.skipIf(noSpin !== null)(`Spin${noSpin === null ? '' : ` (${noSpin})`}`, () => {
  it('finds the outcomes of sc', { timeout: 120_000 }, () => {
    const programs = fc.sample(threads, { numRuns: 40, seed: 5 });
    // A model of more predicates is too long for Spin.
    const finals = programs.map((program) =>
      allFinals(program).filter((_, index, all) => index % Math.ceil(all.length / 6) === 0),
    );
    const asked = askSpin(programs.map((program, index) => litmusProgram(program, finals[index]!)));
    programs.forEach((program, index) => {
      const reached = finalsOf(program, 'sc');
      const expected = finals[index]!.map((final) => JSON.stringify(final)).filter((final) =>
        reached.has(final),
      );
      expect([...asked[index]!].sort()).toEqual(expected.sort());
    });
  });
});
