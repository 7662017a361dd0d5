/** The moves by which a pending access happens. */

import { type FieldOf, compileRead, compileWrites } from '../compile.js';
import { substitute, variable } from '../expr.js';
import type { StepId, VariableId } from '../program.js';
import type { Fire, Transition } from '../transition.js';
import { IF_FENCED } from './order.js';
import { type WeakContext, isHeldUp, pairTables, tableByCode } from './waiting.js';
import { bitsOf, readSlot, removeSlot } from './window.js';

/** Stands for the operand of a pending access in an expression. */
const OPERAND: VariableId = -1;

/** By slot and code: the move that performs the access of that code in that slot. */
export function performs(context: WeakContext): Transition[][] {
  const { window, deferral, actor } = context;
  const pairs = pairTables(context);
  return window.slots.map((_, index) => [
    { move: { actor, step: -1, choice: 0, phase: 'perform' }, fire: () => false },
    ...deferral.steps.map((step, i): Transition => ({
      move: { actor, step, choice: 0, phase: 'perform' },
      fire: compilePerform(context, step, index, pairs[i + 1]!),
    })),
  ]);
}

function compilePerform(context: WeakContext, step: StepId, index: number, table: Uint8Array): Fire {
  const { window } = context;
  const slot = window.slots[index]!;
  const perform = compileAccess(context, step, index);
  const unfenced = table.map((entry) => entry & ~IF_FENCED);
  return (from, at, to) => {
    // What was there when the fence came is before it as well: the fence does not order the two.
    const isFenced = (bitsOf(window, readSlot(slot, from, at)) & IF_FENCED) !== 0;
    if (isHeldUp(window, isFenced ? unfenced : table, from, at, index)) return false;
    if (!perform(from, at, to)) return false;
    removeSlot(window, to, index);
    return true;
  };
}

/** The effect of a pending access in slot `index`; for a load, whether the variable has the value that was guessed. */
function compileAccess(context: WeakContext, id: StepId, index: number): Fire {
  const { program, fieldOf, deferral, window, actor } = context;
  const slot = window.slots[index]!;
  const withOperand: FieldOf = (one) => (one === OPERAND ? slot.operand : fieldOf(one));
  const { step, uses } = deferral.accesses[id]!;
  if (step.kind === 'load') {
    const read = compileRead(variable(step.from), fieldOf);
    const guess = compileRead(variable(OPERAND), withOperand);
    return (from, at, to) => read(from, at) === guess(from, at) && copy(from, at, to);
  }
  if (step.kind !== 'store' && step.kind !== 'rmw')
    throw new Error(`a step of kind ${step.kind} cannot be pending`);
  const id2 = step.kind === 'store' ? step.to : step.on;
  const [local] = uses;
  const value =
    step.kind === 'store'
      ? variable(OPERAND)
      : local === undefined
        ? step.value
        : substitute(step.value, local, variable(OPERAND));
  const { name, max } = program.variables[id2]!;
  const what = () => `actor ${program.actors[actor]!.name}, step ${id}, variable ${name}`;
  const write = compileWrites([{ field: fieldOf(id2), max, value, sees: 'before', what }], withOperand);
  return (from, at, to) => {
    copy(from, at, to);
    write(from, at, to);
    return true;
  };
}

function copy(from: Int32Array, at: number, to: Int32Array): true {
  for (let word = 0; word < to.length; word++) to[word] = from[at + word]!;
  return true;
}

/** Whether a load of the actor is pending: its value is still a guess. */
export function compileGuessing({
  deferral,
  window,
}: WeakContext): ((state: Int32Array, at: number) => boolean) | null {
  const loads = tableByCode(deferral, ({ step }) => (step.kind === 'load' ? 1 : 0));
  if (loads.every((load) => load === 0)) return null;
  return (state, at) =>
    window.slots.some(({ code }) => loads[(state[at + code.word]! >>> code.shift) & code.mask] === 1);
}
