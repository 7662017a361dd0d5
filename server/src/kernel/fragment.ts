/**
 * What a primitive does, as data: a tree of atomic steps with tests, loads and fences. `lower` hangs fragments into
 * the step program of an actor; every item is a place where other actors can run.
 */

import type { Assignment, AtomicOrder, Expr, Fence, VariableId } from '../sim/program.js';
import type { Value } from './value.js';

/** A field of the object that an argument points to, or a register of the actor, set when the fragment is left. */
export interface Effect {
  readonly target:
    | { readonly kind: 'argument'; readonly index: number; readonly field: string }
    /** The one object of a struct type, by the type's name. */
    | { readonly kind: 'object'; readonly type: string; readonly field: string }
    /** Lives as long as the actor, or as the function that called the primitive. */
    | { readonly kind: 'register'; readonly name: string; readonly scope: 'actor' | 'function' }
    /** Everything that the path knows. */
    | { readonly kind: 'everything' };
  readonly value: Value;
}

export interface LoadCase {
  readonly guard: Expr;
  readonly text: string;
  readonly items: Fragment;
}

export type Item =
  /** One atomic step: waits until an option is possible and takes it; several that are possible are a free choice. */
  | { readonly kind: 'choose'; readonly order: AtomicOrder; readonly options: readonly Option[] }
  /** A lockless read of one variable. */
  | {
      readonly kind: 'load';
      readonly from: VariableId;
      readonly into: VariableId;
      readonly order: 'relaxed' | 'acquire';
      readonly cases: readonly LoadCase[];
    }
  /** A read-modify-write without return value: orders nothing by itself. */
  | { readonly kind: 'void-rmw'; readonly text: string; readonly on: VariableId; readonly value: Expr }
  | { readonly kind: 'fence'; readonly text: string; readonly fence: Fence }
  /** Leaves the fragment with a result; falling off the end leaves it with an unknown one. */
  | { readonly kind: 'exit'; readonly result: Value; readonly effects: readonly Effect[] }
  /** The primitive is called in a way that is not modelled: the scenario gets no verdict. */
  | { readonly kind: 'not-modelled'; readonly reason: string };

export interface Option {
  /** What is seen or done, as it stands in a timeline after the call. */
  readonly text: string;
  readonly when: Expr;
  readonly set: readonly Assignment[];
  /** How the fragment goes on after this option; then with what follows the choice. */
  readonly items: Fragment;
}

export type Fragment = readonly Item[];

/** `set` and guards in short. */
export const TRUE: Expr = { kind: 'const', value: 1 };
export const num = (value: number): Expr => ({ kind: 'const', value });
export const get = (id: VariableId): Expr => ({ kind: 'var', id });
export const equals = (id: VariableId, value: number): Expr => ({
  kind: 'binary',
  op: '==',
  left: get(id),
  right: num(value),
});
export const not = (of: Expr): Expr => ({ kind: 'not', of });
export const both = (left: Expr, right: Expr): Expr => ({ kind: 'binary', op: '&&', left, right });
export const either = (left: Expr, right: Expr): Expr => ({ kind: 'binary', op: '||', left, right });
export const allOf = (conditions: readonly Expr[]): Expr =>
  conditions.reduce((left, right) => both(left, right));
/** Never, of no conditions. */
export const anyOf = (conditions: readonly Expr[]): Expr =>
  conditions.length === 0 ? num(0) : conditions.reduce((left, right) => either(left, right));
export const plus = (id: VariableId, by: number): Expr => ({
  kind: 'binary',
  op: by < 0 ? '-' : '+',
  left: get(id),
  right: num(Math.abs(by)),
});
export const choice = (condition: Expr, then: Expr, otherwise: Expr): Expr => ({
  kind: 'if',
  condition,
  then,
  else: otherwise,
});
export const to = (id: VariableId, value: number | Expr): Assignment => ({
  id,
  value: typeof value === 'number' ? num(value) : value,
});

export const option = (text: string, when: Expr, set: readonly Assignment[], ...items: Fragment): Option => ({
  text,
  when,
  set,
  items,
});

export const choose = (order: AtomicOrder, ...options: readonly Option[]): Item => ({
  kind: 'choose',
  order,
  options,
});

/** An atomic step that is always possible. */
export const act = (text: string, set: readonly Assignment[], order: AtomicOrder = 'none'): Item =>
  choose(order, option(text, TRUE, set));

/** An atomic step that waits for its guard. */
export const wait = (text: string, when: Expr, set: readonly Assignment[], order: AtomicOrder): Item =>
  choose(order, option(text, when, set));

export const exit = (result: Value, ...effects: readonly Effect[]): Item => ({
  kind: 'exit',
  result,
  effects,
});

/** An atomic look at the state: goes on as one of two. */
export const test = (
  condition: Expr,
  yes: readonly [string, ...Fragment],
  no: readonly [string, ...Fragment],
): Item =>
  choose(
    'none',
    option(yes[0], condition, [], ...(yes.slice(1) as Fragment)),
    option(no[0], not(condition), [], ...(no.slice(1) as Fragment)),
  );

/** A lockless read that is only asked for zero or not. */
export const loadZero = (
  from: VariableId,
  into: VariableId,
  zero: readonly [string, ...Fragment],
  other: readonly [string, ...Fragment],
): Item => ({
  kind: 'load',
  from,
  into,
  order: 'relaxed',
  cases: [
    { guard: equals(into, 0), text: zero[0], items: zero.slice(1) as Fragment },
    { guard: TRUE, text: other[0], items: other.slice(1) as Fragment },
  ],
});

/** Effect on what argument `index` points to itself: `*lockmode = ...`. */
export const pointed = (index: number, value: Value): Effect => ({
  target: { kind: 'argument', index, field: '' },
  value,
});

/** Effect on a field of the object that argument `index` points to. */
export const field = (index: number, name: string, value: Value): Effect => ({
  target: { kind: 'argument', index, field: name },
  value,
});

/** Effect on the one object of a struct type, e.g. the `iomap_dio` of the actor. */
export const object = (type: string, name: string, value: Value): Effect => ({
  target: { kind: 'object', type, field: name },
  value,
});

/** Effect on a register: knowledge that the path carries, e.g. that the actor has a bio to submit. */
export const register = (name: string, value: Value, scope: 'actor' | 'function' = 'actor'): Effect => ({
  target: { kind: 'register', name, scope },
  value,
});

/** Nothing that a system call knew outlives it. */
export const FORGET: Effect = { target: { kind: 'everything' }, value: { kind: 'unknown' } };
