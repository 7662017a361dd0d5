/** Litmus tests as step programs: threads of single accesses, and a final condition on their registers. */

import fc from 'fast-check';
import { TRUE, add, and, constant, is, ne, variable } from '../../server/src/sim/expr.js';
import { explore } from '../../server/src/sim/explore.js';
import type { MemoryModel } from '../../server/src/sim/exploration.js';
import type { AtomicOrder, Expr, Fence, Program, Step, Variable } from '../../server/src/sim/program.js';

/** One access; registers and shared variables are named. */
export type Op =
  | { readonly op: 'read'; readonly from: string; readonly into: string; readonly order?: 'acquire' }
  | { readonly op: 'write'; readonly to: string; readonly value: number | string; readonly order?: 'release' }
  | {
      readonly op: 'inc';
      readonly on: string;
      readonly into?: string;
      readonly order?: 'acquire' | 'release' | 'full';
    }
  | { readonly op: 'fence'; readonly fence: Fence }
  /** Goes on only if the register is not 0. */
  | { readonly op: 'unless-zero'; readonly register: string }
  /** Takes or drops a lock. */
  | { readonly op: 'lock' | 'unlock'; readonly on: string; readonly order: AtomicOrder };

export const read = (from: string, into: string, order?: 'acquire'): Op =>
  order === undefined ? { op: 'read', from, into } : { op: 'read', from, into, order };
export const write = (to: string, value: number | string, order?: 'release'): Op =>
  order === undefined ? { op: 'write', to, value } : { op: 'write', to, value, order };
export const fence = (kind: Fence): Op => ({ op: 'fence', fence: kind });
export const inc = (on: string, order?: 'acquire' | 'release' | 'full', into?: string): Op => ({
  op: 'inc',
  on,
  ...(order === undefined ? {} : { order }),
  ...(into === undefined ? {} : { into }),
});
export const unlessZero = (register: string): Op => ({ op: 'unless-zero', register });
export const lock = (on: string): Op => ({ op: 'lock', on, order: 'acquire' });
export const unlock = (on: string): Op => ({ op: 'unlock', on, order: 'release' });

/** The registers at the end of all threads. */
export type Final = Readonly<Record<string, number>>;

const MAX = 8;

export function litmusProgram(threads: readonly (readonly Op[])[], finals: readonly Final[]): Program {
  const variables: Variable[] = [];
  const ids = new Map<string, number>();
  const declare = (name: string, owner: number | null): number => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    ids.set(name, variables.push({ name, initial: 0, max: MAX, owner }) - 1);
    return variables.length - 1;
  };
  const actors = threads.map((ops, index) => {
    const done = declare(`done${index}`, index);
    const steps = ops.map((op, id) =>
      stepOf(op, id + 1, (name, own) => declare(name, own ? index : null), ops.length + 1),
    );
    const finish = { guard: TRUE, assign: [{ id: done, value: constant(1) }], next: ops.length + 1 };
    return {
      name: `P${index}`,
      steps: [
        ...steps,
        { kind: 'atomic', order: 'none', alternatives: [finish] } as Step,
        { kind: 'end' } as Step,
      ],
      entry: 0,
    };
  });
  const done = actors.map((_, index) => is(ids.get(`done${index}`)!, 1));
  const holds = (final: Final): Expr =>
    and(...done, ...Object.entries(final).map(([register, value]) => is(ids.get(register)!, value)));
  return {
    variables,
    actors,
    properties: finals.map((final) => ({ id: JSON.stringify(final), bad: holds(final) })),
    witnesses: [],
  };
}

function stepOf(op: Op, next: number, id: (name: string, own: boolean) => number, end: number): Step {
  switch (op.op) {
    case 'read': {
      const cases = [{ guard: TRUE, next }];
      return {
        kind: 'load',
        from: id(op.from, false),
        into: id(op.into, true),
        order: op.order ?? 'relaxed',
        cases,
      };
    }
    case 'write': {
      const value = typeof op.value === 'number' ? constant(op.value) : variable(id(op.value, true));
      return { kind: 'store', to: id(op.to, false), value, order: op.order ?? 'relaxed', next };
    }
    case 'inc': {
      const on = id(op.on, false);
      const into = op.into === undefined ? null : id(op.into, true);
      const value = add(variable(on), constant(1));
      return { kind: 'rmw', on, value, into, order: op.order ?? 'relaxed', cases: [{ guard: TRUE, next }] };
    }
    case 'fence':
      return { kind: 'fence', fence: op.fence, next };
    case 'unless-zero': {
      const register = variable(id(op.register, true));
      const go = { guard: ne(register, constant(0)), assign: [], next };
      const stop = { guard: is(id(op.register, true), 0), assign: [], next: end };
      return { kind: 'atomic', order: 'none', alternatives: [go, stop] };
    }
    case 'lock':
    case 'unlock': {
      const on = id(op.on, false);
      const [before, after] = op.op === 'lock' ? [0, 1] : [1, 0];
      const take = { guard: is(on, before), assign: [{ id: on, value: constant(after) }], next };
      return { kind: 'atomic', order: op.order, alternatives: [take] };
    }
  }
}

/** Whether some run ends with `final`. */
export function reaches(threads: readonly (readonly Op[])[], final: Final, memory: MemoryModel): boolean {
  return outcomes(threads, [final], memory).length > 0;
}

/** Eight operations of two threads have more than a million under lkmm, now and then. */
const MOST_STATES = 2_000_000;

/** Those of `finals` that some run ends with. */
export function outcomes(
  threads: readonly (readonly Op[])[],
  finals: readonly Final[],
  memory: MemoryModel,
): Final[] {
  const program = litmusProgram(threads, finals);
  const options = { memory, reduction: true, maxStates: MOST_STATES, deadlock: false };
  const { outcomes: found, complete } = explore(program, options);
  // A program of which not all is explored says nothing: another one is drawn.
  fc.pre(complete || [...found.values()].every(({ kind }) => kind !== 'bounded'));
  return finals.filter((final) => found.get(JSON.stringify(final))!.kind === 'violated');
}
