/** Statements of a thread's code. */

import type { Cursor } from './cursor.js';
import { expression } from './expressions.js';
import { type Place, UnsupportedConstruct, WrongFile } from './place.js';
import type { BinaryOperator, Expression, Statement, ThreadCode } from './syntax.js';
import { declarator, isType, skipType } from './types.js';

const NOTHING: Statement = { kind: 'block', statements: [] };
const TRUE: Expression = { kind: 'number', value: 1 };

/** The code of a thread from its first brace to its last. */
export function threadBody(cursor: Cursor, thread: number, parameters: readonly string[]): ThreadCode {
  const statements = new Statements(cursor, thread, parameters);
  const body = statements.block();
  return { parameters, locals: statements.locals, body };
}

class Statements {
  readonly #cursor: Cursor;
  readonly #thread: number;
  readonly #parameters: readonly string[];
  readonly locals = new Set<string>();

  constructor(cursor: Cursor, thread: number, parameters: readonly string[]) {
    this.#cursor = cursor;
    this.#thread = thread;
    this.#parameters = parameters;
  }

  block(): Statement {
    this.#cursor.expect('{');
    const statements: Statement[] = [];
    while (!this.#cursor.accept('}')) statements.push(this.#statement());
    return { kind: 'block', statements };
  }

  #statement(): Statement {
    const { next } = this.#cursor;
    if (this.#cursor.is('{')) return this.block();
    if (this.#cursor.accept(';')) return NOTHING;
    if (next.kind === 'word' && KEYWORDS.has(next.text)) return this.#keyword();
    const simple = this.#simple();
    this.#cursor.expect(';');
    return simple;
  }

  #keyword(): Statement {
    const { text, place } = this.#cursor.take();
    switch (text) {
      case 'if':
        return this.#if();
      case 'while':
        return { kind: 'while', condition: this.#inBrackets(), body: this.#statement() };
      case 'do':
        return this.#do();
      case 'for':
        return this.#for();
      default:
        throw new UnsupportedConstruct(`the statement ${text}`, place);
    }
  }

  #if(): Statement {
    const condition = this.#inBrackets();
    const then = this.#statement();
    return { kind: 'if', condition, then, else: this.#cursor.accept('else') ? this.#statement() : NOTHING };
  }

  /** The body once, then the loop. */
  #do(): Statement {
    const body = this.#statement();
    this.#cursor.expect('while');
    const condition = this.#inBrackets();
    this.#cursor.expect(';');
    return { kind: 'block', statements: [body, { kind: 'while', condition, body }] };
  }

  #for(): Statement {
    this.#cursor.expect('(');
    const first = this.#cursor.is(';') ? NOTHING : this.#simple();
    this.#cursor.expect(';');
    const condition = this.#cursor.is(';') ? TRUE : this.#expression();
    this.#cursor.expect(';');
    const step = this.#cursor.is(')') ? NOTHING : this.#simple();
    this.#cursor.expect(')');
    const body: Statement = { kind: 'block', statements: [this.#statement(), step] };
    return { kind: 'block', statements: [first, { kind: 'while', condition, body }] };
  }

  #inBrackets(): Expression {
    this.#cursor.expect('(');
    const condition = this.#expression();
    this.#cursor.expect(')');
    return condition;
  }

  /** A declaration, an assignment or a call, without its semicolon. */
  #simple(): Statement {
    if (isType(this.#cursor)) return this.#declarations();
    const { next, place } = this.#cursor;
    const assigned = ASSIGNMENTS.has(this.#cursor.ahead(1).text) && next.kind === 'word';
    if (assigned) return this.#assignment(this.#cursor.take().text, place);
    const left = this.#expression();
    if (this.#cursor.accept('=')) return this.#store(left, place);
    if (left.kind !== 'call')
      throw new WrongFile('this does nothing: a call or an assignment is expected', place);
    return { kind: 'expression', expression: left };
  }

  #declarations(): Statement {
    skipType(this.#cursor);
    const statements: Statement[] = [];
    do {
      const { name } = declarator(this.#cursor);
      const value: Expression = this.#cursor.accept('=') ? this.#expression() : { kind: 'number', value: 0 };
      this.locals.add(name);
      statements.push({ kind: 'assign', to: name, value });
    } while (this.#cursor.accept(','));
    return { kind: 'block', statements };
  }

  /** `r0 = e`, `r0 += e`, `r0++`. A local that is not declared is one from here on, as for herd7. */
  #assignment(to: string, place: Place): Statement {
    const sign = this.#cursor.take().text;
    if (sign === '=') {
      const value = this.#expression();
      this.locals.add(to);
      return { kind: 'assign', to, value };
    }
    this.#checkName(to, place);
    const op = sign[0] as BinaryOperator;
    const right: Expression = sign === '++' || sign === '--' ? TRUE : this.#expression();
    return {
      kind: 'assign',
      to,
      value: { kind: 'binary', op, left: { kind: 'name', name: to, place }, right, place },
    };
  }

  #store(left: Expression, place: Place): Statement {
    if (left.kind !== 'deref') throw new WrongFile('only a local or *p can be assigned to', place);
    return { kind: 'store', to: left.of, value: this.#expression(), place };
  }

  #expression(): Expression {
    return expression(this.#cursor, {
      check: (name, place) => this.#checkName(name, place),
      isLocal: (name) => this.locals.has(name),
    });
  }

  #checkName(name: string, place: Place): void {
    if (this.locals.has(name) || this.#parameters.includes(name)) return;
    const what = `${name} is not declared: declare a local, or add it to the parameters of P${this.#thread}`;
    throw new WrongFile(what, place);
  }
}

const KEYWORDS: ReadonlySet<string> = new Set([
  ...['if', 'while', 'do', 'for', 'switch', 'goto', 'return', 'break', 'continue', 'asm'],
]);

const ASSIGNMENTS: ReadonlySet<string> = new Set(['=', '++', '--', '+=', '-=', '*=', '&=', '|=', '^=']);
