/** The kernel's primitives that a litmus test may call: tools/memory-model/linux-kernel.def, and herd7's own atomic_add_unless(). */

import type { Fence, ReadOrder, WriteOrder } from '../sim/axiomatic/event.js';
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
      /** What the operation is by; null: its first argument says so. */
      readonly operand: number | null;
      readonly ordering: AtomicOrdering;
      readonly result: 'none' | 'old' | 'new' | 'zero' | 'negative';
    }
  | { readonly kind: 'exchange' | 'compare-exchange'; readonly ordering: AtomicOrdering }
  | { readonly kind: 'add-unless' }
  | { readonly kind: 'lock' | 'unlock' | 'trylock' | 'is-locked' };

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
  atomic_add_unless: { kind: 'add-unless' },
  spin_lock: { kind: 'lock' },
  spin_unlock: { kind: 'unlock' },
  spin_trylock: { kind: 'trylock' },
  spin_is_locked: { kind: 'is-locked' },
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

const ORDER = '(?:_(relaxed|acquire|release))?';
const VOID = /^atomic_(add|sub|inc|dec|and|andnot|or|xor)$/;
const FETCH = new RegExp(`^atomic_fetch_(add|sub|inc|dec|and|andnot|or|xor)${ORDER}$`);
const RETURN = new RegExp(`^atomic_(add|sub|inc|dec)_return${ORDER}$`);
const AND_TEST = /^atomic_(sub|inc|dec)_and_test$/;
const NEGATIVE = new RegExp(`^atomic_(add)_negative${ORDER}$`);
const EXCHANGE = new RegExp(`^(?:atomic_)?(cmpxchg|xchg)${ORDER}$`);

/** What `name` does; null when it is not known. */
export function primitiveOf(name: string): Primitive | null {
  if (Object.hasOwn(FENCES, name)) return { kind: 'fence', fence: FENCES[name]! };
  if (Object.hasOwn(OTHERS, name)) return OTHERS[name]!;
  const exchange = EXCHANGE.exec(name);
  if (exchange !== null) {
    const kind = exchange[1] === 'xchg' ? 'exchange' : 'compare-exchange';
    return { kind, ordering: orderingOf(exchange[2]) };
  }
  return atomicOf(name);
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

function atomic(op: string, ordering: AtomicOrdering, result: AtomicPrimitive['result']): Primitive {
  const operand = op === 'inc' || op === 'dec' ? 1 : null;
  return { kind: 'atomic', op: OPERATORS[op]!, inverted: op === 'andnot', operand, ordering, result };
}

const orderingOf = (suffix: string | undefined): AtomicOrdering =>
  suffix === undefined ? 'full' : (suffix as AtomicOrdering);

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
      return 1;
    case 'store':
    case 'exchange':
      return 2;
    case 'atomic':
      return primitive.operand === null ? 2 : 1;
    case 'compare-exchange':
    case 'add-unless':
      return 3;
  }
}
