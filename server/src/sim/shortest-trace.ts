/**
 * The one trace that is shown for a violation: of the shortest ones that with the fewest switches between actors,
 * of those the lowest by (actor, step, choice).
 *
 * Every prefix of a shortest trace is a shortest path to where it leads, so all of them run through the layers of
 * a breadth-first search from one to the next. A pass backwards over the layers counts the switches that are left
 * from each state; a pass forwards then takes the lowest move that keeps to that count.
 */

import type { Move, Trace } from './exploration.js';
import { type Machine, expandActor } from './machine.js';
import type { Transition } from './transition.js';
import { type Search, endAt } from './search.js';

const UNREACHABLE = 0xffff;

/** The canonical trace to the states of layer `depth` for which `isTarget`; one of them must be. */
export function canonicalTrace(search: Search, depth: number, isTarget: (index: number) => boolean): Trace {
  const switches = countSwitches(search, depth, isTarget);
  const trace: Move[] = [];
  let index = 0;
  let previous = -1;
  for (let layer = 0; layer < depth; layer++) {
    const step = lowestMove(search, layer, index, previous, switches);
    if (step === null) throw new Error(`no way from layer ${layer} to the states looked for`);
    trace.push(step.move);
    index = step.to;
    previous = step.move.actor;
  }
  return trace;
}

/** The layer of state `index` of an unreduced search. */
export function depthOf(search: Search, index: number): number {
  return search.layers.findIndex((start) => start > index) - 1;
}

/** By state and actor of the move before it: the fewest switches on the way from there to a target. */
function countSwitches(search: Search, depth: number, isTarget: (index: number) => boolean): Uint16Array {
  const { layers, machine } = search;
  const actors = machine.actors.length;
  const switches = new Uint16Array(layers[depth + 1]! * actors).fill(UNREACHABLE);
  for (let index = layers[depth]!; index < layers[depth + 1]!; index++) {
    if (isTarget(index)) switches.fill(0, index * actors, (index + 1) * actors);
  }
  for (let layer = depth - 1; layer >= 0; layer--) {
    for (let index = layers[layer]!; index < layers[layer + 1]!; index++) {
      forEachMove(search, layer, index, (transition, to) => {
        const { actor } = transition.move;
        const rest = switches[to * actors + actor]!;
        if (rest === UNREACHABLE) return;
        for (let previous = 0; previous < actors; previous++) {
          const total = rest + (previous === actor ? 0 : 1);
          if (total < switches[index * actors + previous]!) switches[index * actors + previous] = total;
        }
      });
    }
  }
  return switches;
}

function lowestMove(search: Search, layer: number, index: number, previous: number, switches: Uint16Array) {
  const actors = search.machine.actors.length;
  let best: { move: Move; to: number; total: number } | null = null;
  forEachMove(search, layer, index, ({ move }, to) => {
    const rest = switches[to * actors + move.actor]!;
    if (rest === UNREACHABLE) return;
    const total = rest + (previous === -1 || previous === move.actor ? 0 : 1);
    if (best === null || total < best.total || (total === best.total && compareMoves(move, best.move) < 0)) {
      best = { move, to, total };
    }
  });
  return best as { move: Move; to: number; total: number } | null;
}

const PHASES = ['run', 'issue', 'perform'] as const;

/** By actor, step, choice, then phase. */
function compareMoves(a: Move, b: Move): number {
  return (
    a.actor - b.actor ||
    a.step - b.step ||
    a.choice - b.choice ||
    PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase)
  );
}

/** The moves from state `index` of `layer` to states of the next layer. */
function forEachMove(
  { machine, states, layers }: Search,
  layer: number,
  index: number,
  visit: (transition: Transition, to: number) => void,
): void {
  const from = layers[layer + 1]!;
  const end = layers[layer + 2]!;
  const next = scratchFor(machine);
  for (const actor of machine.actors) {
    expandActor(actor, states.data, index * machine.words, next, (transition) => {
      const to = states.find(next);
      if (to >= from && to < end) visit(transition, to);
    });
  }
}

let scratch = new Int32Array(1);

function scratchFor(machine: Machine): Int32Array {
  if (scratch.length !== machine.words) scratch = new Int32Array(machine.words);
  return scratch;
}

/** Whether no actor can go on in state `index`, and why. */
export function isEnd({ machine, states }: Search, index: number, why: ReturnType<typeof endAt>): boolean {
  const next = scratchFor(machine);
  let moves = 0;
  for (const actor of machine.actors) {
    expandActor(actor, states.data, index * machine.words, next, () => moves++);
  }
  return moves === 0 && endAt(machine, states.data, index) === why;
}
