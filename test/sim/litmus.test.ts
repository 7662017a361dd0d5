import { describe, expect, it } from 'vitest';
import type { MemoryModel } from '../../server/src/sim/exploration.js';
import {
  type Final,
  type Op,
  fence,
  inc,
  lock,
  read,
  reaches,
  unlessZero,
  unlock,
  write,
} from './litmus-programs.js';

const MODELS: readonly MemoryModel[] = ['sc', 'tso', 'lkmm'];

/** The models under which the outcome is reached; expectations are those of tools/memory-model for `lkmm`. */
type Row = readonly [
  name: string,
  threads: readonly (readonly Op[])[],
  final: Final,
  models: readonly MemoryModel[],
];

const sb = (between: readonly Op[]): readonly (readonly Op[])[] => [
  [write('x', 1), ...between, read('y', 'r0')],
  [write('y', 1), ...between, read('x', 'r1')],
];
const mp = (writes: readonly Op[], reads: readonly Op[]): readonly (readonly Op[])[] => [
  [write('x', 1), ...writes, write('y', 1)],
  [read('y', 'r0'), ...reads, read('x', 'r1')],
];
const lb = (first: readonly Op[], second: readonly Op[]): readonly (readonly Op[])[] => [
  [read('x', 'r0'), ...first],
  [read('y', 'r1'), ...second],
];
const incSb = (between: readonly Op[], order?: 'acquire' | 'release' | 'full', into?: string) => [
  [inc('x', order, into), ...between, read('y', 'r0')],
  [write('y', 1), fence('mb'), read('x', 'r1')],
];

const ZERO: Final = { r0: 0, r1: 0 };
const STALE: Final = { r0: 1, r1: 0 };
const EARLY: Final = { r0: 1, r1: 1 };

