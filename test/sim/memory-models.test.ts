import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemoryModel, Move } from '../../server/src/sim/exploration.js';
import { explore } from '../../server/src/sim/explore.js';
import { evaluate } from '../../server/src/sim/expr.js';
import { Interpreter } from '../../server/src/sim/interpreter.js';
import { WINDOW } from '../../server/src/sim/memory/deferral.js';
import type { Program } from '../../server/src/sim/program.js';
import { randomRuns } from '../random-runs.js';
import {
  type Final,
  type Op,
  fence,
  inc,
  litmusProgram,
  outcomes,
  read,
  unlessZero,
  write,
} from './litmus-programs.js';

/** Registers of a thread, and where its loads put their values. */
const REGISTERS = ['a', 'b'] as const;

function ops(thread: number): fc.Arbitrary<Op> {
  const shared = fc.constantFrom('x', 'y');
  const register = fc.constantFrom(...REGISTERS.map((name) => `${name}${thread}`));
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(shared, register).map(([from, into]) => read(from, into)) },
    { weight: 4, arbitrary: fc.tuple(shared, fc.constantFrom(1, 2)).map(([to, value]) => write(to, value)) },
    { weight: 1, arbitrary: fc.tuple(shared, register).map(([to, value]) => write(to, value)) },
    { weight: 1, arbitrary: fc.tuple(shared, register).map(([from, into]) => read(from, into, 'acquire')) },
    { weight: 1, arbitrary: shared.map((to) => write(to, 1, 'release')) },
    { weight: 1, arbitrary: fc.constant(inc('z')) },
    { weight: 1, arbitrary: register.map(unlessZero) },
    { weight: 1, arbitrary: fc.constantFrom('mb', 'rmb', 'wmb', 'after-atomic' as const).map(fence) },
  );
}

const thread = (index: number) => fc.array(ops(index), { minLength: 1, maxLength: 4 });
const threads = fc.tuple(thread(0), thread(1));

/** Every valuation of the registers with values that can be there. */
function allFinals(program: readonly (readonly Op[])[]): Final[] {
  const used = program.flat().flatMap((op) => (op.op === 'read' ? [op.into] : []));
  return [...new Set(used)].reduce<Final[]>(
    (finals, register) =>
      finals.flatMap((final) => [0, 1, 2].map((value) => ({ ...final, [register]: value }))),
    [{}],
  );
}

/** A thread with a fence put in. */
function withFence(
  program: readonly Op[][],
  index: number,
  at: number,
  kind: Parameters<typeof fence>[0],
): Op[][] {
  return program.map((ops, i) =>
    i === index ? ops.toSpliced(Math.min(at, ops.length), 0, fence(kind)) : ops,
  );
}

/** The moves that may be possible next: whether they are is for the interpreter to say. */
function candidates(program: Program, { at, pending }: Interpreter): Move[] {
  const values = [0, 1, 2];
  return program.actors.flatMap((_, actor) => [
    ...values.map((choice): Move => ({ actor, step: at[actor]!, choice, phase: 'run' })),
    ...(pending[actor]!.length < WINDOW ? values : []).map((choice): Move => ({
      actor,
      step: at[actor]!,
      choice,
      phase: 'issue',
    })),
    ...[...new Set(pending[actor]!.map(({ step }) => step))].map((step): Move => ({
      actor,
      step,
      choice: 0,
      phase: 'perform',
    })),
  ]);
}

function run(program: Program, trace: readonly Move[], memory: MemoryModel): Interpreter | null {
  const interpreter = new Interpreter(program, memory);
  return trace.every((move) => interpreter.make(move)) ? interpreter : null;
}

/** What runs end with when every access that may be pending is, whether anybody can see it or not. */
function plainOutcomes(program: Program, memory: MemoryModel): string[] {
  const seen = new Set<string>();
  const found = new Set<string>();
  const open: Move[][] = [[]];
  for (let trace = open.pop(); trace !== undefined; trace = open.pop()) {
    const state = run(program, trace, memory);
    if (state === null) continue;
    const { values, at, pending } = state;
    const key = JSON.stringify([values, at, pending]);
    if (seen.has(key)) continue;
    seen.add(key);
    for (const { id, bad } of program.properties) {
      const isOver = pending.every(({ length }) => length === 0);
      if (isOver && evaluate(bad, (variable) => values[variable]!) !== 0) found.add(id);
    }
    for (const move of candidates(program, state)) open.push([...trace, move]);
  }
  return [...found];
}

const RUNS = randomRuns(2000);

describe('random litmus tests', { timeout: 900_000 }, () => {
  it('have the outcomes of the plain interpreter, in which everything waits that may', () => {
    const short = (index: number) => fc.array(ops(index), { minLength: 2, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.tuple(short(0), short(1)),
        fc.constantFrom('tso' as const, 'lkmm' as const),
        (program, memory) => {
          const finals = allFinals(program);
          const expected = new Set(plainOutcomes(litmusProgram(program, finals), memory));
          const wanted = finals.filter((final) => expected.has(JSON.stringify(final)));
          expect(outcomes(program, finals, memory)).toEqual(wanted);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('have every outcome of sc under tso, and every one of tso under lkmm', () => {
    fc.assert(
      fc.property(threads, (program) => {
        const finals = allFinals(program);
        const [sc, tso, lkmm] = (['sc', 'tso', 'lkmm'] as const).map((memory) =>
          outcomes(program, finals, memory),
        );
        expect(tso).toEqual(expect.arrayContaining(sc!));
        expect(lkmm).toEqual(expect.arrayContaining(tso!));
      }),
      { numRuns: RUNS },
    );
  });

  it('have no new outcome when a fence is added', () => {
    const kinds = fc.constantFrom('mb', 'rmb', 'wmb', 'before-atomic', 'after-atomic' as const);
    fc.assert(
      fc.property(threads, fc.nat(1), fc.nat(4), kinds, (program, index, at, kind) => {
        const finals = allFinals(program);
        for (const memory of ['tso', 'lkmm'] as const) {
          const fenced = outcomes(withFence(program, index, at, kind), finals, memory);
          expect(outcomes(program, finals, memory)).toEqual(expect.arrayContaining(fenced));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('are under lkmm as under sc when there is a full fence between all accesses', () => {
    fc.assert(
      fc.property(threads, (program) => {
        const finals = allFinals(program);
        const fenced = program.map((ops) => ops.flatMap((op) => [op, fence('mb')]));
        expect(outcomes(fenced, finals, 'lkmm')).toEqual(outcomes(program, finals, 'sc'));
      }),
      { numRuns: RUNS },
    );
  });
});

describe('the bound on late accesses', () => {
  const windowFull = (writes: number, memory: MemoryModel): boolean => {
    const names = ['x', 'y', 'z', 'w', 'v'].slice(0, writes);
    const program = litmusProgram(
      [
        [...names.map((name) => write(name, 1)), read('f', 'r0')],
        [write('f', 1), ...names.toReversed().map((name, i) => read(name, `s${i}`))],
      ],
      [{ r0: 1, s0: 9 }],
    );
    return explore(program, { memory, reduction: true, maxStates: 500_000, deadlock: false }).windowFull;
  };

  it('is told where one more access could have been late, and only there', () => {
    expect(windowFull(WINDOW + 1, 'lkmm')).toBe(true);
    expect(windowFull(WINDOW + 1, 'tso')).toBe(true);
    expect(windowFull(WINDOW, 'tso')).toBe(false);
    expect(windowFull(WINDOW + 1, 'sc')).toBe(false);
  });
});
