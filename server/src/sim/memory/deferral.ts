/**
 * Which accesses are worth being pending, and how many at a time.
 *
 * Letting an access wait only matters where a later one may happen before it and others can see that
 * (critical-cycles.ts). All other accesses happen where they stand: nobody could tell the difference.
 */

import { nextsOf } from '../check-program.js';
import type { Variables } from '../footprint.js';
import type { Actor, Program, StepId } from '../program.js';
import {
  ALWAYS,
  type Access,
  IF_BRANCHED,
  IF_FENCED,
  type WeakModel,
  accessesOf,
  fences,
  forwards,
  holdsUp,
  mayBePending,
} from './order.js';
import { CriticalCycles } from './critical-cycles.js';

/** At most so many accesses of one actor are pending; beyond it the actor waits. A bound on what is explored. */
export const WINDOW = 3;

export interface Deferral {
  readonly accesses: readonly Access[];
  /** The steps whose access may be pending; the code of a step is its place here plus one. */
  readonly steps: readonly StepId[];
  /** Accesses that can be pending at a time. */
  readonly capacity: number;
  /** By step where the actor stands: the steps that may be pending there. */
  readonly pendingAt: readonly (readonly StepId[])[];
}

/** By actor. `visible` is what properties and witnesses look at. */
export function planDeferral(program: Program, model: WeakModel, visible: Variables): Deferral[] {
  let cycles: CriticalCycles | null = null;
  const cyclesOnce = () => (cycles ??= new CriticalCycles(program, visible));
  return program.actors.map((actor, index) =>
    new Planner(program, model, actor, index, cyclesOnce).deferral(),
  );
}

class Planner {
  readonly #model: WeakModel;
  readonly #actor: Actor;
  readonly #accesses: readonly Access[];
  readonly #isCritical: (earlier: StepId, later: StepId) => boolean;
  readonly #reached = new Map<StepId, ReadonlyMap<StepId, number>>();

  constructor(program: Program, model: WeakModel, actor: Actor, index: number, cycles: () => CriticalCycles) {
    this.#model = model;
    this.#actor = actor;
    this.#accesses = accessesOf(program, actor);
    this.#isCritical = (earlier, later) => cycles().isCritical(index, earlier, later);
  }

  deferral(): Deferral {
    const steps = this.#worthwhile();
    const pendingAt: StepId[][] = this.#actor.steps.map(() => []);
    for (const id of steps) for (const at of this.#reach(id).keys()) pendingAt[at]!.push(id);
    const repeats = steps.some((id) => pendingAt[id]!.includes(id));
    return {
      accesses: this.#accesses,
      steps,
      capacity: repeats ? WINDOW : Math.min(WINDOW, steps.length),
      pendingAt,
    };
  }

  /**
   * The accesses that others can see happen after a later one; and those which would keep that from being seen
   * because, happening where they stand, they would have to wait for one of the former.
   */
  #worthwhile(): StepId[] {
    const possible = [...this.#actor.steps.keys()].filter((id) =>
      mayBePending(this.#model, this.#accesses[id]!),
    );
    const worth = new Set(
      possible.filter((id) => this.#overtakers(id).some((later) => this.#isCritical(id, later))),
    );
    for (const earlier of worth) {
      for (const id of possible) if (!worth.has(id) && this.#stands(id, earlier)) worth.add(id);
    }
    return [...worth].sort((a, b) => a - b);
  }

  /** Whether step `id` waits for `earlier`, and something that may go before `id` is to be seen before `earlier`. */
  #stands(id: StepId, earlier: StepId): boolean {
    const bits = this.#reach(earlier).get(id);
    if (bits === undefined || !this.#waits(earlier, id, bits)) return false;
    const overtakers = this.#overtakers(id);
    return this.#overtakers(earlier).some(
      (later) => overtakers.includes(later) && this.#isCritical(earlier, later),
    );
  }

  /** The steps that may happen while `id` is pending. */
  #overtakers(id: StepId): StepId[] {
    return [...this.#reach(id)]
      .filter(([later, bits]) => !this.#waits(id, later, bits))
      .map(([later]) => later);
  }

  #waits(earlier: StepId, later: StepId, bits: number): boolean {
    const [first, second] = [this.#accesses[earlier]!, this.#accesses[later]!];
    return !forwards(first, second) && (holdsUp(this.#model, first, second) & bits) !== 0;
  }

  /**
   * Where the actor may stand while the access of step `id` is pending, with the bits that are surely true of the
   * pending access there. A place that is reached with different bits keeps those of both ways.
   */
  #reach(id: StepId): ReadonlyMap<StepId, number> {
    const known = this.#reached.get(id) ?? this.#computeReach(id);
    this.#reached.set(id, known);
    return known;
  }

  #computeReach(id: StepId): Map<StepId, number> {
    const access = this.#accesses[id]!;
    const reached = new Map<StepId, number>();
    const first = ALWAYS | (branches(this.#actor, id) ? IF_BRANCHED : 0);
    const open = nextsOf(access.step).map((next): [StepId, number] => [next, first]);
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      const [at, bits] = one;
      const before = reached.get(at);
      const now = before === undefined ? bits : before & bits;
      if (now === before) continue;
      reached.set(at, now);
      const later = this.#accesses[at]!;
      if (this.#waits(id, at, now) && !mayBePending(this.#model, later)) continue;
      const after = now | (fences(this.#model, later, access) ? IF_FENCED : 0);
      for (const next of nextsOf(later.step)) open.push([next, after]);
    }
    return reached;
  }
}

/** Whether a load itself decides where the actor goes on. */
export function branches(actor: Actor, id: StepId): boolean {
  const step = actor.steps[id]!;
  return step.kind === 'load' && new Set(nextsOf(step)).size > 1;
}
