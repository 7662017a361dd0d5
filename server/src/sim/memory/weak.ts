/** The moves of an actor whose accesses may be pending: steps that happen at once, are issued, are performed. */

import { ModelRangeError } from '../range-error.js';
import { compileRead } from '../compile.js';
import { constant, variable } from '../expr.js';
import { type Lowered, lowerCases } from '../lowered.js';
import type { Expr, Step, StepId } from '../program.js';
import type { Fire, Transition } from '../transition.js';
import { branches } from './deferral.js';
import { ALWAYS, type Access, IF_BRANCHED, IF_FENCED, fences, forwards, holdsUp } from './order.js';
import { type WeakContext, isHeldUp, pairTables, tableByCode, waitingTable } from './waiting.js';
import { flagSlot, freeSlot, packSlot, readSlot, writeSlot } from './window.js';

/** The moves that `ways` of step `id` make at once, and those by which the step is issued. */
export function weakMoves(context: WeakContext, id: StepId, ways: readonly Lowered[]): Transition[] {
  const { actor, deferral } = context;
  const access = deferral.accesses[id]!;
  const pass = passing(context, access);
  const run = ways.map((way, choice): Transition => ({
    move: { actor, step: id, choice, phase: 'run' },
    fire: pass(context.compile(way, id)),
  }));
  const code = deferral.steps.indexOf(id) + 1;
  return [...run, ...forwardedLoads(context, id), ...(code === 0 ? [] : issues(context, id, code))];
}

/** Lets a move through when nothing pending holds it up, and tells the pending accesses that it has gone by. */
function passing(context: WeakContext, access: Access): (fire: Fire) => Fire {
  const { window } = context;
  const table = waitingTable(context, access);
  const mark = marking(context, access);
  return (fire) => (from, at, to) => {
    if (isHeldUp(window, table, from, at, window.slots.length) || !fire(from, at, to)) return false;
    mark(to);
    return true;
  };
}

/** Sets IF_BRANCHED on loads that `access` branches on, and IF_FENCED on what it is a fence for. */
function marking({ deferral, window, model }: WeakContext, access: Access): (state: Int32Array) => void {
  const flags = tableByCode(deferral, (pending) => {
    const branched = pending.step.kind === 'load' && access.branchesOn.has(pending.step.into);
    return (branched ? IF_BRANCHED : 0) | (fences(model, access, pending) ? IF_FENCED : 0);
  });
  if (flags.every((flag) => flag === 0)) return () => undefined;
  return (state) => {
    for (const slot of window.slots) {
      const value = readSlot(slot, state, 0);
      const flag = flags[value & slot.code.mask]!;
      if (flag !== 0) writeSlot(slot, state, flagSlot(window, value, flag));
    }
  };
}

/** Loads of a variable that a pending store of the actor itself has the value of. */
function forwardedLoads(context: WeakContext, id: StepId): Transition[] {
  const { deferral, actor } = context;
  const access = deferral.accesses[id]!;
  const { step } = access;
  if (step.kind !== 'load' || !deferral.steps.some((one) => forwards(deferral.accesses[one]!, access)))
    return [];
  const newest = newestStore(context, access);
  const mark = marking(context, access);
  return context.valuesOf(step.from).flatMap((value) =>
    guessedWays(step, value).map((way, choice): Transition => {
      const fire = context.compile(way, id);
      return {
        move: { actor, step: id, choice, phase: 'run' },
        fire: (from, at, to) => {
          if (newest(from, at) !== value || !fire(from, at, to)) return false;
          mark(to);
          return true;
        },
      };
    }),
  );
}

/** The ways of a load that reads `value`. */
function guessedWays(step: Step & { kind: 'load' }, value: number): Lowered[] {
  return lowerCases(step.cases, step.into, constant(value), [{ id: step.into, value: constant(value) }]);
}

/**
 * The value that the load may take from the newest pending access to its variable; -1 where that is not a store,
 * where its value may depend on a load still pending (dep; rfi in linux-kernel.cat), or where another pending access
 * holds the load up.
 */
