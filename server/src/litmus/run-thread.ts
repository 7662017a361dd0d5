/** Runs a thread's code against what it observes, and keeps where every value comes from: the dependencies. */

import { type Sources, type Value } from '../sim/axiomatic/event.js';
import { type Cpu, LimitReached, type Run, type Thread } from '../sim/axiomatic/thread.js';
import { Accesses, Blocked, type Tainted, type Target, plainValue, union } from './accesses.js';
import { applyBinary, applyUnary } from './arithmetic.js';
import { Calls } from './calls.js';
import { type Place, at } from './place.js';
import { primitiveOf } from './primitives.js';
import { Stuck } from './stuck.js';
import type { Expression, Statement, ThreadCode } from './syntax.js';

/** Times that a loop may go round without ending the thread. */
const MOST_ROUNDS = 100;

export function threadOf(code: ThreadCode, initialLocals: ReadonlyMap<string, Value>): Thread {
  return (cpu) => {
    const runner = new Runner(code, initialLocals, cpu);
    try {
      return runner.run();
    } catch (error) {
      if (error instanceof Blocked) return { kind: 'blocked' };
      if (error instanceof Stuck) return { kind: 'stuck', why: error.message };
      throw error;
    }
  };
}

class Runner {
  readonly #code: ThreadCode;
  readonly #cpu: Cpu;
  readonly #accesses: Accesses;
  readonly #locals: Map<string, Tainted>;
  readonly #calls: Calls;

  constructor(code: ThreadCode, initialLocals: ReadonlyMap<string, Value>, cpu: Cpu) {
    this.#code = code;
    this.#cpu = cpu;
    this.#accesses = new Accesses(cpu);
    this.#locals = new Map([...initialLocals].map(([name, value]) => [name, plainValue(value)]));
    this.#calls = new Calls(this.#accesses, {
      evaluate: (expression) => this.#evaluate(expression),
      target: (pointer, place) => this.#target(pointer, place),
      decide: (isTrue, sources) => cpu.decide(isTrue, sources),
      assign: (local, value) => this.#locals.set(local, value),
    });
  }

  run(): Run {
    this.#execute(this.#code.body);
    return { kind: 'ended', registers: new Map([...this.#locals].map(([name, { value }]) => [name, value])) };
  }

  #execute(statement: Statement): void {
    switch (statement.kind) {
      case 'assign':
        this.#locals.set(statement.to, this.#evaluate(statement.value));
        return;
      case 'store':
        this.#store(statement);
        return;
      case 'expression':
        this.#evaluate(statement.expression);
        return;
      case 'if':
        return this.#branch(statement.condition, (isTrue) => {
          this.#execute(isTrue ? statement.then : statement.else);
        });
      case 'while':
        return this.#loop(statement.condition, statement.body, MOST_ROUNDS);
      case 'block':
        statement.statements.forEach((inner) => this.#execute(inner));
    }
  }

  /** Runs `arm` under the condition's control. */
  #branch(condition: Expression, arm: (isTrue: boolean) => void): void {
    const { value, sources } = this.#evaluate(condition);
    const isTrue = this.#cpu.decide(value !== 0, sources);
    this.#under(sources, () => arm(isTrue));
  }

  /** herd7 ends a control dependency with its `if`. */
  #under<T>(sources: Sources, run: () => T): T {
    const outer = this.#accesses.control;
    this.#accesses.control = union(outer, sources);
    const result = run();
    this.#accesses.control = outer;
    return result;
  }

  #store({ to, value, place }: Extract<Statement, { kind: 'store' }>): void {
    const target = this.#target(to, place);
    this.#accesses.write(target, this.#evaluate(value), 'plain');
  }

  /** `while (c) s` is `if (c) { s; while (c) s }`. */
  #loop(condition: Expression, body: Statement, rounds: number): void {
    if (rounds === 0) throw new LimitReached('a loop that does not end');
    this.#branch(condition, (isTrue) => {
      if (!isTrue) return;
      this.#execute(body);
      this.#loop(condition, body, rounds - 1);
    });
  }

  #evaluate(expression: Expression): Tainted {
    switch (expression.kind) {
      case 'number':
        return plainValue(expression.value);
      case 'name':
        return this.#locals.get(expression.name) ?? this.#parameter(expression.name, expression.place);
      case 'deref':
        return this.#accesses.read(this.#target(expression.of, expression.place), 'plain');
      case 'unary': {
        const { value, sources } = this.#evaluate(expression.of);
        return { value: applyUnary(expression.op, value, expression.place), sources };
      }
      case 'binary':
        return this.#binary(expression);
      case 'call':
        return this.#calls.run(primitiveOf(expression.name)!, expression.args, expression.place);
    }
  }

  #parameter(name: string, place: Place): Tainted {
    if (this.#code.parameters.includes(name)) return plainValue(name);
    throw new Stuck(`${name} has no value (${at(place)})`);
  }

  #binary(expression: Extract<Expression, { kind: 'binary' }>): Tainted {
    const { op, place } = expression;
    const left = this.#evaluate(expression.left);
    if (op === '&&' || op === '||') return this.#shortCircuit(op, left, expression.right);
    const right = this.#evaluate(expression.right);
    const value = applyBinary(op, left.value, right.value, place);
    return { value, sources: union(left.sources, right.sources) };
  }

  #shortCircuit(op: '&&' | '||', left: Tainted, other: Expression): Tainted {
    const isTrue = this.#cpu.decide(left.value !== 0, left.sources);
    if (isTrue === (op === '||')) return { value: isTrue ? 1 : 0, sources: left.sources };
    const right = this.#under(left.sources, () => this.#evaluate(other));
    return { value: right.value !== 0 ? 1 : 0, sources: union(left.sources, right.sources) };
  }

  #target(pointer: Expression, place: Place): Target {
    const { value, sources } = this.#evaluate(pointer);
    const location = this.#cpu.locate(value, sources);
    if (location === null) throw new Stuck(`${value} is used as a pointer (${at(place)})`);
    return { location, sources };
  }
}
