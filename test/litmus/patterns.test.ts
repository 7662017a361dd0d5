import { describe, expect, it } from 'vitest';
import { type Order, fixture, observe, withOrder } from './variants.js';

/** What may stand between two accesses of one thread. */
const BETWEEN: Readonly<Record<Edge, readonly Order[]>> = {
  'write-write': ['none', 'mb', 'rmb', 'wmb', 'after-atomic', 'barrier', 'release'],
  'write-read': ['none', 'mb', 'rmb', 'wmb', 'after-atomic', 'barrier'],
  'read-read': ['none', 'mb', 'rmb', 'wmb', 'after-atomic', 'barrier', 'acquire', 'address', 'control'],
  'read-write': [
    ...(['none', 'mb', 'rmb', 'wmb', 'after-atomic', 'barrier'] as const),
    ...(['acquire', 'release', 'data', 'address', 'control'] as const),
  ],
};

type Edge = 'write-write' | 'write-read' | 'read-read' | 'read-write';

/** What orders the two accesses for everybody who looks at them one after the other: Documentation/recipes.txt. */
const WRITES: readonly Order[] = ['mb', 'wmb', 'release'];
const READS: readonly Order[] = ['mb', 'rmb', 'acquire', 'address'];
const READ_THEN_WRITE: readonly Order[] = ['mb', 'acquire', 'release', 'data', 'address', 'control'];
/** What also passes on the writes of others that were seen before. */
const CUMULATIVE: readonly Order[] = ['mb', 'release'];
const FULL: readonly Order[] = ['mb'];

interface Slot {
  readonly edge: Edge;
  /** What closes the slot; the bad outcome is there unless all slots are closed. */
  readonly closedBy: readonly Order[];
  /** The same for x86. */
  readonly onX86: readonly Order[];
}

const ANY: readonly Order[] = Object.values(BETWEEN).flat();
const slot = (edge: Edge, closedBy: readonly Order[]): Slot => ({
  edge,
  closedBy,
  onX86: edge === 'write-read' ? FULL : ANY,
});

interface Pattern {
  readonly name: string;
  readonly slots: readonly Slot[];
  /** Every final state there can be, the bad one first. */
  readonly states: readonly string[];
  /** Combinations that close the pattern although one of the slots is not closed. */
  readonly alsoClosed?: (orders: readonly Order[]) => boolean;
}

/** All values of some variables that are each 0 or 1. */
const bits = (...names: readonly string[]): string[] =>
  names.reduce<string[]>(
    (states, name) => states.flatMap((state) => [0, 1].map((bit) => `${state} ${name}=${bit};`.trim())),
    [''],
  );
const badFirst = (bad: string, states: readonly string[]): string[] => [
  bad,
  ...states.filter((one) => one !== bad),
];

const PATTERNS: readonly Pattern[] = [
  {
    name: 'SB',
    slots: [slot('write-read', FULL), slot('write-read', FULL)],
    states: badFirst('0:r0=0; 1:r0=0;', bits('0:r0', '1:r0')),
  },
  {
    name: 'MP',
    slots: [slot('write-write', WRITES), slot('read-read', READS)],
    states: badFirst('1:r0=1; 1:r1=0;', bits('1:r0', '1:r1')),
  },
  {
    name: 'LB',
    slots: [slot('read-write', READ_THEN_WRITE), slot('read-write', READ_THEN_WRITE)],
    states: badFirst('0:r0=1; 1:r0=1;', bits('0:r0', '1:r0')),
  },
  {
    name: 'R',
    slots: [slot('write-write', FULL), slot('write-read', FULL)],
    states: ['1:r0=0; y=2;', '1:r0=0; y=1;', '1:r0=1; y=1;', '1:r0=1; y=2;'],
  },
  {
    name: 'S',
    slots: [slot('write-write', WRITES), slot('read-write', READ_THEN_WRITE)],
    states: ['1:r0=1; x=2;', '1:r0=0; x=1;', '1:r0=0; x=2;', '1:r0=1; x=1;'],
  },
  {
    name: '2+2W',
    slots: [slot('write-write', FULL), slot('write-write', FULL)],
    states: ['x=1; y=1;', 'x=1; y=2;', 'x=2; y=1;', 'x=2; y=2;'],
  },
  {
    name: 'WRC',
    slots: [slot('read-write', CUMULATIVE), slot('read-read', READS)],
    states: badFirst('1:r0=1; 2:r0=1; 2:r1=0;', bits('1:r0', '2:r0', '2:r1')),
  },
  {
    name: 'RWC',
    slots: [slot('read-read', FULL), slot('write-read', FULL)],
    states: badFirst('1:r0=1; 1:r1=0; 2:r0=0;', bits('1:r0', '1:r1', '2:r0')),
  },
  {
    name: 'ISA2',
    slots: [slot('write-write', WRITES), slot('read-write', CUMULATIVE), slot('read-read', READS)],
    states: badFirst('1:r0=1; 2:r0=1; 2:r1=0;', bits('1:r0', '2:r0', '2:r1')),
    // A full barrier between the writes waits until the first has reached everybody: the rest need not pass it on.
    alsoClosed: ([first, second, third]) =>
      first === 'mb' && READ_THEN_WRITE.includes(second!) && READS.includes(third!),
  },
  {
    name: 'IRIW',
    slots: [slot('read-read', FULL), slot('read-read', FULL)],
    states: badFirst('1:r0=1; 1:r1=0; 3:r0=1; 3:r1=0;', bits('1:r0', '1:r1', '3:r0', '3:r1')),
  },
];

/** Every choice of an order for each slot. */
const choices = (slots: readonly Slot[]): Order[][] =>
  slots.reduce<Order[][]>(
    (chosen, { edge }) => chosen.flatMap((orders) => BETWEEN[edge].map((order) => [...orders, order])),
    [[]],
  );

const variant = (name: string, orders: readonly Order[]): string =>
  orders.reduce((text, order, index) => withOrder(text, index, order), fixture(name));

describe.each(PATTERNS)('$name', ({ name, slots, states, alsoClosed }) => {
  const [, ...others] = states;

  it('has exactly the outcomes of the kernel’s model, whatever is between its accesses', () => {
    for (const orders of choices(slots)) {
      const isClosed = orders.every((order, index) => slots[index]!.closedBy.includes(order));
      const expected = isClosed || alsoClosed?.(orders) === true ? others : states;
      const found = observe(variant(name, orders)).states;
      expect({ orders, states: found }).toEqual({ orders, states: [...expected].sort() });
    }
  });

  it('has the bad outcome on x86 only where a write may be late for a later read', () => {
    for (const orders of choices(slots)) {
      const isClosed = orders.every((order, index) => slots[index]!.onX86.includes(order));
      const { answer } = observe(variant(name, orders), 'tso');
      expect({ orders, answer }).toEqual({ orders, answer: isClosed ? 'Never' : 'Sometimes' });
    }
  });

  it('never has the bad outcome under sequential consistency', () => {
    expect(observe(fixture(name), 'sc').states).toEqual([...others].sort());
  });
});

describe('coherence', () => {
  it.each(['sc', 'tso', 'lkmm'] as const)('holds under %s without any barrier', (memory) => {
    expect(observe(fixture('coherence'), memory).answer).toBe('Never');
  });
});
