/** A program under a memory model as packed states and moves between them: all that the search needs to know. */

import { type FieldOf, type Test, compileGuard, compileTest, compileWrites } from './compile.js';
import type { MemoryModel } from './exploration.js';
import { constant } from './expr.js';
import { type Variables, askedVariables, visibleVariables } from './footprint.js';
import { type Field, Layout, writeField } from './layout.js';
import { deadAfter, liveVariables } from './liveness.js';
import { type Lowered, lowerStep } from './lowered.js';
import { type Deferral, planDeferral } from './memory/deferral.js';
import { compileGuessing, performs } from './memory/perform.js';
import { possibleValues } from './memory/values.js';
import type { WeakContext, WindowUse } from './memory/waiting.js';
import { weakMoves } from './memory/weak.js';
import { layOutWindow } from './memory/window.js';
import type { Program, StepId, VariableId } from './program.js';
import type { Fire, Transition } from './transition.js';

export interface MachineActor {
  readonly pc: Field;
  /** The moves of an actor that stands at a step, by choice; made when the actor first comes there. */
  readonly movesAt: (step: StepId) => readonly Transition[];
  /** By step: 1 where an actor that can do no more has ended. */
  readonly ends: Uint8Array;
  /** The codes of the actor's pending accesses, oldest first; 0 where there is none. */
  readonly pending: readonly Field[];
  /** By place among the pending accesses and code: the move that performs it. */
  readonly performs: readonly (readonly Transition[])[];
  /** What may be pending and where; null where nothing ever is. */
  readonly deferral: Deferral | null;
}

export interface Machine {
  readonly program: Program;
  readonly words: number;
  readonly initial: Int32Array;
  readonly actors: readonly MachineActor[];
  /** By property and by witness, in the program's order. */
  readonly bad: readonly Test[];
  /** By property; null where nothing more is asked of the end. */
  readonly badAtEnd: readonly (Test | null)[];
  readonly witnesses: readonly Test[];
  /** Whether some load is still a guess; null where none ever is. */
  readonly guessing: Test | null;
  /** Set by moves that were left out because as many accesses were pending as are explored. */
  readonly window: WindowUse;
}

/** `program` must have passed `checkProgram`. With `forgetful`, dead locals are 0: see liveness.ts. */
export function buildMachine(program: Program, memory: MemoryModel, forgetful: boolean): Machine {
  return new Builder(program, memory, forgetful).machine();
}

/** The locals of an actor, and by step which variables are alive. */
interface Live {
  readonly locals: readonly VariableId[];
  readonly at: readonly Variables[];
}

class Builder {
  readonly #program: Program;
  readonly #memory: MemoryModel;
  readonly #forgetful: boolean;
  readonly #visible: Variables;
  readonly #asked: Variables;
  readonly #layout = new Layout();
  readonly #fields: readonly Field[];
  readonly #pcs: readonly Field[];
  readonly #fieldOf: FieldOf;
  readonly #window: WindowUse = { full: false };
  #words = 0;

  constructor(program: Program, memory: MemoryModel, forgetful: boolean) {
    this.#program = program;
    this.#memory = memory;
    this.#forgetful = forgetful;
    this.#visible = visibleVariables(program);
    this.#asked = askedVariables(program);
    this.#fields = program.variables.map(({ max }) => this.#layout.field(max));
    this.#pcs = program.actors.map(({ steps }) => this.#layout.field(steps.length - 1));
    this.#fieldOf = (id) => this.#fields[id]!;
  }

