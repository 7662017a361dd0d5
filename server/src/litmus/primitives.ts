/**
 * The kernel's primitives that a litmus test may call: those of tools/memory-model/linux-kernel.def, and others whose
 * order the kernel's documents give. docs/memory-model.md says how these are modelled.
 */

import type { Fence, ReadOrder, Value, WriteOrder } from '../sim/axiomatic/event.js';
import type { BinaryOperator } from './syntax.js';

/** Documentation/atomic_t.txt. */
export type AtomicOrdering = 'relaxed' | 'acquire' | 'release' | 'full';

/** How the shared variable is named: `*x`, or `x` that points to it. */
export type Naming = 'lvalue' | 'pointer';

export type Primitive =
  | { readonly kind: 'load'; readonly order: ReadOrder; readonly naming: Naming }
  | { readonly kind: 'store'; readonly order: WriteOrder; readonly naming: Naming; readonly mb: boolean }
  /** Null: no order that a test without grace periods can tell. */
  | { readonly kind: 'fence'; readonly fence: Fence | null }
  | {
      readonly kind: 'atomic';
      readonly op: BinaryOperator;
      /** `x & ~operand`. */
      readonly inverted: boolean;
      /** What the operation is by: a number, the first argument, or the bit of that number. */
      readonly operand: number | 'first' | 'bit';
      readonly ordering: AtomicOrdering;
      readonly result: AtomicResult;
    }
  /** Adds where `old when limit` holds: fully ordered when it does, not at all when it does not. */
  | {
      readonly kind: 'add-where';
      readonly when: '!=' | '>' | '>=' | '<=';
      /** Null: the third argument. */
      readonly limit: number | null;
      /** Null: the second argument. */
      readonly by: number | null;
      /** `sum`: also when it is not written. */
      readonly result: 'done' | 'old' | 'sum';
    }
  | {
      readonly kind: 'exchange' | 'compare-exchange' | 'try-compare-exchange';
      readonly ordering: AtomicOrdering;
    }
  | { readonly kind: 'test-bit'; readonly order: ReadOrder }
  | { readonly kind: 'bit-lock' }
  | { readonly kind: 'lock' | 'unlock' | 'trylock' | 'is-locked' }
  | { readonly kind: 'wait'; readonly naming: Naming }
  | { readonly kind: 'wake' }
  | { readonly kind: 'completion'; readonly does: CompletionStep };

/** `bit`: the old one of that number. `byte-sign`: the highest bit of the lowest byte. */
export type AtomicResult = 'none' | 'old' | 'new' | 'zero' | 'negative' | 'bit' | 'byte-sign';

export type CompletionStep = 'init' | 'complete' | 'complete-all' | 'wait';

const FENCES: Readonly<Record<string, Fence | null>> = {
  smp_mb: 'mb',
  smp_rmb: 'rmb',
  smp_wmb: 'wmb',
  smp_mb__before_atomic: 'before-atomic',
  smp_mb__after_atomic: 'after-atomic',
  smp_mb__after_spinlock: 'after-spinlock',
  smp_mb__after_unlock_lock: 'after-unlock-lock',
  barrier: 'barrier',
  rcu_read_lock: null,
  rcu_read_unlock: null,
};

const OPERATORS: Readonly<Record<string, BinaryOperator>> = {
  add: '+',
  inc: '+',
  sub: '-',
  dec: '-',
  and: '&',
  andnot: '&',
  or: '|',
  xor: '^',
};

