/** Random litmus tests: the same threads as the text of a litmus test and as a step program. */

import fc from 'fast-check';
import { type Op, fence, inc, read, unlessZero, write } from '../sim/litmus-programs.js';

export type Threads = readonly (readonly Op[])[];

const REGISTERS = ['a', 'b'] as const;
const FENCES = ['mb', 'rmb', 'wmb', 'before-atomic', 'after-atomic'] as const;

function operation(thread: number): fc.Arbitrary<Op> {
  const shared = fc.constantFrom('x', 'y');
  const register = fc.constantFrom(...REGISTERS.map((name) => `${name}${thread}`));
  const weighted = (weight: number, arbitrary: fc.Arbitrary<Op>) => ({ weight, arbitrary });
  return fc.oneof(
    weighted(
      4,
      fc.tuple(shared, register).map(([from, into]) => read(from, into)),
    ),
    weighted(
      4,
      fc.tuple(shared, fc.constantFrom(1, 2)).map(([to, value]) => write(to, value)),
    ),
    weighted(
      1,
      fc.tuple(shared, register).map(([to, value]) => write(to, value)),
    ),
    weighted(
      1,
      fc.tuple(shared, register).map(([from, into]) => read(from, into, 'acquire')),
    ),
    weighted(
      1,
      shared.map((to) => write(to, 1, 'release')),
    ),
    weighted(
      1,
      fc.tuple(shared, fc.constantFrom('acquire', 'release', 'full')).map(([on, order]) => inc(on, order)),
    ),
    weighted(
      1,
      shared.map((on) => inc(on)),
    ),
    weighted(1, register.map(unlessZero)),
    weighted(1, fc.constantFrom(...FENCES).map(fence)),
  );
}

const thread = (index: number, most: number): fc.Arbitrary<Op[]> =>
  fc.array(operation(index), { minLength: 1, maxLength: most });

/** Each increment makes for one more value of every variable: more of them would take long. */
const fewIncrements = (program: Threads): boolean =>
  program.flat().filter(({ op }) => op === 'inc').length <= 4;

/** Two threads of up to four operations, or three of up to three. */
export const threads: fc.Arbitrary<Threads> = fc
  .oneof(fc.tuple(thread(0, 4), thread(1, 4)), fc.tuple(thread(0, 3), thread(1, 3), thread(2, 2)))
  .filter(fewIncrements);

/** The registers that some thread reads into, by thread. */
export const registersOf = (program: Threads): string[][] =>
  program.map((ops) => [...new Set(ops.flatMap((op) => (op.op === 'read' ? [op.into] : [])))]);

export interface Names {
  readonly shared: (name: string) => string;
  readonly local: (name: string) => string;
}

const SAME: Names = { shared: (name) => name, local: (name) => name };

/**
 * The text of a litmus test that shows all registers at the end, and all of memory. `ended`: only of runs in which
 * every thread comes to its last line, as the step programs have it.
 */
export function textOf(program: Threads, names: Names = SAME, ended = false): string {
  const shared = ['x', 'y'].map(names.shared);
  const parameters = shared.map((name) => `int *${name}`).join(', ');
  const bodies = program.map((ops, index) => {
    const locals = REGISTERS.map((name) => `\tint ${names.local(`${name}${index}`)} = 0;`);
    return [
      `P${index}(${parameters})`,
      '{',
      ...locals,
      '\tint done = 0;',
      ...statements(ops, names),
      '}',
      '',
    ].join('\n');
  });
  const shown = program.flatMap((_, index) =>
    REGISTERS.map((name) => `${index}:${names.local(`${name}${index}`)}`),
  );
  const filter = ended ? [`filter (${program.map((_, index) => `${index}:done=1`).join(' /\\ ')})`] : [];
  const locations = `locations [${[...shown, ...shared].join('; ')}]`;
  return ['C random', '', '{}', '', ...bodies, locations, ...filter, 'exists (true)', ''].join('\n');
}

/** What comes after a branch stands in its arm, to the end of the thread. */
function statements(ops: readonly Op[], names: Names): string[] {
  const [op, ...rest] = ops;
  if (op === undefined) return ['\tdone = 1;'];
  const after = statements(rest, names);
  if (op.op !== 'unless-zero') return [`\t${statement(op, names)}`, ...after];
  return [`\tif (${names.local(op.register)}) {`, ...after, '\t}'];
}

function statement(op: Exclude<Op, { op: 'unless-zero' }>, { shared, local }: Names): string {
  switch (op.op) {
    case 'read': {
      const call =
        op.order === 'acquire' ? `smp_load_acquire(${shared(op.from)})` : `READ_ONCE(*${shared(op.from)})`;
      return `${local(op.into)} = ${call};`;
    }
    case 'write': {
      const value = typeof op.value === 'number' ? String(op.value) : local(op.value);
      const to = shared(op.to);
      return op.order === 'release' ? `smp_store_release(${to}, ${value});` : `WRITE_ONCE(*${to}, ${value});`;
    }
    case 'inc': {
      const suffix = op.order === 'full' ? '' : `_${op.order ?? 'relaxed'}`;
      return op.order === undefined
        ? `atomic_inc(${shared(op.on)});`
        : `atomic_fetch_inc${suffix}(${shared(op.on)});`;
    }
    case 'fence':
      return `${op.fence.endsWith('atomic') ? `smp_mb__${op.fence.replace('-', '_')}` : `smp_${op.fence}`}();`;
    case 'lock':
      return `spin_lock(${shared(op.on)});`;
    case 'unlock':
      return `spin_unlock(${shared(op.on)});`;
  }
}
