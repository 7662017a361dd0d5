/**
 * Which ways the actors of a program can take at all, found while the program is made: an actor that holds a lock, or
 * whose file has no hole, never comes to most of what its code would do otherwise.
 *
 * What is known at a step is, for each variable by itself, the set of values that it may have there, whatever the
 * others do in between: they count by all that they ever write (Miné, Static Analysis of Run-Time Errors in Embedded
 * Critical Parallel C Programs, 2011). That is too much rather than too little, so that a way that is left out is taken
 * in no run. It holds in every memory model: a read that may be late can give whatever the variable ever holds, and
 * after a write that may be late the value before it can still be there.
 */

import { variablesOf } from './expr.js';
import type { Assignment, Expr, StepId, Variable, VariableId } from './program.js';
import { assignedValues, restrict, type Values, valueSet } from './value-sets.js';

/** A way to take a step, whose end is made when it is first asked for. */
export interface OpenWay {
  readonly guard: Expr;
  readonly assign: readonly Assignment[];
  readonly assigns: 'together' | 'in order';
  /** The steps that it leads to. */
  readonly leads: () => readonly StepId[];
}

export interface OpenStep {
  readonly ways: readonly OpenWay[];
  /** The variables that it reads or writes by accesses that may be late. */
  readonly late: { readonly reads: VariableId | null; readonly writes: VariableId | null };
}

export interface OpenActor {
  /** Makes the first step. */
  readonly enter: () => StepId;
  readonly step: (id: StepId) => OpenStep;
}

/** Asks every way that some run may take where it leads, and no others but those that cannot be told from them. */
export function askPossibleWays(variables: readonly Variable[], actors: readonly OpenActor[]): void {
  const shared = new Written(variables, actors.length);
  const all = actors.map((actor, index) => new ActorValues(variables, actor, index, shared));
  for (let changes = -1; changes !== shared.changes;) {
    changes = shared.changes;
    for (const one of all) one.go();
  }
}

/** What is ever written to each variable, by whom. */
class Written {
  /** By actor and variable. */
  readonly #by: readonly Values[];
  /** By actor and variable: what it writes late, so that it may find the value before it as well. */
  readonly #late: readonly Values[];
  /** By variable: the initial value, and what anybody writes. */
  readonly everywhere: Values;
  /** How often any of this grew. */
  changes = 0;

  constructor(variables: readonly Variable[], actors: number) {
    const none = (): Values[] => Array.from({ length: actors }, () => new Int32Array(variables.length));
    this.#by = none();
    this.#late = none();
    this.everywhere = Int32Array.from(variables, valueSet);
  }

  add(actor: number, id: VariableId, values: number, late: boolean): void {
    const lateNow = late ? values : 0;
    const [by, own] = [this.#by[actor]!, this.#late[actor]!];
    if ((by[id]! | values) === by[id] && (own[id]! | lateNow) === own[id]) return;
    by[id]! |= values;
    own[id]! |= lateNow;
    this.everywhere[id]! |= values;
    this.changes++;
  }

  /** What an actor may find in a variable that it did not put there. */
  besides(actor: number): Values {
    const besides = this.#late[actor]!.slice();
    this.#by.forEach((by, other) => {
      if (other !== actor) addTo(besides, by);
    });
    return besides;
  }
}

class ActorValues {
  /** By step: what each variable may be there. */
  readonly #at: (Values | undefined)[] = [];
  readonly #todo: StepId[] = [];
  readonly #known: StepId[] = [];
  /** By step that was looked at: what its guards and values read. */
  readonly #reads: (ReadonlySet<VariableId> | undefined)[] = [];
  /** By step with a late read: what it could read when it was last looked at. */
  readonly #readLate = new Map<StepId, number>();
  #besides: Values;
  /** `Written.changes` when all steps were last looked at. */
  #seen = -1;

  constructor(
    readonly variables: readonly Variable[],
    readonly actor: OpenActor,
    readonly index: number,
    readonly written: Written,
  ) {
    this.#besides = written.besides(index);
  }

  /** Goes on from the steps at which what has been written since makes a difference. */
  go(): void {
    if (this.#seen < 0) this.#join(this.actor.enter(), Int32Array.from(this.variables, valueSet));
    while (this.#seen !== this.written.changes) {
      this.#seen = this.written.changes;
      this.#meetOthers();
      for (let id = this.#todo.pop(); id !== undefined; id = this.#todo.pop()) this.#visit(id);
    }
  }

  /** What the others write is to be found at every step; those that do not read it do as they did. */
  #meetOthers(): void {
    const { everywhere } = this.written;
    const besides = this.written.besides(this.index);
    const isNew = (id: VariableId) => besides[id] !== this.#besides[id];
    const grew = this.variables.flatMap((_, id) => (isNew(id) ? [id] : []));
    this.#besides = besides;
    for (let i = this.#known.length - 1; i >= 0; i--) {
      const id = this.#known[i]!;
      const at = this.#at[id]!;
      for (const variable of grew) at[variable]! |= besides[variable]!;
      const reads = this.#reads[id];
      if (reads === undefined) continue;
      const late = this.actor.step(id).late.reads;
      const isStale = late !== null && this.#readLate.get(id) !== everywhere[late];
      if (isStale || grew.some((variable) => reads.has(variable))) this.#todo.push(id);
    }
  }

  #visit(id: StepId): void {
    const step = this.actor.step(id);
    this.#reads[id] ??= readsOf(step);
    if (step.late.reads !== null) this.#readLate.set(id, this.written.everywhere[step.late.reads]!);
    for (const way of step.ways) {
      const after = this.#take(this.#at[id]!, step, way);
      if (after === null) continue;
      addTo(after, this.#besides);
      for (const next of way.leads()) this.#join(next, after);
    }
  }

  /** What holds after a way from where `before` holds; null where it cannot be taken. */
  #take(before: Values, { late }: OpenStep, { guard, assign, assigns }: OpenWay): Values | null {
    const after = before.slice();
    if (late.reads !== null) after[late.reads] = this.written.everywhere[late.reads]!;
    if (!restrict(after, guard, true)) return null;
    const read = assigns === 'together' ? after.slice() : after;
    if (late.reads !== null) after[late.reads] = before[late.reads]!;
    for (const { id, value } of assign) {
      const isLate = id === late.writes;
      const values = assignedValues(read, value, this.variables[id]!.max);
      after[id] = isLate ? before[id]! | values : values;
      this.written.add(this.index, id, values, isLate);
    }
    return after;
  }

  #join(id: StepId, values: Values): void {
    const known = this.#at[id];
    if (known === undefined) {
      this.#at[id] = addTo(values.slice(), this.#besides);
      this.#known.push(id);
      this.#todo.push(id);
      return;
    }
    for (let variable = 0; variable < known.length; variable++) {
      if ((known[variable]! | values[variable]!) === known[variable]) continue;
      addTo(known, values);
      this.#todo.push(id);
      return;
    }
  }
}

function readsOf({ ways }: OpenStep): ReadonlySet<VariableId> {
  const reads = new Set<VariableId>();
  for (const { guard, assign } of ways) {
    variablesOf(guard, reads);
    for (const { value } of assign) variablesOf(value, reads);
  }
  return reads;
}

function addTo(to: Values, from: Values): Values {
  for (let id = 0; id < to.length; id++) to[id]! |= from[id]!;
  return to;
}
