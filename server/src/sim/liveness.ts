/**
 * Dead locals: what a local holds does not matter where it is written before it is read again.
 *
 * With reduction such a local is set to 0, so that states which differ in nothing else are one. The moves from both
 * are the same (a bisimulation), so verdicts and traces are not touched. Spin does the same to its locals.
 */

import { nextsOf } from './check-program.js';
import { variablesOf } from './expr.js';
import { type Variables, addAll, addVariable, hasVariable, noVariables } from './footprint.js';
import { type Lowered, lowerStep } from './lowered.js';
import type { Actor, Program, Step, VariableId } from './program.js';

/** By step of `actor`: the variables whose value may be read from there on, before they are written. */
export function liveVariables(program: Program, actor: Actor, visible: Variables): Variables[] {
  const live = actor.steps.map(() => {
    const set = noVariables(program);
    addAll(set, visible);
    return set;
  });
  const reads = actor.steps.map((step) => readsOf(program, step));
  const kept = actor.steps.map((step) => survivorsOf(program, step));
  const nexts = actor.steps.map(nextsOf);
  for (let changed = true; changed;) {
    changed = false;
    for (let id = actor.steps.length - 1; id >= 0; id--) {
      if (addAll(live[id]!, reads[id]!)) changed = true;
      for (const next of nexts[id]!) if (addKept(live[id]!, live[next]!, kept[id]!)) changed = true;
    }
  }
  return live;
}

/** Adds what of `from` is in `kept` to `to`; whether that changed `to`. */
function addKept(to: Variables, from: Variables, kept: Variables): boolean {
  let changed = false;
  for (let word = 0; word < to.length; word++) {
    const before = to[word]!;
    to[word] = before | (from[word]! & kept[word]!);
    if (to[word] !== before) changed = true;
  }
  return changed;
}

function readsOf(program: Program, step: Step): Variables {
  const reads = noVariables(program);
  for (const { guard, assign } of lowerStep(step)) {
    variablesOf(guard).forEach((id) => addVariable(reads, id));
    for (const { value } of assign) variablesOf(value).forEach((id) => addVariable(reads, id));
  }
  return reads;
}

/** The variables that some way to take `step` does not write. */
function survivorsOf(program: Program, step: Step): Variables {
  const [first, ...others] = lowerStep(step);
  const kept = noVariables(program).fill(0xffffffff);
  for (const { id } of first?.assign ?? []) {
    if (others.every(({ assign }) => assign.some((one) => one.id === id)))
      kept[id >>> 5]! &= ~(1 << (id & 31));
  }
  return kept;
}

/** Of an actor's `locals` those that hold something before or after `way` from step `id` and are dead after it. */
export function deadAfter(
  locals: readonly VariableId[],
  way: Lowered,
  id: number,
  live: readonly Variables[],
): VariableId[] {
  return locals.filter((local) => {
    if (hasVariable(live[way.next]!, local)) return false;
    return hasVariable(live[id]!, local) || way.assign.some((one) => one.id === local);
  });
}
