/**
 * Whether the guesses of a state can all come true: whether some run from it reaches a state without guesses.
 *
 * A load may be issued with any value (memory/weak.ts); where no other actor ever provides that value the run is
 * not one of the program, and what happens on it means nothing.
 */

import { type Machine, expandActor } from './machine.js';
import { StateSet } from './state-set.js';

export class Completion {
  readonly #machine: Machine;
  readonly #maxStates: number;
  /** States from which it is not possible. */
  readonly #hopeless = new StateSet();

  constructor(machine: Machine, maxStates: number) {
    this.#machine = machine;
    this.#maxStates = maxStates;
    this.#hopeless.reset(machine.words);
  }

  /** For the state at `at`. A search that gets longer than the exploration itself may be gives false. */
  isPossible(data: Int32Array, at: number): boolean {
    const { words } = this.#machine;
    const seen = new StateSet();
    seen.reset(words);
    seen.add(data.slice(at, at + words), -1);
    if (this.#search(seen)) return true;
    for (let index = 0; index < seen.count; index++) {
      this.#hopeless.add(seen.data.slice(index * words, (index + 1) * words), -1);
    }
    return false;
  }

  #search(seen: StateSet): boolean {
    const { actors, words, guessing } = this.#machine;
    const next = new Int32Array(words);
    for (let index = 0; index < seen.count && seen.count < this.#maxStates; index++) {
      if (guessing === null || !guessing(seen.data, index * words)) return true;
      for (const actor of actors) {
        expandActor(actor, seen.data, index * words, next, () => {
          if (this.#hopeless.find(next) < 0) seen.add(next, index);
        });
      }
    }
    return false;
  }
}