  machine(): Machine {
    const program = this.#program;
    const contexts = this.#weakContexts();
    this.#words = this.#layout.words;
    const guessing = contexts.flatMap((context) =>
      context === null ? [] : (compileGuessing(context) ?? []),
    );
    return {
      program,
      words: this.#words,
      initial: this.#initial(),
      actors: program.actors.map((_, index) => this.#actor(index, contexts[index] ?? null)),
      bad: program.properties.map(({ bad }) => compileTest(bad, this.#fieldOf)),
      badAtEnd: program.properties.map(({ atEnd }) => (atEnd ? compileTest(atEnd, this.#fieldOf) : null)),
      witnesses: program.witnesses.map(({ state }) => compileTest(state, this.#fieldOf)),
      guessing: guessing.length === 0 ? null : (state, at) => guessing.some((test) => test(state, at)),
      window: this.#window,
    };
  }

  /** By actor: what its moves under a weak model are made from; null where none of its accesses is ever pending. */
  #weakContexts(): (WeakContext | null)[] {
    const model = this.#memory;
    if (model === 'sc') return [];
    const values = possibleValues(this.#program);
    return planDeferral(this.#program, model, this.#visible).map((deferral, actor) => {
      if (deferral.capacity === 0) return null;
      const live = this.#live(actor);
      return {
        program: this.#program,
        model,
        actor,
        deferral,
        window: layOutWindow(this.#layout, this.#program, deferral),
        use: this.#window,
        fieldOf: this.#fieldOf,
        compile: (way, step) => this.#fire(actor, way, step, live),
        valuesOf: (id) => values[id]!,
      };
    });
  }

  #initial(): Int32Array {
    const initial = new Int32Array(this.#words);
    this.#program.variables.forEach((variable, id) =>
      writeField(this.#fields[id]!, initial, variable.initial),
    );
    this.#program.actors.forEach(({ entry }, index) => writeField(this.#pcs[index]!, initial, entry));
    return initial;
  }

  #actor(index: number, weak: WeakContext | null): MachineActor {
    const { steps, entry, called } = this.#program.actors[index]!;
    const live = weak === null ? this.#live(index) : null;
    const plainMoves = (id: StepId, ways: readonly Lowered[]): Transition[] =>
      ways.map((way, choice) => ({
        move: { actor: index, step: id, choice, phase: 'run' },
        fire: this.#fire(index, way, id, live),
      }));
    const made: (readonly Transition[] | undefined)[] = new Array(steps.length);
    const make = (id: StepId): readonly Transition[] => {
      const ways = lowerStep(steps[id]!);
      return (made[id] = weak === null ? plainMoves(id, ways) : weakMoves(weak, id, ways));
    };
    return {
      pc: this.#pcs[index]!,
      movesAt: (id) => made[id] ?? make(id),
      ends: Uint8Array.from(steps, ({ kind }, id) => (kind === 'end' || (called && id === entry) ? 1 : 0)),
      pending: weak === null ? [] : weak.window.slots.map(({ code }) => code),
      performs: weak === null ? [] : performs(weak),
      deferral: weak?.deferral ?? null,
    };
  }

  #live(actor: number): Live | null {
    if (!this.#forgetful) return null;
    const { variables, actors } = this.#program;
    const locals = variables.flatMap(({ owner }, id) => (owner === actor ? [id] : []));
    if (locals.length === 0) return null;
    return { locals, at: liveVariables(this.#program, actors[actor]!, this.#asked) };
  }

  /** One way to take step `id`, at once. */
  #fire(actor: number, way: Lowered, id: StepId, live: Live | null): Fire {
    const words = this.#words;
    const guard = compileGuard(way.guard, this.#fieldOf);
    const effect = compileWrites(this.#writes(actor, way, id, live), this.#fieldOf);
    return (from, at, to) => {
      if (guard !== null && !guard(from, at)) return false;
      for (let word = 0; word < words; word++) to[word] = from[at + word]!;
      effect(from, at, to);
      return true;
    };
  }

  #writes(actor: number, way: Lowered, id: StepId, live: Live | null) {
    const { variables, actors } = this.#program;
    const where = () => `actor ${actors[actor]!.name}, step ${id}`;
    const dead = live === null ? [] : deadAfter(live.locals, way, id, live.at);
    const pc = this.#pcs[actor]!;
    return [
      { field: pc, max: pc.mask, value: constant(way.next), sees: 'before' as const, what: where },
      ...[...way.assign, ...dead.map((local) => ({ id: local, value: constant(0) }))].map(
        ({ id: to, value }) => ({
          field: this.#fields[to]!,
          max: variables[to]!.max,
          value,
          sees: way.assigns === 'together' ? ('before' as const) : ('after' as const),
          what: () => `${where()}, variable ${variables[to]!.name}`,
        }),
      ),
    ];
  }
}

/** Where an actor stands in the state that begins at `at`. */
export function pcOf(actor: MachineActor, state: Int32Array, at: number): StepId {
  return (state[at + actor.pc.word]! >>> actor.pc.shift) & actor.pc.mask;
}

/** Whether `actor` has an access pending. */
export function isPending({ pending }: MachineActor, state: Int32Array, at: number): boolean {
  const oldest = pending[0];
  return oldest !== undefined && ((state[at + oldest.word]! >>> oldest.shift) & oldest.mask) !== 0;
}

/** Calls `take` for each move of `actor` that is possible in the state at `at`, with the state after it in `next`. */
export function expandActor(
  actor: MachineActor,
  data: Int32Array,
  at: number,
  next: Int32Array,
  take: (transition: Transition) => void,
): void {
  const moves = actor.movesAt(pcOf(actor, data, at));
  for (let i = 0; i < moves.length; i++) {
    const transition = moves[i]!;
    if (transition.fire(data, at, next)) take(transition);
  }
  const { pending } = actor;
  for (let place = 0; place < pending.length; place++) {
    const { word, shift, mask } = pending[place]!;
    const code = (data[at + word]! >>> shift) & mask;
    if (code === 0) return;
    const transition = actor.performs[place]![code]!;
    if (transition.fire(data, at, next)) take(transition);
  }
}

/** Whether all actors have ended in the state at `at`, in which none can go on. */
export function hasEnded(machine: Machine, data: Int32Array, at: number): boolean {
  return machine.actors.every((actor) => actor.ends[pcOf(actor, data, at)] === 1);
}
