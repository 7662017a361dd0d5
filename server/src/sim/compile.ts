/**
 * Expressions and assignments as closures over packed states.
 *
 * Closures, not generated source: a check makes hundreds of explorations of a few thousand states each, and a
 * closure costs nothing to make and is optimised once for all of them. What most guards and assignments of a
 * protocol are, tests and settings of constants, becomes a compare or a merge of masks, a word at a time.
 */

import { ModelRangeError } from './range-error.js';
import { variablesOf } from './expr.js';
import type { Field } from './layout.js';
import type { BinaryOperator, Expr, VariableId } from './program.js';

/** The value of an expression in the state that begins at `at`. */
export type Read = (state: Int32Array, at: number) => number;
/** Whether a condition holds in the state that begins at `at`. */
export type Test = (state: Int32Array, at: number) => boolean;
/** Changes `to`, a state that begins at 0; `from` and `at` say where the state before the move is. */
export type Effect = (from: Int32Array, at: number, to: Int32Array) => void;

/** Which field holds a variable. */
export type FieldOf = (id: VariableId) => Field;

export function compileRead(expr: Expr, fieldOf: FieldOf): Read {
  switch (expr.kind) {
    case 'const': {
      const { value } = expr;
      return () => value;
    }
    case 'var': {
      const { word, shift, mask } = fieldOf(expr.id);
      return (state, at) => (state[at + word]! >>> shift) & mask;
    }
    case 'not':
    case 'binary': {
      if (expr.kind === 'binary' && (expr.op === '+' || expr.op === '-')) return compileSum(expr, fieldOf);
      const test = compileTest(expr, fieldOf);
      return (state, at) => (test(state, at) ? 1 : 0);
    }
    case 'if': {
      const condition = compileTest(expr.condition, fieldOf);
      const then = compileRead(expr.then, fieldOf);
      const otherwise = compileRead(expr.else, fieldOf);
      return (state, at) => (condition(state, at) ? then(state, at) : otherwise(state, at));
    }
  }
}

function compileSum(expr: Expr & { kind: 'binary' }, fieldOf: FieldOf): Read {
  const left = compileRead(expr.left, fieldOf);
  const right = compileRead(expr.right, fieldOf);
  if (expr.op === '+') return (state, at) => left(state, at) + right(state, at);
  return (state, at) => left(state, at) - right(state, at);
}

/** A condition that the bits of `mask` in `word` have the value `value`. */
interface MaskTest {
  readonly word: number;
  mask: number;
  value: number;
}

/** The condition `expr`; null where it always holds. */
export function compileGuard(expr: Expr, fieldOf: FieldOf): Test | null {
  const masks: MaskTest[] = [];
  const others: Test[] = [];
  for (const part of conjuncts(expr)) {
    if (part.kind === 'const' && part.value !== 0) continue;
    const mask = maskTest(part, fieldOf);
    if (mask === null) others.push(compileTest(part, fieldOf));
    else mergeMask(masks, mask, others);
  }
  const tests = [...masks.map(({ word, mask, value }) => equalTest(word, mask, value)), ...others];
  return tests.length === 0 ? null : tests.reduce((all, next) => (s, at) => all(s, at) && next(s, at));
}

/** Always a test, for properties and the like. */
export function compileTest(expr: Expr, fieldOf: FieldOf): Test {
  switch (expr.kind) {
    case 'const': {
      const holds = expr.value !== 0;
      return () => holds;
    }
    case 'not': {
      const of = compileTest(expr.of, fieldOf);
      return (state, at) => !of(state, at);
    }
    case 'binary':
      return compileBinaryTest(expr, fieldOf);
    case 'var':
    case 'if': {
      const value = compileRead(expr, fieldOf);
      return (state, at) => value(state, at) !== 0;
    }
  }
}

function compileBinaryTest(expr: Expr & { kind: 'binary' }, fieldOf: FieldOf): Test {
  if (expr.op === '&&') return compileGuard(expr, fieldOf) ?? (() => true);
  if (expr.op === '||') {
    const left = compileTest(expr.left, fieldOf);
    const right = compileTest(expr.right, fieldOf);
    return (state, at) => left(state, at) || right(state, at);
  }
  const mask = maskTest(expr, fieldOf);
  if (mask !== null) return equalTest(mask.word, mask.mask, mask.value);
  return compare(expr.op, compileRead(expr.left, fieldOf), compileRead(expr.right, fieldOf));
}

function compare(op: BinaryOperator, left: Read, right: Read): Test {
  switch (op) {
    case '==':
      return (state, at) => left(state, at) === right(state, at);
    case '!=':
      return (state, at) => left(state, at) !== right(state, at);
    case '<':
      return (state, at) => left(state, at) < right(state, at);
    case '<=':
      return (state, at) => left(state, at) <= right(state, at);
    case '>':
      return (state, at) => left(state, at) > right(state, at);
    case '>=':
      return (state, at) => left(state, at) >= right(state, at);
    case '+':
      return (state, at) => left(state, at) + right(state, at) !== 0;
    case '-':
      return (state, at) => left(state, at) - right(state, at) !== 0;
    case '&&':
    case '||':
      throw new Error(`${op} is not a comparison`);
  }
}