const OTHERS: Readonly<Record<string, Primitive>> = {
  READ_ONCE: { kind: 'load', order: 'once', naming: 'lvalue' },
  rcu_dereference: { kind: 'load', order: 'once', naming: 'lvalue' },
  smp_load_acquire: { kind: 'load', order: 'acquire', naming: 'pointer' },
  atomic_read: { kind: 'load', order: 'once', naming: 'pointer' },
  atomic_read_acquire: { kind: 'load', order: 'acquire', naming: 'pointer' },
  WRITE_ONCE: { kind: 'store', order: 'once', naming: 'lvalue', mb: false },
  rcu_assign_pointer: { kind: 'store', order: 'release', naming: 'lvalue', mb: false },
  smp_store_release: { kind: 'store', order: 'release', naming: 'pointer', mb: false },
  smp_store_mb: { kind: 'store', order: 'once', naming: 'lvalue', mb: true },
  atomic_set: { kind: 'store', order: 'once', naming: 'pointer', mb: false },
  atomic_set_release: { kind: 'store', order: 'release', naming: 'pointer', mb: false },
  atomic_add_unless: { kind: 'add-where', when: '!=', limit: null, by: null, result: 'done' },
  atomic_fetch_add_unless: { kind: 'add-where', when: '!=', limit: null, by: null, result: 'old' },
  atomic_inc_not_zero: { kind: 'add-where', when: '!=', limit: 0, by: 1, result: 'done' },
  atomic_inc_unless_negative: { kind: 'add-where', when: '>=', limit: 0, by: 1, result: 'done' },
  atomic_dec_unless_positive: { kind: 'add-where', when: '<=', limit: 0, by: -1, result: 'done' },
  atomic_dec_if_positive: { kind: 'add-where', when: '>', limit: 0, by: -1, result: 'sum' },
  spin_lock: { kind: 'lock' },
  spin_unlock: { kind: 'unlock' },
  spin_trylock: { kind: 'trylock' },
  spin_is_locked: { kind: 'is-locked' },
  test_bit: { kind: 'test-bit', order: 'once' },
  test_bit_acquire: { kind: 'test-bit', order: 'acquire' },
  test_and_set_bit_lock: { kind: 'bit-lock' },
  xor_unlock_is_negative_byte: atomic('xor', 'release', 'byte-sign'),
  wait_event: { kind: 'wait', naming: 'lvalue' },
  wait_var_event: { kind: 'wait', naming: 'pointer' },
  wake_up: { kind: 'wake' },
  wake_up_all: { kind: 'wake' },
  wake_up_var: { kind: 'wake' },
  init_completion: { kind: 'completion', does: 'init' },
  reinit_completion: { kind: 'completion', does: 'init' },
  complete: { kind: 'completion', does: 'complete' },
  complete_all: { kind: 'completion', does: 'complete-all' },
  wait_for_completion: { kind: 'completion', does: 'wait' },
};

/** Documentation/atomic_bitops.txt. */
const BIT_OPERATIONS: Readonly<Record<string, Primitive>> = {
  set_bit: bitwise('or', 'relaxed', 'none'),
  clear_bit: bitwise('andnot', 'relaxed', 'none'),
  change_bit: bitwise('xor', 'relaxed', 'none'),
  clear_bit_unlock: bitwise('andnot', 'release', 'none'),
  clear_bit_unlock_is_negative_byte: bitwise('andnot', 'release', 'byte-sign'),
  test_and_set_bit: bitwise('or', 'full', 'bit'),
  test_and_clear_bit: bitwise('andnot', 'full', 'bit'),
  test_and_change_bit: bitwise('xor', 'full', 'bit'),
};

const ORDER = '(?:_(relaxed|acquire|release))?';
const VOID = /^atomic_(add|sub|inc|dec|and|andnot|or|xor)$/;
const FETCH = new RegExp(`^atomic_fetch_(add|sub|inc|dec|and|andnot|or|xor)${ORDER}$`);
const RETURN = new RegExp(`^atomic_(add|sub|inc|dec)_return${ORDER}$`);
const AND_TEST = /^atomic_(sub|inc|dec)_and_test$/;
const NEGATIVE = new RegExp(`^atomic_(add)_negative${ORDER}$`);
const EXCHANGE = new RegExp(`^(?:atomic_)?(try_cmpxchg|cmpxchg|xchg)${ORDER}$`);
const EXCHANGES = {
  xchg: 'exchange',
  cmpxchg: 'compare-exchange',
  try_cmpxchg: 'try-compare-exchange',
} as const;
/** Documentation/atomic_t.txt has one table for the three types. */
const WIDER = /^atomic(?:64|_long)_/;

