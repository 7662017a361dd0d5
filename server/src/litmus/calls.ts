/** What the primitives that a thread calls do: their accesses, and what they give back. */

import type { Sources, Value } from '../sim/axiomatic/event.js';
import {
  type Accesses,
  type Attempt,
  Blocked,
  type Tainted,
  type Target,
  plainValue,
  union,
} from './accesses.js';
import { applyBinary, applyUnary } from './arithmetic.js';
import { type Place, at } from './place.js';
import { type CompletionStep, type Naming, type Primitive, bitOf, resultOf } from './primitives.js';
import { Stuck } from './stuck.js';
import type { Expression } from './syntax.js';

/** The thread that calls. */
export interface Caller {
  evaluate(expression: Expression): Tainted;
  target(pointer: Expression, place: Place): Target;
  /** Which way a branch goes. */
  decide(isTrue: boolean, sources: Sources): boolean;
  assign(local: string, value: Tainted): void;
}

type Arguments = readonly Expression[];

/** What `done` of a completion holds after complete_all(): all who wait may go, and it stays. */
const ALL_MAY_GO = 2 ** 32 - 1;

export class Calls {
  readonly #accesses: Accesses;
  readonly #caller: Caller;

  constructor(accesses: Accesses, caller: Caller) {
    this.#accesses = accesses;
    this.#caller = caller;
  }

  run(primitive: Primitive, args: Arguments, place: Place): Tainted {
    switch (primitive.kind) {
      case 'fence':
        if (primitive.fence !== null) this.#accesses.fence(primitive.fence);
        return plainValue(0);
      case 'load':
        return this.#accesses.read(this.#named(primitive.naming, args[0]!, place), primitive.order);
      case 'store': {
        const value = this.#caller.evaluate(args[1]!);
        this.#accesses.write(this.#named(primitive.naming, args[0]!, place), value, primitive.order);
        if (primitive.mb) this.#accesses.fence('mb');
        return value;
      }
      case 'atomic':
        return this.#atomic(primitive, args, place);
      case 'add-where':
        return this.#addWhere(primitive, args, place);
      case 'exchange': {
        const target = this.#caller.target(args[0]!, place);
        return this.#accesses.exchange(target, this.#caller.evaluate(args[1]!), primitive.ordering);
      }
      case 'compare-exchange':
        return this.#compareExchange(primitive, args, place).old;
      case 'try-compare-exchange':
        return this.#tryCompareExchange(primitive, args, place);
      case 'test-bit': {
        const { value, sources } = this.#accesses.read(this.#caller.target(args[1]!, place), primitive.order);
        return { value: this.#isBitSet(args, value, place) ? 1 : 0, sources };
      }
      case 'bit-lock':
        return this.#lockBit(args, place);
      case 'wait':
        this.#named(primitive.naming, args[0]!, place);
        this.#wait(args[1]!);
        return plainValue(0);
      case 'wake':
        this.#caller.evaluate(args[0]!);
        return plainValue(0);
      case 'completion':
        this.#completion(primitive.does, this.#caller.target(args[0]!, place), place);
        return plainValue(0);
      default:
        return this.#lock(primitive.kind, this.#caller.target(args[0]!, place), place);
    }
  }

  /** `atomic_add(v, x)`: the operand first, unless there is none. */
  #atomic(primitive: Extract<Primitive, { kind: 'atomic' }>, args: Arguments, place: Place): Tainted {
    const { op, inverted, ordering, result } = primitive;
    const operand = this.#operand(primitive.operand, args);
    const by = inverted ? applyUnary('~', operand.value, place) : operand.value;
    const compute = (old: Value) => applyBinary(op, old, by, place);
    const target = this.#caller.target(args.at(-1)!, place);
    const computation = { compute, data: operand.sources, ordering };
    const old = this.#accesses.compute(target, computation, result !== 'none');
    const value = resultOf(result, old.value, compute(old.value), Number(operand.value));
    return { value, sources: union(old.sources, operand.sources) };
  }

