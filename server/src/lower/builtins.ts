/** Macros and helpers that only compute: what they return follows from their arguments. */

import { binary } from './arithmetic.js';
import { ERROR, int, ONE, truth, UNKNOWN, ZERO, type Value } from '../kernel/value.js';

type Builtin = (args: readonly Value[]) => Value;

const identity: Builtin = ([value]) => value ?? UNKNOWN;
const errorPointer = (value: Value): boolean | null => {
  if (value.kind === 'error' || value.kind === 'absent') return true;
  if (value.kind === 'int') return value.value < 0;
  return value.kind === 'positive' || value.kind === 'pointer' ? false : null;
};
const known = (value: boolean | null): Value => (value === null ? UNKNOWN : value ? ONE : ZERO);
/** A pointer of unknown origin is no error: calls that are not modelled succeed. */
const isError: Builtin = ([value]) => known(errorPointer(value ?? UNKNOWN) ?? false);
const errorNumber: Builtin = ([value]) => (value?.kind === 'absent' ? ERROR : (value ?? UNKNOWN));
/** What is warned of does not happen, unless the path is known to come to it. */
const warning: Builtin = ([value]) => (truth(value ?? UNKNOWN) === null ? ZERO : value!);
const numbers = (args: readonly Value[]): number[] =>
  args.flatMap((arg) => (arg.kind === 'int' ? [arg.value] : []));
const smallest: Builtin = (args) => (numbers(args).length === 2 ? int(Math.min(...numbers(args))) : UNKNOWN);
const largest: Builtin = (args) => (numbers(args).length === 2 ? int(Math.max(...numbers(args))) : UNKNOWN);

/** `DIV_ROUND_UP(n, d)`, `round_up(n, d)` and the like on small numbers. */
const divided =
  (quotient: (value: number, by: number) => number): Builtin =>
  ([value, by]) =>
    value?.kind === 'int' && by?.kind === 'int' && by.value > 0
      ? int(quotient(value.value, by.value))
      : UNKNOWN;

const roundedUp = divided((value, by) => Math.ceil(value / by) * by);
const roundedDown = divided((value, by) => Math.floor(value / by) * by);

const BUILTINS: Readonly<Record<string, Builtin>> = {
  likely: identity,
  unlikely: identity,
  READ_ONCE: identity,
  data_race: identity,
  WARN_ON: warning,
  WARN_ON_ONCE: warning,
  PTR_ERR: errorNumber,
  ERR_PTR: identity,
  ERR_CAST: identity,
  XFS_I: identity,
  IS_ERR: isError,
  IS_ERR_VALUE: isError,
  IS_ERR_OR_NULL: ([value]) => (truth(value ?? UNKNOWN) === false ? ONE : isError([value ?? UNKNOWN])),
  PTR_ERR_OR_ZERO: ([value]) => (errorPointer(value ?? UNKNOWN) === false ? ZERO : (value ?? UNKNOWN)),
  test_bit: () => UNKNOWN,
  min: smallest,
  max: largest,
  min_t: ([, ...args]) => smallest(args),
  max_t: ([, ...args]) => largest(args),
  DIV_ROUND_UP: divided((value, by) => Math.ceil(value / by)),
  round_up: roundedUp,
  roundup_64: roundedUp,
  round_down: roundedDown,
  rounddown_64: roundedDown,
  IS_ALIGNED: divided((value, by) => (value % by === 0 ? 1 : 0)),
};

export const isBuiltin = (name: string): boolean =>
  Object.hasOwn(BUILTINS, name) || Object.hasOwn(COUNTERS, name);

export function callBuiltin(name: string, args: readonly Value[]): Value | null {
  return Object.hasOwn(BUILTINS, name) ? BUILTINS[name]!(args) : null;
}

/** Counters of a path's own objects, `&dio->ref`: the new value, and what the call returns. */
type Counter = (old: Value, argument: Value) => { readonly now: Value; readonly result: Value };

const step = (by: number) => (old: Value) => binary('+', old, int(by));

const COUNTERS: Readonly<Record<string, { readonly pointer: number; readonly apply: Counter }>> = {
  atomic_set: { pointer: 0, apply: (_old, value) => ({ now: value, result: UNKNOWN }) },
  atomic_inc: { pointer: 0, apply: (old) => ({ now: step(1)(old), result: UNKNOWN }) },
  atomic_dec: { pointer: 0, apply: (old) => ({ now: step(-1)(old), result: UNKNOWN }) },
  atomic_dec_and_test: {
    pointer: 0,
    apply: (old) => ({ now: step(-1)(old), result: binary('==', step(-1)(old), ZERO) }),
  },
};

export function counter(name: string): { readonly pointer: number; readonly apply: Counter } | null {
  return Object.hasOwn(COUNTERS, name) ? COUNTERS[name]! : null;
}
