/**
 * The explorer's `lkmm` is a machine, the kernel's memory model a set of axioms. A race that only the machine's
 * reordering gives is shown when the axioms allow it, too.
 */

import { bookkeeping } from '../kernel/model.js';
import { executionOf, isAllowed } from '../sim/race/execution.js';
import { replay } from '../sim/replay.js';
import type { PropertyId } from './report.js';
import type { Run, Runs } from './runs.js';

type ExploredRun = Run & { readonly kind: 'explored' };

/** Whether a race that was found is one under the axioms: its trace is, or there is one without reordering. */
export function isConfirmed(runs: Runs, run: ExploredRun, property: PropertyId): boolean {
  const found = run.exploration.outcomes.get(property);
  if (runs.memory !== 'lkmm' || found?.kind !== 'violated') return true;
  if (runs.knows(run.key, 'sc')?.outcomes.get(property)?.kind === 'violated') return true;
  const { trace } = found;
  if (trace.every(({ phase }) => phase === 'run')) return true;
  const { program, model } = run.lowered;
  const replayed = replay(program, trace, runs.memory);
  const execution = replayed && executionOf(program, trace, replayed.states, bookkeeping(model));
  if (execution && isAllowed(execution)) return true;
  const inOrder = runs.explore({ kind: 'lowered', lowered: run.lowered, key: run.key }, 'sc');
  return inOrder.kind === 'explored' && inOrder.exploration.outcomes.get(property)?.kind === 'violated';
}
