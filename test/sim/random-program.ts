/** Small random step programs for property tests: actors that loop, branch, block and choose. */

import fc from 'fast-check';
import {
  TRUE,
  add,
  constant,
  eq,
  and,
  is,
  lt,
  ne,
  not,
  or,
  sub,
  variable,
} from '../../server/src/sim/expr.js';
import type {
  Actor,
  Alternative,
  AtomicOrder,
  Case,
  Expr,
  Fence,
  Program,
  Step,
  StepId,
  Variable,
  VariableId,
} from '../../server/src/sim/program.js';

export interface Shape {
  readonly actors: number;
  readonly shared: number;
  readonly steps: number;
  /** Kinds of steps to draw from; a kind that is there twice comes twice as often. */
  readonly kinds: readonly Step['kind'][];
  /** Whether steps may go back. */
  readonly loops: boolean;
}

export const ALL_KINDS: Shape['kinds'] = ['atomic', 'atomic', 'load', 'store', 'rmw', 'fence'];

/** Programs of up to the given size. The same number gives the same program. */
export function programs(shape: Shape): fc.Arbitrary<Program> {
  return fc.integer({ min: 0, max: 0x7fffffff }).map((seed) => randomProgram(seed, shape));
}

export function randomProgram(seed: number, shape: Shape): Program {
  return new Generator(seed, shape).program();
}

const MAX = 2;

/** The register that a step reads a shared variable into. */
const registersOf = (step: Step): readonly VariableId[] =>
  (step.kind === 'load' || step.kind === 'rmw') && step.into !== null ? [step.into] : [];

class Generator {
  #seed: number;
  readonly #shape: Shape;
  #variables: Variable[] = [];

  constructor(seed: number, shape: Shape) {
    this.#seed = seed;
    this.#shape = shape;
  }

