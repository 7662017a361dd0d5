/** Builds an actor step by step, with steps named before they are there. */

import { TRUE, constant, is, not, variable } from '../../server/src/sim/expr.js';
import type {
  Actor,
  Assignment,
  AtomicOrder,
  Expr,
  Step,
  StepId,
  VariableId,
} from '../../server/src/sim/program.js';

export const set = (id: VariableId, value: number): Assignment => ({ id, value: constant(value) });

export class Path {
  readonly #steps: Step[] = [];
  readonly #ids = new Map<string, StepId>();

  actor(name: string, entry: string): Actor {
    return { name, steps: this.#steps, entry: this.#at(entry) };
  }

  /** Waits for `guard`, then does all of `assign`. */
  atomic(label: string, order: AtomicOrder, guard: Expr, assign: readonly Assignment[], next: string): void {
    this.#steps[this.#at(label)] = {
      kind: 'atomic',
      order,
      alternatives: [{ guard, assign, next: this.#at(next) }],
    };
  }

  /** `if (condition) { then; goto thenNext } else goto elseNext`, as one event. */
  either(
    label: string,
    order: AtomicOrder,
    condition: Expr,
    then: readonly [readonly Assignment[], string],
    otherwise: readonly [readonly Assignment[], string],
  ): void {
    const ways = [
      { guard: condition, assign: then[0], next: this.#at(then[1]) },
      { guard: not(condition), assign: otherwise[0], next: this.#at(otherwise[1]) },
    ];
    this.#steps[this.#at(label)] = { kind: 'atomic', order, alternatives: ways };
  }

  /** Reads `from` and goes to `zero` or to `other` by its value. */
  load(label: string, from: VariableId, into: VariableId, zero: string, other: string): void {
    const cases = [
      { guard: is(into, 0), next: this.#at(zero) },
      { guard: TRUE, next: this.#at(other) },
    ];
    this.#steps[this.#at(label)] = { kind: 'load', from, into, order: 'relaxed', cases };
  }

  /** An RMW that returns nothing. */
  rmw(
    label: string,
    order: 'relaxed' | 'full',
    on: VariableId,
    value: (old: Expr) => Expr,
    next: string,
  ): void {
    this.#steps[this.#at(label)] = {
      kind: 'rmw',
      on,
      value: value(variable(on)),
      into: null,
      order,
      cases: [{ guard: TRUE, next: this.#at(next) }],
    };
  }

  #at(label: string): StepId {
    if (!this.#ids.has(label)) this.#ids.set(label, this.#steps.push({ kind: 'end' }) - 1);
    return this.#ids.get(label)!;
  }
}