function equalTest(word: number, mask: number, value: number): Test {
  return (state, at) => (state[at + word]! & mask) === value;
}

function conjuncts(expr: Expr): Expr[] {
  if (expr.kind !== 'binary' || expr.op !== '&&') return [expr];
  return [...conjuncts(expr.left), ...conjuncts(expr.right)];
}

/** `variable == constant` (also: a 0/1 variable alone or negated) as a mask test, where the constant fits the field. */
function maskTest(expr: Expr, fieldOf: FieldOf): MaskTest | null {
  if (expr.kind === 'binary' && expr.op === '==') {
    const { left, right } = expr;
    if (left.kind === 'var' && right.kind === 'const') return fieldTest(fieldOf(left.id), right.value);
    if (left.kind === 'const' && right.kind === 'var') return fieldTest(fieldOf(right.id), left.value);
  }
  if (expr.kind === 'not' && expr.of.kind === 'var') return fieldTest(fieldOf(expr.of.id), 0);
  if (expr.kind === 'var' && fieldOf(expr.id).mask === 1) return fieldTest(fieldOf(expr.id), 1);
  return null;
}

function fieldTest({ word, shift, mask }: Field, value: number): MaskTest | null {
  return value >= 0 && value <= mask ? { word, mask: mask << shift, value: value << shift } : null;
}

function mergeMask(masks: MaskTest[], test: MaskTest, others: Test[]): void {
  const same = masks.find(({ word }) => word === test.word);
  if (same === undefined) {
    masks.push({ ...test });
  } else if ((same.mask & test.mask) === 0) {
    same.mask |= test.mask;
    same.value |= test.value;
  } else {
    others.push(equalTest(test.word, test.mask, test.value));
  }
}

/** One assignment to a field, with what to say when the value does not fit. */
export interface FieldWrite {
  readonly field: Field;
  readonly max: number;
  readonly value: Expr;
  /** `before`: `value` is that of the state before the move; `after`: it sees the writes before it. */
  readonly sees: 'before' | 'after';
  /** Names the variable and the step, for the error. */
  readonly what: () => string;
}

/** All `writes` in order. A value outside 0..max throws: the model is wrong, and no verdict on it would be right. */
export function compileWrites(writes: readonly FieldWrite[], fieldOf: FieldOf): Effect {
  const effects: Effect[] = [];
  let settings: MaskTest[] = [];
  const flush = () => {
    effects.push(...settings.map(({ word, mask, value }) => setBits(word, ~mask, value)));
    settings = [];
  };
  for (const write of writes) {
    const { value, field } = write;
    if (value.kind === 'const' && value.value >= 0 && value.value <= write.max) {
      mergeSetting(settings, field, value.value);
    } else {
      if (write.sees === 'after' && variablesOf(value).size > 0) flush();
      else settings = without(settings, field, flush);
      effects.push(computedWrite(write, fieldOf));
    }
  }
  flush();
  if (effects.length === 0) return () => undefined;
  return effects.reduce((all, next) => (from, at, to) => {
    all(from, at, to);
    next(from, at, to);
  });
}

/** A later computed write to a field must not be undone by a constant set before it: those go first. */
function without(settings: MaskTest[], { word, shift, mask }: Field, flush: () => void): MaskTest[] {
  if (!settings.some((one) => one.word === word && (one.mask & (mask << shift)) !== 0)) return settings;
  flush();
  return [];
}

function mergeSetting(settings: MaskTest[], { word, shift, mask }: Field, value: number): void {
  if (mask === 0) return;
  let same = settings.find((one) => one.word === word);
  if (same === undefined) settings.push((same = { word, mask: 0, value: 0 }));
  same.mask |= mask << shift;
  same.value = (same.value & ~(mask << shift)) | (value << shift);
}

function setBits(word: number, keep: number, value: number): Effect {
  return (_from, _at, to) => {
    to[word] = (to[word]! & keep) | value;
  };
}

function computedWrite({ field, max, value, sees, what }: FieldWrite, fieldOf: FieldOf): Effect {
  const read = compileRead(value, fieldOf);
  const { word, shift } = field;
  const keep = ~(field.mask << shift);
  return (from, at, to) => {
    const result = sees === 'before' ? read(from, at) : read(to, 0);
    if (result < 0 || result > max) throw new ModelRangeError(`${what()}: ${result} is not in 0..${max}`);
    to[word] = (to[word]! & keep) | (result << shift);
  };
}
