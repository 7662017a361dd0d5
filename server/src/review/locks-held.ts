/** Who holds which lock from which move to which, read off the lock variables of a replayed trace. */

import type { LockVariables, Model } from '../kernel/model.js';
import type { Trace } from '../sim/exploration.js';
import type { VariableId } from '../sim/program.js';
import type { LockHeld } from './scenario-timeline.js';

type Mode = LockHeld['mode'];

/** A variable that counts the holders of a lock in one mode. */
interface HolderCount {
  readonly lock: string;
  readonly mode: Mode;
  readonly id: VariableId;
}

/** Actors as in the program, moves by their index in the trace. */
export interface Hold {
  readonly lock: string;
  readonly mode: Mode;
  readonly actor: number;
  readonly from: number;
  to: number | null;
}

/** `states[0]` is the initial state, `states[i + 1]` the one after `trace[i]`. */
export function holdsOf(model: Model, trace: Trace, states: readonly (readonly number[])[]): Hold[] {
  const counts = holderCounts(model);
  const holds: Hold[] = [];
  trace.forEach(({ actor }, i) => {
    for (const { lock, mode, id } of counts) {
      const difference = states[i + 1]![id]! - states[i]![id]!;
      if (difference > 0) holds.push({ lock, mode, actor, from: i, to: null });
      if (difference < 0) giveBack(holds, { lock, mode, actor }, i);
    }
  });
  return holds;
}

/** A lock that another actor took is given back for it: a completion unlocks the page of the submitter. */
function giveBack(
  holds: readonly Hold[],
  { lock, mode, actor }: Omit<Hold, 'from' | 'to'>,
  at: number,
): void {
  const open = holds.filter((hold) => hold.lock === lock && hold.mode === mode && hold.to === null);
  const hold = open.find((one) => one.actor === actor) ?? open[0];
  if (hold) hold.to = at;
}

function holderCounts(model: Model): HolderCount[] {
  return [
    ...modesOf(model, model.rwsem),
    ...modesOf(model, model.invalidateLock),
    { lock: 'page lock', mode: 'exclusive', id: model.locked },
  ];
}

/** The writer first, so that a downgrade ends the exclusive hold before the shared one begins. */
function modesOf(model: Model, { readers, writer }: LockVariables): HolderCount[] {
  const lock = lockName(model, readers);
  return [
    { lock, mode: 'exclusive', id: writer },
    { lock, mode: 'shared', id: readers },
  ];
}

export const lockName = (model: Model, readers: VariableId): string =>
  model.variables[readers]!.name.replace(/ readers$/, '');
