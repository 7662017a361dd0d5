/**
 * Keys of step programs: equal steps have equal keys, and steps that differ have the same key with probability 2^-64.
 * Cheaper than comparing or writing out steps, of which a check makes tens of thousands that are mostly the same.
 */

import type { Alternative, Assignment, Case, Expr, Step } from './program.js';

export function stepsKey(steps: readonly Step[]): string {
  const hash = new Hash();
  hash.number(steps.length);
  for (const step of steps) addStep(hash, step);
  return hash.key();
}

/** The same for anything that is written out: equal texts, equal keys. */
export function textKey(text: string): string {
  const hash = new Hash();
  hash.word(text);
  return hash.key();
}

/** Two multiplicative hashes with different multipliers. */
class Hash {
  #low = 0x811c9dc5 | 0;
  #high = 0x9747b28c | 0;

  number(value: number): void {
    this.#low = Math.imul(this.#low ^ value, 0x01000193);
    this.#low ^= this.#low >>> 15;
    this.#high = Math.imul(this.#high ^ value, 0x9e3779b1);
    this.#high ^= this.#high >>> 13;
  }

  word(text: string): void {
    this.number(text.length);
    for (let i = 0; i < text.length; i++) this.number(text.charCodeAt(i));
  }

  key(): string {
    return `${this.#low.toString(36)}.${this.#high.toString(36)}`;
  }
}

function addStep(hash: Hash, step: Step): void {
  hash.word(step.kind);
  switch (step.kind) {
    case 'atomic':
      hash.word(step.order);
      return addAll(hash, step.alternatives, addAlternative);
    case 'load':
      hash.word(step.order);
      hash.number(step.from);
      hash.number(step.into);
      return addAll(hash, step.cases, addCase);
    case 'store':
      hash.word(step.order);
      hash.number(step.to);
      addExpr(hash, step.value);
      return hash.number(step.next);
    case 'rmw':
      hash.word(step.order);
      hash.number(step.on);
      hash.number(step.into ?? -1);
      addExpr(hash, step.value);
      return addAll(hash, step.cases, addCase);
    case 'fence':
      hash.word(step.fence);
      return hash.number(step.next);
    case 'end':
      return;
  }
}

function addAll<T>(hash: Hash, all: readonly T[], add: (hash: Hash, one: T) => void): void {
  hash.number(all.length);
  for (const one of all) add(hash, one);
}

function addAlternative(hash: Hash, { guard, assign, next }: Alternative): void {
  addExpr(hash, guard);
  addAll(hash, assign, addAssignment);
  hash.number(next);
}

function addAssignment(hash: Hash, { id, value }: Assignment): void {
  hash.number(id);
  addExpr(hash, value);
}

function addCase(hash: Hash, { guard, next }: Case): void {
  addExpr(hash, guard);
  hash.number(next);
}

const EXPR_CODES: Readonly<Record<Expr['kind'], number>> = { const: 1, var: 2, not: 3, binary: 4, if: 5 };

function addExpr(hash: Hash, expr: Expr): void {
  hash.number(EXPR_CODES[expr.kind]);
  switch (expr.kind) {
    case 'const':
      return hash.number(expr.value);
    case 'var':
      return hash.number(expr.id);
    case 'not':
      return addExpr(hash, expr.of);
    case 'binary':
      hash.word(expr.op);
      addExpr(hash, expr.left);
      return addExpr(hash, expr.right);
    case 'if':
      addExpr(hash, expr.condition);
      addExpr(hash, expr.then);
      return addExpr(hash, expr.else);
  }
}
