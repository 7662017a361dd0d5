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
  for (let changed = true; changed;) {
    changed = false;
    for (let id = actor.steps.length - 1; id >= 0; id--) {
      if (addAll(live[id]!, reads[id]!)) changed = true;
      for (const next of nextsOf(actor.steps[id]!)) {
        const through = live[next]!.map((word, i) => word & kept[id]![i]!);
        if (addAll(live[id]!, through)) changed = true;
      }
    }
  }
  return live;
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
  const ways = lowerStep(step);
  const kept = noVariables(program).fill(0xffffffff);
  if (ways.length === 0) return kept;
  program.variables.forEach((_, id) => {
    if (ways.every(({ assign }) => assign.some((one) => one.id === id))) kept[id >>> 5]! &= ~(1 << (id & 31));
  });
  return kept;
}

/** The locals of `actor` that hold something before or after `way` from step `id` and are dead after it. */
export function deadAfter(
  program: Program,
  actor: number,
  way: Lowered,
  id: number,
  live: readonly Variables[],
): VariableId[] {
  return program.variables.flatMap(({ owner }, variable) => {
    if (owner !== actor || hasVariable(live[way.next]!, variable)) return [];
    const held = hasVariable(live[id]!, variable) || way.assign.some((one) => one.id === variable);
    return held ? [variable] : [];
  });
}
