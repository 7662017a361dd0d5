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
  forEachVariable,
  noVariables,
} from '../footprint.js';
import type { Program, Step, StepId, VariableId } from '../program.js';

interface Node {
  readonly actor: number;
  readonly footprint: Footprint;
  /** Nodes that follow in program order. */
  readonly nexts: readonly number[];
}

/** The nodes that touch a variable. */
interface Users {
  readonly readers: number[];
  readonly writers: number[];
}

export class CriticalCycles {
  readonly #program: Program;
  readonly #nodes: Node[] = [];
  /** By variable. */
  readonly #users: readonly Users[];
  /** By actor and footprint: everything on the way from such a step through other actors. */
  readonly #beyond: readonly Map<Footprint, Footprint>[];

  constructor(program: Program, visible: Variables) {
    this.#program = program;
    program.actors.forEach(({ steps }, actor) => {
      const base = this.#nodes.length;
      for (const step of steps) {
        const nexts = nextsOf(step).map((next) => base + next);
        this.#nodes.push({ actor, footprint: footprintOf(program, step), nexts });
      }
    });
    const looks = { reads: visible, writes: noVariables(program) };
    this.#nodes.push({ actor: program.actors.length, footprint: looks, nexts: [] });
    this.#users = program.variables.map(() => ({ readers: [], writers: [] }));
    this.#nodes.forEach(({ footprint: { reads, writes } }, node) => {
      forEachVariable(reads, (id) => this.#users[id]!.readers.push(node));
      forEachVariable(writes, (id) => this.#users[id]!.writers.push(node));
    });
    this.#beyond = program.actors.map(() => new Map());
  }

  /** Whether some run shows that step `later` of `actor` happened before the access of step `earlier`. */
  isCritical(actor: number, earlier: StepId, later: StepId): boolean {
    const { steps } = this.#program.actors[actor]!;
    return conflict(
      this.#accessOf(steps[earlier]!),
      this.#from(actor, footprintOf(this.#program, steps[later]!)),
    );
  }

  /** What a pending access does when it is performed: a load does not write its local then. */
  #accessOf(step: Step): Footprint {
    if (step.kind !== 'load') return footprintOf(this.#program, step);
    const footprint = emptyFootprint(this.#program);
    addVariable(footprint.reads, step.from);
    return footprint;
  }

  #from(actor: number, footprint: Footprint): Footprint {
    const known = this.#beyond[actor]!.get(footprint);
    if (known !== undefined) return known;
    const beyond = this.#walk(actor, footprint);
    this.#beyond[actor]!.set(footprint, beyond);
    return beyond;
  }

  /** All that is reached from `start`, a step of `actor`, by conflicts and the program order of the other actors. */
  #walk(actor: number, start: Footprint): Footprint {
    const beyond = emptyFootprint(this.#program);
    const seen = new Uint8Array(this.#nodes.length);
    const open: number[] = [];
    const reach = (id: number, from: number): void => {
      const { actor: other } = this.#nodes[id]!;
      if (seen[id] === 1 || other === actor || other === from) return;
      seen[id] = 1;
      open.push(id);
    };
    const done = new Set<number>();
    const conflicts = ({ reads, writes }: Footprint, from: number): void => {
      const once = (id: VariableId, isWrite: 0 | 1): boolean => {
        const key = (id * 2 + isWrite) * (this.#program.actors.length + 1) + from;
        return !done.has(key) && done.add(key) !== null;
      };
      forEachVariable(writes, (id) => {
        if (!once(id, 1)) return;
        for (const node of this.#users[id]!.readers) reach(node, from);
        for (const node of this.#users[id]!.writers) reach(node, from);
      });
      forEachVariable(reads, (id) => {
        if (once(id, 0)) for (const node of this.#users[id]!.writers) reach(node, from);
      });
    };
    conflicts(start, actor);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const node = this.#nodes[id]!;
      addFootprint(beyond, node.footprint);
      for (const next of node.nexts) reach(next, -1);
      conflicts(node.footprint, node.actor);
    }
    return beyond;
  }
}
