/**
 * What program order keeps: whether a later step of an actor has to wait for an earlier access that is still pending.
 *
 * `tso`: x86, a FIFO store buffer for each actor with forwarding (Sewell et al., x86-TSO, CACM 2010); every
 * locked instruction and every ordered atomic step finds the buffer empty.
 * `lkmm`: a first version of the kernel's model (tools/memory-model, Documentation/memory-barriers.txt and
 * atomic_t.txt), multi-copy atomic: what was performed is seen by all.
 */

import { nextsOf } from '../check-program.js';
import { variablesOf } from '../expr.js';
import { lowerStep } from '../lowered.js';
import type { Actor, Program, Step, StepId, VariableId } from '../program.js';

/** When an earlier pending access holds a later one up: bits, of which the pending access has those that are true of it. */
export const ALWAYS = 1;
/** The pending access is a load whose value a branch has depended on since. */
export const IF_BRANCHED = 2;
/** A fence of the kind that orders the two came between them. */
export const IF_FENCED = 4;

export type WeakModel = 'tso' | 'lkmm';

/** A step with what the rules ask about it. */
export interface Access {
  readonly step: Step;
  /** Shared variables that it reads (a void RMW reads nothing that anybody waits for) and writes. */
  readonly reads: ReadonlySet<VariableId>;
  readonly writes: ReadonlySet<VariableId>;
  /** Locals that what it writes, or whether it is taken, depends on. */
  readonly uses: ReadonlySet<VariableId>;
  /** Locals that it branches on, or that flow into other locals: from there on all writes may depend on them. */
  readonly branchesOn: ReadonlySet<VariableId>;
  /** A full fence, or an `after-atomic` or `before-atomic` that makes one together with its RMW. */
  readonly fullFence: boolean;
}

interface KnownAccesses {
  /** Owners of the variables of the program that the accesses were read for. */
  readonly owners: string;
  readonly accesses: readonly Access[];
}

/** The same actor is explored beside many others. */
const known = new WeakMap<readonly Step[], KnownAccesses>();

export function accessesOf(program: Program, actor: Actor): readonly Access[] {
  const owners = program.variables.map(({ owner }) => owner).join();
  const before = known.get(actor.steps);
  if (before?.owners === owners) return before.accesses;
  const accesses = actor.steps.map((step, id) => ({
    ...effects(program, step),
    fullFence: isFullFence(actor, id),
  }));
  known.set(actor.steps, { owners, accesses });
  return accesses;
}

function effects(program: Program, step: Step): Omit<Access, 'fullFence'> {
  const guards = new Set<VariableId>();
  const values = new Set<VariableId>();
  const writes = new Set<VariableId>();
  for (const { guard, assign } of lowerStep(step)) {
    variablesOf(guard, guards);
    for (const { id, value } of assign) {
      variablesOf(value, values);
      writes.add(id);
    }
  }
  const isShared = (id: VariableId) => program.variables[id]!.owner === null;
  const isLocal = (id: VariableId) => !isShared(id);
  const branchesOn = step.kind === 'atomic' ? new Set([...guards, ...values]) : guards;
  return {
    step,
    reads: new Set([...guards, ...values].filter(isShared)),
    writes: new Set([...writes].filter(isShared)),
    uses: new Set([...guards, ...values].filter(isLocal)),
    branchesOn: new Set([...branchesOn].filter(isLocal)),
  };
}

/** Documentation/atomic_t.txt: the two `atomic` fences mean something beside an RMW that is not ordered by itself. */
function isFullFence(actor: Actor, id: StepId): boolean {
  const step = actor.steps[id]!;
  if (step.kind !== 'fence') return false;
  const isWeakRmw = (other: Step) => other.kind === 'rmw' && other.order !== 'full';
  switch (step.fence) {
    case 'mb':
      return true;
    case 'before-atomic':
      return isWeakRmw(actor.steps[step.next]!);
    case 'after-atomic': {
      const before = actor.steps.filter((other) => nextsOf(other).includes(id));
      return before.length > 0 && before.every(isWeakRmw);
    }
    case 'rmb':
    case 'wmb':
      return false;
  }
}