function newestStore(context: WeakContext, load: Access): (state: Int32Array, at: number) => number {
  const { deferral, window, model } = context;
  const others = tableByCode(deferral, (pending) =>
    touches(pending, load) ? 0 : holdsUp(model, pending, load),
  );
  const same = tableByCode(deferral, (pending) =>
    touches(pending, load) ? (forwards(pending, load) ? 2 : 1) : 0,
  );
  const pairs = pairTables(context);
  return (state, at) => {
    if (isHeldUp(window, others, state, at, window.slots.length)) return -1;
    for (let i = window.slots.length - 1; i >= 0; i--) {
      const { code, operand } = window.slots[i]!;
      const pending = (state[at + code.word]! >>> code.shift) & code.mask;
      if (same[pending] === 0) continue;
      if (same[pending] !== 2 || dependsOnPending(context, pairs[pending]!, state, at, i)) return -1;
      return (state[at + operand.word]! >>> operand.shift) & operand.mask;
    }
    return -1;
  };
}

function touches(pending: Access, load: Access): boolean {
  const [from] = load.reads;
  return pending.reads.has(from!) || pending.writes.has(from!);
}

function dependsOnPending(
  { deferral, window, model }: WeakContext,
  table: Uint8Array,
  state: Int32Array,
  at: number,
  count: number,
): boolean {
  if (model === 'tso') return false;
  for (let i = 0; i < count; i++) {
    const { code } = window.slots[i]!;
    const pending = (state[at + code.word]! >>> code.shift) & code.mask;
    const isLoad = deferral.accesses[deferral.steps[pending - 1]!]!.step.kind === 'load';
    if (isLoad && (table[pending]! & ALWAYS) !== 0) return true;
  }
  return false;
}

/** The moves that put step `id` among the pending accesses. A load is issued once for each value that it may read. */
function issues(context: WeakContext, id: StepId, code: number): Transition[] {
  const { step } = context.deferral.accesses[id]!;
  const issue = (choice: number, way: Lowered, operand: Operand): Transition => ({
    move: { actor: context.actor, step: id, choice, phase: 'issue' },
    fire: compileIssue(context, id, code, way, operand),
  });
  const nothing = { assign: [], assigns: 'together' } as const;
  switch (step.kind) {
    case 'store':
      return [
        issue(0, { guard: constant(1), ...nothing, next: step.next }, compileOperand(context, step.value)),
      ];
    case 'rmw': {
      const [local] = context.deferral.accesses[id]!.uses;
      const operand = local === undefined ? () => 0 : compileRead(variable(local), context.fieldOf);
      const ways = lowerCases(step.cases, null, constant(0), []);
      return ways.map((way, choice) => issue(choice, way, operand));
    }
    case 'load':
      return context
        .valuesOf(step.from)
        .flatMap((value) => guessedWays(step, value).map((way) => issue(value, way, () => value)));
    case 'atomic':
    case 'fence':
    case 'end':
      throw new Error(`a step of kind ${step.kind} cannot be pending`);
  }
}

type Operand = (state: Int32Array, at: number) => number;

function compileOperand({ fieldOf }: WeakContext, value: Expr): Operand {
  return compileRead(value, fieldOf);
}

function compileIssue(context: WeakContext, id: StepId, code: number, way: Lowered, operand: Operand): Fire {
  const { program, window, use, deferral, actor } = context;
  const access = deferral.accesses[id]!;
  const fire = context.compile(way, id);
  const mark = marking(context, access);
  const flags = branches(program.actors[actor]!, id) ? IF_BRANCHED : 0;
  const max = access.step.kind === 'store' ? program.variables[access.step.to]!.max : Infinity;
  return (from, at, to) => {
    if (!fire(from, at, to)) return false;
    const free = freeSlot(window, from, at);
    if (free < 0) {
      use.full = true;
      return false;
    }
    const value = operand(from, at);
    if (value < 0 || value > max) {
      throw new ModelRangeError(
        `actor ${program.actors[actor]!.name}, step ${id}: ${value} is not in 0..${max}`,
      );
    }
    mark(to);
    writeSlot(window.slots[free]!, to, packSlot(window, code, value, flags));
    return true;
  };
}
