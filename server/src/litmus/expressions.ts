/** Expressions of a thread's code, with C's precedence. */

import { type Cursor, numberOf } from './cursor.js';
import { type Place, UnsupportedConstruct, WrongFile } from './place.js';
import { type Primitive, arityOf, primitiveOf } from './primitives.js';
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

/** Says of a name whether it is declared; throws where it is not. */
export type CheckName = (name: string, place: Place) => void;

export function expression(cursor: Cursor, checkName: CheckName): Expression {
  const parsed = new Expressions(cursor, checkName).binary(0);
  if (cursor.is('?')) throw new UnsupportedConstruct('the operator ?:', cursor.place);
  return parsed;
}

class Expressions {
  readonly #cursor: Cursor;
  readonly #checkName: CheckName;

  constructor(cursor: Cursor, checkName: CheckName) {
    this.#cursor = cursor;
    this.#checkName = checkName;
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
    this.#checkName(name, place);
    return { kind: 'name', name, place };
  }

  /** An expression in brackets, or a cast, which changes nothing: all values are integers or addresses. */
  #bracket(): Expression {
    if (isType(this.#cursor)) {
      while (this.#cursor.next.kind === 'word' || this.#cursor.is('*')) this.#cursor.take();
      this.#cursor.expect(')');
      return this.#unary();
    }
    const inner = expression(this.#cursor, this.#checkName);
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
      args.push(expression(this.#cursor, this.#checkName));
    }
    this.#cursor.expect(')');
    checkCall(name, primitive, args, place);
    return { kind: 'call', name, args, place };
  }
}

function checkCall(name: string, primitive: Primitive, args: readonly Expression[], place: Place): void {
  const arity = arityOf(primitive);
  if (args.length !== arity) {
    throw new WrongFile(`${name}() has ${args.length} arguments and takes ${arity}`, place);
  }
  const isLvalue = 'naming' in primitive && primitive.naming === 'lvalue';
  if (isLvalue && args[0]!.kind !== 'deref') throw new WrongFile(`${name}() takes *x and not x`, place);
}
