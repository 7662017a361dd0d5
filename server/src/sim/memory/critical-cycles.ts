/**
 * Which pairs of accesses of one actor others can see out of order.
 *
 * Shasha and Snir (Efficient and Correct Execution of Parallel Programs that Share Memory, TOPLAS 1988): the order of
 * `earlier` and `later` in an actor matters only where they close a cycle: from `later` by a conflict to another
 * actor, there along program order or by conflicts to further actors, and by a conflict back to `earlier`.
 * Properties and witnesses take part as one more actor, which reads all that they look at.
 */

import { nextsOf } from '../check-program.js';
import {
  type Footprint,
  type Variables,
  addFootprint,
  addVariable,
  conflict,
  emptyFootprint,
  footprintOf,
  noVariables,
} from '../footprint.js';
import type { Program, Step, StepId } from '../program.js';

interface Node {
  readonly actor: number;
  readonly footprint: Footprint;
  /** Nodes that follow in program order. */
  readonly nexts: readonly number[];
}

export class CriticalCycles {
  readonly #program: Program;
  readonly #nodes: Node[] = [];
  readonly #bases: number[] = [];
  /** By node: the nodes of other actors in conflict with it. */
  readonly #conflicts: readonly (readonly number[])[];
  /** By node: everything on the way from it through other actors. */
  readonly #beyond = new Map<number, Footprint>();

  constructor(program: Program, visible: Variables) {
    this.#program = program;
    program.actors.forEach(({ steps }, actor) => {
      const base = this.#nodes.length;
      this.#bases.push(base);
      for (const step of steps) {
        const nexts = nextsOf(step).map((next) => base + next);
        this.#nodes.push({ actor, footprint: footprintOf(program, step), nexts });
      }
    });
    const looks = { reads: visible, writes: noVariables(program) };
    this.#nodes.push({ actor: program.actors.length, footprint: looks, nexts: [] });
    this.#conflicts = this.#nodes.map((one) =>
      [...this.#nodes.keys()].filter((id) => {
        const other = this.#nodes[id]!;
        return other.actor !== one.actor && conflict(other.footprint, one.footprint);
      }),
    );
  }

  /** Whether some run shows that step `later` of `actor` happened before the access of step `earlier`. */
  isCritical(actor: number, earlier: StepId, later: StepId): boolean {
    return conflict(
      this.#accessOf(this.#program.actors[actor]!.steps[earlier]!),
      this.#from(this.#bases[actor]! + later),
    );
  }

  /** What a pending access does when it is performed: a load does not write its local then. */
  #accessOf(step: Step): Footprint {
    if (step.kind !== 'load') return footprintOf(this.#program, step);
    const footprint = emptyFootprint(this.#program);
    addVariable(footprint.reads, step.from);
    return footprint;
  }

  #from(start: number): Footprint {
    const known = this.#beyond.get(start);
    if (known !== undefined) return known;
    const beyond = emptyFootprint(this.#program);
    const { actor } = this.#nodes[start]!;
    const seen = new Uint8Array(this.#nodes.length);
    const open: number[] = [];
    const reach = (ids: readonly number[]) => {
      for (const id of ids) {
        if (seen[id] === 1 || this.#nodes[id]!.actor === actor) continue;
        seen[id] = 1;
        open.push(id);
      }
    };
    reach(this.#conflicts[start]!);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      addFootprint(beyond, this.#nodes[id]!.footprint);
      reach(this.#nodes[id]!.nexts);
      reach(this.#conflicts[id]!);
    }
    this.#beyond.set(start, beyond);
    return beyond;
  }
}
