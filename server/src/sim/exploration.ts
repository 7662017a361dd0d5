/** What an exploration is asked and what it answers. */

import type { Program, StepId } from './program.js';

export type MemoryModel = 'sc' | 'tso' | 'lkmm';

export interface ExploreOptions {
  readonly memory: MemoryModel;
  /** Partial-order reduction. Verdicts and traces are the same with and without it; the tests compare. */
  readonly reduction: boolean;
  /** Stop after this many distinct states: the answer is then `bounded`, never `holds`. */
  readonly maxStates: number;
  /** Also report states in which no actor can go on while one has not ended. */
  readonly deadlock: boolean;
}

/** One transition of a trace. Replaying the moves from the initial state gives every intermediate state. */
export interface Move {
  readonly actor: number;
  /** The step of the program that this move belongs to. */
  readonly step: StepId;
  /** Which alternative or case was taken; for a load that is issued, the value it is guessed to read. */
  readonly choice: number;
  /**
   * `run`: the step happens here, where it stands in the program.
   * `issue`: the actor has gone past the step, its effect is still to come (store buffer, delayed access).
   * `perform`: the effect of a step issued earlier happens now.
   */
  readonly phase: 'run' | 'issue' | 'perform';
}

export type Trace = readonly Move[];

export type Outcome =
  | { readonly kind: 'holds' }
  | { readonly kind: 'violated'; readonly trace: Trace }
  /** Not violated in the states seen, but `maxStates` was reached first. */
  | { readonly kind: 'bounded' };

export interface Exploration {
  /** By property id. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Shortest trace into a deadlock, when asked for and found. */
  readonly deadlock: Outcome;
  /** Witness ids that no explored state satisfied. */
  readonly unreached: readonly string[];
  readonly states: number;
  readonly transitions: number;
  /** Of the states, as they were held; not there for an exploration that was not made here. */
  readonly bytes?: number;
  /** Every answer is definite: `maxStates` cut nothing off. The search stops early when all is answered. */
  readonly complete: boolean;
  /** Some actor could have let one more access be late, had it not as many pending as are explored (`WINDOW`). */
  readonly windowFull: boolean;
}

/** The values of all variables after each move of a trace and who is left, for display and for checking a trace. */
export interface Replay {
  /** `states[0]` is the initial state, `states[i + 1]` the one after `trace[i]`; values by variable id. */
  readonly states: readonly (readonly number[])[];
  /** The actors that have not ended after the last move, nor are waiting to be called. */
  readonly waiting: readonly number[];
}

export type { Program };
