/** The table of primitives, row by row. */

import { describe, expect, it } from 'vitest';
import type { ActorKind, ActorRole, Configuration } from '../../server/src/kernel/configuration.js';
import type { Fragment, Item } from '../../server/src/kernel/fragment.js';
import { buildModel } from '../../server/src/kernel/model.js';
import { isPrimitiveName, primitiveOf } from '../../server/src/kernel/primitives.js';
import { COUNT } from '../../server/src/kernel/primitives/count.js';
import { DATA } from '../../server/src/kernel/primitives/data.js';
import { DIO_REFERENCE } from '../../server/src/kernel/primitives/dio-reference.js';
import { EXTENTS } from '../../server/src/kernel/primitives/extent.js';
import { FREEING } from '../../server/src/kernel/primitives/free.js';
import { GET_BLOCK } from '../../server/src/kernel/primitives/get-block.js';
import { LOCKS } from '../../server/src/kernel/primitives/locks.js';
import { LOOKUP } from '../../server/src/kernel/primitives/lookup.js';
import { PAGE } from '../../server/src/kernel/primitives/page.js';
import type { PrimitiveCall } from '../../server/src/kernel/primitives/primitive.js';
import { RANGE } from '../../server/src/kernel/primitives/range.js';
import { WRITEBACK } from '../../server/src/kernel/primitives/writeback.js';
import { flags, ONE, UNKNOWN, type Value } from '../../server/src/kernel/value.js';
import { variablesOf } from '../../server/src/sim/expr.js';

const ROWS = [
  ...COUNT,
  ...LOCKS,
  ...PAGE,
  ...LOOKUP,
  ...RANGE,
  ...EXTENTS,
  ...FREEING,
  ...GET_BLOCK,
  ...DATA,
  ...DIO_REFERENCE,
  ...WRITEBACK,
];
const rows = ROWS.map((row) => [row.names[0]!, row] as const);

const KINDS: readonly ActorKind[] = [
  'dio-read',
  'dio-write',
  'dio-completion',
  'buffered-read',
  'buffered-write',
  'write-fault',
  'writeback',
  'truncate',
  'punch-hole',
  'zero-range',
  'collapse-range',
  'insert-range',
];

const CONFIGURATIONS: readonly Configuration[] = (['ext4', 'xfs'] as const).flatMap((fs) =>
  [true, false].flatMap((delalloc) =>
    [true, false].flatMap((extents) =>
      ([1, 2] as const).map((blocksPerPage) => ({
        fs,
        delalloc,
        dioreadNolock: false,
        lowSpace: false,
        extents,
        blocksPerPage,
      })),
    ),
  ),
);

/** Argument values as a path may know them: nothing, and flags that name locks, lookups and allocations. */
const ARGUMENTS: readonly Value[] = [
  UNKNOWN,
  flags('XFS_IOLOCK_EXCL', 'XFS_MMAPLOCK_SHARED'),
  flags('FGP_LOCK', 'FGP_CREAT'),
  flags('EXT4_GET_BLOCKS_CREATE'),
  flags('EXT4_GET_BLOCKS_CREATE', 'EXT4_GET_BLOCKS_UNWRIT_EXT'),
  flags('XFS_BMAPI_PREALLOC'),
];

function* callsOf(name: string): Generator<PrimitiveCall> {
  for (const configuration of CONFIGURATIONS)
    for (const kind of KINDS)
      for (const value of ARGUMENTS)
        for (const aio of [false, true]) {
          const role: ActorRole = { kind, name: kind, aio, blocks: [0], version: 1, entries: ['x'] };
          const blocks = Array.from({ length: configuration.blocksPerPage }, () => ({ extent: 0, disk: 2 }));
          const model = buildModel(configuration, { blocks, cached: false }, [role, role]);
          const args = [value, value, value, value, value];
          const argTexts = ['a', 'b', 'c', 'd', '&got'];
          const within = ['driver', kind];
          const known = (): Value => (aio ? ONE : UNKNOWN);
          const self = model.actors[1]!;
          const path = { field: known, pointee: known, register: known, storedAs: known, ofObject: known };
          yield { name, args, argTexts, model, actor: 1, self, role, within, ...path };
        }
}