/** What `name` does; null when it is not known. */
export function primitiveOf(name: string): Primitive | null {
  if (Object.hasOwn(FENCES, name)) return { kind: 'fence', fence: FENCES[name]! };
  if (Object.hasOwn(BIT_OPERATIONS, name)) return BIT_OPERATIONS[name]!;
  const own = name.replace(WIDER, 'atomic_');
  if (Object.hasOwn(OTHERS, own)) return OTHERS[own]!;
  const exchange = EXCHANGE.exec(own);
  if (exchange === null) return atomicOf(own);
  const kind = EXCHANGES[exchange[1] as keyof typeof EXCHANGES];
  return { kind, ordering: orderingOf(exchange[2]) };
}

function atomicOf(name: string): Primitive | null {
  const plain = VOID.exec(name);
  if (plain !== null) return atomic(plain[1]!, 'relaxed', 'none');
  const fetch = FETCH.exec(name);
  if (fetch !== null) return atomic(fetch[1]!, orderingOf(fetch[2]), 'old');
  const returning = RETURN.exec(name);
  if (returning !== null) return atomic(returning[1]!, orderingOf(returning[2]), 'new');
  const test = AND_TEST.exec(name);
  if (test !== null) return atomic(test[1]!, 'full', 'zero');
  const negative = NEGATIVE.exec(name);
  return negative === null ? null : atomic(negative[1]!, orderingOf(negative[2]), 'negative');
}

type AtomicPrimitive = Extract<Primitive, { kind: 'atomic' }>;

function atomic(op: string, ordering: AtomicOrdering, result: AtomicResult): AtomicPrimitive {
  const operand = op === 'inc' || op === 'dec' ? 1 : 'first';
  return { kind: 'atomic', op: OPERATORS[op]!, inverted: op === 'andnot', operand, ordering, result };
}

/** `set_bit(nr, word)`: an operation by 1 << nr. */
function bitwise(op: string, ordering: AtomicOrdering, result: AtomicResult): AtomicPrimitive {
  return { ...atomic(op, ordering, result), operand: 'bit' };
}

const orderingOf = (suffix: string | undefined): AtomicOrdering =>
  suffix === undefined ? 'full' : (suffix as AtomicOrdering);

/** The sign bit of int is left out: its value is another one in the unsigned long that a word is. */
const HIGHEST_BIT = 30;
/** Bit 7 is the answer of the operations on a byte, which change those below. */
const SIGN_OF_BYTE = 7;

/** The largest number that may stand as the first argument, where nothing but a number may; null elsewhere. */
export function largestOf(primitive: Primitive): number | null {
  switch (primitive.kind) {
    case 'test-bit':
    case 'bit-lock':
      return HIGHEST_BIT;
    case 'atomic': {
      const { operand, result } = primitive;
      if (operand === 'bit') return result === 'byte-sign' ? SIGN_OF_BYTE - 1 : HIGHEST_BIT;
      return result === 'byte-sign' ? bitOf(SIGN_OF_BYTE) - 1 : null;
    }
    default:
      return null;
  }
}

export const bitOf = (index: number): number => 1 << index;

/** What an operation by `by` that has changed `old` into `value` gives back. */
export function resultOf(result: AtomicResult, old: Value, value: Value, by: number): Value {
  const has = (bits: number) => (Number(old) & bits) !== 0;
  const results: Readonly<Record<AtomicResult, Value>> = {
    none: 0,
    old,
    new: value,
    zero: value === 0 ? 1 : 0,
    negative: Number(value) < 0 ? 1 : 0,
    bit: has(by) ? 1 : 0,
    'byte-sign': has(bitOf(SIGN_OF_BYTE)) ? 1 : 0,
  };
  return results[result];
}

/** How many arguments a call has. */
export function arityOf(primitive: Primitive): number {
  switch (primitive.kind) {
    case 'fence':
      return 0;
    case 'load':
    case 'lock':
    case 'unlock':
    case 'trylock':
    case 'is-locked':
    case 'wake':
    case 'completion':
      return 1;
    case 'store':
    case 'exchange':
    case 'test-bit':
    case 'bit-lock':
    case 'wait':
      return 2;
    case 'atomic':
      return typeof primitive.operand === 'number' ? 1 : 2;
    case 'add-where':
      return 1 + [primitive.limit, primitive.by].filter((given) => given === null).length;
    case 'compare-exchange':
    case 'try-compare-exchange':
      return 3;
  }
}
