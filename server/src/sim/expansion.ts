/** The successors of a state: all of them, or as few as the reduction allows. */

import type { Move, Trace } from './exploration.js';
import { type Machine, expandActor } from './machine.js';
import type { Transition } from './transition.js';
import type { Reduction } from './reduction.js';
import type { StateSet } from './state-set.js';

/** So many steps that are each the only one to take are followed without keeping the states between them. */
const MAX_CHAIN = 64;

/** Takes a successor; says whether that state is still to be expanded. */
type Sink = (state: Int32Array) => boolean;

export class Expansion {
  transitions = 0;

  readonly #machine: Machine;
  readonly #reduction: Reduction | null;
  readonly #sink: Sink;
  readonly #next: Int32Array;
  /** Two states for following a chain. */
  #here: Int32Array;
  #there: Int32Array;
  #moves = 0;
  #waiting = false;
  #chained: Transition | null = null;

  constructor(machine: Machine, reduction: Reduction | null, sink: Sink) {
    this.#machine = machine;
    this.#reduction = reduction;
    this.#sink = sink;
    this.#next = new Int32Array(machine.words);
    this.#here = new Int32Array(machine.words);
    this.#there = new Int32Array(machine.words);
  }

  /** Gives the initial state. */
  start(): void {
    this.#sink(this.#follow(this.#machine.initial, null));
  }

  /** Gives the successors of state `index`; whether there are any. */
  expand(states: StateSet, index: number): boolean {
    if (this.#expandAlone(states, index)) return true;
    const { actors } = this.#machine;
    this.#moves = 0;
    for (let actor = 0; actor < actors.length; actor++) this.#expandActor(states, index, actor);
    return this.#moves > 0;
  }

  /** Expands one actor where that is enough; whether it was. */
  #expandAlone(states: StateSet, index: number): boolean {
    if (this.#reduction === null) return false;
    const { words } = this.#machine;
    const candidates = this.#reduction.actors;
    for (let i = 0; i < candidates.length; i++) {
      const actor = candidates[i]!;
      if (!this.#reduction.isAlone(actor, states.data, index * words)) continue;
      this.#waiting = false;
      this.#expandActor(states, index, actor);
      if (this.#waiting) return true;
    }
    return false;
  }

  #expandActor(states: StateSet, index: number, actor: number): void {
    const { actors, words } = this.#machine;
    expandActor(actors[actor]!, states.data, index * words, this.#next, this.#take);
  }

  readonly #take = (): void => {
    this.transitions++;
    this.#moves++;
    const state = this.#reduction === null ? this.#next : this.#follow(this.#next, null);
    if (this.#sink(state)) this.#waiting = true;
  };

  /** The end of the chain of single steps that begins in `state`; its moves are added to `moves`. */
  #follow(state: Int32Array, moves: Move[] | null): Int32Array {
    if (this.#reduction === null) return state;
    let at = state;
    for (let length = 0; length < MAX_CHAIN; length++) {
      const step = this.#onlyStep(this.#reduction, at);
      if (step === null) break;
      moves?.push(step.move);
      this.transitions++;
      at = this.#there;
      this.#there = this.#here;
      this.#here = at;
    }
    return at;
  }

  /** The one step that is enough in `state`, with the state after it in `#there`; null where there is none. */
  #onlyStep(reduction: Reduction, state: Int32Array): Transition | null {
    const { actors } = this.#machine;
    const candidates = reduction.actors;
    for (let i = 0; i < candidates.length; i++) {
      const actor = candidates[i]!;
      if (!reduction.isAlone(actor, state, 0)) continue;
      const before = this.#moves;
      this.#moves = 0;
      expandActor(actors[actor]!, state, 0, this.#there, this.#count);
      const single = this.#moves === 1;
      this.#moves = before;
      if (single) return this.#chained;
    }
    return null;
  }

  readonly #count = (transition: Transition): void => {
    this.#moves++;
    this.#chained = transition;
  };

  /** The moves of a path of states that was found by `expand`. */
  moves(states: StateSet, path: readonly number[]): Trace {
    const trace: Move[] = [];
    this.#follow(this.#machine.initial, trace);
    for (let i = 1; i < path.length; i++) trace.push(...this.#movesBetween(states, path[i - 1]!, path[i]!));
    return trace;
  }

  #movesBetween(states: StateSet, from: number, to: number): Move[] {
    let found: Move[] | null = null;
    const { actors, words } = this.#machine;
    const next = new Int32Array(words);
    for (const actor of actors) {
      expandActor(actor, states.data, from * words, next, ({ move }) => {
        if (found !== null) return;
        const moves = [move];
        if (states.find(this.#follow(next, moves)) === to) found = moves;
      });
    }
    if (found === null) throw new Error(`no move from state ${from} to state ${to}`);
    return found;
  }
}