function* itemsOf(fragment: Fragment): Generator<Item> {
  for (const item of fragment) {
    yield item;
    if (item.kind === 'choose') for (const option of item.options) yield* itemsOf(option.items);
    if (item.kind === 'load') for (const one of item.cases) yield* itemsOf(one.items);
  }
}

/** An item that reads and writes variables of the model, loads into the actor's own, can go on or says why not. */
function isWhole(item: Item, { model, actor }: PrimitiveCall): boolean {
  const known = (id: number): boolean => id >= 0 && id < model.variables.length;
  switch (item.kind) {
    case 'choose':
      return (
        item.options.length > 0 &&
        item.options.every(
          ({ when, set }) =>
            [...variablesOf(when)].every(known) &&
            set.every(({ id, value }) => known(id) && [...variablesOf(value)].every(known)),
        )
      );
    case 'load':
      return known(item.from) && model.variables[item.into]?.owner === actor && item.cases.length > 0;
    case 'void-rmw':
      return known(item.on) && [...variablesOf(item.value)].every(known);
    case 'not-modelled':
      return item.reason !== '';
    case 'fence':
    case 'exit':
      return true;
  }
}

describe('a name is one primitive', () => {
  const plain = ROWS.filter((row) => !row.when).flatMap((row) => row.names);

  it('and stands in one row, if no argument tells rows apart', () => {
    expect(plain.filter((name, i) => plain.indexOf(name) !== i)).toEqual([]);
    expect(
      ROWS.filter((row) => row.when).flatMap((row) => row.names.filter((name) => plain.includes(name))),
    ).toEqual([]);
  });

  it.each([
    ['down_read', '&EXT4_I(inode)->i_mmap_sem'],
    ['down_write', '&mapping->invalidate_lock'],
    ['down_write', '&inode->i_rwsem'],
    ['up_read', '&ip->i_mmaplock'],
    ['atomic_read', '&inode->i_dio_count'],
    ['atomic_inc', '&inode->i_dio_count'],
    ['atomic_inc_return', '&inode->i_dio_count'],
    ['atomic_fetch_inc', '&inode->i_dio_count'],
    ['atomic_dec_and_test', '&inode->i_dio_count'],
    ['atomic_dec_and_test', '&dio->ref'],
    ['atomic_read', '&(inode->i_dio_count)'],
  ])('%s(%s) is one', (name, argument) => {
    const fitting = ROWS.filter((row) => row.names.includes(name) && row.when?.([argument]));
    expect(fitting).toHaveLength(1);
    expect(primitiveOf(name, [argument])).toBe(fitting[0]);
  });

  it.each([
    ['down_read', '&EXT4_I(inode)->i_data_sem'],
    ['down_write', '&sb->s_umount'],
    ['atomic_read', '&inode->i_writecount'],
    ['atomic_read', '&dio->ref'],
    ['schedule', ''],
  ])('%s(%s) is none', (name, argument) => {
    expect(primitiveOf(name, [argument])).toBeNull();
  });

  it('fields that are shared state matter in a line like calls do', () => {
    expect(['nrpages', 'i_dio_count', 'inode_dio_begin'].every(isPrimitiveName)).toBe(true);
    expect(isPrimitiveName('kmalloc')).toBe(false);
  });
});

describe('every row', () => {
  it.each(rows)('%s says in two lines what it does and what it orders', (_, { about }) => {
    expect(about).toHaveLength(2);
    expect(about[0].length).toBeGreaterThan(5);
  });

  it('and all of them have the second line', () => {
    expect(ROWS.filter(({ about }) => about[1] === '').map(({ names }) => names[0])).toEqual([]);
  });

  it.each(rows)(
    '%s has steps for every configuration, actor and argument, over variables that there are',
    (_, row) => {
      for (const name of row.names) {
        for (const call of callsOf(name)) {
          const wrong = [...itemsOf(row.fragment(call))].filter((item) => !isWhole(item, call));
          if (wrong.length > 0) expect({ name, configuration: call.model.configuration, wrong }).toBeNull();
        }
      }
    },
  );
});
