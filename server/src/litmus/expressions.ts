/** Expressions of a thread's code, with C's precedence. */

import { type Cursor, numberOf } from './cursor.js';
import { type Place, UnsupportedConstruct, WrongFile } from './place.js';
import { type Primitive, arityOf, largestOf, primitiveOf } from './primitives.js';
import type { BinaryOperator, Expression } from './syntax.js';
import { isType } from './types.js';

/** From the loosest to the tightest. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** The names that are declared where an expression stands. */
export interface Names {
  /** Throws where `name` is none of them. */
  check(name: string, place: Place): void;
  isLocal(name: string): boolean;
}

export function expression(cursor: Cursor, names: Names): Expression {
  const parsed = new Expressions(cursor, names).binary(0);
  if (cursor.is('?')) throw new UnsupportedConstruct('the operator ?:', cursor.place);
  return parsed;
}

class Expressions {
  readonly #cursor: Cursor;
  readonly #names: Names;

  constructor(cursor: Cursor, names: Names) {
    this.#cursor = cursor;
    this.#names = names;
  }

  binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.binary(level + 1);
    for (;;) {
      const { place } = this.#cursor;
      const op = operators.find((operator) => this.#cursor.accept(operator));
      if (op === undefined) return left;
      left = { kind: 'binary', op, left, right: this.binary(level + 1), place };
    }
  }

  #unary(): Expression {
    const { place } = this.#cursor;
    if (this.#cursor.accept('*')) return { kind: 'deref', of: this.#unary(), place };
    if (this.#cursor.accept('&')) return this.#address();
    for (const op of ['!', '~', '-'] as const) {
      if (this.#cursor.accept(op)) return { kind: 'unary', op, of: this.#unary(), place };
    }
    return this.#postfix();
  }

  /** `&*p`, which is `p`, and `&x` of a shared variable that the parameters name: `x` itself is its address. */
  #address(): Expression {
    const { place } = this.#cursor;
    const of = this.#unary();
    if (of.kind === 'deref') return of.of;
    if (of.kind === 'name') throw new UnsupportedConstruct(`the address of ${of.name}, a pointer`, place);
    throw new WrongFile('only *p has an address here', place);
  }

  #postfix(): Expression {
    const parsed = this.#primary();
    for (const sign of ['->', '.', '[', '++', '--']) {
      if (this.#cursor.is(sign)) throw new UnsupportedConstruct(`the operator ${sign}`, this.#cursor.place);
    }
    return parsed;
  }

  #primary(): Expression {
    const { next, place } = this.#cursor;
    if (next.kind === 'number') return { kind: 'number', value: numberOf(this.#cursor.take().text) };
    if (this.#cursor.accept('(')) return this.#bracket();
    const name = this.#cursor.word('an expression');
    if (this.#cursor.is('(')) return this.#call(name, place);
    if (name === 'NULL' || name === 'false') return { kind: 'number', value: 0 };
    if (name === 'true') return { kind: 'number', value: 1 };
    this.#names.check(name, place);
    return { kind: 'name', name, place };
  }

  /** An expression in brackets, or a cast, which changes nothing: all values are integers or addresses. */
  #bracket(): Expression {
    if (isType(this.#cursor)) {
      while (this.#cursor.next.kind === 'word' || this.#cursor.is('*')) this.#cursor.take();
      this.#cursor.expect(')');
      return this.#unary();
    }
    const inner = expression(this.#cursor, this.#names);
    this.#cursor.expect(')');
    return inner;
  }

  #call(name: string, place: Place): Expression {
    const primitive = primitiveOf(name);
    if (primitive === null) throw new UnsupportedConstruct(`${name}()`, place);
    this.#cursor.expect('(');
    const args: Expression[] = [];
    while (!this.#cursor.is(')')) {
      if (args.length > 0) this.#cursor.expect(',');
      const isFound = primitive.kind === 'try-compare-exchange' && args.length === 1;
      args.push(isFound ? this.#ownLocal(name) : expression(this.#cursor, this.#names));
    }
    this.#cursor.expect(')');
    checkCall(name, primitive, args, place);
    return { kind: 'call', name, args, place };
  }

  /** `&r0`: where a compare-and-exchange leaves what it finds. */
  #ownLocal(call: string): Expression {
    const { place } = this.#cursor;
    const isLocal = this.#cursor.accept('&') && this.#names.isLocal(this.#cursor.next.text);
    if (!isLocal) throw new UnsupportedConstruct(`${call}() whose second argument is no &local`, place);
    return { kind: 'name', name: this.#cursor.word('a local'), place };
  }
}

/** Whether it only reads, so that a wait may evaluate it any number of times. */
function onlyReads(of: Expression): boolean {
  switch (of.kind) {
    case 'number':
    case 'name':
      return true;
    case 'deref':
    case 'unary':
      return onlyReads(of.of);
    case 'binary':
      return onlyReads(of.left) && onlyReads(of.right);
    case 'call':
      return READING.has(primitiveOf(of.name)!.kind) && of.args.every(onlyReads);
  }
}

const READING: ReadonlySet<Primitive['kind']> = new Set(['load', 'test-bit', 'is-locked']);

/** What of a call is not modelled although its function is; null: nothing. */
function unmodelled(name: string, primitive: Primitive, args: readonly Expression[]): string | null {
  const largest = largestOf(primitive);
  const [first, second] = args;
  if (largest !== null && (first!.kind !== 'number' || first!.value > largest)) {
    return `${name}() of anything but a number from 0 to ${largest}`;
  }
  if (primitive.kind === 'wait' && !onlyReads(second!))
    return `${name}() on a condition that does more than read`;
  return null;
}

function checkCall(name: string, primitive: Primitive, args: readonly Expression[], place: Place): void {
  const arity = arityOf(primitive);
  if (args.length !== arity) {
    throw new WrongFile(`${name}() has ${args.length} arguments and takes ${arity}`, place);
  }
  const isLvalue = 'naming' in primitive && primitive.naming === 'lvalue';
  if (isLvalue && args[0]!.kind !== 'deref') throw new WrongFile(`${name}() takes *x and not x`, place);
  const construct = unmodelled(name, primitive, args);
  if (construct !== null) throw new UnsupportedConstruct(construct, place);
}