/** Whether the model lets an actor go on before the access of `step` has happened. */
export function mayBePending(model: WeakModel, { step, uses }: Access): boolean {
  if (step.kind === 'store') return true;
  if (model === 'tso') return false;
  if (step.kind === 'load') return step.order === 'relaxed';
  // A pending RMW keeps one operand. An RMW that returns a value is not made to wait: stronger than the kernel's model.
  return step.kind === 'rmw' && step.into === null && uses.size <= 1 && isRelaxedOrRelease(step.order);
}

function isRelaxedOrRelease(order: string): boolean {
  return order === 'relaxed' || order === 'release';
}

/** In which cases `later`, when it is about to happen, has to wait for `earlier`, which is pending. */
export function holdsUp(model: WeakModel, earlier: Access, later: Access): number {
  return model === 'tso' ? holdsUpTso(earlier, later) : holdsUpLkmm(earlier, later);
}

function holdsUpTso(earlier: Access, later: Access): number {
  const { step } = later;
  switch (step.kind) {
    case 'load':
      return shareVariable(earlier, later) ? ALWAYS : 0;
    case 'atomic':
      return step.order !== 'none' || shareVariable(earlier, later) ? ALWAYS : 0;
    case 'store':
    case 'rmw':
      return ALWAYS;
    case 'fence':
      return step.fence === 'mb' ? ALWAYS : 0;
    case 'end':
      return 0;
  }
}

function holdsUpLkmm(earlier: Access, later: Access): number {
  if (waitsForAll(later) || shareVariable(earlier, later) || isAfterAtomic(earlier, later)) return ALWAYS;
  // The bound that a fence set is kept in one bit: a second fence waits for what is before the first.
  if (later.step.kind === 'fence') return fences('lkmm', later, earlier) ? IF_FENCED : 0;
  if (earlier.step.kind !== 'load') return later.writes.size > 0 ? IF_FENCED : 0;
  const dependent = later.writes.size > 0 && later.uses.has(earlier.step.into);
  if (dependent) return ALWAYS;
  return (later.writes.size > 0 ? IF_BRANCHED : 0) | (readsInOrder(later) ? IF_FENCED : 0);
}

/** smp_mb__after_atomic() orders the operation with all that comes after it also where other accesses are between the two. */
function isAfterAtomic(earlier: Access, { step }: Access): boolean {
  return earlier.step.kind === 'rmw' && step.kind === 'fence' && step.fence === 'after-atomic';
}

/** Whether everything before `later` has happened when it happens. */
function waitsForAll({ step, fullFence }: Access): boolean {
  switch (step.kind) {
    case 'atomic':
      return step.order === 'release' || step.order === 'full';
    case 'store':
      return step.order === 'release';
    case 'rmw':
      return step.order === 'release' || step.order === 'full';
    case 'fence':
      return fullFence;
    case 'load':
    case 'end':
      return false;
  }
}

/** Whether smp_rmb() orders the access with loads before it; a void RMW is none of its business. */
function readsInOrder({ step, reads }: Access): boolean {
  return reads.size > 0 && !(step.kind === 'rmw' && step.into === null);
}

function shareVariable(a: Access, b: Access): boolean {
  const touches = (id: VariableId) => b.reads.has(id) || b.writes.has(id);
  return [...a.reads].some(touches) || [...a.writes].some(touches);
}

/** Whether `later` takes its value from `earlier` while that is pending: a load of what the actor itself stores. */
export function forwards(earlier: Access, later: Access): boolean {
  return earlier.step.kind === 'store' && later.step.kind === 'load' && earlier.step.to === later.step.from;
}

/** Whether a fence sets a bound for pending accesses of this kind: smp_rmb() for loads, smp_wmb() for writes. */
export function fences(model: WeakModel, fence: Access, pending: Access): boolean {
  if (model === 'tso' || fence.step.kind !== 'fence') return false;
  return fence.step.fence === (pending.step.kind === 'load' ? 'rmb' : 'wmb');
}
