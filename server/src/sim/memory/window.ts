/**
 * The pending accesses of an actor as fields of the state: slots in program order, filled from the front.
 *
 * A slot holds the code of the step (0: empty), one operand (what a store will write, what a void RMW will use, what
 * a load is guessed to read) and the two bits that IF_BRANCHED and IF_FENCED ask for.
 */

import { type Field, type Layout, bitsFor } from '../layout.js';
import type { Program, Step } from '../program.js';
import type { Deferral } from './deferral.js';
import { ALWAYS, IF_BRANCHED, IF_FENCED } from './order.js';

export interface Slot {
  readonly field: Field;
  readonly code: Field;
  readonly operand: Field;
}

export interface Window {
  readonly slots: readonly Slot[];
  readonly operandBits: number;
  readonly codeBits: number;
}

const FLAGS = 2;

export function layOutWindow(
  layout: Layout,
  program: Program,
  { steps, capacity, accesses }: Deferral,
): Window {
  const codeBits = bitsFor(steps.length);
  const operandBits = Math.max(0, ...steps.map((id) => bitsFor(operandMax(program, accesses[id]!.step))));
  const bits = codeBits + operandBits + FLAGS;
  if (bits > 31)
    throw new Error(`a pending access of ${bits} bits: variables of that size are not supported`);
  const slots = Array.from({ length: capacity }, () => {
    const field = layout.field(2 ** bits - 1);
    const { word, shift } = field;
    return {
      field,
      code: { word, shift, mask: 2 ** codeBits - 1 },
      operand: { word, shift: shift + codeBits, mask: 2 ** operandBits - 1 },
    };
  });
  return { slots, codeBits, operandBits };
}

function operandMax(program: Program, step: Step): number {
  switch (step.kind) {
    case 'store':
      return program.variables[step.to]!.max;
    case 'load':
      return program.variables[step.from]!.max;
    case 'rmw':
      return Math.max(0, ...program.variables.filter(({ owner }) => owner !== null).map(({ max }) => max));
    case 'atomic':
    case 'fence':
    case 'end':
      return 0;
  }
}

/** The contents of a slot: `flags` of IF_BRANCHED and IF_FENCED. */
export function packSlot(window: Window, code: number, operand: number, flags: number): number {
  return code | (operand << window.codeBits) | ((flags >>> 1) << (window.codeBits + window.operandBits));
}

/** What of ALWAYS, IF_BRANCHED and IF_FENCED is true of a pending access. */
export function bitsOf(window: Window, slot: number): number {
  return ALWAYS | ((slot >>> (window.codeBits + window.operandBits)) << 1);
}

/** The slot with more flags. */
export function flagSlot(window: Window, slot: number, flags: number): number {
  return slot | (((flags & (IF_BRANCHED | IF_FENCED)) >>> 1) << (window.codeBits + window.operandBits));
}

export function readSlot({ field: { word, shift, mask } }: Slot, state: Int32Array, at: number): number {
  return (state[at + word]! >>> shift) & mask;
}

export function writeSlot({ field: { word, shift, mask } }: Slot, state: Int32Array, value: number): void {
  state[word] = (state[word]! & ~(mask << shift)) | (value << shift);
}

/** The first slot that is free, or -1. */
export function freeSlot({ slots }: Window, state: Int32Array, at: number): number {
  return slots.findIndex(({ code }) => ((state[at + code.word]! >>> code.shift) & code.mask) === 0);
}

/** Takes the access in slot `index` out; those after it move up. */
export function removeSlot({ slots }: Window, state: Int32Array, index: number): void {
  for (let i = index; i < slots.length; i++) {
    const after = slots[i + 1];
    writeSlot(slots[i]!, state, after === undefined ? 0 : readSlot(after, state, 0));
  }
}
