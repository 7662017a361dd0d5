/**
 * A program on plain values, one move at a time: the simulator once more, without packing and compiled code.
 * It shares with the search only the rules of the memory models (memory/order.ts).
 */

import type { MemoryModel, Move } from './exploration.js';
import { evaluate } from './expr.js';
import {
  ALWAYS,
  type Access,
  IF_BRANCHED,
  IF_FENCED,
  accessesOf,
  fences,
  forwards,
  holdsUp,
  mayBePending,
} from './memory/order.js';
import type { Case, Expr, Program, Step, StepId } from './program.js';

/** An access issued and not yet performed. */
export interface Pending {
  readonly step: StepId;
  /** The value of a store, the guess of a load, the actor's variables at the issue of an RMW. */
  readonly value: number;
  readonly locals: readonly number[];
  branched: boolean;
  fenced: boolean;
}

export class Interpreter {
  readonly #program: Program;
  readonly #memory: MemoryModel;
  /** By variable. */
  readonly values: number[];
  /** By actor: the step where it stands. */
  readonly at: StepId[];
  readonly #accesses: readonly (readonly Access[])[];
  /** By actor: oldest first. */
  readonly pending: Pending[][];

  constructor(program: Program, memory: MemoryModel) {
    this.#program = program;
    this.#memory = memory;
    this.values = program.variables.map(({ initial }) => initial);
    this.at = program.actors.map(({ entry }) => entry);
    this.#accesses = program.actors.map((actor) => accessesOf(program, actor));
    this.pending = program.actors.map(() => []);
  }

