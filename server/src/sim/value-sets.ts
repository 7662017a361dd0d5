/** Sets of values that variables may have, as bits, and what expressions over them can be: never less than they are. */

import { apply } from './expr.js';
import type { BinaryOperator, Expr, Variable } from './program.js';

/** By variable: bit `v` where it may be `v`; `ANY` where that is not followed. */
export type Values = Int32Array;

const ANY = -1;

/** The largest value that is followed: the sign bit is what tells `ANY`. */
const LARGEST = 30;

const NO = 1;
const YES = 2;
const BOTH = 3;

/** The set of a variable's initial value. */
export const valueSet = ({ initial, max }: Variable): number => (max > LARGEST ? ANY : 1 << initial);

const all = (max: number): number => (max > LARGEST ? ANY : 2 ** (max + 1) - 1);

/** What `value` may put into a variable of 0..max. What would leave that range is an error that a run tells of. */
export function assignedValues(values: Values, value: Expr, max: number): number {
  const found = isSum(value)
    ? sums(value.op, setOf(values, value.left), setOf(values, value.right), max)
    : setOf(values, value);
  const fitting = found === ANY ? all(max) : found & all(max);
  return fitting === 0 ? all(max) : fitting;
}

/** Takes out of `values` what contradicts `expr` being true, or false; whether anything is left. */
export function restrict(values: Values, expr: Expr, wanted: boolean): boolean {
  switch (expr.kind) {
    case 'not':
      return restrict(values, expr.of, !wanted);
    case 'var':
      return keep(values, expr.id, wanted ? ~1 : 1);
    case 'binary':
      if (expr.op === '&&' || expr.op === '||') return restrictBoth(values, expr, wanted);
      return restrictComparison(values, expr, wanted);
    case 'const':
    case 'if':
      return canBe(values, expr, wanted);
  }
}

type Binary = Expr & { kind: 'binary' };

function restrictBoth(values: Values, { op, left, right }: Binary, wanted: boolean): boolean {
  if ((op === '&&') === wanted) return restrict(values, left, wanted) && restrict(values, right, wanted);
  // One of the two is enough: it is known to be this one only where it cannot be the other.
  if (!canBe(values, left, wanted)) return restrict(values, right, wanted);
  return canBe(values, right, wanted) || restrict(values, left, wanted);
}

function restrictComparison(values: Values, expr: Binary, wanted: boolean): boolean {
  const { op, left, right } = expr;
  if (isSum(expr) || left.kind !== 'var' || right.kind !== 'const') return canBe(values, expr, wanted);
  let fitting = 0;
  for (let value = 0; value <= LARGEST; value++)
    if ((apply(op, value, right.value) !== 0) === wanted) fitting |= 1 << value;
  return keep(values, left.id, fitting);
}

/** Restricts a variable to the values of a set. */
function keep(values: Values, id: number, set: number): boolean {
  if (values[id] !== ANY) values[id]! &= set;
  return values[id] !== 0;
}

const canBe = (values: Values, expr: Expr, wanted: boolean): boolean =>
  (truthOf(values, expr) & (wanted ? YES : NO)) !== 0;

/** `YES`, `NO`, or both. */
function truthOf(values: Values, expr: Expr): number {
  const set = setOf(values, expr);
  if (set === ANY) return BOTH;
  return ((set & 1) === 0 ? 0 : NO) | ((set & ~1) === 0 ? 0 : YES);
}

/** What an expression can be. The truth of a condition is 0 and 1, that is `NO` and `YES` as a set. */
function setOf(values: Values, expr: Expr): number {
  switch (expr.kind) {
    case 'const':
      return expr.value >= 0 && expr.value <= LARGEST ? 1 << expr.value : ANY;
    case 'var':
      return values[expr.id]!;
    case 'not':
      return swapped(truthOf(values, expr.of));
    case 'if': {
      const truth = truthOf(values, expr.condition);
      return (truth & YES ? setOf(values, expr.then) : 0) | (truth & NO ? setOf(values, expr.else) : 0);
    }
    case 'binary':
      return setOfBinary(values, expr);
  }
}

const swapped = (truth: number): number => (truth & NO ? YES : 0) | (truth & YES ? NO : 0);

function setOfBinary(values: Values, expr: Binary): number {
  const { op, left, right } = expr;
  if (op === '&&' || op === '||') {
    const [one, other] = [truthOf(values, left), truthOf(values, right)];
    const [decides, leaves] = op === '&&' ? [NO, YES] : [YES, NO];
    return ((one | other) & decides) | (one & other & leaves);
  }
  const [one, other] = [setOf(values, left), setOf(values, right)];
  if (isSum(expr)) return sums(op, one, other, null);
  return one === ANY || other === ANY ? BOTH : results(op, one, other, LARGEST);
}

const isSum = (expr: Expr): expr is Binary => expr.kind === 'binary' && (expr.op === '+' || expr.op === '-');

/** Sums up to `max`, others left out; without `max` all of them, which may be more than can be followed. */
function sums(op: BinaryOperator, left: number, right: number, max: number | null): number {
  if (left === ANY || right === ANY) return ANY;
  return results(op, left, right, max);
}

function results(op: BinaryOperator, left: number, right: number, max: number | null): number {
  let found = 0;
  for (let one = 0; one <= LARGEST; one++) {
    if ((left & (1 << one)) === 0) continue;
    for (let other = 0; other <= LARGEST; other++) {
      if ((right & (1 << other)) === 0) continue;
      const value = apply(op, one, other);
      if (value >= 0 && value <= (max ?? LARGEST) && value <= LARGEST) found |= 1 << value;
      else if (max === null || max > LARGEST) return ANY;
    }
  }
  return found;
}