const ROWS: readonly Row[] = [
  ['SB', sb([]), ZERO, ['tso', 'lkmm']],
  ['SB+mbs', sb([fence('mb')]), ZERO, []],
  ['SB+rmbs', sb([fence('rmb')]), ZERO, ['tso', 'lkmm']],
  ['SB+wmbs', sb([fence('wmb')]), ZERO, ['tso', 'lkmm']],
  ['SB+after-atomic without an RMW', sb([fence('after-atomic')]), ZERO, ['tso', 'lkmm']],
  ['SB+before-atomic without an RMW', sb([fence('before-atomic')]), ZERO, ['tso', 'lkmm']],
  [
    'SB+release+acquire',
    [
      [write('x', 1, 'release'), read('y', 'r0', 'acquire')],
      [write('y', 1, 'release'), read('x', 'r1', 'acquire')],
    ],
    ZERO,
    ['tso', 'lkmm'],
  ],
  [
    'SB+full RMW on another variable',
    [
      [write('x', 1), inc('z', 'full'), read('y', 'r0')],
      [write('y', 1), inc('w', 'full'), read('x', 'r1')],
    ],
    ZERO,
    [],
  ],
  [
    'SB+void RMW on another variable',
    [
      [write('x', 1), inc('z'), read('y', 'r0')],
      [write('y', 1), inc('w'), read('x', 'r1')],
    ],
    ZERO,
    ['lkmm'],
  ],

  ['atomic_inc; load', incSb([]), ZERO, ['lkmm']],
  ['atomic_inc; after-atomic; load', incSb([fence('after-atomic')]), ZERO, []],
  ['atomic_inc; before-atomic; load', incSb([fence('before-atomic')]), ZERO, ['lkmm']],
  ['atomic_inc; mb; load', incSb([fence('mb')]), ZERO, []],
  ['atomic_inc; rmb; load', incSb([fence('rmb')]), ZERO, ['lkmm']],
  ['atomic_inc; wmb; load', incSb([fence('wmb')]), ZERO, ['lkmm']],
  ['atomic_inc_return; load', incSb([], 'full', 'old'), ZERO, []],
  [
    'write; before-atomic; atomic_inc; load',
    [
      [write('x', 1), fence('before-atomic'), inc('z'), read('y', 'r0')],
      [write('y', 1), fence('mb'), read('x', 'r1')],
    ],
    ZERO,
    [],
  ],

  ['MP', mp([], []), STALE, ['lkmm']],
  ['MP+wmb', mp([fence('wmb')], []), STALE, ['lkmm']],
  ['MP+rmb', mp([], [fence('rmb')]), STALE, ['lkmm']],
  ['MP+wmb+rmb', mp([fence('wmb')], [fence('rmb')]), STALE, []],
  ['MP+mbs', mp([fence('mb')], [fence('mb')]), STALE, []],
  ['MP+rmb+wmb, the wrong way round', mp([fence('rmb')], [fence('wmb')]), STALE, ['lkmm']],
  [
    'MP+release+acquire',
    [
      [write('x', 1), write('y', 1, 'release')],
      [read('y', 'r0', 'acquire'), read('x', 'r1')],
    ],
    STALE,
    [],
  ],
  [
    'MP+release',
    [
      [write('x', 1), write('y', 1, 'release')],
      [read('y', 'r0'), read('x', 'r1')],
    ],
    STALE,
    ['lkmm'],
  ],
  [
    'MP+acquire',
    [
      [write('x', 1), write('y', 1)],
      [read('y', 'r0', 'acquire'), read('x', 'r1')],
    ],
    STALE,
    ['lkmm'],
  ],
  ['MP+wmb+ctrl: a branch does not order loads', mp([fence('wmb')], [unlessZero('r0')]), STALE, ['lkmm']],
  [
    'MP+void RMW+wmb',
    [
      [inc('x'), fence('wmb'), write('y', 1)],
      [read('y', 'r0'), fence('rmb'), read('x', 'r1')],
    ],
    STALE,
    [],
  ],
  [
    'MP+void RMW',
    [
      [inc('x'), write('y', 1)],
      [read('y', 'r0'), fence('rmb'), read('x', 'r1')],
    ],
    STALE,
    ['lkmm'],
  ],

  ['LB', lb([write('y', 1)], [write('x', 1)]), EARLY, ['lkmm']],
  ['LB+one data', lb([write('y', 'r0')], [write('x', 1)]), EARLY, ['lkmm']],
  ['LB+datas: nothing out of thin air', lb([write('y', 'r0')], [write('x', 'r1')]), EARLY, []],
  ['LB+ctrls', lb([unlessZero('r0'), write('y', 1)], [unlessZero('r1'), write('x', 1)]), EARLY, []],
  ['LB+mbs', lb([fence('mb'), write('y', 1)], [fence('mb'), write('x', 1)]), EARLY, []],
  [
    'LB+rmbs: a load and a later store are not ordered',
    lb([fence('rmb'), write('y', 1)], [fence('rmb'), write('x', 1)]),
    EARLY,
    ['lkmm'],
  ],
  ['LB+releases', lb([write('y', 1, 'release')], [write('x', 1, 'release')]), EARLY, []],
  [
    'LB+acquires',
    [
      [read('x', 'r0', 'acquire'), write('y', 1)],
      [read('y', 'r1', 'acquire'), write('x', 1)],
    ],
    EARLY,
    [],
  ],

  ['CoRR', [[write('x', 1)], [read('x', 'r0'), read('x', 'r1')]], STALE, []],
  ['CoRW: own write after the read', [[read('x', 'r0'), write('x', 1)]], { r0: 1 }, []],
  ['CoWR: own write before the read', [[write('x', 1), read('x', 'r0')], [read('x', 'r1')]], { r0: 0 }, []],
  ['CoWR: own RMW before the read', [[inc('x'), read('x', 'r0')], [read('x', 'r1')]], { r0: 0 }, []],
  [
    'CoWW',
    [
      [write('x', 1), write('x', 2)],
      [read('x', 'r0'), read('x', 'r1')],
    ],
    { r0: 2, r1: 1 },
    [],
  ],
  [
    'SB+rfi: a store is seen by its own actor first',
    [
      [write('x', 1), read('x', 'a'), read('y', 'r0')],
      [write('y', 1), read('y', 'b'), read('x', 'r1')],
    ],
    { a: 1, b: 1, r0: 0, r1: 0 },
    ['tso', 'lkmm'],
  ],
  [
    'two RMWs count two',
    [
      [inc('x'), read('x', 'r0')],
      [inc('x'), read('x', 'r1')],
    ],
    { r0: 1, r1: 1 },
    [],
  ],

  [
    'S',
    [
      [write('x', 2), fence('wmb'), write('y', 1)],
      [read('y', 'r0'), write('x', 1), fence('mb'), read('x', 'r1')],
    ],
    { r0: 1, r1: 2 },
    ['lkmm'],
  ],
  [
    'S+data',
    [
      [write('x', 2), fence('wmb'), write('y', 1)],
      [read('y', 'r0'), write('x', 'r0'), fence('mb'), read('x', 'r1')],
    ],
    { r0: 1, r1: 2 },
    [],
  ],

  [
    'a lock keeps what is inside together',
    [
      [lock('l'), write('x', 1), write('y', 1), unlock('l')],
      [lock('l'), read('y', 'r0'), read('x', 'r1'), unlock('l')],
    ],
    STALE,
    [],
  ],
  [
    'taking a lock is not a full barrier',
    [
      [write('x', 1), lock('l'), read('y', 'r0'), unlock('l')],
      [write('y', 1), fence('mb'), read('x', 'r1')],
    ],
    ZERO,
    ['lkmm'],
  ],
  [
    'dropping a lock is not a full barrier',
    [
      [lock('l'), unlock('l'), write('x', 1), read('y', 'r0')],
      [write('y', 1), fence('mb'), read('x', 'r1')],
    ],
    ZERO,
    ['tso', 'lkmm'],
  ],
];

describe('litmus tests', () => {
  describe.each(ROWS)('%s', (_name, threads, final, models) => {
    it.each(MODELS)('under %s', (memory) => {
      expect(reaches(threads, final, memory)).toBe(models.includes(memory));
    });
  });
});
