/** Who waits for whom among an actor's accesses, as tables by the code of what is pending. */

import type { FieldOf } from '../compile.js';
import type { Lowered } from '../lowered.js';
import type { Program, StepId, VariableId } from '../program.js';
import type { Fire } from '../transition.js';
import type { Deferral } from './deferral.js';
import { type Access, type WeakModel, holdsUp } from './order.js';
import { type Window, bitsOf, readSlot } from './window.js';

/** Whether the bound on pending accesses has left a move out. */
export interface WindowUse {
  full: boolean;
}

/** What the moves of one actor are made from. */
export interface WeakContext {
  readonly program: Program;
  readonly model: WeakModel;
  readonly actor: number;
  readonly deferral: Deferral;
  readonly window: Window;
  readonly use: WindowUse;
  readonly fieldOf: FieldOf;
  /** Compiles one way of a step, without any regard to what is pending. */
  readonly compile: (way: Lowered, step: StepId) => Fire;
  /** By shared variable: the values that a load can see at all. */
  readonly valuesOf: (id: VariableId) => readonly number[];
}

/** A table by code of what holds step `later` up. */
export function waitingTable({ deferral, model }: WeakContext, later: Access): Uint8Array {
  return tableByCode(deferral, (earlier) => holdsUp(model, earlier, later));
}

export function tableByCode({ steps, accesses }: Deferral, entry: (pending: Access) => number): Uint8Array {
  return Uint8Array.from([0, ...steps.map((id) => entry(accesses[id]!))]);
}

/** By code of the later access: the table of what holds it up. */
export function pairTables(context: WeakContext): Uint8Array[] {
  const { deferral } = context;
  return [new Uint8Array(0), ...deferral.steps.map((id) => waitingTable(context, deferral.accesses[id]!))];
}

/** Whether one of the first `count` pending accesses holds up what `table` is of. */
export function isHeldUp(
  window: Window,
  table: Uint8Array,
  state: Int32Array,
  at: number,
  count: number,
): boolean {
  const { slots } = window;
  const codes = table.length - 1;
  if (codes === 0) return false;
  for (let i = 0; i < count; i++) {
    const slot = readSlot(slots[i]!, state, at);
    if (slot === 0) return false;
    if ((table[slot & slots[i]!.code.mask]! & bitsOf(window, slot)) !== 0) return true;
  }
  return false;
}
