/**
 * Which accesses are worth being pending, and how many at a time.
 *
 * Letting an access wait only matters where others can see its variable, and where a later access to something that
 * others or a property can see may happen before it. All other accesses happen where they stand: the states in
 * which they wait would be seen by nobody.
 */

import { nextsOf } from '../check-program.js';
import { type Variables, addVariable, hasVariable, noVariables } from '../footprint.js';
import type { Actor, Program, StepId, VariableId } from '../program.js';
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

/** At most so many accesses of one actor are pending; beyond it the actor waits. A bound on what is explored. */
export const WINDOW = 4;

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
  const accesses = program.actors.map((actor) => accessesOf(program, actor));
  const contended = contendedVariables(program, accesses, visible);
  return program.actors.map((actor, index) => {
    const plan = new Planner(model, actor, accesses[index]!, contended, visible);
    return plan.deferral();
  });
}

/** Shared variables that some actor writes and that another one, or a property, looks at. */
function contendedVariables(program: Program, accesses: readonly Access[][], visible: Variables): Variables {
  const contended = noVariables(program);
  program.variables.forEach(({ owner }, id) => {
    if (owner !== null) return;
    const users = accesses.filter((all) => all.some(({ reads, writes }) => reads.has(id) || writes.has(id)));
    const written = accesses.some((all) => all.some(({ writes }) => writes.has(id)));
    if (written && (users.length > 1 || hasVariable(visible, id))) addVariable(contended, id);
  });
  return contended;
}

class Planner {
  readonly #model: WeakModel;
  readonly #actor: Actor;
  readonly #accesses: readonly Access[];
  readonly #contended: Variables;
  readonly #visible: Variables;

  constructor(
    model: WeakModel,
    actor: Actor,
    accesses: readonly Access[],
    contended: Variables,
    visible: Variables,
  ) {
    this.#model = model;
    this.#actor = actor;
    this.#accesses = accesses;
    this.#contended = contended;
    this.#visible = visible;
  }

  deferral(): Deferral {
    const steps = [...this.#actor.steps.keys()].filter((id) => this.#isWorthIt(id));
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

  #isWorthIt(id: StepId): boolean {
    const access = this.#accesses[id]!;
    if (!mayBePending(this.#model, access)) return false;
    if (![...access.reads, ...access.writes].some((one) => hasVariable(this.#contended, one))) return false;
    return [...this.#reach(id)].some(([later, bits]) => {
      return !this.#waits(access, later, bits) && this.#isSeen(later);
    });
  }

  #waits(access: Access, later: StepId, bits: number): boolean {
    const other = this.#accesses[later]!;
    return !forwards(access, other) && (holdsUp(this.#model, access, other) & bits) !== 0;
  }

  /** Whether anybody can see when step `id` happens. */
  #isSeen(id: StepId): boolean {
    const { reads, writes, step } = this.#accesses[id]!;
    if ([...reads, ...writes].some((one) => hasVariable(this.#contended, one))) return true;
    return writtenLocals(step).some((one) => hasVariable(this.#visible, one));
  }

  /**
   * Where the actor may stand while the access of step `id` is pending, with the bits that are surely true of the
   * pending access there. A place that is reached with different bits keeps those of both ways.
   */
  #reach(id: StepId): Map<StepId, number> {
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
      if (this.#waits(access, at, now) && !mayBePending(this.#model, later)) continue;
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

function writtenLocals(step: Access['step']): VariableId[] {
  switch (step.kind) {
    case 'atomic':
      return step.alternatives.flatMap(({ assign }) => assign.map(({ id }) => id));
    case 'load':
      return [step.into];
    case 'rmw':
      return step.into === null ? [] : [step.into];
    case 'store':
    case 'fence':
    case 'end':
      return [];
  }
}