  /** The actors that have not ended, nor are waiting to be called. */
  waiting(): number[] {
    return this.#program.actors.flatMap(({ steps, entry, called }, actor) => {
      const at = this.at[actor]!;
      return steps[at]!.kind === 'end' || (called && at === entry) ? [] : [actor];
    });
  }

  /** False where `move` is not possible; the values mean nothing then. */
  make(move: Move): boolean {
    if (this.#program.actors[move.actor]?.steps[move.step] === undefined) return false;
    if (move.phase === 'perform') return this.#perform(move);
    if (this.at[move.actor] !== move.step) return false;
    const next = move.phase === 'run' ? this.#run(move) : this.#issue(move);
    if (next === null) return false;
    this.at[move.actor] = next;
    return true;
  }

  #step({ actor, step }: Move): Step {
    return this.#program.actors[actor]!.steps[step]!;
  }

  #run(move: Move): StepId | null {
    const step = this.#step(move);
    const forwarded = step.kind === 'load' ? this.#forwarded(move, step) : null;
    if (forwarded === null && this.#isHeldUp(move, this.pending[move.actor]!, false)) return null;
    const next =
      step.kind === 'load' && forwarded !== null
        ? this.#read(step, forwarded, move.choice)
        : this.#take(step, move.choice);
    this.#passBy(move);
    return next;
  }

  #take(step: Step, choice: number): StepId | null {
    switch (step.kind) {
      case 'atomic': {
        const alternative = step.alternatives[choice];
        if (alternative === undefined || !this.#holds(alternative.guard)) return null;
        for (const { id, value } of alternative.assign) this.values[id] = this.#value(value);
        return alternative.next;
      }
      case 'load':
        return this.#read(step, this.values[step.from]!, choice);
      case 'store':
        this.values[step.to] = this.#value(step.value);
        return choice === 0 ? step.next : null;
      case 'rmw': {
        const before = this.values[step.on]!;
        this.values[step.on] = this.#value(step.value);
        if (step.into !== null) this.values[step.into] = before;
        return this.#branch(step.cases, choice);
      }
      case 'fence':
        return choice === 0 ? step.next : null;
      case 'end':
        return null;
    }
  }

  #read(step: Step & { kind: 'load' }, value: number, choice: number | null): StepId | null {
    this.values[step.into] = value;
    return this.#branch(step.cases, choice);
  }

  /** The case that is taken; null where that is not `choice`. */
  #branch(cases: readonly Case[], choice: number | null): StepId | null {
    const taken = cases.findIndex(({ guard }) => this.#holds(guard));
    return choice === null || taken === choice ? (cases[taken]?.next ?? null) : null;
  }

  #issue(move: Move): StepId | null {
    const step = this.#step(move);
    const access = this.#accesses[move.actor]![move.step]!;
    if (this.#memory === 'sc' || !mayBePending(this.#memory, access)) return null;
    const value = step.kind === 'store' ? this.#value(step.value) : move.choice;
    const locals = [...this.values];
    this.#passBy(move);
    const branched = step.kind === 'load' && new Set(step.cases.map(({ next }) => next)).size > 1;
    this.pending[move.actor]!.push({ step: move.step, value, locals, branched, fenced: false });
    if (step.kind === 'store') return step.next;
    if (step.kind === 'load') return this.#read(step, value, null);
    return step.kind === 'rmw' ? this.#branch(step.cases, move.choice) : null;
  }

  #perform(move: Move): boolean {
    const all = this.pending[move.actor]!;
    const index = all.findIndex(({ step }) => step === move.step);
    const access = all[index];
    if (access === undefined || this.#isHeldUp(move, all.slice(0, index), access.fenced)) return false;
    all.splice(index, 1);
    const step = this.#step(move);
    if (step.kind === 'load') return this.values[step.from] === access.value;
    if (step.kind === 'store') this.values[step.to] = access.value;
    if (step.kind === 'rmw') {
      const before = this.values[step.on]!;
      this.values[step.on] = evaluate(step.value, (id) => (id === step.on ? before : access.locals[id]!));
    }
    return true;
  }

  /** Whether one of `earlier` holds the move up; `fenced`: no fence can have come between them. */
  #isHeldUp(move: Move, earlier: readonly Pending[], fenced: boolean): boolean {
    const model = this.#memory;
    if (model === 'sc') return false;
    const accesses = this.#accesses[move.actor]!;
    return earlier.some((one) => {
      const bits = ALWAYS | (one.branched ? IF_BRANCHED : 0) | (one.fenced && !fenced ? IF_FENCED : 0);
      return (holdsUp(model, accesses[one.step]!, accesses[move.step]!) & bits) !== 0;
    });
  }

  /** The value of the newest pending store to the variable of a load, where the load may take it. */
  #forwarded(move: Move, load: Step & { kind: 'load' }): number | null {
    const accesses = this.#accesses[move.actor]!;
    const all = this.pending[move.actor]!;
    const same = ({ step }: Pending) =>
      accesses[step]!.reads.has(load.from) || accesses[step]!.writes.has(load.from);
    const newest = all.findLastIndex(same);
    const store = all[newest];
    if (store === undefined || !forwards(accesses[store.step]!, accesses[move.step]!)) return null;
    const others = all.filter((one) => !same(one));
    if (this.#isHeldUp(move, others, false) || this.#dependsOnGuess(move.actor, store, newest)) return null;
    return store.value;
  }

  #dependsOnGuess(actor: number, store: Pending, index: number): boolean {
    const model = this.#memory;
    const accesses = this.#accesses[actor]!;
    return this.pending[actor]!.slice(0, index).some(
      ({ step }) =>
        model === 'lkmm' &&
        accesses[step]!.step.kind === 'load' &&
        (holdsUp(model, accesses[step]!, accesses[store.step]!) & ALWAYS) !== 0,
    );
  }

  /** Tells what is pending that the step of `move` has gone by: a fence, or a branch on what was loaded. */
  #passBy({ actor, step }: Move): void {
    if (this.#memory === 'sc') return;
    const accesses = this.#accesses[actor]!;
    const by = accesses[step]!;
    for (const one of this.pending[actor]!) {
      const pending = accesses[one.step]!;
      if (fences(this.#memory, by, pending)) one.fenced = true;
      if (pending.step.kind === 'load' && by.branchesOn.has(pending.step.into)) one.branched = true;
    }
  }

  #holds(guard: Expr): boolean {
    return this.#value(guard) !== 0;
  }

  #value(expr: Expr): number {
    return evaluate(expr, (id) => this.values[id]!);
  }
}
