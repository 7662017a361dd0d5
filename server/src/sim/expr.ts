/** Constructors of expressions, folding constants, and plain questions about expressions. */

import type { BinaryOperator, Expr, VariableId } from './program.js';

export const constant = (value: number): Expr => ({ kind: 'const', value });
export const variable = (id: VariableId): Expr => ({ kind: 'var', id });

export const TRUE: Expr = constant(1);
export const FALSE: Expr = constant(0);

export function not(of: Expr): Expr {
  if (of.kind === 'const') return of.value === 0 ? TRUE : FALSE;
  return { kind: 'not', of };
}

/** The conjunction of all; `TRUE` of none. */
export function and(...parts: readonly Expr[]): Expr {
  return parts.reduce((left, right) => {
    if (left.kind === 'const') return left.value === 0 ? FALSE : right;
    if (right.kind === 'const') return right.value === 0 ? FALSE : left;
    return binary('&&', left, right);
  }, TRUE);
}

/** The disjunction of all; `FALSE` of none. */
export function or(...parts: readonly Expr[]): Expr {
  return parts.reduce((left, right) => {
    if (left.kind === 'const') return left.value === 0 ? right : TRUE;
    if (right.kind === 'const') return right.value === 0 ? left : TRUE;
    return binary('||', left, right);
  }, FALSE);
}

export const eq = (left: Expr, right: Expr): Expr => binary('==', left, right);
export const ne = (left: Expr, right: Expr): Expr => binary('!=', left, right);
export const lt = (left: Expr, right: Expr): Expr => binary('<', left, right);
export const le = (left: Expr, right: Expr): Expr => binary('<=', left, right);
export const gt = (left: Expr, right: Expr): Expr => binary('>', left, right);
export const ge = (left: Expr, right: Expr): Expr => binary('>=', left, right);
export const add = (left: Expr, right: Expr): Expr => binary('+', left, right);
export const sub = (left: Expr, right: Expr): Expr => binary('-', left, right);

export function ifThenElse(condition: Expr, then: Expr, otherwise: Expr): Expr {
  if (condition.kind === 'const') return condition.value === 0 ? otherwise : then;
  return { kind: 'if', condition, then, else: otherwise };
}

/** `variable == value`, the test that most guards are made of. */
export const is = (id: VariableId, value: number): Expr => eq(variable(id), constant(value));

function binary(op: BinaryOperator, left: Expr, right: Expr): Expr {
  if (left.kind === 'const' && right.kind === 'const') return constant(apply(op, left.value, right.value));
  return { kind: 'binary', op, left, right };
}

/** The value of `left op right`; booleans are 0 and 1. */
export function apply(op: BinaryOperator, left: number, right: number): number {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '==':
      return left === right ? 1 : 0;
    case '!=':
      return left !== right ? 1 : 0;
    case '<':
      return left < right ? 1 : 0;
    case '<=':
      return left <= right ? 1 : 0;
    case '>':
      return left > right ? 1 : 0;
    case '>=':
      return left >= right ? 1 : 0;
    case '&&':
      return left !== 0 && right !== 0 ? 1 : 0;
    case '||':
      return left !== 0 || right !== 0 ? 1 : 0;
  }
}

/** The value of `expr` where variable `id` has the value `valueOf(id)`. */
export function evaluate(expr: Expr, valueOf: (id: VariableId) => number): number {
  switch (expr.kind) {
    case 'const':
      return expr.value;
    case 'var':
      return valueOf(expr.id);
    case 'not':
      return evaluate(expr.of, valueOf) === 0 ? 1 : 0;
    case 'binary':
      return apply(expr.op, evaluate(expr.left, valueOf), evaluate(expr.right, valueOf));
    case 'if':
      return evaluate(evaluate(expr.condition, valueOf) === 0 ? expr.else : expr.then, valueOf);
  }
}

/** Adds every variable that `expr` reads to `into`, and returns it. */
export function variablesOf(expr: Expr, into: Set<VariableId> = new Set()): Set<VariableId> {
  switch (expr.kind) {
    case 'const':
      break;
    case 'var':
      into.add(expr.id);
      break;
    case 'not':
      variablesOf(expr.of, into);
      break;
    case 'binary':
      variablesOf(expr.left, into);
      variablesOf(expr.right, into);
      break;
    case 'if':
      variablesOf(expr.condition, into);
      variablesOf(expr.then, into);
      variablesOf(expr.else, into);
  }
  return into;
}

/** `expr` with `by` in the place of variable `id`. */
export function substitute(expr: Expr, id: VariableId, by: Expr): Expr {
  switch (expr.kind) {
    case 'const':
      return expr;
    case 'var':
      return expr.id === id ? by : expr;
    case 'not':
      return not(substitute(expr.of, id, by));
    case 'binary':
      return binary(expr.op, substitute(expr.left, id, by), substitute(expr.right, id, by));
    case 'if':
      return ifThenElse(
        substitute(expr.condition, id, by),
        substitute(expr.then, id, by),
        substitute(expr.else, id, by),
      );
  }
}
