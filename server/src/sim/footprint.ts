/** What steps read and write, now and in what may follow, as bit sets over the variables of a program. */

import { nextsOf } from './check-program.js';
import { variablesOf } from './expr.js';
import { lowerStep } from './lowered.js';
import type { Actor, Expr, Program, Step, VariableId } from './program.js';

/** A set of variables: bit `id % 32` of word `id / 32`. */
export type Variables = Uint32Array;

const wordsOf = (program: Program): number => (program.variables.length + 31) >>> 5;

export const noVariables = (program: Program): Variables => new Uint32Array(wordsOf(program));

export function addVariable(set: Variables, id: VariableId): void {
  set[id >>> 5]! |= 1 << (id & 31);
}

export function hasVariable(set: Variables, id: VariableId): boolean {
  return (set[id >>> 5]! & (1 << (id & 31))) !== 0;
}

export function forEachVariable(set: Variables, visit: (id: VariableId) => void): void {
  for (let word = 0; word < set.length; word++) {
    for (let rest = set[word]!; rest !== 0; rest &= rest - 1)
      visit(word * 32 + 31 - Math.clz32(rest & -rest));
  }
}

/** Adds `from` to `to`; whether that changed `to`. */
export function addAll(to: Variables, from: Variables): boolean {
  let changed = false;
  for (let word = 0; word < to.length; word++) {
    const before = to[word]!;
    to[word] = before | from[word]!;
    if (to[word] !== before) changed = true;
  }
  return changed;
}

export function intersects(a: Variables, b: Variables): boolean {
  for (let word = 0; word < a.length; word++) if ((a[word]! & b[word]!) !== 0) return true;
  return false;
}

export interface Footprint {
  readonly reads: Variables;
  readonly writes: Variables;
}

export const emptyFootprint = (program: Program): Footprint => ({
  reads: noVariables(program),
  writes: noVariables(program),
});

export function addFootprint(to: Footprint, from: Footprint): boolean {
  const reads = addAll(to.reads, from.reads);
  return addAll(to.writes, from.writes) || reads;
}

/** Whether the order of two events with these footprints can matter. */
export function conflict(a: Footprint, b: Footprint): boolean {
  return intersects(a.writes, b.writes) || intersects(a.writes, b.reads) || intersects(a.reads, b.writes);
}

/** Steps are explored often, and few of them differ in what they touch: equal footprints are one object. */
const footprints = new WeakMap<Step, Footprint>();
const interned = new Map<string, Footprint>();

export function footprintOf(program: Program, step: Step): Footprint {
  const known = footprints.get(step);
  if (known !== undefined && known.reads.length === wordsOf(program)) return known;
  const made = computeFootprint(program, step);
  const key = `${made.reads.join()}/${made.writes.join()}`;
  const footprint = interned.get(key) ?? made;
  interned.set(key, footprint);
  footprints.set(step, footprint);
  return footprint;
}

function computeFootprint(program: Program, step: Step): Footprint {
  const footprint = emptyFootprint(program);
  const read = (id: VariableId) => addVariable(footprint.reads, id);
  for (const { guard, assign } of lowerStep(step)) {
    variablesOf(guard).forEach(read);
    for (const { id, value } of assign) {
      variablesOf(value).forEach(read);
      addVariable(footprint.writes, id);
    }
  }
  return footprint;
}

/** By step of `actor`: everything that it may still do from there on. `own` is by step what that step does. */
export function futures(program: Program, actor: Actor, own: readonly Footprint[]): Footprint[] {
  const all = own.map((footprint) => {
    const future = emptyFootprint(program);
    addFootprint(future, footprint);
    return future;
  });
  const nexts = actor.steps.map(nextsOf);
  for (let changed = true; changed;) {
    changed = false;
    for (let id = nexts.length - 1; id >= 0; id--) {
      for (const next of nexts[id]!) if (addFootprint(all[id]!, all[next]!)) changed = true;
    }
  }
  return all;
}

/** What properties and witnesses look at in every state. */
export function visibleVariables(program: Program): Variables {
  return readBy(program, [...program.properties.map((p) => p.bad), ...program.witnesses.map((w) => w.state)]);
}

/** What properties and witnesses look at in some state. */
export function askedVariables(program: Program): Variables {
  const asked = readBy(
    program,
    program.properties.flatMap(({ atEnd }) => atEnd ?? []),
  );
  addAll(asked, visibleVariables(program));
  return asked;
}

function readBy(program: Program, predicates: readonly Expr[]): Variables {
  const read = noVariables(program);
  for (const predicate of predicates) variablesOf(predicate).forEach((id) => addVariable(read, id));
  return read;
}
