/**
 * Every step as guarded assignments: what it does when it happens at once, where it stands in the program.
 * The simulator, the reduction and the Promela export all start from this form.
 */

import { TRUE, and, evaluate, not, substitute, variable } from './expr.js';
import type { Assignment, Case, Expr, Step, StepId, VariableId } from './program.js';

export interface Lowered {
  readonly guard: Expr;
  readonly assign: readonly Assignment[];
  /** `together`: all values are those of the state before; `in order`: each assignment sees the ones before it. */
  readonly assigns: 'together' | 'in order';
  readonly next: StepId;
}

const lowered = new WeakMap<Step, readonly Lowered[]>();

/** The ways to take `step`, by choice number; none for `end`. Made once for a step: the same actor is explored often. */
export function lowerStep(step: Step): readonly Lowered[] {
  let ways = lowered.get(step);
  if (ways === undefined) lowered.set(step, (ways = waysOf(step)));
  return ways;
}

function waysOf(step: Step): Lowered[] {
  switch (step.kind) {
    case 'atomic':
      return step.alternatives.map(({ guard, assign, next }) => ({
        guard,
        assign,
        assigns: 'in order',
        next,
      }));
    case 'load':
      return lowerCases(step.cases, step.into, variable(step.from), [
        { id: step.into, value: variable(step.from) },
      ]);
    case 'store':
      return [
        { guard: TRUE, assign: [{ id: step.to, value: step.value }], assigns: 'together', next: step.next },
      ];
    case 'rmw':
      return lowerCases(step.cases, step.into, variable(step.on), [
        ...(step.into === null ? [] : [{ id: step.into, value: variable(step.on) }]),
        { id: step.on, value: step.value },
      ]);
    case 'fence':
      return [{ guard: TRUE, assign: [], assigns: 'together', next: step.next }];
    case 'end':
      return [];
  }
}

/** The first case whose guard holds, where the guards see `result` in the place of the local `into`. */
export function lowerCases(
  cases: readonly Case[],
  into: VariableId | null,
  result: Expr,
  assign: readonly Assignment[],
): Lowered[] {
  const guards = cases.map(({ guard }) => (into === null ? guard : substitute(guard, into, result)));
  return cases.map(({ next }, choice) => ({
    guard: and(...guards.slice(0, choice).map(not), guards[choice]!),
    assign,
    assigns: 'together',
    next,
  }));
}

/** The case that a load takes where its actor's locals, with what it reads, are `values`. */
export const caseOf = ({ cases }: Step & { kind: 'load' }, values: readonly number[]): number =>
  cases.findIndex(({ guard }) => evaluate(guard, (id) => values[id]!) !== 0);
