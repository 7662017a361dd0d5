/** Short forms for programs that are written out in tests. */

import { TRUE, constant } from '../../server/src/sim/expr.js';
import type { ExploreOptions } from '../../server/src/sim/exploration.js';
import type { Actor, Assignment, Expr, Program, Step, Variable } from '../../server/src/sim/program.js';

export const OPTIONS: ExploreOptions = { memory: 'sc', reduction: false, maxStates: 100_000, deadlock: true };

export const shared = (name: string, max = 1, initial = 0): Variable => ({ name, initial, max, owner: null });
export const local = (owner: number, name: string, max = 1): Variable => ({ name, initial: 0, max, owner });
export const set = (id: number, value: number | Expr): Assignment => ({
  id,
  value: typeof value === 'number' ? constant(value) : value,
});

/** Waits for `guard`, then assigns. */
export const when = (guard: Expr, assign: readonly Assignment[], next: number): Step => ({
  kind: 'atomic',
  order: 'none',
  alternatives: [{ guard, assign, next }],
});
export const go = (assign: readonly Assignment[], next: number): Step => when(TRUE, assign, next);

export const END: Step = { kind: 'end' };

export const actor = (name: string, ...steps: readonly Step[]): Actor => ({ name, steps, entry: 0 });

export function program(
  variables: readonly Variable[],
  actors: readonly Actor[],
  properties: Readonly<Record<string, Expr>> = {},
  witnesses: Readonly<Record<string, Expr>> = {},
): Program {
  return {
    variables,
    actors,
    properties: Object.entries(properties).map(([id, bad]) => ({ id, bad })),
    witnesses: Object.entries(witnesses).map(([id, state]) => ({ id, state })),
  };
}
