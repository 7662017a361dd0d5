/** C operators on abstract values. What the domain cannot say is unknown, never wrong. */

import {
  bits,
  ERROR,
  flagNames,
  flags,
  int,
  knownBits,
  NONZERO,
  ONE,
  truth,
  UNKNOWN,
  ZERO,
  type Value,
} from '../kernel/value.js';

/** Counters beyond this are unknown, so that loops with a counter have few states. */
const LARGEST_COUNT = 16;
/** Sizes and offsets in bytes are small: a page or two. */
const LARGEST_SIZE = 1 << 20;

const bool = (value: boolean | null): Value => (value === null ? UNKNOWN : value ? ONE : ZERO);

/** -1, 0 or 1 for values whose sign is known; enumerators and flag sets have none. */
function sign(value: Value): number | null {
  if (value.kind === 'int') return Math.sign(value.value);
  if (value.kind === 'error') return -1;
  return value.kind === 'positive' || value.kind === 'pointer' || value.kind === 'function' ? 1 : null;
}

/** Whether two values are equal, or null when that is not known. */
function equal(left: Value, right: Value): boolean | null {
  if (left.kind === 'int' && right.kind === 'int') return left.value === right.value;
  if (left.kind === 'flags' && right.kind === 'flags') return left.names.join() === right.names.join();
  if (left.kind === 'bits' || right.kind === 'bits') return sameBits(left, right);
  if (left.kind === 'pointer' && right.kind === 'pointer') return left.to === right.to;
  if (left.kind === 'function' && right.kind === 'function') return left.name === right.name;
  if (isZero(left)) return negated(truth(right));
  if (isZero(right)) return negated(truth(left));
  const signs = [sign(left), sign(right)];
  return signs[0] !== null && signs[1] !== null && signs[0] !== signs[1] ? false : null;
}

/** Bits that are known to differ, or null. */
function sameBits(left: Value, right: Value): false | null {
  const [a, b] = [knownBits(left), knownBits(right)];
  const isClear = (name: string, of: typeof a): boolean =>
    of.clear.includes(name) || (of.others && !of.set.includes(name));
  return a.set.some((name) => isClear(name, b)) || b.set.some((name) => isClear(name, a)) ? false : null;
}

const isZero = (value: Value): boolean => value.kind === 'int' && value.value === 0;
const negated = (value: boolean | null): boolean | null => (value === null ? null : !value);

function less(left: Value, right: Value): boolean | null {
  if (left.kind === 'int' && right.kind === 'int') return left.value < right.value;
  const [a, b] = [sign(left), sign(right)];
  if (a === null || b === null || a === b) return null;
  return a < b;
}

/** Numbers on which JavaScript's bit operators mean what C's do. */
const fits = (value: Value): value is Value & { kind: 'int' } =>
  value.kind === 'int' && Math.abs(value.value) < 2 ** 31;

function or(left: Value, right: Value): Value {
  const [a, b] = [flagNames(left), flagNames(right)];
  if (a && b) return flags(...a, ...b);
  if (fits(left) && fits(right)) return int(left.value | right.value);
  const [known, other] = [knownBits(left), knownBits(right)];
  const isClear = (name: string, of: typeof known): boolean => of.others || of.clear.includes(name);
  const set = [...known.set, ...other.set];
  const clear = [...known.clear, ...other.clear].filter(
    (name) => !set.includes(name) && isClear(name, known) && isClear(name, other),
  );
  if (set.length === 0 && (truth(left) || truth(right))) return NONZERO;
  return bits(set, clear);
}

function and(left: Value, right: Value): Value {
  if (isZero(left) || isZero(right)) return ZERO;
  const [a, b] = [flagNames(left), flagNames(right)];
  if (a && b) return flags(...a.filter((name) => b.includes(name)));
  if (fits(left) && fits(right)) return int(left.value & right.value);
  return a ? masked(right, a) : b ? masked(left, b) : UNKNOWN;
}