  #operand(operand: number | 'first' | 'bit', args: Arguments): Tainted {
    if (typeof operand === 'number') return plainValue(operand);
    const first = this.#caller.evaluate(args[0]!);
    return operand === 'first' ? first : { ...first, value: bitOf(Number(first.value)) };
  }

  #addWhere(
    { when, limit, by, result }: Extract<Primitive, { kind: 'add-where' }>,
    args: Arguments,
    place: Place,
  ): Tainted {
    const target = this.#caller.target(args[0]!, place);
    const operand = by === null ? this.#caller.evaluate(args[1]!) : plainValue(by);
    const bound = limit === null ? this.#caller.evaluate(args[2]!) : plainValue(limit);
    const isMet = (old: Value) => applyBinary(when, old, bound.value, place) !== 0;
    const compute = (old: Value) => applyBinary('+', old, operand.value, place);
    const computation = { compute, data: operand.sources, ordering: 'full' as const };
    const { isDone, old } = this.#accesses.computeWhere(target, isMet, computation);
    if (result === 'done') return { ...old, value: isDone ? 1 : 0 };
    return result === 'old' ? old : { ...old, value: compute(old.value) };
  }

  #compareExchange(
    { ordering }: Extract<Primitive, { ordering: unknown }>,
    args: Arguments,
    place: Place,
  ): Attempt {
    const target = this.#caller.target(args[0]!, place);
    const [expected, value] = [this.#caller.evaluate(args[1]!), this.#caller.evaluate(args[2]!)];
    return this.#accesses.compareExchange(target, expected.value, value, ordering);
  }

  /** What it finds instead goes to the local that said what it expects. */
  #tryCompareExchange(
    primitive: Extract<Primitive, { ordering: unknown }>,
    args: Arguments,
    place: Place,
  ): Tainted {
    const local = args[1]!;
    const expected = this.#caller.evaluate(local);
    const { isDone, old } = this.#compareExchange(primitive, args, place);
    if (!isDone && local.kind === 'name') this.#caller.assign(local.name, old);
    return { value: isDone ? 1 : 0, sources: union(old.sources, expected.sources) };
  }

  #isBitSet(args: Arguments, word: Value, place: Place): boolean {
    return applyBinary('&', word, bitOf(Number(this.#caller.evaluate(args[0]!).value)), place) !== 0;
  }

  /** test_and_set_bit_lock(): an acquire when it gets the lock, and no order when it does not. */
  #lockBit(args: Arguments, place: Place): Tainted {
    const bit = this.#operand('bit', args).value;
    const { isDone, old } = this.#accesses.computeWhere(
      this.#caller.target(args[1]!, place),
      (word) => !this.#isBitSet(args, word, place),
      { compute: (word) => applyBinary('|', word, bit, place), data: [], ordering: 'acquire' },
    );
    return { ...old, value: isDone ? 0 : 1 };
  }

  /**
   * Until the condition holds. It is looked at without any barrier, and if it does not hold, after the one of
   * set_current_state() again and again; of the looks that find it false, one shows all that several do
   * (docs/memory-model.md).
   */
  #wait(condition: Expression): void {
    if (this.#isOver(condition)) return;
    this.#accesses.fence('mb');
    if (!this.#isOver(condition)) throw new Blocked();
  }

  /** Whatever comes after a wait is under the control of the look that ended it. */
  #isOver(condition: Expression): boolean {
    const { value, sources } = this.#caller.evaluate(condition);
    const isOver = this.#caller.decide(value !== 0, sources);
    if (isOver) this.#accesses.control = union(this.#accesses.control, sources);
    return isOver;
  }

  /** All but the setting up happens under the lock of the wait queue, which nothing else takes. */
  #completion(does: CompletionStep, target: Target, place: Place): void {
    const add = (by: number) => (old: Value) => (old === ALL_MAY_GO ? old : applyBinary('+', old, by, place));
    const always = () => true;
    switch (does) {
      case 'init':
        return this.#accesses.write(target, plainValue(0), 'plain');
      case 'complete':
        return this.#accesses.section(target, always, add(1));
      case 'complete-all':
        return this.#accesses.section(target, always, () => ALL_MAY_GO);
      case 'wait':
        return this.#accesses.section(target, (done) => done !== 0, add(-1));
    }
  }

  #lock(kind: 'lock' | 'unlock' | 'trylock' | 'is-locked', target: Target, place: Place): Tainted {
    switch (kind) {
      case 'lock':
        return this.#accesses.lock(target);
      case 'trylock':
        return this.#accesses.trylock(target);
      case 'is-locked':
        return this.#accesses.isLocked(target);
      case 'unlock':
        if (this.#accesses.unlock(target)) return plainValue(0);
        throw new Stuck(`a lock is dropped that is not held (${at(place)})`);
    }
  }

  /** `*p` of READ_ONCE() names what `p` points to, as `p` of smp_load_acquire() does. */
  #named(naming: Naming, argument: Expression, place: Place): Target {
    const isLvalue = naming === 'lvalue' && argument.kind === 'deref';
    return this.#caller.target(isLvalue ? argument.of : argument, place);
  }
}
