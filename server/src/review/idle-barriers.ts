/** P9 where a barrier orders nothing: smp_mb__before_atomic() and smp_mb__after_atomic() beside no operation that needs them. */

import { besideBarrier, type BesideBarrier } from '../kernel/atomic-ordering.js';
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
  if (side === undefined) return null;
  const beside = neighboursOf(code, at, side);
  const neighbour = beside[0];
  if (neighbour === undefined || (!isAdded(barrier) && !isAdded(neighbour))) return null;
  const why = whyIdle(beside);
  return why === null ? null : { barrier, side, neighbour, why };
}

const isAdded = ({ site }: Instruction): boolean =>
  site.origin.kind === 'patch' && site.origin.role === 'added';

/**
 * An operation that the barrier completes need not stand right beside it: only program order counts (`po` in `mb` of
 * tools/memory-model/linux-kernel.cat). One that is fully ordered leaves it nothing to do.
 */
function whyIdle(beside: readonly (Call | Assignment)[]): IdleBarrier['why'] | null {
  const kinds = beside.map(kindOf);
  const operation = kinds.find((kind) => kind !== 'no-rmw');
  const nearest = kinds[0] ?? null;
  return operation === 'completed' || nearest === 'completed' ? null : nearest;
}

function kindOf(one: Call | Assignment): BesideBarrier | null {
  if (one.kind === 'assign') return 'no-rmw';
  return one.callee.kind === 'name' ? besideBarrier(one.callee.name) : null;
}

/** The accesses on that side of the barrier, the nearest first, as far as there is one way and all are known. */
function neighboursOf(
  code: FunctionCode,
  at: number,
  side: IdleBarrier['side'],
): readonly (Call | Assignment)[] {
  const found: (Call | Assignment)[] = [];
  const seen = new Set<number>();
  const step = side === 'before' ? onlyNext : onlyPrevious;
  for (let next = step(code, at); next !== null && !seen.has(next); next = step(code, next)) {
    seen.add(next);
    const one = code.instructions[next]!;
    if (one.kind === 'call' && !isArgument(one, code.instructions[next + 1])) found.push(one);
    if (one.kind === 'assign' && one.target.kind !== 'name') found.push(one);
    // What only moves values between locals is no access of memory; a condition may read some.
    if (one.kind === 'branch' && !isOfCall(one)) break;
    if (one.kind === 'return' || one.kind === 'unread') break;
  }
  return found;
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