  program(): Program {
    const { shared, actors } = this.#shape;
    for (let i = 0; i < shared; i++) this.#variable(`s${i}`, null);
    const count = 2 + this.#below(actors - 1);
    for (let actor = 0; actor < count; actor++) {
      for (let i = 0; i < 2; i++) this.#variable(`l${actor}${i}`, actor);
    }
    const all = [...this.#variables.keys()];
    const made = Array.from({ length: count }, (_, index) => this.#actor(index));
    // What a late load gives its register is a guess until it is performed: as in the kernel's paths nobody else asks for it.
    const guessed = new Set(made.flatMap(({ steps }) => steps.flatMap(registersOf)));
    const settled = all.filter((id) => !guessed.has(id));
    return {
      variables: this.#variables,
      actors: made,
      properties: [
        { id: 'p0', bad: this.#predicate(settled) },
        { id: 'p1', bad: this.#predicate(settled), atEnd: this.#predicate(all) },
        { id: 'end', bad: constant(0), atEnd: this.#predicate(all) },
      ],
      witnesses: [{ id: 'w', state: this.#predicate(settled) }],
    };
  }

  #variable(name: string, owner: number | null): void {
    this.#variables.push({
      name,
      initial: this.#one([0, 0, 1]),
      max: owner === null ? this.#one([1, MAX]) : MAX,
      owner,
    });
  }

  #actor(index: number): Actor {
    const length = 1 + this.#below(this.#shape.steps);
    const steps: Step[] = [];
    for (let id = 0; id < length; id++) steps.push(this.#step(index, id, length));
    steps.push({ kind: 'end' });
    const called = index > 0 && this.#below(3) === 0;
    return { name: `a${index}`, steps, entry: 0, ...(called ? { called } : {}) };
  }

  #step(actor: number, id: StepId, length: number): Step {
    const next = () => this.#next(id, length);
    const order = this.#one(['relaxed', 'relaxed', 'acquire', 'release', 'full'] as const);
    switch (this.#one(this.#shape.kinds)) {
      case 'atomic':
        return {
          kind: 'atomic',
          order: this.#one<AtomicOrder>(['none', 'none', 'acquire', 'release', 'full']),
          alternatives: Array.from({ length: 1 + this.#below(2) }, () => this.#alternative(actor, next())),
        };
      case 'load': {
        const into = this.#local(actor);
        const from = this.#fitting(into);
        const loadOrder = order === 'acquire' ? 'acquire' : 'relaxed';
        return { kind: 'load', from, into, order: loadOrder, cases: this.#cases(actor, next) };
      }
      case 'store': {
        const to = this.#shared();
        const storeOrder = order === 'release' ? 'release' : 'relaxed';
        return { kind: 'store', to, value: this.#storable(to, actor), order: storeOrder, next: next() };
      }
      case 'rmw': {
        const into = this.#below(2) === 0 ? null : this.#local(actor);
        const on = into === null ? this.#shared() : this.#fitting(into);
        const value = this.#below(2) === 0 ? this.#increment(on) : this.#storable(on, actor);
        return { kind: 'rmw', on, value, into, order, cases: this.#cases(actor, next) };
      }
      case 'fence': {
        const fence = this.#one<Fence>(['mb', 'rmb', 'wmb', 'before-atomic', 'after-atomic']);
        return { kind: 'fence', fence, next: next() };
      }
      case 'end':
        return { kind: 'end' };
    }
  }

  #next(id: StepId, length: number): StepId {
    if (this.#shape.loops && this.#below(5) === 0) return this.#below(length + 1);
    return Math.min(length, id + 1 + this.#one([0, 0, 0, 1]));
  }

  #alternative(actor: number, next: StepId): Alternative {
    const own = this.#own(actor);
    const guard = this.#below(2) === 0 ? TRUE : this.#predicate(own);
    const assign = Array.from({ length: this.#below(3) }, () => {
      const id = this.#one(own);
      return { id, value: this.#below(3) === 0 ? this.#increment(id) : this.#constantFor(id) };
    });
    return { guard, assign, next };
  }

  #cases(actor: number, next: () => StepId): Case[] {
    if (this.#below(2) === 0) return [{ guard: TRUE, next: next() }];
    return [
      { guard: this.#predicate([this.#local(actor)]), next: next() },
      { guard: TRUE, next: next() },
    ];
  }

  /** A condition over some of `ids`. */
  #predicate(ids: readonly number[]): Expr {
    const atom = (): Expr => {
      const id = this.#one(ids);
      const value = this.#below(this.#variables[id]!.max + 1);
      const kind = this.#below(4);
      if (kind === 0) return lt(variable(id), constant(value));
      if (kind === 1) return ne(variable(id), variable(this.#one(ids)));
      return kind === 2 ? not(is(id, value)) : is(id, value);
    };
    const kind = this.#below(4);
    if (kind === 0) return or(atom(), atom());
    return kind === 1 ? atom() : and(atom(), atom());
  }

  /** `id + 1`, from the top back to 0 or down. */
  #increment(id: number): Expr {
    const { max } = this.#variables[id]!;
    const over = this.#below(2) === 0 ? constant(0) : sub(variable(id), constant(1));
    return {
      kind: 'if',
      condition: eq(variable(id), constant(max)),
      then: over,
      else: add(variable(id), constant(1)),
    };
  }

  #constantFor(id: number): Expr {
    return constant(this.#below(this.#variables[id]!.max + 1));
  }

  /** A constant, or a local that fits. */
  #storable(to: number, actor: number): Expr {
    const { max } = this.#variables[to]!;
    const locals = this.#ids((v) => v.owner === actor && v.max <= max);
    return locals.length === 0 || this.#below(2) === 0 ? this.#constantFor(to) : variable(this.#one(locals));
  }

  #own(actor: number): number[] {
    return this.#ids(({ owner }) => owner === null || owner === actor);
  }

  #local(actor: number): number {
    return this.#one(this.#ids(({ owner }) => owner === actor));
  }

  #shared(): number {
    return this.#one(this.#ids(({ owner }) => owner === null));
  }

  /** A shared variable whose values all fit local `into`; the local is widened where there is none. */
  #fitting(into: number): number {
    const { max } = this.#variables[into]!;
    const fitting = this.#ids((v) => v.owner === null && v.max <= max);
    if (fitting.length > 0) return this.#one(fitting);
    this.#variables[into] = { ...this.#variables[into]!, max: MAX };
    return this.#shared();
  }

  #ids(wanted: (variable: Variable) => boolean): number[] {
    return this.#variables.flatMap((variable, id) => (wanted(variable) ? [id] : []));
  }

  #one<T>(values: readonly T[]): T {
    return values[this.#below(values.length)]!;
  }

  /** 0..n-1, by the generator of Park and Miller (1988). */
  #below(n: number): number {
    this.#seed = (this.#seed * 48271 + 11) % 0x7fffffff;
    return Math.floor((this.#seed / 0x7fffffff) * n);
  }
}
