/** Breadth-first search of a machine's states for everything that an exploration is asked. */

import { Completion } from './completion.js';
import { Expansion } from './expansion.js';
import type { Test } from './compile.js';
import type { Trace } from './exploration.js';
import { type Machine, hasEnded } from './machine.js';
import type { Reduction } from './reduction.js';
import type { StateSet } from './state-set.js';

/** What a search looks for: states that violate properties, that satisfy witnesses, that are deadlocks. */
export interface Questions {
  /** Indices of properties and of witnesses. */
  readonly properties: readonly number[];
  readonly witnesses: readonly number[];
  readonly deadlock: boolean;
}

export interface Search {
  readonly machine: Machine;
  readonly states: StateSet;
  /**
   * The first state of each layer: without reduction, states `layers[d]` to `layers[d + 1] - 1` are `d` moves away.
   */
  readonly layers: readonly number[];
  /** By property: the first state found that violates it, or -1. */
  readonly violated: Int32Array;
  /** By witness: 1 where some state satisfies it. */
  readonly reached: Uint8Array;
  /** The first deadlock found, or -1. */
  readonly deadlock: number;
  readonly transitions: number;
  /** `maxStates` was reached: there may be more states. */
  readonly truncated: boolean;
  /** The trace by which state `index` was found: not the canonical one. */
  traceTo(index: number): Trace;
}

/**
 * Explores until all questions are answered, every state has been seen or there are `maxStates` of them. It stops
 * at the end of a layer, so that all states as far away as the last answer are known.
 */
export function search(
  machine: Machine,
  states: StateSet,
  reduction: Reduction | null,
  questions: Questions,
  maxStates: number,
): Search {
  const run = new Run(machine, states, reduction, questions, maxStates);
  run.go();
  return run;
}

class Run implements Search {
  readonly machine: Machine;
  readonly states: StateSet;
  readonly layers: number[] = [0];
  readonly violated: Int32Array;
  readonly reached: Uint8Array;
  deadlock = -1;
  truncated = false;

  readonly #expansion: Expansion;
  readonly #asked: readonly number[];
  readonly #open: { properties: number[]; witnesses: number[]; deadlock: boolean };
  readonly #maxStates: number;
  #current = -1;

  constructor(
    machine: Machine,
    states: StateSet,
    reduction: Reduction | null,
    { properties, witnesses, deadlock }: Questions,
    maxStates: number,
  ) {
    this.machine = machine;
    this.states = states;
    this.violated = new Int32Array(machine.bad.length).fill(-1);
    this.reached = new Uint8Array(machine.witnesses.length);
    this.#expansion = new Expansion(machine, reduction, this.#add);
    this.#asked = properties;
    this.#open = { properties: [...properties], witnesses: [...witnesses], deadlock };
    this.#maxStates = maxStates;
  }

  get transitions(): number {
    return this.#expansion.transitions;
  }

  go(): void {
    const { states, layers } = this;
    this.#expansion.start();
    for (let index = 0; index < states.count && !this.truncated; index++) {
      if (index === layers[layers.length - 1]! && index > 0) {
        layers.push(states.count);
        if (this.#answered()) return;
      }
      if (index === 0) layers.push(states.count);
      this.#expand(index);
    }
    layers.push(states.count);
    if (this.machine.guessing !== null && !this.truncated) this.#lookAtGuesses(this.machine.guessing);
  }

  traceTo(index: number): Trace {
    const path = [index];
    while (path[0]! > 0) path.unshift(this.states.parents[path[0]!]!);
    return this.#expansion.moves(this.states, path);
  }

  #answered(): boolean {
    const { properties, witnesses, deadlock } = this.#open;
    return properties.length === 0 && witnesses.length === 0 && !deadlock;
  }

  #expand(index: number): void {
    this.#current = index;
    if (this.#expansion.expand(this.states, index)) return;
    const end = endAt(this.machine, this.states.data, index);
    if (end === 'ended') this.#lookAtEnd(index);
    if (end !== 'deadlock' || !this.#open.deadlock) return;
    this.deadlock = index;
    this.#open.deadlock = false;
  }

  /** States are expanded in order, so that what is found here may be nearer than what was found in a successor. */
  #lookAtEnd(index: number): void {
    const { badAtEnd, words } = this.machine;
    for (const id of this.#asked) {
      if (!badAtEnd[id]?.(this.states.data, index * words)) continue;
      const known = this.violated[id]!;
      if (known < 0 || known > index) this.violated[id] = index;
      this.#open.properties = this.#open.properties.filter((other) => other !== id);
    }
  }

  /** Keeps a state found; whether it is still to be expanded. */
  readonly #add = (state: Int32Array): boolean => {
    if (this.states.count >= this.#maxStates) {
      const known = this.states.find(state);
      if (known < 0) this.truncated = true;
      return known < 0 || known > this.#current;
    }
    const index = this.states.add(state, this.#current);
    if (index < 0) return -1 - index > this.#current;
    this.#look(index, state);
    return true;
  };

  #look(index: number, state: Int32Array): void {
    const { bad, witnesses, guessing } = this.machine;
    const open = this.#open;
    for (const id of open.properties) {
      if (!bad[id]!(state, 0) || guessing?.(state, 0)) continue;
      this.violated[id] = index;
      open.properties = open.properties.filter((other) => other !== id);
    }
    for (const id of open.witnesses) {
      if (!witnesses[id]!(state, 0) || guessing?.(state, 0)) continue;
      this.reached[id] = 1;
      open.witnesses = open.witnesses.filter((other) => other !== id);
    }
  }

  /**
   * For what is still open: a state in which a load is still a guess counts as well when all guesses can come true
   * from there on. It comes second, because a trace that ends with no guess is the one to show.
   */
  #lookAtGuesses(guessing: Test): void {
    const { machine, states } = this;
    const completion = new Completion(machine, this.#maxStates);
    const first = (wanted: Test): number => {
      for (let index = 0; index < states.count; index++) {
        const at = index * machine.words;
        const counts = wanted(states.data, at) && guessing(states.data, at);
        if (counts && completion.isPossible(states.data, at)) return index;
      }
      return -1;
    };
    for (const id of this.#open.properties) this.violated[id] = first(machine.bad[id]!);
    for (const id of this.#open.witnesses) this.reached[id] = first(machine.witnesses[id]!) >= 0 ? 1 : 0;
  }
}

/** What a state is in which no actor can go on; `guessed` where it is only a guess that did not come true. */
export function endAt(machine: Machine, data: Int32Array, index: number): 'ended' | 'deadlock' | 'guessed' {
  const at = index * machine.words;
  if (machine.guessing?.(data, at)) return 'guessed';
  return hasEnded(machine, data, at) ? 'ended' : 'deadlock';
}
