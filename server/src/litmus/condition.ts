/** Conditions on the final state: how they are written, and whether they hold. */

import type { Value } from '../sim/axiomatic/event.js';
import type { Cursor } from './cursor.js';
import { WrongFile } from './place.js';
import type { Condition, Observed } from './syntax.js';

/** What there is to look at. */
export interface Known {
  readonly shared: ReadonlySet<string>;
  /** By thread. */
  readonly locals: readonly ReadonlySet<string>[];
}

/** The value of what is looked at. */
export type Final = (observed: Observed) => Value;

export function holds(condition: Condition, final: Final): boolean {
  switch (condition.kind) {
    case 'true':
      return true;
    case 'equal':
      return final(condition.left) === condition.value;
    case 'same':
      return final(condition.left) === final(condition.right);
    case 'not':
      return !holds(condition.of, final);
    case 'and':
      return holds(condition.left, final) && holds(condition.right, final);
    case 'or':
      return holds(condition.left, final) || holds(condition.right, final);
    case 'implies':
      return !holds(condition.left, final) || holds(condition.right, final);
  }
}

/** Everything that a condition looks at. */
export function observedIn(condition: Condition): Observed[] {
  switch (condition.kind) {
    case 'true':
      return [];
    case 'equal':
      return [condition.left];
    case 'same':
      return [condition.left, condition.right];
    case 'not':
      return observedIn(condition.of);
    case 'and':
    case 'or':
    case 'implies':
      return [...observedIn(condition.left), ...observedIn(condition.right)];
  }
}

/** `=>` binds loosest, then `\/`, then `/\`. */
export function condition(cursor: Cursor, known: Known): Condition {
  const left = disjunction(cursor, known);
  if (!cursor.accept('=>')) return left;
  return { kind: 'implies', left, right: condition(cursor, known) };
}

function disjunction(cursor: Cursor, known: Known): Condition {
  let left = conjunction(cursor, known);
  while (cursor.accept('\\/')) left = { kind: 'or', left, right: conjunction(cursor, known) };
  return left;
}

function conjunction(cursor: Cursor, known: Known): Condition {
  let left = atom(cursor, known);
  while (cursor.accept('/\\')) left = { kind: 'and', left, right: atom(cursor, known) };
  return left;
}

function atom(cursor: Cursor, known: Known): Condition {
  if (cursor.accept('~') || cursor.accept('not')) return { kind: 'not', of: atom(cursor, known) };
  if (cursor.accept('true')) return { kind: 'true' };
  if (cursor.accept('false')) return { kind: 'not', of: { kind: 'true' } };
  if (!cursor.accept('(')) return comparison(cursor, known);
  const inner = condition(cursor, known);
  cursor.expect(')');
  return inner;
}

function comparison(cursor: Cursor, known: Known): Condition {
  const left = observed(cursor, known);
  const isEqual = cursor.accept('=') || cursor.accept('==');
  if (!isEqual) cursor.expect('!=');
  const parsed = rightOf(cursor, left, known);
  return isEqual ? parsed : { kind: 'not', of: parsed };
}

/** A number, the address of a shared variable as `x` or `&x`, or a local. */
function rightOf(cursor: Cursor, left: Observed, known: Known): Condition {
  if (cursor.next.kind === 'number' && cursor.ahead(1).text === ':') {
    return { kind: 'same', left, right: observed(cursor, known) };
  }
  return { kind: 'equal', left, value: value(cursor, known.shared) };
}

/** A value as initial states and conditions have it. */
export function value(cursor: Cursor, shared: ReadonlySet<string>): Value {
  const isAddress = cursor.accept('&');
  const { next, place } = cursor;
  if (!isAddress && next.kind !== 'word') return cursor.integer();
  const name = cursor.word('a number or the name of a shared variable');
  if (name === 'NULL') return 0;
  if (!shared.has(name)) throw new WrongFile(`no thread has a shared variable ${name}`, place);
  return name;
}

/** `1:r0`, `x` or `[x]`. */
export function observed(cursor: Cursor, known: Known): Observed {
  const { next, place } = cursor;
  if (next.kind === 'number') return local(cursor, known);
  const isBracketed = cursor.accept('[');
  const name = cursor.word('a variable');
  if (!known.shared.has(name)) throw new WrongFile(`no thread has a shared variable ${name}`, place);
  if (isBracketed) cursor.expect(']');
  return { kind: 'shared', name };
}

function local(cursor: Cursor, { locals }: Known): Observed {
  const { place } = cursor;
  const thread = cursor.integer();
  cursor.expect(':');
  const name = cursor.word('the name of a local');
  const own = locals[thread];
  if (own === undefined) throw new WrongFile(`there is no thread P${thread}`, place);
  if (!own.has(name)) throw new WrongFile(`P${thread} has no local ${name}`, place);
  return { kind: 'local', thread, name };
}