/** `value & names` where not all bits of `value` are known. */
function masked(value: Value, names: readonly string[]): Value {
  const { set, clear } = knownBits(value);
  const open = names.filter((name) => !clear.includes(name));
  if (open.every((name) => set.includes(name))) return flags(...open);
  return open.some((name) => set.includes(name)) ? NONZERO : UNKNOWN;
}

/** What is known of `value` where `value & names` was seen to be true, or not to be; null for nothing more. */
export function seenBits(value: Value, names: readonly string[], isTrue: boolean): Value | null {
  if (value.kind !== 'unknown' && value.kind !== 'bits') return null;
  const { set, clear } = knownBits(value);
  if (!isTrue) return bits(set, [...clear, ...names]);
  const open = names.filter((name) => !clear.includes(name));
  return open.length === 1 ? bits([...set, ...open], clear) : null;
}

/** `left & ~names`. */
export function withoutFlags(left: Value, names: readonly string[]): Value {
  const known = flagNames(left);
  if (known) return flags(...known.filter((name) => !names.includes(name)));
  const { set, clear } = knownBits(left);
  return bits(
    set.filter((name) => !names.includes(name)),
    [...clear, ...names],
  );
}

function numeric(op: string, left: Value, right: Value): Value {
  // `1 << BH_Delay`: a bit by its name.
  if (op === '<<' && left.kind === 'int' && left.value === 1 && right.kind === 'flags') return right;
  if (left.kind !== 'int' || right.kind !== 'int') return UNKNOWN;
  const result = compute(op, left.value, right.value);
  if (result === null || Math.abs(result) > largestFrom(left.value)) return UNKNOWN;
  const counted = right.value === 1 && (op === '+' || op === '-') && Math.abs(left.value) <= LARGEST_COUNT;
  return counted && Math.abs(result) > LARGEST_COUNT ? UNKNOWN : int(result);
}

/** No loop counts up from the limits of a file: what is reckoned from `LLONG_MAX` or `s_maxbytes` is known as well. */
const largestFrom = (left: number): number =>
  Math.abs(left) > LARGEST_SIZE ? Number.MAX_SAFE_INTEGER : LARGEST_SIZE;

function compute(op: string, left: number, right: number): number | null {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '<<':
      return right <= 20 ? left * 2 ** right : null;
    case '>>':
      return right >= 0 && right < 53 ? Math.floor(left / 2 ** right) : null;
    default:
      return null;
  }
}

const both = (left: Value, right: Value): boolean | null => {
  const [a, b] = [truth(left), truth(right)];
  if (a === false || b === false) return false;
  return a === null || b === null ? null : true;
};

/** The value of `left op right`. */
export function binary(op: string, left: Value, right: Value): Value {
  switch (op) {
    case '==':
      return bool(equal(left, right));
    case '!=':
      return bool(negated(equal(left, right)));
    case '<':
      return bool(less(left, right));
    case '>':
      return bool(less(right, left));
    case '<=':
      return bool(negated(less(right, left)));
    case '>=':
      return bool(negated(less(left, right)));
    case '&&':
      return bool(both(left, right));
    case '||':
      return bool(negated(both(bool(negated(truth(left))), bool(negated(truth(right))))));
    case '|':
      return or(left, right);
    case '&':
      return and(left, right);
    default:
      return numeric(op, left, right);
  }
}

export const not = (value: Value): Value => bool(negated(truth(value)));

/** `-x`: error numbers are written as `-EBUSY`. */
export function negate(value: Value): Value {
  if (value.kind === 'int') return int(-value.value);
  return value.kind === 'flags' || value.kind === 'positive' ? ERROR : UNKNOWN;
}

/** `~x` of a number; of flags it is known only beside what it masks. */
export const complement = (value: Value): Value =>
  value.kind === 'int' && fits(value) ? int(~value.value) : UNKNOWN;
