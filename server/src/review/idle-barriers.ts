/** P9 where a barrier orders nothing: smp_mb__before_atomic() and smp_mb__after_atomic() beside no operation that needs them. */

import { besideBarrier } from '../kernel/atomic-ordering.js';
import type { Code } from '../lower/code.js';
import { successors } from '../lower/control-flow.js';
import type { FunctionCode, Instruction } from '../lower/instruction.js';

type Call = Instruction & { readonly kind: 'call' };
type Assignment = Instruction & { readonly kind: 'assign' };

/** A barrier of the patch, and what stands where an atomic operation should. */
export interface IdleBarrier {
  readonly barrier: Call;
  /** In the order of the program: the neighbour of an `after` barrier stands before it. */
  readonly side: 'before' | 'after';
  readonly neighbour: Call | Assignment;
  readonly why: 'ordered-already' | 'no-rmw';
}

const BARRIERS: Readonly<Record<string, IdleBarrier['side']>> = {
  smp_mb__before_atomic: 'before',
  smp_mb__after_atomic: 'after',
};

/** Barriers in the named functions that order nothing, where the patch adds them or what stands beside them. */
export function idleBarriers(code: Code, functions: readonly string[]): readonly IdleBarrier[] {
  return functions.flatMap((name) => {
    const own = code.function(name);
    return own ? own.instructions.flatMap((_, at) => idleAt(own, at) ?? []) : [];
  });
}

function idleAt(code: FunctionCode, at: number): IdleBarrier | null {
  const barrier = code.instructions[at]!;
  if (barrier.kind !== 'call' || barrier.callee.kind !== 'name') return null;
  const side = Object.hasOwn(BARRIERS, barrier.callee.name) ? BARRIERS[barrier.callee.name] : undefined;
  const neighbour = side === undefined ? null : neighbourOf(code, at, side);
  if (side === undefined || neighbour === null) return null;
  if (!isAdded(barrier) && !isAdded(neighbour)) return null;
  const why = whyIdle(neighbour);
  return why === null ? null : { barrier, side, neighbour, why };
}

const isAdded = ({ site }: Instruction): boolean => site.origin.kind === 'patch' && site.origin.added;

function whyIdle(neighbour: Call | Assignment): IdleBarrier['why'] | null {
  if (neighbour.kind === 'assign') return 'no-rmw';
  const beside = neighbour.callee.kind === 'name' ? besideBarrier(neighbour.callee.name) : null;
  return beside === 'completed' ? null : beside;
}

/** The access that the barrier stands beside; null where several may be, or none that is known to be one. */
function neighbourOf(code: FunctionCode, at: number, side: IdleBarrier['side']): Call | Assignment | null {
  const step = side === 'before' ? onlyNext : onlyPrevious;
  for (let next = step(code, at); next !== null; next = step(code, next)) {
    const one = code.instructions[next]!;
    if (one.kind === 'call' && !isArgument(one, code.instructions[next + 1])) return one;
    if (one.kind === 'assign' && one.target.kind !== 'name') return one;
    // What only moves values between locals is no access of memory; a condition may read some.
    if (one.kind === 'branch' && !isOfCall(one)) return null;
    if (one.kind === 'return' || one.kind === 'unread') return null;
  }
  return null;
}

/** `inode_dio_end(file_inode(file))` stands beside the barrier, not file_inode(). */
function isArgument({ result }: Call, next: Instruction | undefined): boolean {
  return next?.kind === 'call' && next.args.some((arg) => arg.kind === 'temp' && arg.id === result);
}

/** `if (atomic_dec_and_test(...))`: the condition reads nothing itself. */
function isOfCall({ condition }: Instruction & { readonly kind: 'branch' }): boolean {
  const asked = condition.kind === 'not' ? condition.of : condition;
  return asked.kind === 'temp';
}

function onlyNext(code: FunctionCode, at: number): number | null {
  const next = successors(code, at);
  return next.length === 1 ? next[0]! : null;
}

function onlyPrevious(code: FunctionCode, at: number): number | null {
  const from = code.instructions.flatMap((_, i) => (successors(code, i).includes(at) ? [i] : []));
  return from.length === 1 ? from[0]! : null;
}
